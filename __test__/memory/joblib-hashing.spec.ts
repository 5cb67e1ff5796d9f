// What joblib's own tests of hashing assert (test_hashing.py), for the keys of this library. Where Python tells 1 from
// 1.0 there is bigint, for complex numbers a class, for tuples and numpy's arrays typed arrays. Left out is what only
// Python has: memory maps, the order of an array's bytes beside its values, the digests of pickles.
import test from 'ava'
import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Point } from '../key/key-of.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { TYPED_ARRAYS } from '../kit/typed-arrays.ts'
import { valueOf } from '../process/programs/numbered-values.ts'

/** Keys of a function's calls in a memory that knows Point. */
function keysOf(t: Parameters<typeof openMemory>[0]): (...args: unknown[]) => string {
  const known = openMemory(t, { onError: 'throw' })
  known.register(Point, { name: 'Point', encode: ({ x, y }) => [x, y], decode: ([x, y]) => new Point(x, y) })
  return known.cache((...values: unknown[]) => values.length).key
}

// ----------------------------------------------------------------------------------------------- the matrix of values

const bound = [1]

const objects = (): unknown[] => [
  1n,
  2n,
  1,
  2,
  new Point(1, 1),
  new Point(2, 1),
  'a',
  'b',
  Uint8Array.of(1),
  Uint8Array.of(1, 1),
  [1],
  [1, 1],
  new Map([[1, 1]]),
  new Map([[1, 2]]),
  new Map([[2, 1]]),
  null,
  Math.max,
  bound.push,
  new Set(['a', 1]),
  new Set(['a', 1, ['a', 1]]),
  new Map<unknown, unknown>([
    ['a', 1],
    [1, 2],
  ]),
  new Map<unknown, unknown>([
    ['a', 1],
    [1, 2],
    ['d', { a: 1 }],
  ]),
]

test('of twenty-two objects, each has the key of itself only', (t) => {
  const key = keysOf(t)
  const keys = objects().map((object) => key(object))
  for (const [index, object] of objects().entries()) t.is(keys.indexOf(key(object)), index)
})

test('no value of one type has the key of a value of another type', (t) => {
  const key = keysOf(t)
  const likeOne = [
    1,
    1n,
    '1',
    true,
    Object(1),
    [1],
    new Set([1]),
    new Date(1),
    Int8Array.of(1),
    Float64Array.of(1),
    { 1: 1 },
  ]
  t.is(new Set(likeOne.map((value) => key(value))).size, likeOne.length)
})

// ----------------------------------------------------------------------------------------------------------- methods

class Counter {
  readonly step: number
  constructor(step: number) {
    this.step = step
  }
  next(n: number): number {
    return n + this.step
  }
}

test('the same method of one object is equal, that of another object is not', (t) => {
  const known = openMemory(t, { onError: 'throw' })
  known.register(Counter, {
    name: 'Counter',
    encode: ({ step }) => step,
    decode: (step) => new Counter(step as number),
  })
  const { key } = known.cache((call: unknown) => typeof call)
  const [a, b] = [new Counter(1), new Counter(2)]
  t.is(key(a.next.bind(a)), key(a.next.bind(a)))
  t.not(key(a.next.bind(a)), key(b.next.bind(b)))
  t.not(key(a.next.bind(a)), key(a.next))
  // Equal objects, one method.
  t.is(key(a.next.bind(a)), key(a.next.bind(new Counter(1))))
})

test('a method is the same through a wrapper that caches', (t) => {
  const known = openMemory(t, { onError: 'throw' })
  const { key } = known.cache((call: unknown) => typeof call)
  const next = (n: number): number => n + 1
  t.is(key(known.cache(next)), key(next))
  t.is(key(known.cache(next)), key(known.cache(next, { maxAge: 5 })))
})

// ------------------------------------------------------------------------------------------------------------ arrays

test('arrays are equal just where their elements are, in their order', (t) => {
  const key = keysOf(t)
  const rows = Float64Array.from({ length: 1000 }, (_, i) => Math.sin(i))
  const transposed = Float64Array.from({ length: 1000 }, (_, i) => rows[(i % 10) * 100 + Math.floor(i / 10)]!)
  t.is(key(rows), key(rows.slice()))
  t.not(key(rows), key(transposed))
  t.not(key(rows), key(rows.map((value, i) => (i === 999 ? value + 1e-16 + Number.EPSILON : value))))
  t.is(key({ rows, transposed }), key({ transposed: transposed.slice(), rows: rows.slice() }))
  t.not(key({ rows }), key({ rows: transposed }))
})

test('a part of a larger array is equal to a copy of that part', (t) => {
  const key = keysOf(t)
  const large = Float64Array.from({ length: 2000 }, (_, i) => i)
  for (const length of [5, 1000]) {
    const part = large.subarray(7, 7 + length)
    t.is(key(part), key(part.slice()))
    t.is(key([part]), key([Float64Array.from(part)]))
  }
})

test('points in time, and what has no dimension', (t) => {
  const key = keysOf(t)
  const times = ['1950-01-01', '1950-01-02', '1950-01-02'].map((day) => new Date(day))
  t.is(key(times), key(times.map((time) => new Date(time))))
  t.not(key(times[0]), key(times[1]))
  t.not(key(times[0]), key(times[0]!.getTime()))
  t.not(key(2), key(3))
  t.not(key(1), key([1]))
  t.not(key(Float64Array.of(1)), key([1]))
  t.not(key(Float64Array.of(1)), key(1))
})

