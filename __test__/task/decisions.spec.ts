// Where Flyte's code contradicts its text, or the seeds each other, and what was decided: one test for each row about Flyte.
import test from 'ava'
import { rmSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { type Memory, localCache, task, withRunContext } from '../../index.ts'
import { blobsIn } from '../kit/files.ts'
import { StoppedClock } from '../kit/stopped-clock.ts'
import { lastRun, refusedTask } from '../kit/tasks.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

const CACHED = { cache: true, cacheVersion: '1.0' } as const

test('the key has version, signature and inputs, as parts that no delimiter can join', async (t) => {
  const memory = openMemory(t)
  const node = (name: string, version: string) =>
    task(({ n: _ }: { n: number }) => `${name} ${version}`, { name, cache: true, cacheVersion: version, memory })
  t.is(await node('a-b', 'c')({ n: 1 }), 'a-b c')
  t.is(await node('a', 'b-c')({ n: 1 }), 'a b-c')
  const typed = task(({ n: _ }: any) => 'typed', {
    name: 'a',
    cache: true,
    cacheVersion: 'b-c',
    memory,
    inputs: { n: 'int' },
  })
  t.is(await typed({ n: 1 }), 'typed')
})

test('what a bumped version leaves behind is unreachable at once, and goes when it is asked to', async (t) => {
  const clock = new StoppedClock()
  const memory = openMemory(t, { clock: () => clock.now++ })
  const node = (version: string) =>
    task(({ n }: { n: number }) => n, { name: 'node', cache: true, cacheVersion: version, memory })
  await node('1.0')({ n: 1 })
  await node('1.0')({ n: 2 })
  await node('1.1')({ n: 1 })
  t.is(lookups(memory), 3)
  t.is(memory.clear({ superseded: true }), 2)
  t.deepEqual(
    Array.from(memory.entries(), ({ version }) => version),
    ['1.1'],
  )
})

function lookups(memory: Memory): number {
  return [...memory.entries()].length
}

test('the reservation of a run that failed is free at once', async (t) => {
  const memory = openMemory(t)
  let runs = 0
  const node = task(
    ({ n }: { n: number }) => {
      if (++runs === 1) throw new RangeError('of the first')
      return n
    },
    { name: 'node', cache: { version: '1', serialize: true }, memory },
  )
  await t.throwsAsync(node({ n: 1 }), { instanceOf: RangeError })
  t.is(await node({ n: 1 }), 1)
  t.is(runs, 2)
})

test('void results are stored', async (t) => {
  const memory = openMemory(t)
  let runs = 0
  const node = task(({ n: _ }: { n: number }): void => void runs++, { name: 'node', ...CACHED, memory })
  for (const _ of [1, 2]) t.is(await node({ n: 1 }), undefined)
  t.is(runs, 1)
})

test('an entry whose data is missing is a miss with its reason', async (t) => {
  collectWarnings()
  const memory = openMemory(t)
  const node = task(({ n }: { n: number }) => new Uint8Array(n).fill(1), { name: 'node', ...CACHED, memory })
  await node({ n: 100_000 })
  for (const blob of blobsIn(memory.location!)) rmSync(blob)
  await withRunContext({}).run(node, { n: 100_000 })
  t.like(lastRun(memory).calls[0], { state: 'ran', reason: 'dangling', cacheStatus: 'populated' })
})

test('tasks are not cached by default, and cache: true needs a version', async (t) => {
  const memory = openMemory(t)
  await task(({ n }: { n: number }) => n, { name: 'node', memory })({ n: 1 })
  t.is(lookups(memory), 0)
  await refusedTask(t, () => task(({ n }: { n: number }) => n, { name: 'node', cache: true, memory }), 'cacheVersion')
})

test('a failed call is tried again by the next one', async (t) => {
  const memory = openMemory(t)
  let runs = 0
  const fails = task(
    (): never => {
      throw new RangeError(`${++runs}`)
    },
    { name: 'fails', ...CACHED, memory },
  )
  for (const message of ['1', '2']) await t.throwsAsync(fails(), { message })
})

test('stale is what is older than maxAge, and not what is as old', async (t) => {
  const clock = new StoppedClock()
  const memory = openMemory(t, { clock: clock.read })
  let runs = 0
  const node = task(({ n: _ }: { n: number }) => ++runs, {
    name: 'node',
    cache: { version: '1', maxAge: 1000 },
    memory,
  })
  await node({ n: 1 })
  clock.now += 1000
  t.is(await node({ n: 1 }), 1)
  clock.now += 1
  t.is(await node({ n: 1 }), 2)
})

test.serial('local results lie at an absolute path, also where there is no home', (t) => {
  const { HOME: home } = process.env
  process.env['HOME'] = ''
  t.true(isAbsolute(localCache.location))
  if (home === undefined) delete process.env['HOME']
  else process.env['HOME'] = home
  t.true(isAbsolute(localCache.location))
})
