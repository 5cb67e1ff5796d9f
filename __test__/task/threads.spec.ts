import test, { type ExecutionContext } from 'ava'
import { threadId } from 'node:worker_threads'
import {
  type EngramError,
  type EngramErrorCode,
  type Memory,
  type RunContextOptions,
  type TaskNode,
  task,
  withRunContext,
  workflow,
} from '../../index.ts'
import { threads } from '../../src/threads/index.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'
import * as tasks from './sent-tasks.ts'

const executor = threads({ size: 2 })
test.after.always(() => executor.close())

/** Runs calls in threads; their results are kept in `memory`. */
function runIn<O>(memory: Memory, body: () => O | Promise<O>, options: RunContextOptions = {}): Promise<O> {
  return withRunContext({ executor, ...options }).run(workflow(body, { name: 'in-threads', memory }) as TaskNode<{}, O>)
}

async function rejectsWith(t: ExecutionContext, code: EngramErrorCode, run: Promise<unknown>): Promise<void> {
  const error = await t.throwsAsync<EngramError>(run)
  t.is(error?.code, code)
}

test.serial('a task runs in another thread, and a warm run finds its result', async (t) => {
  const memory = openMemory(t)
  const cold = await runIn(memory, () => tasks.where({ of: 4 }))
  t.is(cold.of, 4)
  t.not(cold.threadId, threadId)
  t.deepEqual(await runIn(memory, () => tasks.where({ of: 4 }), { executor: threads({ size: 1 }) }), cold)
  const here = workflow(() => tasks.where({ of: 4 }), { memory })
  t.deepEqual(await here({}), cold)
})

test.serial('a task by itself is run there too', async (t) => {
  const memory = openMemory(t)
  const node = task(tasks.plain, { cache: true, cacheVersion: '1', memory })
  const { threadId: there } = await withRunContext({ executor }).run(node, { of: 1 })
  t.not(there, threadId)
})

test.serial(
  'references, lists of calls and given arrays reach a thread; what it does to them harms nobody',
  async (t) => {
    const memory = openMemory(t)
    const run = (): Promise<{ total: number; threadId: number; one: number }> =>
      runIn(memory, async () => {
        const items = tasks.ones({ count: 100_000 })
        const more = [tasks.where({ of: 1 }), tasks.where({ of: 2 })] as unknown as { of: number }[]
        const { total, threadId: there } = await tasks.added({ items, more })
        return { total, threadId: there, one: (await items)[99_999]! }
      })
    const cold = await run()
    t.is(cold.total, 100_003)
    t.is(cold.one, 1)
    t.not(cold.threadId, threadId)
    t.deepEqual(await run(), cold)
    const given = new Float64Array(50_000).fill(2)
    const own = await runIn(memory, () => tasks.added({ items: given, more: [] }))
    t.is(own.total, 100_000)
    t.not(own.threadId, threadId)
    t.is(given[0], 2)
  },
)

test.serial('keys and records are those of a run in this thread', async (t) => {
  const record = async (options: RunContextOptions): Promise<unknown> => {
    const memory = openMemory(t)
    const body = async (): Promise<unknown> => tasks.added({ items: tasks.ones({ count: 20_000 }), more: [{ of: 3 }] })
    await withRunContext(options).run(workflow(body, { name: 'recorded', memory }))
    const [run] = memory.runs()
    const calls = memory.run(run!.runId)!.calls
    return calls
      .map(({ name, state, key, inputs, attempts }) => ({ name, state, key, inputs, attempts }))
      .toSorted((one, other) => one.name.localeCompare(other.name))
  }
  t.deepEqual(await record({ executor }), await record({}))
})

test.serial('declared types check what a thread gets, and hashes of outputs stand in keys', async (t) => {
  const memory = openMemory(t)
  const { twice, at } = await runIn(memory, async () => tasks.typed({ n: 4 }))
  t.is(twice, 8)
  t.not(at, threadId)
  const wrong = runIn(memory, async () => tasks.typed({ n: tasks.where({ of: 1 }) as unknown as number }))
  await rejectsWith(t, 'ERR_TASK', wrong)
})

