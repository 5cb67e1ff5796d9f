import test from 'ava'
import fc from 'fast-check'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CachedFunction, Memory } from '../../index.ts'
import { FrontEntries } from '../../src/entry/front-entries.ts'
import type { Found } from '../../src/entry/outcome.ts'
import type { Store } from '../../src/native/binding.ts'
import { eventually } from '../kit/deadline.ts'
import { StoppedClock } from '../kit/stopped-clock.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

/** More calls than it takes until an entry is kept. */
const OFTEN = 8

function callOften<T>(call: () => T, times = OFTEN): T[] {
  return Array.from({ length: times }, call)
}

/** A function whose result says how often it ran. */
function counting(
  memory: Memory,
  name = 'counting',
): { f: CachedFunction<(key: string) => string>; runs: () => number } {
  let runs = 0
  const f = memory.cache((key: string) => `${key} ${++runs}`, { name, strategy: 'inputHash' })
  return { f, runs: () => runs }
}

test('every hit of a frozen result is frozen as the first was', (t) => {
  const memory = openMemory(t)
  const make = memory.cache(() => Object.freeze({ list: Object.seal([1]) }), { name: 'frozen' })
  for (const value of callOften(make)) t.true(Object.isFrozen(value) && Object.isSealed(value.list))
  t.is(new Set(callOften(make)).size, OFTEN)
})

test('every hit of a small object or array is a copy of its own', (t) => {
  const memory = openMemory(t)
  const object = memory.cache((id: number) => ({ id, name: 'a', none: undefined, nothing: null }), { name: 'object' })
  const array = memory.cache((id: number) => [id, 'a', undefined, null], { name: 'array' })
  for (const copy of callOften(() => object(1), 8)) {
    t.deepEqual(copy, { id: 1, name: 'a', none: undefined, nothing: null })
    t.deepEqual(Object.keys(copy), ['id', 'name', 'none', 'nothing'])
    copy.name = 'changed'
    Object.assign(copy, { more: 1 })
  }
  for (const copy of callOften(() => array(1), 8)) {
    t.deepEqual(copy, [1, 'a', undefined, null])
    copy.push('changed')
  }
})

test('values of every kind are copies each time, kept or not', (t) => {
  const memory = openMemory(t)
  const values: Record<string, () => unknown> = {
    nested: () => ({ inner: { n: 1 } }),
    list: () => [[1], [2]],
    date: () => new Date(5),
    map: () => new Map([[1, 2]]),
    set: () => new Set([1]),
    typed: () => new Uint8Array([1, 2]),
    boxed: () => Object(5),
    expression: () => /a/g,
    'without prototype': () => Object.assign(Object.create(null), { a: 1 }),
    sparse: () => Object.assign(new Array(3), { 0: 1, 2: 3 }),
    'array with a name': () => Object.assign([1], { name: 'x' }),
    long: () => 'x'.repeat(10_000),
    big: () => 5n,
    wide: () => Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, i])),
    error: () => new RangeError('no'),
    'own __proto__': () => JSON.parse('{"__proto__": 1, "a": 2}'),
    'minus zero': () => ({ value: -0 }),
    nan: () => Number.NaN,
  }
  for (const [name, make] of Object.entries(values)) {
    const f = memory.cache(make, { name, strategy: 'inputHash' })
    f()
    for (const found of callOften(() => f())) {
      t.deepEqual(found, make(), name)
      t.is(Object.getPrototypeOf(Object(found)), Object.getPrototypeOf(Object(make())), name)
      if (typeof found === 'object') t.not(found, f(), name)
    }
  }
})

test('what is shared within a value, or leads back to it, is so in every copy', (t) => {
  const memory = openMemory(t)
  const twice = memory.cache(
    () => {
      const inner = { n: 1 }
      return { one: inner, other: inner, list: [inner] }
    },
    { name: 'twice' },
  )
  const circle = memory.cache(
    () => {
      const value: { self?: unknown } = {}
      return Object.assign(value, { self: value })
    },
    { name: 'circle' },
  )
  for (const { one, other, list } of callOften(() => twice())) t.true(one === other && one === list[0])
  for (const value of callOften(() => circle())) t.is(value.self, value)
})

