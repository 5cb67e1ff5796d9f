// Bad days of tasks and workflows: failures among many, calls that nobody awaits or awaits too late, results that are gone.
import test from 'ava'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type NodeCall,
  NonRecoverableError,
  Payload,
  currentContext,
  task,
  withRunContext,
  workflow,
} from '../../index.ts'
import { blobsIn } from '../kit/files.ts'
import { StoppedClock } from '../kit/stopped-clock.ts'
import { lastRun, refusedTask, statesOfLastRun } from '../kit/tasks.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

const CACHED = { cache: true, cacheVersion: '1' } as const

/** What no promise was there for, while this is done. */
async function unhandledIn(action: () => Promise<unknown>): Promise<unknown[]> {
  const unhandled: unknown[] = []
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', (error) => unhandled.push(error))
  try {
    await action()
    await sleep(10)
  } finally {
    process.removeAllListeners('unhandledRejection')
    for (const other of others) process.on('unhandledRejection', other)
  }
  return unhandled
}

test('a node that is awaited twice runs once, and gives one value', async (t) => {
  const memory = openMemory(t)
  let runs = 0
  const one = task(({ n }: { n: number }) => (runs++, [n]), { name: 'one', memory })
  const call = one({ n: 1 })
  t.is(await call, await call)
  t.is(await call.o0, await call)
  t.is(runs, 1)
  const twice = workflow(
    async () => {
      const inner = one({ n: 2 })
      const [a, b] = [await inner, await inner]
      return a === b && (await Promise.all([inner, inner])).every((value) => value === a)
    },
    { name: 'twice', memory },
  )
  t.true(await twice())
  t.is(runs, 2)
})

test('a node that nobody awaits is part of its workflow, which ends after it', async (t) => {
  const memory = openMemory(t)
  const done: string[] = []
  const slow = task(
    async ({ name }: { name: string }) => {
      await sleep(10)
      done.push(name)
    },
    { name: 'slow', memory },
  )
  const flow = workflow(
    () => {
      slow({ name: 'unheard' })
      return 'over'
    },
    { name: 'flow', memory },
  )
  t.is(await flow(), 'over')
  t.deepEqual(done, ['unheard'])
  t.deepEqual(statesOfLastRun(memory), ['slow ran'])
  // Outside of one it runs too.
  slow({ name: 'alone' })
  await sleep(50)
  t.deepEqual(done, ['unheard', 'alone'])
})

test.serial(
  'a node that fails and that nobody awaits fails its workflow; alone, it is an unhandled rejection',
  async (t) => {
    const memory = openMemory(t)
    const error = new RangeError('of the task')
    const fails = task(
      () => {
        throw error
      },
      { name: 'fails', memory },
    )
    const flow = workflow(
      () => {
        fails()
        return 'over'
      },
      { name: 'flow', memory },
    )
    const unhandled = await unhandledIn(async () => {
      t.is(await t.throwsAsync(flow()), error)
    })
    t.deepEqual(unhandled, [])
    t.is(lastRun(memory).state, 'failed')
    t.deepEqual(statesOfLastRun(memory), ['fails failed'])
    t.deepEqual(
      await unhandledIn(async () => {
        fails()
      }),
      [error],
    )
  },
)

test.serial('a node that is awaited after its workflow returned gives what it gave', async (t) => {
  const memory = openMemory(t)
  const kept: NodeCall<unknown>[] = []
  const one = task(({ n }: { n: number }) => [n], { name: 'one', memory })
  const fails = task(
    () => {
      throw new RangeError('late')
    },
    { name: 'fails', memory },
  )
  const flow = workflow(
    () => {
      kept.push(one({ n: 1 }))
      return 'over'
    },
    { name: 'flow', memory },
  )
  t.is(await flow(), 'over')
  t.deepEqual(await kept[0]!, [1])
  t.deepEqual((await kept[0]!.payload()).value, [1])
  t.deepEqual(await one({ n: kept[0]! as never }), [[1]] as never)

  const failing = workflow(() => void kept.push(fails()), { name: 'failing', memory })
  const unhandled = await unhandledIn(async () => {
    await t.throwsAsync(failing(), { message: 'late' })
    await sleep(5)
    await t.throwsAsync(kept[1]!, { message: 'late' })
  })
  t.deepEqual(unhandled, [])
})

