import test from 'ava'
import fc from 'fast-check'
import vm from 'node:vm'
import { TypeRegistry } from '../../src/value/type-registry.ts'
import { DEPTH_LIMIT, SHORT_ARRAY } from '../../src/value/wire.ts'
import { EngramError } from '../../src/words/error.ts'
import { isWhole } from '../kit/whole.ts'
import { decode, difference, encode, roundTrip } from './round-trip.ts'
import { Point, registerPoint } from './samples.ts'

const anything = fc.anything({
  maxDepth: 5,
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withObjectString: true,
  withTypedArray: true,
  withSparseArray: true,
  withUnicodeString: true,
})

function nested(depth: number): unknown {
  let value: unknown = null
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { value }
  return value
}

test('any value that structuredClone can copy comes back as its copy', (t) => {
  fc.assert(
    fc.property(anything, (value) => {
      t.is(difference(roundTrip(value), structuredClone(value)), undefined)
    }),
    { numRuns: isWhole ? 2000 : 600 },
  )
  t.pass()
})

test('any null-prototype object comes back as it was', (t) => {
  fc.assert(
    fc.property(
      fc.object({ withNullPrototype: true, maxDepth: 3 }),
      (value) => difference(roundTrip(value), value) === undefined,
    ),
  )
  t.pass()
})

test('records of many shapes keep their keys and their order', (t) => {
  const record = fc.dictionary(
    fc.constantFrom('id', 'name', 'a', '0', '__proto__', 'constructor', '\u0436'),
    fc.integer(),
  )
  fc.assert(
    fc.property(
      fc.array(record, { maxLength: 40 }),
      (records) => difference(roundTrip(records), records) === undefined,
    ),
  )
  t.pass()
})

test('records that begin alike, or have the same keys in another order, keep their own', (t) => {
  const records = [
    { a: 1, b: 2 },
    { a: 1 },
    { a: 1, b: 2, c: 3 },
    { b: 1, a: 2 },
    {},
    { a: { a: 1 }, b: [{ b: 1 }, {}] },
  ]
  for (let turn = 0; turn < records.length; turn++) {
    records.push(records.shift()!)
    const value = structuredClone([...records, ...records])
    t.is(difference(roundTrip(value), value), undefined)
  }
})

test('numbers of every size come back', (t) => {
  const edges = [7, 8, 15, 16, 31, 32, 52, 53].flatMap((bits) => [2 ** bits, 2 ** bits - 1, 2 ** bits + 1])
  for (const number of [...edges, ...edges.map((edge) => -edge), -0, Number.MIN_VALUE]) t.is(roundTrip(number), number)
})

test('texts of every length and width come back', (t) => {
  for (const unit of ['a', '\u00ff', '\u0100', '\ud800', '\u{1f600}']) {
    for (const length of [0, 1, 11, 12, 13, 24, 25, 63, 64, 255, 256, 257, 9000, 200_000]) {
      const text = unit.repeat(length)
      t.true(roundTrip(text) === text)
      t.deepEqual(roundTrip({ before: 'x', text, after: 'y' }), { before: 'x', text, after: 'y' })
    }
  }
})

test('a key named __proto__ does not set the prototype', (t) => {
  for (const text of [
    '{"__proto__": {"bad": true}}',
    `{"__proto__": {"bad": true}, ${Array.from({ length: 40 }, (_, i) => `"k${i}": 1`).join()}}`,
  ]) {
    const value = roundTrip(JSON.parse(text) as { bad?: boolean })
    t.is(Object.getPrototypeOf(value), Object.prototype)
    t.is(value.bad, undefined)
    t.deepEqual(Object.keys(value), Object.keys(JSON.parse(text) as object))
  }
})

test('shared and cyclic parts stay shared, few or many', (t) => {
  for (const count of [2, 11, 12, 13, 100]) {
    const parts: object[] = Array.from({ length: count }, (_, i) => ({ i }))
    const value = { parts, again: [...parts].reverse(), self: null as unknown }
    value.self = value
    t.is(difference(roundTrip(value), value), undefined)
  }
  const map = new Map<unknown, unknown>()
  const set = new Set<unknown>([map])
  map.set(map, set)
  t.is(difference(roundTrip(map), map), undefined)
})

