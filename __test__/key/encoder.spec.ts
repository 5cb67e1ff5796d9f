import test from 'ava'
import fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import vm from 'node:vm'
import { encodeArguments, encodeKeyValue } from '../../src/key/encoder.ts'
import { HeapSink } from '../../src/platform/byte-sink.ts'
import { TypeRegistry } from '../../src/value/type-registry.ts'
import vectors from '../vectors/keys.json' with { type: 'json' }
import { GROUPS } from './groups.ts'
import { Point, contextOf, formOf, keyOf, types } from './key-of.ts'
import { copied, shuffled, value, withOneChange } from './values.ts'

test('equal arguments have equal keys, different ones different keys', (t) => {
  const groupOf = new Map<string, string>()
  for (const [name, group] of Object.entries(GROUPS)) {
    const [key = '', ...others] = group.map((make) => keyOf(...make()))
    t.deepEqual(
      others,
      others.map(() => key),
      `'${name}' has several keys`,
    )
    t.is(groupOf.get(key), undefined, `'${name}' shares its key`)
    groupOf.set(key, name)
  }
})

for (const { name, js, hex, views } of vectors) {
  test(`the form of ${name} stays as it is`, (t) => {
    const args: unknown[] = vm.compileFunction(`return ${js}`, ['Point'])(Point)
    const digests = [...views]
    const form = formOf(args, (_, sink, at) => void sink.bytes.write(digests.shift() ?? '', at, 'hex'))
    t.is(form, hex)
  })
}

test('a copy has the same key, whatever the order of its keys and entries and whatever parts it shares', (t) => {
  fc.assert(fc.property(value, fc.integer(), (original, seed) => keyOf(original) === keyOf(shuffled(original, seed))))
  fc.assert(fc.property(value, (original) => keyOf(original) === keyOf(structuredClone(original))))
  fc.assert(fc.property(value, (part) => keyOf([part, { part }]) === keyOf([copied(part), { part: copied(part) }])))
  t.pass()
})

test('a single change gives another key', (t) => {
  fc.assert(
    fc.property(value, fc.nat(), value, (original, place, replacement) => {
      const changed = withOneChange(original, place, replacement)
      return (keyOf(original) === keyOf(changed)) === isDeepStrictEqual(original, changed)
    }),
    { numRuns: 1000 },
  )
  t.pass()
})

test('values have equal keys just where node:util finds them deeply equal', (t) => {
  fc.assert(
    fc.property(value, value, (a, b) => (keyOf(a) === keyOf(b)) === isDeepStrictEqual(a, b)),
    { numRuns: 2000 },
  )
  t.pass()
})

test('no two of 50,000 small values share a key', (t) => {
  const makers: ((n: number) => unknown)[] = [
    (n) => n,
    (n) => String(n),
    (n) => BigInt(n),
    (n) => [n],
    (n) => ({ n }),
    (n) => ({ [n]: 0 }),
    (n) => new Set([n]),
    (n) => new Date(n),
    (n) => new Map([[n, 0]]),
    (n) => Float32Array.of(n),
  ]
  const keys = new Set<string>()
  for (let n = -2500; n < 2500; n++) for (const make of makers) keys.add(keyOf(make(n)))
  t.is(keys.size, 50_000)
})

test('text of every length and alphabet has one form, which is the length and the UTF-8 bytes', (t) => {
  for (const unit of ['a', 'é', '語', '\u{1f600}', 'aé語\u{1f600}']) {
    for (const repeats of [0, 1, 5, 8, 9, 23, 24, 25, 42, 43, 100, 127, 128, 1000, 4096, 6000, 20_000]) {
      const text = unit.repeat(repeats)
      const form = Buffer.from(keyOf(text), 'hex')
      const bytes = Buffer.from(text)
      const end = form.length - bytes.length
      t.true(form.subarray(end).equals(bytes), `${unit} × ${repeats}`)
      let length = 0
      for (const byte of form.subarray(3, end).toReversed()) length = length * 128 + (byte & 0x7f)
      t.is(length, bytes.length)
    }
  }
})

test('properties that Object.prototype was given do not count', (t) => {
  const before = keyOf({ a: 1 }, {})
  Object.defineProperty(Object.prototype, 'polluted', { value: 1, enumerable: true, configurable: true })
  try {
    t.is(keyOf({ a: 1 }, {}), before)
  } finally {
    delete (Object.prototype as { polluted?: number }).polluted
  }
})

