import test from 'ava'
import { OUT_OF_BAND_BYTES } from '../../src/value/wire.ts'
import { TYPED_ARRAYS } from '../kit/typed-arrays.ts'
import { decode, difference, encode, roundTrip } from './round-trip.ts'

const VIEWS = [...TYPED_ARRAYS, (globalThis as { Float16Array?: typeof Float32Array }).Float16Array]

test('every kind of view comes back, inside and apart', (t) => {
  for (const View of VIEWS) {
    if (View === undefined) continue
    for (const length of [0, 1, 5, OUT_OF_BAND_BYTES]) {
      t.is(difference(roundTrip(new View(length)), new View(length)), undefined)
    }
  }
})

test('a Buffer comes back as a Buffer and a DataView as a DataView', (t) => {
  t.true(Buffer.isBuffer(roundTrip(Buffer.from('hello'))))
  t.is(roundTrip(new DataView(Uint8Array.of(1, 2, 3).buffer, 1)).getUint8(0), 2)
})

test('views of a small array buffer keep their place in it', (t) => {
  const buffer = new ArrayBuffer(16)
  const back = roundTrip({ a: new Uint8Array(buffer, 4, 4), b: new Uint16Array(buffer, 8, 2) })
  t.deepEqual([back.a.byteOffset, back.b.byteOffset, back.a.buffer.byteLength], [4, 8, 16])
  t.is(back.a.buffer, back.b.buffer)
})

test('views that share an array buffer share the one that comes back', (t) => {
  for (const size of [64, 5000, OUT_OF_BAND_BYTES * 2]) {
    const buffer = new ArrayBuffer(size)
    const back = roundTrip([buffer, new Float64Array(buffer, 8, 2), new Uint8Array(buffer, 16), buffer] as const)
    back[1][1] = 1
    t.is(back[2][7], 0x3f)
    t.is(back[0], back[3])
    t.is(back[0], back[1].buffer)
  }
})

test('a small view of a large array buffer is stored alone', (t) => {
  const large = new Float64Array(1 << 20)
  large[500_001] = 7
  const { bytes, buffers } = encode(large.subarray(500_000, 500_010))
  t.true(bytes.length < 120 && buffers.length === 0)
  t.is((decode({ bytes, buffers }) as Float64Array)[1], 7)
})

test('the stored range keeps every view aligned', (t) => {
  const buffer = new ArrayBuffer(1 << 20)
  const back = roundTrip([new Uint8Array(buffer, 100_003, 5), new Float64Array(buffer, 100_008, 2)] as const)
  back[1][0] = 1
  t.is(back[0].buffer, back[1].buffer)
  t.is(back[1].byteOffset - back[0].byteOffset, 5)
})

test('Buffers from the pool bring nothing of their neighbours', (t) => {
  const secret = Buffer.from('secret')
  const value = [Buffer.from('first'), Buffer.from('-'), Buffer.from('last')]
  t.is(difference(roundTrip(value), value), undefined)
  t.false(encode([value[0], value[2], secret.subarray(0, 1)]).bytes.includes('ecret'))
})

test('Buffers that overlap keep sharing', (t) => {
  const whole = Buffer.from('abcdef')
  const [a, b] = roundTrip([whole.subarray(0, 4), whole.subarray(2)] as const)
  a[2] = 0x78
  t.is(b.toString(), 'xdef')
})

test('large array buffers go apart, in order, as views of what is stored', (t) => {
  const first = new Uint8Array(OUT_OF_BAND_BYTES).fill(1)
  const second = new Float64Array(OUT_OF_BAND_BYTES).fill(2)
  const { bytes, buffers } = encode({ first, small: new Uint8Array(OUT_OF_BAND_BYTES - 1), second })
  t.deepEqual(
    buffers.map((buffer) => buffer.byteLength),
    [OUT_OF_BAND_BYTES, OUT_OF_BAND_BYTES * 8],
  )
  t.true(bytes.length > OUT_OF_BAND_BYTES && bytes.length < OUT_OF_BAND_BYTES + 200)
  const back = decode({ bytes, buffers }) as { first: Uint8Array; second: Float64Array }
  t.is<ArrayBufferLike | undefined, ArrayBufferLike | undefined>(back.first.buffer, buffers[0])
  t.is(back.second[9], 2)
})

test('a SharedArrayBuffer comes back as one, with a copy of its contents', (t) => {
  for (const size of [8, OUT_OF_BAND_BYTES]) {
    const view = new Int32Array(new SharedArrayBuffer(size))
    view[1] = 5
    const back = roundTrip(view)
    t.true(back.buffer instanceof SharedArrayBuffer && back.buffer !== view.buffer)
    t.is(back[1], 5)
  }
})

test('resizable memory is refused', (t) => {
  const resizable = Reflect.construct(ArrayBuffer, [8, { maxByteLength: 16 }]) as ArrayBuffer
  t.throws(() => encode([new Uint8Array(resizable)]), { code: 'ERR_UNSERIALIZABLE' })
})
