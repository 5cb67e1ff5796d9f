import test from 'ava'
import fc from 'fast-check'
import { withHash } from '../../index.ts'
import { FlatArguments, areInert } from '../../src/entry/flat-arguments.ts'
import { openMemory } from '../kit/temporary-store.ts'

/** More calls than it takes until an entry is kept. */
const OFTEN = 8

class Point {
  readonly x = 1
}

const tagged = (strings: TemplateStringsArray): TemplateStringsArray => strings

test('objects that differ in the least are kept apart', (t) => {
  const memory = openMemory(t)
  const ran: unknown[] = []
  const f = memory.cache((...args: unknown[]) => ran.push(args), { name: 'f', strategy: 'inputHash' })
  const inner = { b: 1 }
  const objects: unknown[] = [
    {},
    [],
    [[]],
    [{}],
    { a: 1 },
    { a: '1' },
    { a: 1, b: undefined },
    { a: undefined },
    { a: null },
    { a: 0 },
    { a: -0 },
    { a: Number.NaN },
    { a: { b: 1 } },
    { a: {}, b: 1 },
    { a: inner, c: inner },
    { a: [1, 2] },
    { a: [1], b: 2 },
    { a: [[1], 2] },
    { a: [1, [2]] },
    { '0': 1 },
    { '0': 1, length: 1 },
    [1],
    [1, undefined],
    Object.assign([1], { name: 'x' }),
    // eslint-disable-next-line no-sparse-arrays
    [1, , 2],
    [1, undefined, 2],
    tagged`a`,
    ['a'],
    Object.assign(Object.create(null), { a: 1 }),
    Object.create({ a: 1 }),
    JSON.parse('{ "__proto__": 1 }'),
    new Point(),
    { x: 1 },
    new Date(0),
    new Map([['a', 1]]),
    new Set(['a']),
    new Uint8Array([1]),
    /a/,
    { a: new Date(0) },
    { a: 1n },
    { a: 'x'.repeat(64) },
    { a: 'x'.repeat(65) },
    { deep: { deep: { deep: { deep: { deep: 1 } } } } },
    { deep: { deep: { deep: { deep: { deep: 2 } } } } },
    Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, i])),
    Array.from({ length: 50 }, (_, i) => i),
  ]
  const calls = [...objects.map((one) => [one]), ...objects.slice(0, 20).map((one) => [one, 1]), [{ a: 1 }, { a: 1 }]]
  const expected = new Map<string, number>()
  for (let round = 0; round < OFTEN; round++) {
    for (const args of calls) {
      const [found, key] = [f(...args), f.key(...args)]
      if (!expected.has(key)) expected.set(key, found)
      t.is(found, expected.get(key)!)
    }
  }
  t.is(ran.length, expected.size)
})

test('arguments that are laid out alike have one key', (t) => {
  const f = openMemory(t).cache((...args: unknown[]) => args.length, { name: 'f', strategy: 'inputHash' })
  const leaf = fc.oneof(fc.integer({ min: 0, max: 2 }), fc.constantFrom('a', '', true, null, undefined, -0, 1.5))
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', '0'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }))
  const args = fc.array(value, { maxLength: 3 })
  const row = (list: unknown[]): unknown[] | undefined => {
    const flat = new FlatArguments()
    return flat.lay(list) ? [flat.hashFrom(1), ...flat.parts.slice(0, flat.length)] : undefined
  }
  const isSame = (one: unknown[] | undefined, other: unknown[] | undefined): boolean =>
    one !== undefined && one.length === other?.length && one.every((part, i) => part === other[i])
  fc.assert(
    fc.property(args, args, (one, other) => {
      const copy = structuredClone(one)
      if (row(one) !== undefined && !isSame(row(one), row(copy))) return false
      return !isSame(row(one), row(other)) || f.key(...one) === f.key(...other)
    }),
    { numRuns: 3000 },
  )
  t.pass()
})