test('nested values are copied down to the last', (t) => {
  const memory = openMemory(t)
  const make = () => ({ id: 1, tags: ['a', ['b']], place: { city: 'c', at: { x: 1 } }, none: [], empty: {} })
  const f = memory.cache(make, { name: 'nested' })
  for (const copy of callOften(() => f())) {
    t.deepEqual(copy, make())
    ;(copy.tags[1] as string[]).push('changed')
    copy.tags.push('changed')
    copy.place.at.x = 5
    Object.assign(copy.empty, { changed: true })
    ;(copy.none as unknown[]).push('changed')
  }
})

test('what a codec decodes is what it returned, not a copy', (t) => {
  const memory = openMemory(t)
  class Colour {
    readonly name: string
    constructor(name: string) {
      this.name = name
    }
  }
  const red = Object.defineProperty({ name: 'red' }, 'hidden', { value: 1 })
  memory.register(Colour, { name: 'Colour', encode: ({ name }) => name, decode: () => red as Colour })
  const f = memory.cache(() => new Colour('red'), { name: 'colour' })
  f()
  for (const found of callOften(() => f())) t.is(found, red as Colour)
})

test('calls that differ in the least are kept apart', (t) => {
  const memory = openMemory(t)
  const told = (...args: unknown[]): string =>
    args.map((arg) => `${typeof arg} ${Object.is(arg, -0) ? '-0' : String(arg)}`).join()
  const f = memory.cache(told, { name: 'told', strategy: 'inputHash' })
  const g = memory.cache((...args: unknown[]) => `g ${told(...args)}`, { name: 'g', strategy: 'inputHash' })
  const one = [
    0,
    -0,
    1,
    -1,
    1.5,
    2 ** 31,
    -(2 ** 31),
    2 ** 32,
    Number.NaN,
    Infinity,
    '',
    '0',
    '1',
    'NaN',
    'undefined',
    true,
    false,
    null,
    undefined,
    1n,
    'x'.repeat(64),
    'x'.repeat(65),
    // Of these only the ends are hashed.
    `${'x'.repeat(40)}a${'x'.repeat(40)}`,
    `${'x'.repeat(40)}b${'x'.repeat(40)}`,
    'x'.repeat(256),
    'x'.repeat(257),
  ]
  const calls = [
    ...one.map((arg) => [arg]),
    ...one.flatMap((a) => one.map((b) => [a, b])),
    [1, undefined],
    [1, 2, 3],
    [1, 2, 3, 4],
    [1, 2, 3, 4, 5],
  ]
    // Those at the end are as if absent.
    .filter((args) => args.at(-1) !== undefined)
  for (let round = 0; round < OFTEN; round++) {
    for (const args of calls) {
      t.is(f(...args), told(...args))
      t.is(g(...args), `g ${told(...args)}`)
    }
  }
})