test('a call that is made after its workflow is over is one by itself', async (t) => {
  const memory = openMemory(t)
  let late: (() => Promise<number>) | undefined
  const one = task(({ n }: { n: number }) => n, { name: 'one', memory })
  const flow = workflow(
    () => {
      late = () => one({ n: 1 })
      setTimeout(() => void one({ n: 2 }), 1)
      return 'over'
    },
    { name: 'flow', memory },
  )
  t.is(await flow(), 'over')
  t.is(await late!(), 1)
  await sleep(20)
  t.deepEqual(lastRun(memory).calls, [])
})

test.serial(
  'one of many parallel nodes throws: no unhandled rejection, and the others by the rule of the run',
  async (t) => {
    for (const onFailure of ['finish', 'continue', 'stop'] as const) {
      const memory = openMemory(t)
      const ended: number[] = []
      const node = task(
        async ({ n }: { n: number }) => {
          if (n === 3) throw new RangeError('three')
          const { signal } = currentContext()!
          await sleep(30, undefined, { signal })
          ended.push(n)
          return n
        },
        { name: 'node', ...CACHED },
      )
      const flow = workflow(() => Promise.all(Array.from({ length: 20 }, (_, n) => node({ n }))), {
        name: 'flow',
        memory,
        concurrency: 5,
        onFailure,
      })
      const unhandled = await unhandledIn(async () => {
        await t.throwsAsync(flow(), { instanceOf: RangeError, message: 'three' })
      })
      t.deepEqual(unhandled, [], onFailure)
      const { state, calls } = lastRun(memory)
      t.is(state, 'failed')
      t.is(calls.length, 20)
      const counts: Record<string, number> = {}
      for (const call of calls) counts[call.state] = (counts[call.state] ?? 0) + 1
      const expected: Record<string, Record<string, number>> = {
        // One takes the place of the one that failed: until its workflow hears of it, it may be caught.
        finish: { failed: 1, ran: 5, cancelled: 14 },
        continue: { failed: 1, ran: 19 },
        stop: { failed: 1, cancelled: 19 },
      }
      t.deepEqual(counts, expected[onFailure], onFailure)
      t.is(ended.length, expected[onFailure]!['ran'] ?? 0)
    }
  },
)

test.serial('many fail, and nobody hears of it: the workflow fails with all of them', async (t) => {
  const memory = openMemory(t)
  const fails = task(
    async ({ n }: { n: number }) => {
      await sleep(n)
      throw new RangeError(`${n}`)
    },
    { name: 'fails', memory },
  )
  const flow = workflow(() => void [1, 2, 3].map((n) => fails({ n })), { name: 'flow', memory })
  const unhandled = await unhandledIn(async () => {
    const error = await t.throwsAsync(flow(), { instanceOf: AggregateError })
    t.deepEqual(error.errors.map((one: Error) => one.message).sort(), ['1', '2', '3'])
  })
  t.deepEqual(unhandled, [])
  // One that is caught is none of the workflow's.
  const catches = workflow(async () => fails({ n: 1 }).catch(() => 'caught'), { name: 'catches', memory })
  t.is((await catches()) as unknown, 'caught')
  t.is(lastRun(memory).state, 'completed')
})

test('a failure cancels what takes its result, or comes after it, and nothing else', async (t) => {
  const memory = openMemory(t)
  const cause = new RangeError('of the first')
  const fails = task(
    (): number => {
      throw cause
    },
    { name: 'fails', memory },
  )
  const next = task(({ n }: { n: number }) => n, { name: 'next', memory })
  const flow = workflow(
    async () => {
      const first = fails()
      const taking = next({ n: first })
      const after = next({ n: 1 }).withOverrides({ name: 'after' })
      first.runsBefore(after)
      const other = next({ n: 2 }).withOverrides({ name: 'other' })
      return Promise.allSettled([first, taking, after, other])
    },
    { name: 'flow', memory },
  )
  const settled = (await flow()) as PromiseSettledResult<number>[]
  t.deepEqual(
    settled.slice(0, 3),
    [1, 2, 3].map(() => ({ status: 'rejected' as const, reason: cause })),
  )
  t.deepEqual(settled[3], { status: 'fulfilled', value: 2 })
  t.deepEqual(statesOfLastRun(memory).sort(), ['after cancelled', 'fails failed', 'next cancelled', 'other ran'])
})

