// A result that is a little too old is better than waiting: it is served, and the function runs anew in the background.
import test from 'ava'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Memory } from '../../index.ts'
import { eventually } from '../kit/deadline.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

const aging = { captures: 'none', maxAge: 10, staleWhileRevalidate: 100 } as const

test.serial('a stale result is served, and the next call gets a new one: async', async (t) => {
  let [now, runs] = [1000, 0]
  const memory = openMemory(t, { clock: () => now })
  const load = memory.cache(async () => ++runs, { ...aging, name: 'load' })
  t.is(await load(), 1)
  now += 11
  const served = await Promise.all([load(), load(), load()])
  t.deepEqual(served, [1, 1, 1])
  await eventually('it ran anew', async () => (await load()) === 2)
  t.is(runs, 2)
  t.like(load.lookup(), { status: 'hit', info: { createdAt: now } })
})

test.serial('a stale result is served, and the next call gets a new one: sync', async (t) => {
  let [now, runs] = [1000, 0]
  const memory = openMemory(t, { clock: () => now })
  const load = memory.cache(() => ++runs, { ...aging, name: 'load' })
  t.is(load(), 1)
  now += 110
  t.deepEqual([load(), load()], [1, 1])
  await eventually('it ran anew', () => load() === 2)
  t.is(runs, 2)
})

test.serial('what is older than both together is not served', async (t) => {
  let [now, runs] = [1000, 0]
  const memory = openMemory(t, { clock: () => now })
  const load = memory.cache(() => ++runs, { ...aging, name: 'load' })
  load()
  now += 111
  t.is(load(), 2)
  await sleep(20)
  t.is(runs, 2)
})

test.serial('what validate refuses is not served', (t) => {
  let [now, runs] = [1000, 0]
  const memory = openMemory(t, { clock: () => now })
  const load = memory.cache(() => ++runs, { ...aging, name: 'load', validate: () => false })
  load()
  now += 11
  t.is(load(), 2)
})

test.serial('where validate answers later, a stale result is served too', async (t) => {
  let [now, runs] = [1000, 0]
  const memory = openMemory(t, { clock: () => now })
  const load = memory.cache(async () => ++runs, { ...aging, name: 'load', validate: async () => true })
  await load()
  now += 11
  t.is(await load(), 1)
  await eventually('it ran anew', async () => (await load()) === 2)
})

test.serial('has and lookup say that it is stale, one by one and of many', (t) => {
  let now = 1000
  const memory = openMemory(t, { clock: () => now })
  const load = memory.cache(() => 1, { ...aging, name: 'load' })
  load()
  now += 11
  t.false(load.has())
  t.like(load.lookup(), { status: 'stale', reason: 'expired' })
  t.like(load.lookupMany([[]])[0], { status: 'stale', reason: 'expired' })
})

test.serial('a reference to a stale result is given, and the function runs anew', async (t) => {
  let [now, runs] = [1000, 0]
  const memory = openMemory(t, { clock: () => now })
  const load = memory.cache(() => ++runs, { ...aging, name: 'load' })
  load()
  now += 11
  t.is(load.shelve().value, 1)
  await eventually('it ran anew', () => load.shelve().value === 2)
})

for (const kind of ['sync', 'async'] as const) {
  test.serial(`where running anew fails, there is a warning, and the result is served further: ${kind}`, async (t) => {
    const warnings = collectWarnings()
    let [now, runs] = [1000, 0]
    const memory = openMemory(t, { clock: () => now, onError: 'throw' })
    const run = (): number => {
      if (++runs > 1) throw new Error('no network')
      return runs
    }
    const fn: () => unknown = kind === 'sync' ? run : async () => run()
    const load = memory.cache(fn, { ...aging, name: 'load' })
    await load()
    now += 11
    t.is(await load(), 1)
    await eventually('it is said', () => warnings.codes().length > 0)
    t.deepEqual(warnings.codes(), ['ERR_REFRESH'])
    t.is(await load(), 1)
  })
}

// The run in the background takes the arguments as they are then.
test.serial('arguments that were changed meanwhile give no result to the call that was made', async (t) => {
  let [now, runs] = [1000, 0]
  const memory = openMemory(t, { clock: () => now })
  const load = memory.cache((list: number[]) => [++runs, ...list], { ...aging, name: 'load' })
  const list = [7]
  load(list)
  now += 11
  load(list)
  list.push(8)
  await sleep(20)
  t.is(runs, 1)
  t.deepEqual(load([7]), [1, 7])
})

test.serial('a memory that was closed, and one that only reads, run nothing in the background', async (t) => {
  let [now, runs] = [1000, 0]
  const location = join(temporaryDirectory(t), 'store')
  const clock = (): number => now
  const memory = new Memory({ location, clock })
  const cached = (one: Memory): (() => number) => one.cache(() => ++runs, { ...aging, name: 'load' })
  const load = cached(memory)
  load()
  now += 11
  load()
  await memory.close()
  const reader = openMemory(t, { location, clock, mode: 'readOnly' })
  t.is(cached(reader)(), 1)
  await sleep(20)
  t.is(runs, 1)
})

test('it needs a maxAge, and durations', (t) => {
  const memory = openMemory(t)
  for (const maxAge of [undefined, 0, '1h']) {
    throwsCode(t, 'ERR_INVALID_OPTION', () => memory.cache(() => 1, { maxAge, staleWhileRevalidate: -1 }))
  }
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.cache(() => 1, { staleWhileRevalidate: '1h' }))
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.cache(() => 1, { maxAge: 0, staleWhileRevalidate: 5 }))
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.cache(() => 1, { maxAge: 5, staleWhileRevalidate: 'soon' }))
  t.notThrows(() => memory.cache(() => 1, { maxAge: 5, staleWhileRevalidate: 0 }))
})
