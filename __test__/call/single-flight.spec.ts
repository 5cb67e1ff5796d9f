import test from 'ava'
import { join } from 'node:path'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

/** A run that stands still until the test lets it go on. */
class Gate {
  readonly passed: Promise<void>
  open!: () => void
  constructor() {
    this.passed = new Promise((resolve) => (this.open = resolve))
  }
}

const COUNT = 10_000

test('10,000 equal calls at once run once, and each caller gets a copy of its own', async (t) => {
  let runs = 0
  const f = openMemory(t).cache(async (n: number) => {
    runs++
    await Promise.resolve()
    return { list: [n] }
  })
  const results = await Promise.all(Array.from({ length: COUNT }, () => f(7)))
  t.is(runs, 1)
  t.is(new Set(results).size, COUNT)
  t.is(new Set(results.map((result) => result.list)).size, COUNT)
  t.true(results.every((result) => result.list.length === 1 && result.list[0] === 7))
  t.like(f.stats(), { misses: 1, joined: COUNT - 1, hits: 0, entries: 1 })
})

test('joined callers get large results of their own too', async (t) => {
  const f = openMemory(t).cache(async (n: number) => new Uint8Array(n).fill(1))
  const [first, second, third] = await Promise.all([f(100_000), f(100_000), f(100_000)])
  first.fill(2)
  second.fill(3)
  t.deepEqual([first[0], second[0], third[0], (await f(100_000))[0]], [2, 3, 1, 1])
})

test('a rejection reaches all that joined as the same error; the next call tries again', async (t) => {
  let runs = 0
  const memory = openMemory(t)
  const f = memory.cache(async (n: number) => {
    runs++
    await Promise.resolve()
    if (runs === 1) throw new RangeError()
    return n
  })
  const results = await Promise.allSettled(Array.from({ length: COUNT }, () => f(1)))
  const reasons = new Set(results.map((result) => (result as PromiseRejectedResult).reason as unknown))
  t.is(reasons.size, 1)
  t.true([...reasons][0] instanceof RangeError)
  t.is(runs, 1)
  t.is(memory.stats().entries, 0)
  t.is(await f(1), 1)
  t.is(runs, 2)
})

test('different keys run side by side', async (t) => {
  let running = 0
  let most = 0
  const gate = new Gate()
  const f = openMemory(t).cache(async (n: number) => {
    most = Math.max(most, ++running)
    await gate.passed
    running--
    return n
  })
  const pending = Array.from({ length: 100 }, (_, n) => [f(n), f(n)]).flat()
  t.is(running, 100)
  gate.open()
  t.is((await Promise.all(pending)).length, 200)
  t.is(most, 100)
})

test('a run that throws before its promise is joined by nobody', (t) => {
  let runs = 0
  const f = openMemory(t).cache((_n: number): Promise<number> => {
    runs++
    throw new RangeError()
  })
  t.throws(() => f(1), { instanceOf: RangeError })
  t.throws(() => f(1), { instanceOf: RangeError })
  t.is(runs, 2)
})

test('who joined a run whose result is not stored gets that result, not an older one', async (t) => {
  let runs = 0
  const f = openMemory(t).cache(async (_n: number) => ++runs)
  await f(1)
  const rejecting = f.with({ validate: () => false, storeIf: () => false })
  t.deepEqual(await Promise.all([rejecting(1), rejecting(1), rejecting(1)]), [2, 2, 2])
  t.is(await f(1), 1)
})

test('a stale entry is run once for all', async (t) => {
  let runs = 0
  const f = openMemory(t).cache(async (_n: number) => ++runs)
  await f(1)
  const rejecting = f.with({ validate: () => false })
  t.deepEqual(await Promise.all([rejecting(1), rejecting(1)]), [2, 2])
  t.like(rejecting.stats(), { stale: 1, joined: 1 })
})

test('refresh runs whatever is under way, and the calls after it join the refresh', async (t) => {
  const gates = [new Gate(), new Gate()]
  let runs = 0
  const f = openMemory(t).cache(
    async (_n: number) => {
      const run = runs++
      await gates[run]?.passed
      return run
    },
    { captures: { ignore: ['gates'] } },
  )
  const first = f(1)
  const refreshed = f.refresh(1)
  const joined = f(1)
  t.is(runs, 2)
  gates[0]!.open()
  t.is(await first, 0)
  gates[1]!.open()
  t.deepEqual([await refreshed, await joined], [1, 1])
  t.is(await f(1), 1)
  t.is(runs, 2)
})

test('the end of an older run does not take a newer one from those who would join it', async (t) => {
  const gates = [new Gate(), new Gate()]
  let runs = 0
  const f = openMemory(t, { mode: 'refresh' }).cache(
    async (_n: number) => {
      const run = runs++
      await gates[run]?.passed
      return run
    },
    { captures: { ignore: ['gates'] } },
  )
  const first = f(1)
  const second = f.refresh(1)
  gates[0]!.open()
  await first
  const joined = f(1)
  t.is(runs, 2)
  gates[1]!.open()
  t.deepEqual([await second, await joined], [1, 1])
})

test('functions under other options join one run', async (t) => {
  let runs = 0
  const f = openMemory(t).cache(async (n: number) => (runs++, n))
  await Promise.all([f(1), f.with({ maxAge: '1d' })(1)])
  t.is(runs, 1)
  await Promise.all([f(2), f.with({ project: 'p' })(2)])
  t.is(runs, 3)
})

test('memories on different directories do not join', async (t) => {
  let runs = 0
  const f = async (n: number): Promise<number> => (runs++, n)
  await Promise.all([openMemory(t).cache(f)(1), openMemory(t).cache(f)(1)])
  t.is(runs, 2)
})

test('memories on one directory join', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  let runs = 0
  const f = async (n: number): Promise<number[]> => (runs++, [n])
  const [one, other] = [openMemory(t, { location }).cache(f), openMemory(t, { location }).cache(f)]
  const [first, second] = await Promise.all([one(1), other(1)])
  t.is(runs, 1)
  t.deepEqual(first, second)
  t.not(first, second)
})

test('nobody is left waiting for an unobserved rejection', async (t) => {
  const f = openMemory(t).cache(async (_n: number): Promise<number> => {
    throw new RangeError()
  })
  await t.throwsAsync(f(1), { instanceOf: RangeError })
  await t.throwsAsync(f(1), { instanceOf: RangeError })
  t.is(f.stats().misses, 2)
})