test('void results are stored', async (t) => {
  const memory = openMemory(t)
  for (const value of [undefined, null]) {
    let runs = 0
    const notes = task(({ n: _ }: { n: number }) => (runs++, value), { name: `notes ${value}`, ...CACHED, memory })
    const flow = workflow(() => [notes({ n: 1 }), notes({ n: 1 })], { name: 'flow', memory })
    t.is(await notes({ n: 1 }), value)
    t.is(await notes({ n: 1 }), value)
    t.deepEqual(await flow(), [value, value])
    t.is(runs, 1)
    t.deepEqual(statesOfLastRun(memory), [`notes ${value} hit`, `notes ${value} hit`])
    t.is((await notes({ n: 1 }).payload()).value, value)
  }
})

test('a value that was stored under an older signature is not found under a newer one, and still under its own', async (t) => {
  const memory = openMemory(t)
  const options = { name: 'load', ...CACHED, memory }
  const older = task(({ n }: any) => ({ rows: n as number }), {
    ...options,
    inputs: { n: 'int' },
    outputs: { o0: 'any' },
  })
  const newer = task(({ n }: any) => [n as number], { ...options, inputs: { n: 'int' }, outputs: { o0: ['int'] } })
  t.deepEqual(await older({ n: 1 }), { rows: 1 })
  t.deepEqual(await newer({ n: 1 }), [1])
  t.deepEqual(await older({ n: 1 }), { rows: 1 })
  t.deepEqual(await newer({ n: 1 }), [1])
  t.is([...memory.entries({ name: 'load' })].length, 2)
})

test('a failure is not stored: the next call tries again', async (t) => {
  const memory = openMemory(t)
  let runs = 0
  const flaky = task(
    ({ n }: { n: number }) => {
      if (++runs < 3) throw new RangeError(`${runs}`)
      return n
    },
    { name: 'flaky', ...CACHED, memory },
  )
  await t.throwsAsync(flaky({ n: 1 }), { message: '1' })
  await t.throwsAsync(flaky({ n: 1 }), { message: '2' })
  t.is(await flaky({ n: 1 }), 1)
  t.is(await flaky({ n: 1 }), 1)
  t.is(runs, 3)
})

test('retries repeat the function, and what ends them ends them', async (t) => {
  const memory = openMemory(t)
  let attempts = 0
  const at = (fail: () => Error | undefined, retries = 3) =>
    task(
      () => {
        attempts = currentContext()!.attempt
        const error = fail()
        if (error !== undefined) throw error
        return attempts
      },
      { name: 'retried', memory, retries: { count: retries } },
    )
  t.is(await at(() => (attempts < 3 ? new RangeError() : undefined))(), 3)
  await t.throwsAsync(at(() => new RangeError('always'), 2)(), { message: 'always' })
  t.is(attempts, 3)
  await t.throwsAsync(at(() => new NonRecoverableError('gone'))(), { code: 'ERR_NON_RECOVERABLE' })
  t.is(attempts, 1)
})

test('a timeout fails the call, and what comes later is dropped', async (t) => {
  const memory = openMemory(t)
  const slow = task(() => sleep(200, 'late'), { name: 'slow', ...CACHED, memory, timeout: '10ms' })
  await t.throwsAsync(slow(), { code: 'ERR_TIMEOUT' })
  await sleep(250)
  t.deepEqual([...memory.entries()], [])
  const flow = workflow(() => slow().withOverrides({ timeout: '10s' }), { name: 'flow', memory })
  t.is(await flow(), 'late')
})

test('an aborted run is cancelled, and so is what it had not begun', async (t) => {
  const memory = openMemory(t)
  const controller = new AbortController()
  const node = task(
    async ({ n }: { n: number }) => {
      if (n === 1) controller.abort(new RangeError('enough'))
      await sleep(5, undefined, { signal: currentContext()!.signal })
      return n
    },
    { name: 'node', memory },
  )
  const flow = workflow(() => Promise.all(Array.from({ length: 6 }, (_, n) => node({ n }))), { name: 'flow', memory })
  const run = withRunContext({ signal: controller.signal, concurrency: 2 }).run(flow)
  await t.throwsAsync(run)
  const { state, calls } = lastRun(memory)
  t.is(state, 'cancelled')
  t.true(
    calls.every((call) => call.state === 'cancelled'),
    JSON.stringify(calls.map((call) => call.state)),
  )
  t.deepEqual([...memory.entries()], [])
  await t.throwsAsync(withRunContext({ signal: AbortSignal.abort() }).run(node, { n: 9 }), { any: true })
})

