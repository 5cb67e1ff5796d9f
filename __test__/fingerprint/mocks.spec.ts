import test, { type ExecutionContext } from 'ava'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mock } from 'node:test'
import { pathToFileURL } from 'node:url'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

/** A mock as those of Jest and vitest are: what it does lies in variables around it, and it keeps its calls. */
const PACKAGE = `
  export function spy(original) {
    const config = { once: [], implementation: undefined, original }
    const state = { calls: [] }
    const fn = function (...args) {
      state.calls.push(args)
      return (config.once.shift() ?? config.implementation ?? config.original ?? (() => undefined)).apply(this, args)
    }
    fn._isMockFunction = true
    fn.mock = state
    fn.getMockImplementation = () => config.once[0] ?? config.implementation
    fn.mockImplementation = (implementation) => { config.implementation = implementation; return fn }
    fn.mockReturnValue = (value) => fn.mockImplementation(() => value)
    fn.mockReturnValueOnce = (value) => { config.once.push(() => value); return fn }
    return fn
  }
`

interface Spy {
  (...args: unknown[]): unknown
  mockImplementation(implementation: Function): Spy
  mockReturnValue(value: unknown): Spy
  mockReturnValueOnce(value: unknown): Spy
}

async function loadSpy(t: ExecutionContext): Promise<(original?: Function) => Spy> {
  const directory = temporaryDirectory(t)
  const home = join(directory, 'node_modules', 'spy')
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'package.json'), '{"name":"spy","version":"1.0.0","type":"module"}')
  writeFileSync(join(home, 'index.js'), PACKAGE)
  const { spy } = (await import(pathToFileURL(join(home, 'index.js')).href)) as { spy: (original?: Function) => Spy }
  return spy
}

test.serial('a mock counts by what it does, not by its calls', async (t) => {
  const spy = await loadSpy(t)
  const warnings = collectWarnings()
  const memory = openMemory(t)
  const keyOf = (price: Spy): string => memory.cache((n: number) => price(n), { name: 'f' }).key(1)
  const made: (() => Spy)[] = [
    () => spy((n: number) => n * 2),
    () => spy((n: number) => n * 3),
    () => spy().mockReturnValue(2),
    () => spy().mockReturnValue({ rate: 3 }),
    () => spy((n: number) => n * 2).mockImplementation((n: number) => n * 4),
  ]
  const keys = made.map((make) => keyOf(make()))
  t.is(new Set(keys).size, made.length)
  for (const [index, make] of made.entries()) {
    const price = make()
    price(7)
    t.is(keyOf(price), keys[index]!)
  }
  t.deepEqual(warnings.codes(), [])
})

test.serial('a mock that is told to do something else counts by that from then on', async (t) => {
  const price = (await loadSpy(t))().mockReturnValue(2)
  const f = openMemory(t).cache((n: number) => [n, price(n)])
  t.deepEqual(
    [f(1), f(1)],
    [
      [1, 2],
      [1, 2],
    ],
  )
  price.mockReturnValue(3)
  t.deepEqual(f(1), [1, 3])
  price.mockReturnValueOnce(4)
  t.deepEqual(f(1), [1, 4])
  t.deepEqual(f(1), [1, 3])
})

test.serial('a mock that keeps what it does elsewhere is not cached, and says so', async (t) => {
  const home = join(temporaryDirectory(t), 'node_modules', 'double')
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'package.json'), '{"name":"double","version":"1.0.0","type":"module"}')
  writeFileSync(
    join(home, 'index.js'),
    `const answers = new Map()
    export const func = () => Object.assign(function double() { return answers.get(double) }, { toString: () => '[test double]' })
    export const answer = (double, value) => answers.set(double, value)`,
  )
  const { func, answer } = (await import(pathToFileURL(join(home, 'index.js')).href)) as {
    func(): () => number
    answer(double: () => number, value: number): void
  }
  const warnings = collectWarnings()
  const price = func()
  const f = openMemory(t).cache(() => price(), { name: 'f' })
  for (const value of [2, 3]) {
    answer(price, value)
    t.is(f(), value)
  }
  t.deepEqual(warnings.codes(), ['ERR_UNHASHABLE'])
})

test.serial('a mock of node:test counts by what it does', (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  const [two, three, again] = [2, 3, 2].map((rate) => {
    const price = mock.fn((n: number) => n * rate)
    price(7)
    return memory.cache((n: number) => price(n), { name: 'f' }).key(1)
  })
  t.not(two, three)
  t.is(two, again)
  t.deepEqual(warnings.codes(), [])
})

test.serial('a mock that does something else once is not cached, and says so', async (t) => {
  const spy = await loadSpy(t)
  const warnings = collectWarnings()
  const price = spy().mockReturnValue(3).mockReturnValueOnce(2)
  const f = openMemory(t).cache((n: number) => price(n))
  t.deepEqual([f(1), f(1)], [2, 3])
  t.deepEqual(warnings.codes(), ['ERR_UNHASHABLE'])
})

test.serial('what a mock takes the place of counts again when it is gone', async (t) => {
  const spy = await loadSpy(t)
  const f = openMemory(t).cache((n: number) => n + Math.random())
  const { random } = Math
  const real = f.key(1)
  const keys = [0.25, 0.5].map((value) => {
    Math.random = spy().mockReturnValue(value) as () => number
    try {
      return f.key(1)
    } finally {
      Math.random = random
    }
  })
  t.is(new Set([real, ...keys]).size, 3)
  t.is(f.key(1), real)
})

test.serial('a fake clock counts by its time', (t) => {
  const warnings = collectWarnings()
  const f = openMemory(t).cache((n: number) => n + new Date().getTime())
  const real = f.key(1)
  const [one, other, again] = [1000, 2000, 1000].map((now) => {
    mock.timers.enable({ apis: ['Date'], now })
    try {
      return f.key(1)
    } finally {
      mock.timers.reset()
    }
  })
  t.is(new Set([real, one, other]).size, 3)
  t.is(again, one)
  t.is(f.key(1), real)
  t.deepEqual(warnings.codes(), [])
})