test('holes and named properties of arrays are kept', (t) => {
  const long = new Array<number>(5000).fill(1)
  delete long[2500]
  const named = Object.assign(new Array<number>(100).fill(1), { total: 100 })
  const farAway: number[] = []
  farAway[4_000_000_000] = 1
  for (const array of ['xaby'.match(/a(?<n>b)/u), long, named, new Array(3), new Array(1e9), farAway]) {
    t.is(difference(roundTrip(array), array), undefined)
  }
})

test('errors keep name, message, stack, cause and own properties', (t) => {
  const cause = Object.assign(new RangeError('inner'), { code: 'E_INNER', name: 'Custom' })
  const outer = new AggregateError([cause, 1], 'outer', { cause })
  cause.cause = outer
  t.is(difference(roundTrip(outer), outer), undefined)
  t.is(difference(roundTrip(new Error()), new Error()), 'value.stack is another')
})

test('getters are read', (t) => {
  t.deepEqual(
    roundTrip({
      get a() {
        return 1
      },
      b: 2,
    }),
    { a: 1, b: 2 },
  )
})

test('a RegExp starts anew', (t) => {
  const pattern = /a/g
  pattern.lastIndex = 3
  t.is(roundTrip(pattern).lastIndex, 0)
})

test('objects of another realm become objects of this one', (t) => {
  const value = vm.runInNewContext(
    '({ a: [1], m: new Map([[1, 2]]), e: new TypeError("x"), d: new Date(0), v: Int8Array.of(1) })',
  ) as unknown
  const back = roundTrip(value) as Record<string, unknown>
  t.is(Object.getPrototypeOf(back), Object.prototype)
  t.true(
    Array.isArray(back['a']) && back['m'] instanceof Map && back['e'] instanceof TypeError && back['d'] instanceof Date,
  )
  t.true(back['v'] instanceof Int8Array)
})

test('a growing sink never loses bytes', (t) => {
  for (let capacity = 1; capacity < 600; capacity += 7) {
    const value = {
      a: 'x'.repeat(capacity),
      b: [1.5, 2.5, 'y'],
      c: new Map([[1, 'z']]),
      d: Buffer.alloc(capacity, 1),
      e: 2n ** 200n,
    }
    t.is(encode(value, undefined, capacity).bytes.compare(encode(value, undefined, 4096).bytes), 0)
  }
})

test('instances of registered classes come back through their codecs, also nested', (t) => {
  class Line {
    readonly from: Point
    readonly to: Point
    constructor(from: Point, to: Point) {
      this.from = from
      this.to = to
    }
  }
  const types = new TypeRegistry()
  registerPoint(types)
  types.register(Line, { name: 'Line', encode: (line) => ({ ...line }), decode: ({ from, to }) => new Line(from, to) })
  const point = new Point(1, 2)
  const value = { line: new Line(point, new Point(3, 4)), point }
  t.is(difference(roundTrip(value, types), value), undefined)
})

test('a codec may encode and decode values itself', (t) => {
  const types = new TypeRegistry()
  types.register(Point, {
    name: 'Point',
    encode: ({ x, y }) => [x, roundTrip({ inner: [{ y }] })],
    decode: ([x, stored]) => new Point(x, roundTrip(stored).inner[0].y),
  })
  const value = [{ p: new Point(1, 2) }, { p: new Point(3, 4) }, { inner: [{ y: 1 }] }]
  t.is(difference(roundTrip(value, types), value), undefined)
})