test('the order of properties makes no other call', (t) => {
  const ran: object[] = []
  const f = openMemory(t).cache((order: object) => ran.push(order), { name: 'f', strategy: 'inputHash' })
  for (let call = 0; call < OFTEN; call++) t.is(f({ a: 1, b: 2 }) + f({ b: 2, a: 1 }), 2)
})

test('an object that was changed is another call, also deep within', (t) => {
  const f = openMemory(t).cache((order: { n: number; at: { x: number }[] }) => order.n + order.at[0]!.x, { name: 'f' })
  const order = { n: 1, at: [{ x: 10 }] }
  for (let n = 1; n < 4; n++) {
    order.n = n
    order.at[0]!.x = 10 * n
    for (let call = 0; call < OFTEN; call++) t.is(f(order), 11 * n)
  }
})

test('an object that says something else each time leaves nothing behind for others', (t) => {
  let runs = 0
  const f = openMemory(t).cache((order: { n: number }) => `run ${++runs} ${order.n}`, {
    name: 'f',
    strategy: 'inputHash',
  })
  let reads = 0
  const counting = {
    get n() {
      return ++reads
    },
  }
  const proxied = new Proxy({ n: 0 }, { get: () => ++reads })
  for (const changing of [counting, proxied]) {
    for (let call = 0; call < OFTEN; call++) {
      reads = 0
      f(changing)
    }
  }
  const ran = runs
  const results = Array.from({ length: 6 }, (_, n) => f({ n }))
  t.is(new Set(results).size, 6)
  t.true(runs > ran)
  for (let call = 0; call < OFTEN; call++) results.forEach((result, n) => t.is(f({ n }), result))
})

test('a getter may throw, and may call a cached function in turn', (t) => {
  const memory = openMemory(t, { onError: 'throw' })
  const f = memory.cache((order: { n: number }) => order.n, { name: 'f', strategy: 'inputHash' })
  const calling = {
    get n(): number {
      return f({ n: 5 })
    },
  }
  const throwing = {
    get n(): number {
      throw new RangeError('no')
    },
  }
  for (let call = 0; call < OFTEN; call++) {
    t.is(f(calling), 5)
    t.throws(() => f(throwing), { code: 'ERR_UNHASHABLE' })
    t.is(f({ n: call }), call)
  }
})

test('a hash that is given to an object later counts from then on', (t) => {
  const ran: object[] = []
  const f = openMemory(t).cache((order: object) => ran.push(order), { name: 'f', strategy: 'inputHash' })
  const order = { n: 1 }
  for (let call = 0; call < OFTEN; call++) t.is(f(order), 1)
  const given = withHash(order, 'order 1')
  for (let call = 0; call < OFTEN; call++) t.is(f(given), 2)
  t.is(f({ n: 1 }), 1)
})

test('what Object.prototype shows in every object is not taken for its own', (t) => {
  const ran: object[] = []
  const f = openMemory(t).cache((order: object) => ran.push(order), { name: 'f', strategy: 'inputHash' })
  for (let call = 0; call < OFTEN; call++) t.is(f({ n: 1, shown: 2 }), 1)
  Object.defineProperty(Object.prototype, 'shown', { value: 2, enumerable: true, configurable: true })
  try {
    for (let call = 0; call < OFTEN; call++) t.is(f({ n: 1 }), 2)
  } finally {
    delete (Object.prototype as { shown?: number }).shown
  }
})

test('a property named by a symbol is refused also where the rest was found before', (t) => {
  const f = openMemory(t, { onError: 'throw' }).cache((order: object) => typeof order, {
    name: 'f',
    strategy: 'inputHash',
  })
  for (let call = 0; call < OFTEN; call++) f({ n: 1 })
  t.throws(() => f({ n: 1, [Symbol('more')]: 2 }), { code: 'ERR_UNHASHABLE' })
})

test('objects whose reading runs code are told from those that hold their values', (t) => {
  t.true(areInert([{ a: [{ b: 1 }] }, 1, null]))
  t.false(areInert([{ a: [new Proxy({}, {})] }]))
  t.false(areInert([{ a: Object.defineProperty({}, 'b', { get: () => 1, enumerable: true }) }]))
})