test('a stored result that is gone is made again', async (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  let runs = 0
  const large = task(({ n }: { n: number }) => (runs++, new Uint8Array(300_000).fill(n)), {
    name: 'large',
    ...CACHED,
    memory,
  })
  const flow = workflow(async () => (await large({ n: 7 }))[1], { name: 'flow', memory })
  t.is(await flow(), 7)
  for (const blob of blobsIn(memory.location!)) rmSync(blob)
  t.is(await flow(), 7)
  t.is(runs, 2)
  for (const blob of blobsIn(memory.location!)) writeFileSync(blob, 'damaged')
  t.is(await flow(), 7)
  t.is(runs, 3)
  t.true(warnings.codes().every((code) => code === 'ERR_CORRUPT'))
})

test('the directory of the memory is deleted in the middle of a workflow: it gives what it gives', async (t) => {
  collectWarnings()
  const memory = openMemory(t)
  const large = task(() => new Uint8Array(300_000).fill(7), { name: 'large', ...CACHED })
  const deletes = task(() => rmSync(memory.location!, { recursive: true, force: true }), { name: 'deletes' })
  const uses = task(({ bytes }: { bytes: Uint8Array }) => bytes[0], { name: 'uses', ...CACHED })
  const flow = workflow(
    async () => {
      const bytes = await large()
      await deletes()
      return uses({ bytes })
    },
    { name: 'flow', memory },
  )
  t.is(await flow(), 7)
  t.is(await flow(), 7)
  t.true(Array.isArray(readdirSync(join(memory.location!, '..'))))
})

test('a stored result that is older than maxAge is stale; one that is as old is not', async (t) => {
  const clock = new StoppedClock()
  const memory = openMemory(t, { clock: clock.read })
  let runs = 0
  const now = task(({ n: _ }: { n: number }) => ++runs, { name: 'now', cache: { version: '1', maxAge: '1m' }, memory })
  t.is(await now({ n: 1 }), 1)
  clock.now += 60_000
  t.is(await now({ n: 1 }), 1)
  clock.now += 1
  t.is(await now({ n: 1 }), 2)
  // A clock that goes backwards makes nothing old.
  clock.now -= 3_600_000
  t.is(await now({ n: 1 }), 2)
  const always = now.withOverrides({ cache: { version: '1', maxAge: 0 } })
  clock.now += 1e12
  t.is(await always({ n: 1 }), 2)
})

test('what a caller changes harms nobody: neither other calls, nor the key, nor what is stored', async (t) => {
  const memory = openMemory(t)
  let runs = 0
  const rows = task(({ given }: { given: number[] }) => (runs++, given.push(0), given), {
    name: 'rows',
    ...CACHED,
    memory,
  })
  const uses = task(({ taken }: { taken: number[] }) => taken.push(9), { name: 'uses', memory })
  const flow = workflow(
    async () => {
      const given = [1]
      const made = rows({ given })
      given.push(2)
      const first = await made
      const call = rows({ given: [1] })
      await Promise.all([uses({ taken: call }), uses({ taken: call })])
      first.push(5)
      return [first.length, await call]
    },
    { name: 'flow', memory },
  )
  t.deepEqual(await flow(), [3, [1, 0]])
  t.deepEqual(await flow(), [3, [1, 0]])
  t.is(runs, 1)
})

test('a mapped node: one item fails', async (t) => {
  const memory = openMemory(t)
  const runs: number[] = []
  const half = task(
    async ({ n }: { n: number }) => {
      runs.push(n)
      await sleep(1)
      if (n === 2) throw new RangeError('two')
      return n / 2
    },
    { name: 'half', ...CACHED, memory },
  )
  const items = [0, 1, 2, 3].map((n) => ({ n }))
  await t.throwsAsync(half.map(items), { instanceOf: RangeError })
  t.deepEqual(await half.map(items, { minSuccessRatio: 0.75 }), [0, 0.5, undefined, 1.5] as never)
  const settled = await half.map(items, { returnExceptions: true })
  t.deepEqual(
    settled.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  )
  // By value and not by place; what succeeded before hits.
  runs.length = 0
  t.deepEqual(await half.map([{ n: 3 }, { n: 0 }, { n: 4 }]), [1.5, 0, 2])
  t.deepEqual(runs, [4])
  t.deepEqual(await half.map([]), [])
  await t.throwsAsync(half.map([{ n: 2 }, { n: 2 }]), { instanceOf: AggregateError })
})