const refused: [string, () => unknown, string][] = [
  ['a function', () => ({ items: [0, 1, 2, { callback() {} }] }), 'result.items[3].callback'],
  ['a class', () => class {}, 'result'],
  ['a symbol', () => ({ 'a key': Symbol('s') }), 'result["a key"]'],
  ['a symbol key', () => ({ a: { [Symbol('s')]: 1 } }), 'result.a'],
  ['a symbol key of a long array', () => [Object.assign(Array(100).fill(1), { [Symbol('s')]: 1 })], 'result[0]'],
  // These came back without what was put on them.
  ['a Map with a property', () => [Object.assign(new Map(), { rate: 1 })], 'result[0]'],
  ['a Set with a property', () => Object.assign(new Set(), { rate: 1 }), 'result'],
  ['a date with a property', () => ({ at: Object.assign(new Date(0), { rate: 1 }) }), 'result.at'],
  ['a date with a property under a symbol', () => Object.assign(new Date(0), { [Symbol('s')]: 1 }), 'result'],
  ['a pattern with a property', () => Object.assign(/a/, { rate: 1 }), 'result'],
  ['a boxed text with a property', () => Object.assign(new String('ab'), { rate: 1 }), 'result'],
  ['a URL with a property', () => Object.assign(new URL('http://a.test'), { rate: 1 }), 'result'],
  ['a buffer with a property', () => Object.assign(new ArrayBuffer(1), { rate: 1 }), 'result'],
  ['headers with a property', () => Object.assign(new Headers(), { rate: 1 }), 'result'],
  ['a symbol key of an array', () => [Object.assign([1], { [Symbol('s')]: 1 })], 'result[0]'],
  ['a promise', () => ({ a: Promise.resolve() }), 'result.a'],
  ['an instance', () => [new (class Thing {})()], 'result[0]'],
  ['an instance of a subclass of Map', () => new (class extends Map {})(), 'result'],
  ['an array of a class', () => new (class extends Array {})(), 'result'],
  ['an object made from another', () => Object.create({ inherited: 1 }), 'result'],
  ['an object that pretends to be a Map', () => Object.create(Map.prototype), 'result'],
  ['a Map without its prototype', () => Object.setPrototypeOf(new Map(), null), 'result'],
  ['a WeakMap', () => new Map([['k', new WeakMap()]]), 'result.values()[0]'],
  ['a key of a Map', () => new Map([[() => 1, 1]]), 'result.keys()[0]'],
  ['a WeakSet', () => new Set([new WeakSet()]), 'result.values()[0]'],
  ['a WeakRef', () => new WeakRef({}), 'result'],
  ['a generator', () => (function* () {})(), 'result'],
  ['a proxy of a function', () => new Proxy(() => 1, {}), 'result'],
  ['a proxy that makes up its members', () => [new Proxy({}, { get: () => 1 })], 'result[0]'],
  ['a boxed symbol', () => Object(Symbol('s')), 'result'],
  ['an object that pretends to be a Blob', () => [Object.create(Blob.prototype)], 'result[0]'],
  ['an object that pretends to be Headers', () => Object.create(Headers.prototype), 'result'],
  ['an instance of a subclass of Headers', () => new (class extends Headers {})(), 'result'],
  ['a Response', () => ({ response: new Response('x') }), 'result.response'],
  ['a cause', () => new Error('x', { cause: () => 1 }), 'result.cause'],
  [
    'a getter that throws',
    () => ({
      a: {
        get b(): never {
          throw new Error('no')
        },
      },
    }),
    'result.a.b',
  ],
  [
    'a revoked proxy',
    () => {
      const { proxy, revoke } = Proxy.revocable({}, {})
      revoke()
      return { proxy }
    },
    'result.proxy',
  ],
]

for (const [name, make, path] of refused) {
  test(`refused with its path: ${name}`, (t) => {
    const error = t.throws(() => encode(make()), { instanceOf: EngramError, code: 'ERR_UNSERIALIZABLE' })
    t.is(error?.path, path)
    t.is(roundTrip('the next value works'), 'the next value works')
  })
}

test('an instance that its codec leads back to is refused', (t) => {
  const types = new TypeRegistry()
  const node = { next: undefined as unknown }
  types.register(Point, { name: 'Point', encode: () => node, decode: () => new Point(0, 0) })
  const point = new Point(0, 0)
  node.next = point
  t.is(
    t.throws(() => encode({ point }, types), { code: 'ERR_UNSERIALIZABLE' })?.message.includes('result.point.next'),
    true,
  )
})