test('arrays of objects are equal however they nest', (t) => {
  const key = keysOf(t)
  const make = (): unknown => [[{ a: [1, [2, 'three']] }], [Float32Array.of(1), [Float32Array.of(1)]], []]
  t.is(key(make()), key(make()))
  t.is(key([make(), make()]), key([make(), make()]))
})

test('the type of an array counts, alone and in lists, before and after a round trip', (t) => {
  const key = keysOf(t)
  const arrays = TYPED_ARRAYS.map((Type) => new Type(8 / Type.BYTES_PER_ELEMENT))
  const keys = arrays.map((array) => key(array))
  t.is(new Set(keys).size, arrays.length)
  t.deepEqual(
    structuredClone(arrays).map((array) => key(array)),
    keys,
  )
  const lists = arrays.map((array) => key([array, array]))
  t.deepEqual(
    structuredClone(arrays).map((array) => key([array, array.slice()])),
    lists,
  )
})

// ----------------------------------------------------------------------------------------------- objects, sets, texts

const NAMES = 'abcdefghijklm'.split('')

test('objects and Sets of thirteen names are equal after they were stored', (t) => {
  const key = keysOf(t)
  const known = openMemory(t, { onError: 'throw' })
  const stored = known.cache((kind: string): unknown => {
    const entries = NAMES.map((name, index) => [`#s12069__c_maps.nii.gz_${name}`, index] as const)
    return kind === 'object'
      ? Object.fromEntries(entries)
      : kind === 'Map'
        ? new Map(entries)
        : new Set(entries.map(([name]) => name))
  })
  for (const kind of ['object', 'Map', 'Set']) {
    const [made, found] = [stored(kind), stored(kind)]
    t.not(made, found)
    t.is(key(made), key(found))
    t.is(key({ [kind]: made }), key({ [kind]: found }))
  }
})

test('a Set whose items have no order is equal in any order', (t) => {
  const key = keysOf(t)
  const items = [NaN, 1, 1n, '1', null, undefined, new Date(NaN), [NaN], -Infinity, 10n ** 30n]
  t.is(key(new Set(items)), key(new Set(items.toReversed())))
  t.is(key(new Map(items.map((item) => [item, item]))), key(new Map(items.toReversed().map((item) => [item, item]))))
})

test('a text is equal to itself however it came about', (t) => {
  const key = keysOf(t)
  const known = openMemory(t, { onError: 'throw' })
  const stored = known.cache(() => ({ name: 'a text of no small length, in any case' }))
  const texts = [stored().name, stored().name, ['a text of no small length', 'in any case'].join(', ')]
  t.is(new Set(texts.map((name) => key(name, { [name]: 1 }, [name, name]))).size, 1)
})

// ------------------------------------------------------------------------------------------------------------- golden

// Python's random.seed(42) gives the five numbers. These keys are in stores: they stay as they are for ever.
const GOLDEN: readonly (readonly [value: unknown, key: string])[] = [
  ['This is a string to hash', '0c0c8794ef6b481409571179aae96cfe0a623971bf9718810574c0cfa48241dd'],
  ["C'est l\u00e9t\u00e9", '4946c49c1fddb2ff02832b51b770db0c9389374256423b5e92e3b11d08bc00a6'],
  [[123456, 54321, -98765], '0333b09b647b9951364eabe9cc9a9899b0cef156ab1a900ea1bba686a56e1e16'],
  [
    [0.6394267984578837, 0.025010755222666936, 0.27502931836911926, 0.22321073814882275, 0.7364712141640124],
    '8413e84a01a70ac924299bd1a3d2a22c7f95a89491272a7addaa5c19dd667a68',
  ],
  [{ abcde: 123, sadfas: [-9999, 2, 3] }, 'a5da78c5eee4dc821daccfebe18a995447a44ac526722a7c593714180cf91d1d'],
]

test('five keys stay the same', (t) => {
  const fn = openMemory(t).cache((value: unknown) => value, { name: 'golden', version: '1' })
  for (const [value, key] of GOLDEN) t.is(fn.key(value), key)
})

test('five threads find one key for one function', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const memory = openMemory(t, { location })
  const entry = new URL('../process/programs/thread-entry.mjs', import.meta.url)
  const keys = Array.from({ length: 5 }, async () => {
    const worker = new Worker(entry, { argv: [location, 'key', '7'] })
    const [key] = (await once(worker, 'message')) as [string]
    await worker.terminate()
    return key
  })
  t.deepEqual(await Promise.all(keys), Array<string>(5).fill(memory.cache(valueOf, { name: 'valueOf' }).key(7)))
})

// ------------------------------------------------------------------------------------------------------------ mistakes

test('what cannot be hashed is an error that says where it is', (t) => {
  const key = keysOf(t)
  class Unhashable {
    readonly lock = new WeakMap()
  }
  throwsCode(t, 'ERR_UNHASHABLE', () => key(new Unhashable()))
  t.regex(t.throws(() => key([{ deep: new Unhashable() }]))?.message ?? '', /args\[0\]\[0\]\.deep\.lock is a WeakMap/)
})

test('a strategy that there is not is an error', (t) => {
  throwsCode(t, 'ERR_INVALID_OPTION', () => openMemory(t).cache((n: number) => n, { strategy: 'md5' as never }))
})