test('a mapped node within a workflow tells each item, and ends by its signal', async (t) => {
  const memory = openMemory(t)
  const controller = new AbortController()
  const slow = task(
    async ({ n }: { n: number }) => {
      if (n === 1) controller.abort(new RangeError('enough'))
      await sleep(1)
      return n
    },
    { name: 'slow', memory },
  )
  const flow = workflow(
    () => slow.map([{ n: 0 }, { n: 1 }, { n: 2 }], { groupName: 'items', concurrency: 1, signal: controller.signal }),
    { name: 'flow', memory },
  )
  await t.throwsAsync(flow(), { message: 'enough' })
  t.deepEqual(statesOfLastRun(memory), ['items ran', 'items ran'])
})

test('10,000 calls in one workflow, a chain of 2,000, and workflows in workflows', async (t) => {
  const memory = openMemory(t)
  const add = task(({ n, more }: { n: number; more: number }) => n + more, { name: 'add', ...CACHED })
  const many = workflow(
    async () => {
      const calls = Array.from({ length: 10_000 }, (_, n) => add({ n, more: 1 }))
      return (await Promise.all(calls)).reduce((sum, n) => sum + n)
    },
    { name: 'many', memory },
  )
  for (const _ of [1, 2]) t.is(await many(), 50_005_000)
  const chain = workflow(
    () => {
      let call: number | NodeCall<number> = 0
      for (let n = 0; n < 2000; n++) call = add({ n: call, more: 1 })
      return call
    },
    { name: 'chain', memory },
  )
  for (const _ of [1, 2]) t.is(await chain(), 2000)
  let nested = workflow(({ n }: { n: number }) => add({ n, more: 1 }), { name: 'nested', memory })
  for (let depth = 0; depth < 50; depth++) {
    const inner = nested
    nested = workflow(({ n }: { n: number }) => inner({ n }), { name: `nested-${depth}`, memory })
  }
  t.is(await nested({ n: 1 }), 2)
})

test('a payload and a call stand for their value, and what is not needed is not loaded', async (t) => {
  const memory = openMemory(t)
  const large = task(() => new Uint8Array(100_000).fill(1), { name: 'large', ...CACHED, memory })
  const sum = task(({ bytes }: { bytes: Uint8Array }) => bytes.length, { name: 'sum', ...CACHED, memory })
  const payload = await large().payload()
  t.true(payload instanceof Payload)
  let runs = 0
  memory.on('call', ({ name, status }) => (name === 'sum' && status === 'miss' ? runs++ : 0))
  t.is(await sum({ bytes: payload }), 100_000)
  t.is(await sum({ bytes: large() }), 100_000)
  const flow = workflow(() => sum({ bytes: large() }), { name: 'flow', memory })
  t.is(await flow(), 100_000)
  t.is(runs, 1)
  // A reference to what is gone.
  memory.clear()
  await t.throwsAsync(sum({ bytes: payload }), { code: 'ERR_NOT_FOUND' })
})

test('a task without its memory: results are not kept, and calls in a workflow with cache: false run', async (t) => {
  const off = openMemory(t, { mode: 'off' })
  const memory = openMemory(t)
  let runs = 0
  const one = task(({ n }: { n: number }) => (runs++, n), { name: 'one', ...CACHED, memory: off })
  for (const _ of [1, 2]) t.is(await one({ n: 1 }), 1)
  t.is(runs, 2)
  const other = task(({ n }: { n: number }) => (runs++, n), { name: 'other', ...CACHED, memory })
  const flow = workflow(() => other({ n: 1 }), { name: 'flow', memory })
  const run = (options: object): Promise<unknown> => withRunContext(options).run(flow)
  t.deepEqual([await run({ disableRunCache: true }), await run({ cache: false }), runs], [1, 1, 4])
  t.deepEqual([...memory.entries()], [])
  await run({})
  await run({})
  t.is(runs, 5)
  await run({ overwriteCache: true })
  await run({ cache: 'overwrite' })
  t.is(runs, 7)
  await refusedTask(t, () => run({ project: 'p' }).then(() => other({} as never)))
})