/** Each goes into itself, whatever it is made of. */
const wraps: Record<string, (inner: unknown) => unknown> = {
  array: (inner) => [1, inner],
  'array with a hole': (inner) => [, inner], // oxlint-disable-line no-sparse-arrays
  'sparse array': (inner) => Object.assign([], { 5000: inner }),
  'named elements': (inner) => Object.assign([1], { inner }),
  object: (inner) => ({ inner, after: 1 }),
  'null prototype': (inner) => Object.assign(Object.create(null), { inner }) as unknown,
  'many keys': (inner) => ({ ...Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`k${i}`, i])), inner }),
  'key of Object.prototype': (inner) => ({ constructor: inner }),
  Map: (inner) => new Map([['k', inner]]),
  'key of a Map': (inner) => new Map([[inner, 'v']]),
  Set: (inner) => new Set([1, inner]),
  error: (inner) => new Error('outer', { cause: inner }),
  frozen: (inner) => Object.freeze([inner]),
  instance: (inner) => new Point(inner as number, 1),
}

function wrapped(depth: number, ...names: string[]): unknown {
  let value: unknown = 'innermost'
  for (let i = 0; i < depth; i++) value = wraps[names[i % names.length]!]!(value)
  return value
}

for (const kind of [Object.keys(wraps), ...Object.keys(wraps).map((name) => [name])]) {
  test(`${kind.length === 1 ? kind[0] : 'anything'} nested far beyond the stack comes back`, (t) => {
    const types = new TypeRegistry()
    registerPoint(types)
    const levels = kind[0] === 'instance' ? DEPTH_LIMIT / 2 - 1 : DEPTH_LIMIT / kind.length
    const { bytes, buffers } = encode(wrapped(kind.length === 1 ? levels : 9000, ...kind), types)
    const again = encode(decode({ bytes, buffers }, types), types)
    t.is(again.bytes.compare(bytes), 0)
  })
}

test('what is nested deep is stored as the same is at the top', (t) => {
  const types = new TypeRegistry()
  registerPoint(types)
  for (const name of Object.keys(wraps)) {
    const part = wrapped(3, name)
    const [top, deep] = [encode(part, types).bytes, encode(nestedAround(part, 400), types).bytes]
    const levels = Buffer.alloc(400, SHORT_ARRAY + 1)
    t.deepEqual(deep, Buffer.concat([top.subarray(0, 1), levels, top.subarray(1)]), name)
  }
})

function nestedAround(value: unknown, depth: number): unknown {
  let outer = value
  for (let i = 0; i < depth; i++) outer = [outer]
  return outer
}

test('shared and cyclic parts deep inside stay shared', (t) => {
  const shared = { a: 1 }
  const top: unknown[] = [shared]
  const deep = nestedAround([shared, top, shared], 3000)
  top.push(deep)
  const back = roundTrip(top) as unknown[]
  let at = back[1] as unknown[]
  while (at.length === 1) at = at[0] as unknown[]
  t.is(at[1], back)
  t.is(at[0], back[0])
  t.is(at[2], back[0])
})

test('values may be nested as deep as the limit and no deeper, and the path says where', (t) => {
  t.is(encode(roundTrip(nested(DEPTH_LIMIT))).bytes.compare(encode(nested(DEPTH_LIMIT)).bytes), 0)
  t.throws(() => encode(nested(DEPTH_LIMIT + 1)), { code: 'ERR_UNSERIALIZABLE' })
  t.throws(() => encode(nested(100_000)), { code: 'ERR_UNSERIALIZABLE' })
  const error = t.throws(() => encode({ a: nestedAround({ b: [() => 1] }, 2000) }), { instanceOf: EngramError })
  t.regex(error.path!, /^result\.a\[0\].*…(\[0\])+\.b\[0\]$/)
})

test('a caller that is already deep gets an error of ours', (t) => {
  const { bytes } = encode(nested(900))
  const codes = new Set<unknown>()
  const descend = (): void => {
    try {
      descend()
    } catch {
      // Too deep already.
    }
    try {
      roundTrip(nested(900))
    } catch (error) {
      if (error instanceof EngramError) codes.add(error.code)
    }
  }
  descend()
  t.true([...codes].every((code) => code === 'ERR_UNSERIALIZABLE' || code === 'ERR_CORRUPT'))
  t.is(encode(nested(900)).bytes.compare(bytes), 0)
})

test('properties added to Object.prototype do not enter values', (t) => {
  const prototype = Object.prototype as Record<string, unknown>
  prototype['polluted'] = 1
  try {
    t.deepEqual(Object.keys(roundTrip({ a: 1, b: { c: 2 } })), ['a', 'b'])
  } finally {
    delete prototype['polluted']
  }
})
