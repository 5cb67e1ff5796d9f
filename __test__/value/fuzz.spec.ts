import test from 'ava'
import fc from 'fast-check'
import { TypeRegistry } from '../../src/value/type-registry.ts'
import * as wire from '../../src/value/wire.ts'
import { EngramError } from '../../src/words/error.ts'
import { decode, encode, roundTrip } from './round-trip.ts'
import { registerPoint, samples } from './samples.ts'

const types = new TypeRegistry()
registerPoint(types)
const encoded = Object.values(samples()).map((value) => encode(value, types))
const byte = fc.oneof(
  fc.nat(255),
  fc.integer({ min: 0xb0, max: 0xcf }),
  fc.integer({ min: 0x80, max: 0xa3 }),
  fc.nat(3),
)

/** Decodes, or fails with ERR_CORRUPT and nothing else. */
function isHarmless(bytes: Uint8Array, buffers: ArrayBuffer[] = []): boolean {
  try {
    decode({ bytes: Buffer.from(bytes), buffers }, types)
    return true
  } catch (error) {
    return error instanceof EngramError && error.code === 'ERR_CORRUPT'
  }
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 0x80, ...varint(Math.floor(value / 128))]
}

test('any bytes decode or are corrupt', (t) => {
  fc.assert(
    fc.property(fc.nat(3), fc.array(byte, { maxLength: 200 }), (flags, bytes) =>
      isHarmless(Uint8Array.of(flags, ...bytes)),
    ),
    { numRuns: 20_000 },
  )
  t.pass()
})

test('changed bytes decode or are corrupt', (t) => {
  const change = fc.tuple(fc.nat(), byte)
  fc.assert(
    fc.property(fc.nat(encoded.length - 1), fc.array(change, { minLength: 1, maxLength: 4 }), (pick, changes) => {
      const { bytes, buffers } = encoded[pick]!
      const changed = Buffer.from(bytes)
      for (const [at, value] of changes) changed[at % changed.length] = value
      return isHarmless(changed, buffers)
    }),
    { numRuns: 20_000 },
  )
  t.pass()
})

test('every part of a value cut off is corrupt', (t) => {
  for (const { bytes, buffers } of encoded) {
    for (let length = 0; length < bytes.length; length++) {
      t.throws(() => decode({ bytes: bytes.subarray(0, length), buffers }, types), { code: 'ERR_CORRUPT' })
    }
    t.throws(() => decode({ bytes: Buffer.concat([bytes, Buffer.of(0)]), buffers }, types), { code: 'ERR_CORRUPT' })
  }
})

test('a length without bytes allocates nothing', (t) => {
  const tags = [wire.ARRAY, wire.FLOATS, wire.MAP, wire.SET, wire.DICTIONARY, wire.LATIN1, wire.UTF16, wire.BIGINT]
  for (const tag of tags) {
    for (const length of [1000, 2 ** 31, 2 ** 40, 2 ** 53 - 1]) {
      t.throws(() => decode({ bytes: Buffer.from([0, tag, ...varint(length)]), buffers: [] }), { code: 'ERR_CORRUPT' })
    }
  }
})

test('arrays inside arrays cannot claim the same bytes', (t) => {
  const length = 100_000
  const head = Array.from({ length: 900 }, () => [wire.ARRAY, ...varint(length)]).flat()
  const bytes = Buffer.concat([Buffer.of(0), Buffer.from(head), Buffer.alloc(length * 2, wire.NULL)])
  const peakBefore = process.resourceUsage().maxRSS
  t.throws(() => decode({ bytes, buffers: [] }), { code: 'ERR_CORRUPT' })
  // In kilobytes; believing every length takes 720 MB.
  t.true(process.resourceUsage().maxRSS - peakBefore < 200_000)
})

test('a length of a sparse array allocates nothing', (t) => {
  const bytes = Buffer.from([0, wire.SPARSE_ARRAY, ...varint(2 ** 32 - 1), 0, 0])
  t.is((decode({ bytes, buffers: [] }) as unknown[]).length, 2 ** 32 - 1)
})

test('bytes nested without end are corrupt', (t) => {
  for (const tag of [wire.SHORT_ARRAY + 1, wire.SET, wire.BOXED, wire.INSTANCE]) {
    t.throws(() => decode({ bytes: Buffer.concat([Buffer.of(0), Buffer.alloc(1_000_000, tag)]), buffers: [] }), {
      code: 'ERR_CORRUPT',
    })
  }
})

test('buffers that are missing, left over or of another length are corrupt', (t) => {
  const { bytes, buffers } = encode(new Uint8Array(wire.OUT_OF_BAND_BYTES))
  t.throws(() => decode({ bytes, buffers: [] }), { code: 'ERR_CORRUPT' })
  t.throws(() => decode({ bytes, buffers: [...buffers, ...buffers] }), { code: 'ERR_CORRUPT' })
  t.throws(() => decode({ bytes, buffers: [new ArrayBuffer(wire.OUT_OF_BAND_BYTES + 1)] }), { code: 'ERR_CORRUPT' })
})

test('a class that is not registered and a codec that throws are corrupt', (t) => {
  const instance = encode(samples()['instance'], types)
  t.throws(() => decode(instance), { code: 'ERR_CORRUPT' })
  const throwing = new TypeRegistry()
  throwing.register(class {}, {
    name: 'Point',
    encode: () => null,
    decode: () => {
      throw new Error('no')
    },
  })
  t.throws(() => decode(instance, throwing), { code: 'ERR_CORRUPT' })
  t.is(roundTrip('the next value works'), 'the next value works')
})