test('what stands for an instance is its key, else its encoded content', (t) => {
  const registry = new TypeRegistry()
  registry.register(Point, {
    name: 'Point',
    encode: ({ x }) => ({ x }),
    decode: () => new Point(0, 0),
    key: ({ y }) => y,
  })
  const form = (point: Point): string => {
    const sink = new HeapSink()
    return sink.bytes.toString('hex', 0, encodeArguments(sink, 0, [point], contextOf(registry)))
  }
  t.is(form(new Point(1, 2)), form(new Point(5, 2)))
  t.not(form(new Point(1, 2)), form(new Point(1, 3)))
})

test('user code that runs while a key is made may make keys', (t) => {
  const nested: string[] = []
  const make = (): unknown => [
    {
      get a() {
        nested.push(keyOf({ z: 1, y: [2] }))
        return 'A'
      },
      b: [1, { c: 2 }],
    },
    {
      get a() {
        try {
          keyOf(Symbol())
        } catch {
          nested.push('failed')
        }
        return 'A'
      },
      b: 5,
    },
  ]
  t.is(
    keyOf(make()),
    keyOf([
      { a: 'A', b: [1, { c: 2 }] },
      { a: 'A', b: 5 },
    ]),
  )
  t.deepEqual(nested, [keyOf({ z: 1, y: [2] }), 'failed'])
})

/** Forms of the same values, with the tag and the count of an array of one element before them for each level. */
const NESTED: Record<string, () => unknown> = {
  'an array': () => [1, [2], 'x'],
  'a sparse array': () => Object.assign([1, , 2], { 50: [3] }), // oxlint-disable-line no-sparse-arrays
  'an array with names': () => Object.assign([1, [2]], { total: [3], columns: 'x' }),
  'an array with names and holes': () => Object.assign([, [2]], { 9: 1, total: [3] }), // oxlint-disable-line no-sparse-arrays
  'an object': () => ({ b: { c: 1 }, a: [2] }),
  'an object of many properties': () => Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${199 - i}`, [i]])),
  'a Map': () => new Map(Object.entries({ b: [1], a: new Map([[{ x: 1 }, 2]]) })),
  'a Set': () => new Set([[3], [1], new Set([2, 1])]),
  'an error': () => new TypeError('no', { cause: [new Error('why')] }),
  'an instance': () => new Point(1, 2),
  Headers: () => new Headers({ a: '1' }),
  'a form': () => oneField(),
}

for (const [what, make] of Object.entries(NESTED)) {
  test(`${what} has the same form at the top and far beyond the stack`, (t) => {
    for (const levels of [150, 199, 200, 201, 5000]) {
      let outer = make()
      for (let level = 0; level < levels; level++) outer = [outer]
      t.true(keyOf(outer) === `0f01${'1001'.repeat(levels)}${keyOf(make()).slice(4)}`, `${levels} levels`)
    }
  })
}

test('a cycle deep inside is as deep as it is', (t) => {
  const cycle = (levels: number): unknown => {
    const first: unknown[] = []
    let last = first
    for (let level = 1; level < levels; level++) last.push((last = []))
    last.push(first)
    return first
  }
  for (const levels of [60, 64, 65, 200, 300, 3000]) {
    t.is(keyOf(cycle(levels)), keyOf(cycle(levels)))
    t.not(keyOf(cycle(levels)), keyOf(cycle(levels + 1)))
  }
  t.true(keyOf(cycle(65)).endsWith('1541'))
  t.true(keyOf(cycle(3000)).endsWith('15b817'))
})

function oneField(): FormData {
  const data = new FormData()
  data.append('a', '1')
  return data
}

test('forms are appended at the position given', (t) => {
  const sink = new HeapSink(1)
  const first = encodeKeyValue(sink, 0, { a: 'x'.repeat(5000) }, 'deps[0]', contextOf(types))
  const second = encodeKeyValue(sink, first, [1], 'deps[1]', contextOf(types))
  const alone = new HeapSink()
  const end = encodeKeyValue(alone, 0, [1], 'deps[1]', contextOf(types))
  t.is(sink.bytes.toString('hex', first, second), alone.bytes.toString('hex', 0, end))
})

test('objects whose names are data are told apart however many there are', (t) => {
  const keys = new Set(Array.from({ length: 10_000 }, (_, n) => keyOf({ [`a${n}`]: 1, [`b${n}`]: 2 })))
  t.is(keys.size, 10_000)
  t.is(keyOf({ b7: 2, a7: 1 }), keyOf({ a7: 1, b7: 2 }))
})
