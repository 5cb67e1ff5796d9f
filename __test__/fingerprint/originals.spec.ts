import test from 'ava'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

/** Puts a value in a place for as long as `act` runs. */
function replaced<T>(holder: object, name: string, value: unknown, act: () => T): T {
  const property = Object.getOwnPropertyDescriptor(holder, name)
  Object.defineProperty(holder, name, { value, writable: true, configurable: true, enumerable: false })
  try {
    return act()
  } finally {
    if (property === undefined) Reflect.deleteProperty(holder, name)
    else Object.defineProperty(holder, name, property)
  }
}

const RANDOM = 'random'
const quarter = (): number => 0.25
const half = (): number => 0.5

interface Case {
  readonly holder: object
  readonly name: string
  readonly use: (n: number) => unknown
  readonly values: readonly [unknown, unknown]
}

const cases: Record<string, Case> = {
  'a member of a global': { holder: Math, name: 'random', use: (n) => n + Math.random(), values: [quarter, half] },
  'a member of a global that is named when it runs': {
    holder: Math,
    name: 'random',
    use: (n) => n + Math[RANDOM](),
    values: [quarter, half],
  },
  'the platform': { holder: process, name: 'platform', use: (n) => [n, process.platform], values: ['one', 'other'] },
  'one that is named by globalThis': {
    holder: Math,
    name: 'random',
    use: (n) => n + globalThis.Math.random(),
    values: [quarter, half],
  },
  'a global function of Node': {
    holder: globalThis,
    name: 'fetch',
    use: (n) => [n, fetch as unknown].length,
    values: [quarter, half],
  },
  'a method of an object of Node': {
    holder: performance,
    name: 'now',
    use: (n) => n + performance.now(),
    values: [quarter, half],
  },
  'a whole object of Node': {
    holder: globalThis,
    name: 'performance',
    use: (n) => n + performance.now(),
    values: [{ now: () => 0.25 }, { now: () => 0.5 }],
  },
  'what tells where the program runs': {
    holder: process,
    name: 'cwd',
    use: (n) => n + process.cwd(),
    values: [() => '/a', () => '/b'],
  },
  'a class': {
    holder: globalThis,
    name: 'Date',
    use: (n) => n + new Date().getTime(),
    values: [
      class extends Date {
        override getTime(): number {
          return 1
        }
      },
      class extends Date {
        override getTime(): number {
          return 2
        }
      },
    ],
  },
  'a method of a prototype': {
    holder: Array.prototype,
    name: 'toSorted',
    use: (n) => [n, 1].toSorted(),
    values: [() => [1], () => [2]],
  },
  'what JSON asks for': {
    holder: BigInt.prototype,
    name: 'toJSON',
    use: (n) => JSON.stringify({ n: BigInt(n) }),
    values: [() => 'a', () => 'b'],
  },
  'another function of the language': {
    holder: Math,
    name: 'max',
    use: (n) => Math.max(n, 2),
    values: [Math.min, Math.hypot],
  },
  'a global of the user that nobody can list': {
    holder: globalThis,
    name: 'engramTestRate',
    use: (n) => n * (globalThis as unknown as { engramTestRate: number }).engramTestRate,
    values: [2, 3],
  },
  'a bound function of the user': {
    holder: Math,
    name: 'random',
    use: (n) => n + Math.random(),
    values: [quarter.bind(null), half.bind(null)],
  },
}

for (const [what, { holder, name, use, values }] of Object.entries(cases))
  test.serial(`what takes the place of ${what} counts, as long as it is there`, (t) => {
    const warnings = collectWarnings()
    const f = openMemory(t).cache(use)
    const before = f.key(1)
    const [one, other] = values.map((value) => replaced(holder, name, value, () => [f.key(1), f.key(1)]))
    t.is(one![0], one![1])
    t.is(new Set([before, one![0], other![0]]).size, 3)
    t.is(f.key(1), before)
    t.deepEqual(warnings.codes(), [])
  })

test.serial('a value that was put on a prototype of the language counts', (t) => {
  const memory = openMemory(t)
  const keyWith = (rate: unknown): string =>
    replaced(Object.prototype, 'rateOfTests', rate, () =>
      memory.cache((n: number) => [n, ({} as { rateOfTests?: unknown }).rateOfTests], { name: 'f' }).key(1),
    )
  t.is(keyWith(2), keyWith(2))
  t.not(keyWith(2), keyWith(3))
})

test.serial('each call sees what is there', (t) => {
  const f = openMemory(t).cache((n: number) => n + Math.random())
  const real = f(1)
  t.is(
    replaced(Math, 'random', quarter, () => f(1)),
    1.25,
  )
  t.is(
    replaced(Math, 'random', half, () => f(1)),
    1.5,
  )
  t.is(f(1), real)
  t.is(
    replaced(Math, 'random', quarter, () => f(1)),
    1.25,
  )
  t.is(f.stats().misses, 3)
})

test.serial('what a helper uses counts, and what was replaced before the first look', (t) => {
  const helper = (n: number): number => n + Math.random()
  const keys = (): string =>
    openMemory(t)
      .cache((n: number) => helper(n))
      .key(1)
  const real = keys()
  const [one, other] = [quarter, half].map((value) => replaced(Math, 'random', value, keys))
  t.is(new Set([real, one, other]).size, 3)
})

test.serial('what comes with Node says nothing of itself', (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  const uses: ((n: number) => unknown)[] = [
    (n) => [Math.max(n, 1), JSON.stringify([n]), Object.keys({}), Array.from([n]), parseInt('1', 10)],
    (n) => [performance.now(), crypto.randomUUID(), process.cwd(), process.hrtime.bigint(), process.uptime(), n],
    (n) => [setTimeout, queueMicrotask, structuredClone, fetch, URL, Buffer.from('a'), new AbortController(), n].length,
    (n) => [new Map([[1, n]]).get(1), new Set([n]).keys(), new Date().toISOString(), `${n}`.trimEnd(), [n].map(String)],
    (n) => [typeof Headers, Intl.NumberFormat, Reflect.ownKeys({}), Atomics.isLockFree(4), n].length,
  ]
  for (const use of uses) {
    const name = `f${uses.indexOf(use)}`
    t.is(memory.cache(use, { name }).key(1), memory.cache(use, { name, captures: 'none' }).key(1), String(use))
  }
  t.deepEqual(warnings.codes(), [])
})