test('whatever is called in whatever order, each call gets its own result', (t) => {
  const memory = openMemory(t)
  const primitive = fc.oneof(
    fc.integer(),
    fc.double(),
    fc.string({ maxLength: 70 }),
    fc.boolean(),
    fc.constantFrom(null, undefined, 0, -0),
  )
  const described = (args: unknown[]): string =>
    args.map((arg) => `${typeof arg}:${Object.is(arg, -0) ? '-0' : String(arg)}`).join('|')
  const f = memory.cache((...args: unknown[]) => ({ args: described(args), length: args.length }), {
    name: 'f',
    strategy: 'inputHash',
  })
  const few = fc.array(primitive, { maxLength: 5 }).filter((args) => args.at(-1) !== undefined)
  const calls = fc.array(few, { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(calls, fc.array(fc.nat(), { maxLength: 200 }), (distinct, order) => {
      for (const index of [...order, ...order]) {
        const args = distinct[index % distinct.length]!
        const found = f(...args)
        if (found.args !== described(args) || found.length !== args.length) return false
        found.args = 'changed'
      }
      return true
    }),
    { numRuns: 200 },
  )
  t.pass()
})

test('more calls than there is room for all get their own results', (t) => {
  const memory = openMemory(t)
  const f = memory.cache((n: number, text: string) => ({ n, text }), { name: 'f' })
  for (let round = 0; round < 4; round++) {
    for (let n = 0; n < 12_000; n++) {
      const { n: found, text } = f(n, `t${n % 7}`)
      if (found !== n || text !== `t${n % 7}`) t.fail(`${n} got ${found} ${text}`)
    }
  }
  t.is(f.stats().misses, 12_000)
})

test('what was overwritten or dropped is not found again, whoever did it', (t) => {
  const location = temporaryDirectory(t)
  const [memory, other] = [openMemory(t, { location }), openMemory(t, { location })]
  const { f, runs } = counting(memory)
  const theirs = other.cache((key: string) => `theirs ${key}`, { name: 'counting', strategy: 'inputHash' })
  const changes: Record<string, () => unknown> = {
    refresh: () => f.refresh('a'),
    forget: () => f.forget('a'),
    'clear of the function': () => f.clear(),
    'clear of the memory': () => memory.clear(),
    'clear of some': () => memory.clear({ name: 'counting' }),
    reduce: () => memory.reduce({ maxEntries: 0 }),
    'forget by another memory': () => theirs.forget('a'),
    'clear by another memory': () => other.clear(),
  }
  for (const [what, change] of Object.entries(changes)) {
    const before = f('a')
    for (const found of callOften(() => f('a'))) t.is(found, before, what)
    change()
    const after = f('a')
    t.not(after, before, what)
    for (const found of callOften(() => f('a'))) t.is(found, after, what)
  }
  const ran = runs()
  theirs.refresh('a')
  for (const found of callOften(() => f('a'))) t.is(found, 'theirs a')
  t.is(runs(), ran)
})

test('an entry that is kept grows too old, as any other', (t) => {
  const clock = new StoppedClock()
  const { now } = Date
  // In the place of Date.now: under a clock of its own, a memory keeps no entries.
  Date.now = clock.read
  try {
    let runs = 0
    const f = openMemory(t).cache(() => ++runs, { name: 'aging', strategy: 'inputHash', maxAge: 300 })
    for (const found of callOften(() => f())) t.is(found, 1)
    clock.now += 301
    for (const found of callOften(() => f())) t.is(found, 2)
  } finally {
    Date.now = now
  }
})

test('an entry that is kept is refused by validate, as any other', (t) => {
  const memory = openMemory(t)
  let runs = 0
  let isAccepted = true
  const g = memory.cache(() => ++runs, { name: 'refused', strategy: 'inputHash', validate: () => isAccepted })
  for (const found of callOften(() => g())) t.is(found, 1)
  isAccepted = false
  t.is(g(), 2)
})

test('a captured value that changes is another call, and the old one is found when it changes back', (t) => {
  const memory = openMemory(t)
  const factors = { factor: 2 }
  const f = memory.cache((n: number) => n * factors.factor, { name: 'f' })
  for (const factor of [2, 3, 2, 3, 2]) {
    factors.factor = factor
    for (const found of callOften(() => f(5))) t.is(found, 5 * factor)
  }
  t.is(f.stats().misses, 2)
})

test('listeners hear of every hit, also of one that is kept', (t) => {
  const memory = openMemory(t)
  const { f } = counting(memory)
  callOften(() => f('a'))
  const statuses: string[] = []
  memory.on('call', ({ status }) => statuses.push(status))
  callOften(() => f('a'), 3)
  t.deepEqual(statuses, ['hit', 'hit', 'hit'])
})

test('promised results stay promised, each with a copy', async (t) => {
  const memory = openMemory(t)
  const f = memory.cache(async (id: number) => ({ id }), { name: 'later' })
  for (let call = 0; call < 6; call++) {
    const pending = f(1)
    t.true(pending instanceof Promise)
    const value = await pending
    t.deepEqual(value, { id: 1 })
    value.id = 5
  }
})

test('a closed memory runs each time, whatever it has kept', async (t) => {
  const memory = openMemory(t)
  const { f, runs } = counting(memory)
  callOften(() => f('a'))
  t.is(runs(), 1)
  await memory.close()
  f('a')
  t.is(runs(), 2)
})

test('all hits are counted: at once where somebody asks, else within a second', async (t) => {
  const location = temporaryDirectory(t)
  const memory = openMemory(t, { location })
  const { f } = counting(memory)
  const hits = (by: Memory): number | undefined => [...by.entries()][0]?.hits
  callOften(() => f('a'), 11)
  const info = f.lookup('a')
  t.is(info.status === 'hit' ? info.info.hits : undefined, 10)
  callOften(() => f('a'), 10)
  t.is(hits(memory), 20)
  t.is(f.stats().hits, 20)
  callOften(() => f('a'), 10)
  const other = openMemory(t, { location })
  t.true(hits(other)! < 30, 'the core was not asked for all')
  await eventually('another memory sees them', () => hits(other) === 30)
  callOften(() => f('a'), 10)
  await memory.close()
  t.is(hits(other), 40)
})

test('what is used most often stays when the store is full', async (t) => {
  const memory = openMemory(t, { limits: { maxEntries: 20 } })
  const { f, runs } = counting(memory)
  for (let n = 0; n < 100; n++) {
    f('used')
    f(`once ${n}`)
    // Times of use tell milliseconds apart.
    await sleep(2)
  }
  t.is(runs(), 101)
})

test('the time of use is that of the hit', async (t) => {
  const memory = openMemory(t)
  const { f } = counting(memory)
  callOften(() => f('a'))
  await sleep(30)
  const before = Date.now()
  f('a')
  const found = f.lookup('a')
  t.true(found.status === 'hit' && found.info.accessedAt >= before)
})

/** A store that says what the test wants, and hears of uses. */
function simulated(): { store: Store; revision: Uint32Array; generation: Uint32Array; told: number[] } {
  const [revision, generation] = [new Uint32Array(2), new Uint32Array(2)]
  const told: number[] = []
  const store = {
    validity: () => ({ revision: revision.buffer, generation: generation.buffer }),
    noteUses: (records: Buffer) => void told.push(Number(records.readBigUInt64LE(32))),
  }
  return { store: store as unknown as Store, revision, generation, told }
}

const owner = { number: 1 }
const found = (value: unknown): Found => ({
  isFound: true,
  value,
  isPromised: false,
  createdAt: 1,
  durationMs: 2,
  byteLength: 3,
  live: undefined,
  identity: undefined,
})
const scratch = { callKey: () => new Uint8Array(32) }

for (const which of ['revision', 'generation'] as const) {
  test(`what was looked up before the ${which} rose is not kept after`, (t) => {
    const simulation = simulated()
    const front = new FrontEntries(simulation.store)
    const offer = (era: number, value: string): void => front.offer(era, owner, ['a'], found(value), scratch)
    offer(front.era, 'first')
    offer(front.era, 'first')
    offer(front.era, 'first')
    t.is(front.lookup(owner, ['a'])?.value.copy(), 'first')
    const era = front.era
    simulation[which][0]!++
    offer(era, 'old')
    t.is(front.lookup(owner, ['a']), undefined)
    // Another call has begun anew in between.
    offer(era, 'old')
    t.is(front.lookup(owner, ['a']), undefined)
    offer(front.era, 'new')
    t.is(front.lookup(owner, ['a'])?.value.copy(), 'new')
  })
}

// The hash of a call began as its function's number, and a first argument equal to it made it 0, as of a call that is not
// kept: of the first function of a program, the call with 1 was six times as slow as every other.
test("a call is kept also where its argument is its function's number", (t) => {
  for (let number = 1; number < 100; number++) {
    const front = new FrontEntries(simulated().store)
    const sameNumber = { number }
    for (let call = 0; call < 3; call++) front.offer(front.era, sameNumber, [number], found('kept'), scratch)
    t.is(front.lookup(sameNumber, [number])?.value.copy(), 'kept')
  }
})

test('a store that tells of no changes has nothing kept, and is asked a few times only', (t) => {
  let asked = 0
  const front = new FrontEntries({ validity: () => (asked++, null) } as unknown as Store)
  for (let call = 0; call < 100; call++) {
    front.offer(front.era, owner, ['a'], found('value'), scratch)
    t.is(front.lookup(owner, ['a']), undefined)
  }
  t.true(asked < 20)
})

test('uses of entries that give way are told all the same', (t) => {
  const { store, revision, told } = simulated()
  const front = new FrontEntries(store)
  for (let call = 0; call < 3; call++) front.offer(front.era, owner, ['a'], found('value'), scratch)
  const entry = front.lookup(owner, ['a'])!
  for (let use = 0; use < 5; use++) front.noteUse(entry)
  revision[0]!++
  t.is(front.lookup(owner, ['a']), undefined)
  t.deepEqual(told, [5])
})
