// Where the directory was deleted, or cleared, between two calls of a workflow, the second one failed with ERR_NOT_FOUND: what it
// was given had been found, and was gone when it was loaded.
import test, { type ExecutionContext } from 'ava'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { EngramError, Memory, hashMethod, task, workflow } from '../../index.ts'
import { eventually } from '../kit/deadline.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

const CACHED = { cache: true, cacheVersion: '1' } as const

/** Tasks of small and of large results, how often they ran, and what makes all that they gave go. */
function shop(t: ExecutionContext) {
  const location = join(temporaryDirectory(t), 'store')
  const memory = new Memory({ location, onError: 'throw' })
  t.teardown(() => memory.close())
  const options = { memory, ...CACHED }
  const runs: string[] = []
  const small = task(({ n }: { n: number }) => (runs.push('small'), { n }), { name: 'small', ...options })
  const large = task(
    ({ from }: { from: { n: number } }) => (runs.push('large'), new Float64Array(40_000).fill(from.n)),
    {
      name: 'large',
      ...options,
    },
  )
  const sum = task(({ a, b }: { a: Float64Array; b: { n: number } }) => (runs.push('sum'), a[7]! + b.n), {
    name: 'sum',
    ...options,
  })
  return { location, memory, options, runs, small, large, sum }
}

for (const [how, go] of [
  ['cleared', ({ memory }) => memory.clear()],
  ['deleted', ({ location }) => rmSync(location, { recursive: true, force: true })],
] as [string, (place: { memory: Memory; location: string }) => unknown][]) {
  test(`what a call is given that was ${how} since is made again`, async (t) => {
    const place = shop(t)
    const { memory, runs, small, large, sum } = place
    const total = workflow(
      async ({ isLost }: { isLost: boolean }) => {
        const b = small({ n: 3 })
        const a = large({ from: b })
        await Promise.all([a.payload(), b.payload()])
        if (isLost) await go(place)
        return sum({ a, b })
      },
      // Who needs it has the only place, and waits.
      { name: 'total', memory, concurrency: 1 },
    )
    t.is(await total({ isLost: false }), 6)
    t.is(await total({ isLost: true }), 6)
    // That a directory is gone is noticed a moment later.
    await eventually('all of it is found', async () => {
      runs.length = 0
      t.is(await total({ isLost: false }), 6)
      return runs.length === 0
    })
  })
}

test('what is awaited, or a member of a list, or checked, is made again too', async (t) => {
  const { memory, options, runs, small, large } = shop(t)
  const lengths = task(({ all, more }) => all.map(({ length }) => length + more.length), {
    name: 'lengths',
    ...options,
    inputs: { all: ['any'], more: 'any' },
  })
  const checked = task(({ a }) => a.length, { name: 'checked', ...options, inputs: { a: ['float'] } })
  const list = task(() => (runs.push('list'), Array.from({ length: 2_000 }, (_, at) => at / 3)), {
    name: 'list',
    ...options,
  })
  const all = workflow(
    async () => {
      const [a, b] = [large({ from: small({ n: 1 }) }), list()]
      await Promise.all([a.payload(), b.payload()])
      memory.clear()
      const inputs = { all: [a, b] as unknown as Float64Array[], more: b }
      return [await lengths(inputs as never), await checked({ a: b as never }), (await a)[0], (await b)[3]]
    },
    { name: 'all', memory },
  )
  t.deepEqual(await all(), [[42_000, 4_000], 2_000, 1, 1])
  // What is small is at hand.
  t.deepEqual(runs.toSorted(), ['large', 'large', 'list', 'list', 'small'])
})

test('so is a result for which a text stands', async (t) => {
  const { memory, options, runs } = shop(t)
  const hashed = task(() => (runs.push('hashed'), new Float64Array(40_000).fill(2)), {
    name: 'hashed',
    ...options,
    outputs: { values: hashMethod((values: Float64Array) => String(values[0])) },
  })
  const first = task(({ of }: { of: Float64Array }) => of[0], { name: 'first', ...options })
  const both = workflow(
    async () => {
      const of = hashed()
      await of.payload()
      memory.clear()
      return first({ of })
    },
    { name: 'both', memory },
  )
  t.is(await both(), 2)
  t.deepEqual(runs, ['hashed', 'hashed'])
})

test('so it is outside of a workflow, and what fails then fails who needs it', async (t) => {
  const { memory, options, small, large, sum } = shop(t)
  const b = small({ n: 3 })
  const a = large({ from: b })
  await Promise.all([a.payload(), b.payload()])
  memory.clear()
  t.is(await sum({ a, b }), 6)

  let isBroken = false
  const fragile = task(
    () => {
      if (isBroken) throw new RangeError('broken')
      return new Float64Array(40_000)
    },
    { name: 'fragile', ...options },
  )
  const use = workflow(
    async () => {
      const values = fragile()
      await values.payload()
      memory.clear()
      isBroken = true
      return sum({ a: values, b: { n: 1 } })
    },
    { name: 'use', memory },
  )
  await t.throwsAsync(use(), { instanceOf: RangeError })
})

test('a payload that the program kept, and is gone, cannot be made again', async (t) => {
  const { memory, small, large, sum } = shop(t)
  const a = await large({ from: small({ n: 3 }) }).payload()
  memory.clear()
  const error = await t.throwsAsync(sum({ a, b: { n: 1 } }), { instanceOf: EngramError })
  t.is(error.code, 'ERR_NOT_FOUND')
})

test('a workflow that was cached as a node is made again as a task is', async (t) => {
  const { memory, options, runs, small, large } = shop(t)
  const inner = workflow(({ n }: { n: number }) => (runs.push('inner'), large({ from: small({ n }) })), {
    name: 'inner',
    memory,
  })
  const first = task(({ of }: { of: Float64Array }) => of[0], { name: 'first', ...options })
  const outer = workflow(
    async () => {
      const of = inner({ n: 4 }).withOverrides(CACHED)
      await of.payload()
      memory.clear()
      return first({ of })
    },
    { name: 'outer', memory },
  )
  t.is(await outer(), 4)
  t.deepEqual(runs, ['inner', 'small', 'large', 'inner', 'small', 'large'])
})