test.serial('the function of a task is enough, where its module exports it', async (t) => {
  const { threadId: there } = await runIn(openMemory(t), () => tasks.plainTask()({ of: 1 }))
  t.not(there, threadId)
})

test.serial('what is not cached, or is not exported, runs here, and that is said once', async (t) => {
  const memory = openMemory(t)
  const hidden = tasks.hiddenTask()
  const warnings = collectWarnings()
  for (const of of [1, 2]) {
    t.is((await runIn(memory, () => tasks.uncached({ of }))).threadId, threadId)
    t.is((await runIn(memory, () => hidden({ of }))).threadId, threadId)
  }
  t.deepEqual(warnings.codes(), ['ERR_UNSENDABLE', 'ERR_UNSENDABLE'])
})

test.serial('what a task throws comes back as it was, and is tried again', async (t) => {
  const memory = openMemory(t)
  const error = await t.throwsAsync<any>(runIn(memory, () => tasks.failing({ how: 'busy' })))
  t.true(error instanceof RangeError)
  t.is(error.attempt, 2)
  t.not(error.threadId, threadId)
  const final = await t.throwsAsync<any>(runIn(memory, () => tasks.failing({ how: 'final' })))
  t.is(final.name, 'NonRecoverableError')
})

test.serial('a task in a thread knows its call, and its reports are recorded', async (t) => {
  const memory = openMemory(t)
  const found = await runIn(memory, () => tasks.told({}))
  t.like(found, { name: 'told', attempt: 1 })
  t.not(found.threadId, threadId)
  const [run] = memory.runs()
  t.deepEqual(memory.run(run!.runId)!.calls[0]!.reports, { score: 7 })
})

// The workflow's own call had its lease, and waited for the thread in which a task waited for that lease.
test.serial('a task in the only thread may make a call that its workflow makes too', async (t) => {
  const memory = openMemory(t)
  const one = threads({ size: 1 })
  t.teardown(() => one.close())
  const outers = await runIn(
    memory,
    async () => {
      const outer = tasks.outer.withOverrides({})({ of: 1, wait: 300 })
      const inner = tasks.inner({ of: 1 })
      return { outer: await outer, inner: await inner }
    },
    { executor: one },
  )
  t.is(outers.outer.inner.of, 1)
  t.not(outers.outer.threadId, threadId)
})

// These went to the cache of the user's home folder, under the keys of another project.
test.serial('what a task calls in a thread is kept where the run keeps results, as the run says', async (t) => {
  const memory = openMemory(t)
  const run = (options: RunContextOptions): Promise<unknown> => {
    const body = workflow(() => tasks.outer({ of: 7, wait: 0 }), { name: 'nested', memory })
    return withRunContext({ executor, project: 'p', ...options }).run(body)
  }
  const stored = (): number[] =>
    [...memory.entries()].filter(({ name, project }) => name === 'inner' && project === 'p').map((one) => one.createdAt)
  await run({})
  const [first] = stored()
  t.is(stored().length, 1)
  await run({ overwriteCache: true })
  t.true(stored()[0]! > first!)
})

test.serial('a task that calls itself with the same inputs is refused in a thread too', async (t) => {
  await rejectsWith(
    t,
    'ERR_TASK',
    runIn(openMemory(t), () => tasks.circular({ of: 1 })),
  )
})

test.serial('a sub-workflow stays here, and its tasks run in threads', async (t) => {
  const memory = openMemory(t)
  const sub = workflow(({ of }: { of: number }) => tasks.where({ of }), { name: 'sub' })
  const found = await runIn(memory, async () => sub({ of: 9 }))
  t.not(found.threadId, threadId)
})
