import test, { type ExecutionContext } from 'ava'
import { threadId } from 'node:worker_threads'
import {
  type EngramError,
  type EngramErrorCode,
  Pipeline,
  type PipelineResult,
  type RunOptions,
  type AnyStep,
} from '../../index.ts'
import { type Threads, type ThreadsOptions, threads } from '../../src/threads/index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'
import * as steps from './sent-steps.ts'

/** Threads for tests that end none. */
const shared = threads({ size: 2 })
test.after.always(() => shared.close())

function startThreads(t: ExecutionContext, options: ThreadsOptions = { size: 1 }): Threads {
  const executor = threads(options)
  t.teardown(() => executor.close())
  return executor
}

function codeOf(error: unknown): EngramErrorCode | undefined {
  return (error as Partial<EngramError> | undefined)?.code
}

/** Runs one step on what it is given, in threads. */
async function runOne(
  t: ExecutionContext,
  step: AnyStep,
  given: unknown,
  executor: Threads = shared,
): Promise<{ result: PipelineResult<any>; value: any; error: any }> {
  const pipeline = new Pipeline('one', { memory: openMemory(t) })
  pipeline.step(step, given)
  const result: PipelineResult<any> = await pipeline.run({ executor })
  const [name] = Object.keys(result.stepResults)
  const value = result.success ? result.outputs[name!] : undefined
  return { result, value, error: result.stepResults[name!]!.error }
}

test('a step runs in another thread, and a warm run finds its result', async (t) => {
  const executor = shared
  const pipeline = new Pipeline('one', { memory: openMemory(t) })
  pipeline.step(steps.where, 4)
  const cold: PipelineResult<any> = await pipeline.run({ executor })
  t.is(cold.outputs.where.of, 4)
  t.not(cold.outputs.where.threadId, threadId)
  const warm: PipelineResult<any> = await pipeline.run()
  t.is(warm.hitRate, 1)
  t.deepEqual(warm.outputs.where, cold.outputs.where)
})

test('keys, digests and records are those of a run in this thread', async (t) => {
  const executor = shared
  const record = async (options: object): Promise<unknown> => {
    const memory = openMemory(t)
    const pipeline = new Pipeline('sum', { memory })
    const n = pipeline.step(steps.ones, 20_000)
    pipeline.step(steps.added.with({ name: 'again' }), n)
    const result: PipelineResult<any> = await pipeline.run(options)
    const calls = memory.run(result.runId)!.calls
    return calls.map(({ name, state, key, inputs, attempts }) => ({ name, state, key, inputs, attempts }))
  }
  t.deepEqual(await record({ executor }), await record({}))
})

test('parts, members of them and whole objects of several reach a thread', async (t) => {
  const executor = shared
  const pipeline = new Pipeline('parts', { memory: openMemory(t) })
  pipeline.addStep(steps.split).addStep(steps.sum.with({ name: 'sum' }))
  const inputs = { count: 10, more: [20, 5] }
  const result: PipelineResult<any> = await pipeline.run({ executor, inputs })
  result.orThrow()
  t.is(result.outputs.sum.sum, 45 + 25)
  t.not(result.outputs.sum.threadId, threadId)
  t.not(result.outputs.from.threadId, threadId)
  t.is((await pipeline.run({ inputs })).hitRate, 1)
})

test('a step with a hash of its output is found as the step that it is', async (t) => {
  const { value } = await runOne(t, steps.digested, 3)
  t.is(value.count, 3)
  t.not(value.at, threadId)
})

test('a large array is mapped in the thread, and what the thread does to it harms nobody', async (t) => {
  const executor = shared
  const pipeline = new Pipeline('large', { memory: openMemory(t) })
  const items = pipeline.step(steps.ones, 100_000)
  pipeline.step(steps.added, items)
  const result: PipelineResult<any> = await pipeline.run({ executor })
  t.is(result.outputs.added.total, 100_000)
  t.is(result.outputs.ones[99_999], 1)
})

test('a given array, which is not stored, reaches the thread', async (t) => {
  const { value } = await runOne(t, steps.added, new Float64Array(50_000).fill(2))
  t.is(value.total, 100_000)
  t.not(value.threadId, threadId)
})

test('a map runs each item in a thread, on as many as there are', async (t) => {
  const executor = shared
  const pipeline = new Pipeline('map', { memory: openMemory(t) })
  pipeline.map(
    Array.from({ length: 400 }, (_, index) => index),
    steps.square,
  )
  const result: PipelineResult<any> = await pipeline.run({ executor })
  const { square } = result.outputs as { square: { square: number; threadId: number }[] }
  t.deepEqual(
    square.map((one) => one.square),
    square.map((_, index) => index ** 2),
  )
  const used = new Set(square.map((one) => one.threadId))
  t.is(used.size, 2)
  t.false(used.has(threadId))
  t.is((await pipeline.run({ executor, refresh: ['square'] })).success, true)
})

test('equal calls of two runs run once, and both find what the thread stored', async (t) => {
  const memory = openMemory(t)
  const run = (): Promise<PipelineResult<any>> => {
    const pipeline = new Pipeline('twice', { memory })
    pipeline.step(steps.random, 1)
    return pipeline.run({ executor: shared })
  }
  const [one, other] = await Promise.all([run(), run()])
  t.not(one.outputs.random.threadId, threadId)
  t.is(one.outputs.random.number, other.outputs.random.number)
})

test('what runs again in a thread takes the place of what was stored', async (t) => {
  const pipeline = new Pipeline('again', { memory: openMemory(t) })
  pipeline.step(steps.random, 1)
  pipeline.map([1, 2], steps.random.with({ name: 'items' }))
  const outputs = async (options: RunOptions): Promise<any[]> => {
    const result: PipelineResult<any> = await pipeline.run(options)
    return [result.outputs.random, result.outputs.items]
  }
  const first = await outputs({ executor: shared })
  const second = await outputs({ executor: shared, cache: 'overwrite' })
  t.deepEqual(await outputs({}), second)
  t.not(first[0].number, second[0].number)
  t.not(first[1][0].number, second[1][0].number)
})

test('a pipeline that is a step of another sends its steps too', async (t) => {
  const inner = new Pipeline('inner', { memory: openMemory(t) })
  inner.addStep(steps.where.with({ name: 'placed' }))
  const outer = new Pipeline('outer', { memory: openMemory(t) })
  outer.addStep(inner.asStep())
  const result: PipelineResult<any> = await outer.run({ executor: shared, inputs: { of: 3 } })
  result.orThrow()
  t.not(result.outputs.inner.placed.threadId, threadId)
})

test('a step whose code does not count is found by its text, where it is no closure', async (t) => {
  const { value } = await runOne(t, steps.connected, 1)
  t.true(value.isThere)
  t.not(value.threadId, threadId)
})

test('a running call knows its run, and what it says is heard', async (t) => {
  const { result, value } = await runOne(t, steps.told.with({ params: [] }), undefined)
  t.is(value.runId, result.runId)
  t.is(value.name, 'told')
  t.is(value.attempt, 1)
  t.not(value.threadId, threadId)
  t.deepEqual({ ...result.stepResults['told']!.reports }, { score: 7 })
})

test('an error comes back as what it was', async (t) => {
  const executor = shared
  const type = await runOne(t, steps.failing, 'type', executor)
  t.true(type.error instanceof TypeError)
  t.true(type.error.cause instanceof RangeError)
  t.true(String(type.error.stack).includes('sent-steps'))
  t.is(codeOf((await runOne(t, steps.failing, 'engram', executor)).error), 'ERR_WORK')
  t.is((await runOne(t, steps.failing, 'text', executor)).result.stepResults['failing']!.state, 'failed')
  const { error } = await runOne(t, steps.failing, 'other', executor)
  t.like(error, { message: 'busy', code: 'EBUSY', status: 503 })
  t.not(error.threadId, threadId)
})

test('a failure is tried again where the run says so', async (t) => {
  const executor = startThreads(t)
  const asked: unknown[] = []
  const when = (error: unknown, attempt: number): boolean => asked.push([(error as any).status, attempt]) > 0
  const again = steps.failing.with({ retry: { count: 2, backoff: { base: 1 }, when } })
  const { error, result } = await runOne(t, again, 'other', executor)
  t.is(error.attempt, 3)
  t.is(result.stepResults['failing']!.attempts, 3)
  t.deepEqual(asked, [
    [503, 1],
    [503, 2],
  ])
  const final = await runOne(t, again, 'final', executor)
  t.is(codeOf(final.error), 'ERR_NON_RECOVERABLE')
  t.is(final.result.stepResults['failing']!.attempts, 1)
})

for (const [what, step, given, options] of [
  ['exits', steps.exiting, 3, {}],
  ['throws what nobody catches', steps.uncaught, 'lost', {}],
  ['needs more memory than it may have', steps.greedy, 1, { memoryLimitMb: 32 }],
] as const)
  test(`a thread that ${what} is a failed call, and others go on`, async (t) => {
    const executor = startThreads(t, { size: 1, ...options })
    const { error, result } = await runOne(
      t,
      (step as AnyStep).with({ retry: { count: 1, backoff: { base: 1 } } }),
      given,
      executor,
    )
    t.is(codeOf(error), 'ERR_EXECUTOR')
    t.is(Object.values(result.stepResults)[0]!.attempts, 2)
    t.is((await runOne(t, steps.where, 5, executor)).value.of, 5)
  })

test('a call that takes too long is ended with its thread', async (t) => {
  const executor = startThreads(t)
  const { error } = await runOne(t, steps.endless.with({ timeout: 300 }), 1, executor)
  t.is(codeOf(error), 'ERR_TIMEOUT')
  // There is one thread: it is free.
  t.is((await runOne(t, steps.where, 6, executor)).value.of, 6)
})

test('time in which a call waits for a thread is not its own', async (t) => {
  const executor = startThreads(t)
  const pipeline = new Pipeline('waiting', { memory: openMemory(t) })
  const items = Array.from({ length: 300 }, (_, index) => index)
  pipeline.map(items, steps.square.with({ timeout: 1000 }), { concurrency: 300 })
  t.true((await pipeline.run({ executor })).success)
})

test('the signal of the run reaches the function, and ends a thread that does not heed it', async (t) => {
  const executor = startThreads(t)
  for (const step of [steps.heedful, steps.endless] as AnyStep[]) {
    const pipeline = new Pipeline('aborted', { memory: openMemory(t) })
    pipeline.step(step, 1)
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 200)
    const result: PipelineResult<any> = await pipeline.run({ executor, signal: controller.signal })
    t.is(Object.values(result.stepResults)[0]!.state, 'cancelled')
  }
  t.is((await runOne(t, steps.where, 7, executor)).value.of, 7)
})

test('a plain function that is exported is found', async (t) => {
  const { value } = await runOne(t, steps.plain as any, 1)
  t.not(value.threadId, threadId)
  const named = await runOne(t, (await import('../../index.ts')).step(steps.plain, { name: 'other', version: '2' }), 1)
  t.not(named.value.threadId, threadId)
})

test.serial('what cannot be sent runs here, which is said once for each', async (t) => {
  const warnings = collectWarnings()
  const executor = shared
  const said = (): number => warnings.codes().filter((code) => code === 'ERR_UNSENDABLE').length
  const here = async (step: AnyStep, given: unknown): Promise<any> => {
    const before = said()
    const { value } = await runOne(t, step, given, executor)
    t.is(said(), before + 1, step.stepName)
    return value
  }
  t.is((await here(steps.hiddenStep() as AnyStep, 1)).threadId, threadId)
  t.is((await here(steps.where.with({ name: 'uncached', cache: false }), 1)).threadId, threadId)
  t.is((await here(steps.where.with({ name: 'asked', storeIf: () => true }), 1)).threadId, threadId)
  t.is((await here(steps.unstorable, 1)).threadId, threadId)
})

test.serial('a closure of the same name and text that captured something else is another function', async (t) => {
  const warnings = collectWarnings()
  const executor = shared
  const own = await runOne(t, steps.scale as any, 10, executor)
  t.is(own.value.scaled, 20)
  t.not(own.value.threadId, threadId)
  t.deepEqual(warnings.codes(), [])
  for (const cache of ['codeHash', 'inputHash'] as const) {
    const other = await runOne(t, steps.otherScale(cache), 10, executor)
    t.like(other.value, { scaled: 30, threadId })
  }
})

test.serial('what cannot be stored is given to a step here', async (t) => {
  const warnings = collectWarnings()
  const pipeline = new Pipeline('live', { memory: openMemory(t) })
  pipeline.map([() => 1], steps.where as any)
  const result: PipelineResult<any> = await pipeline.run({ executor: shared })
  t.is(result.outputs.where[0].threadId, threadId)
  t.true(warnings.codes().length > 0)
})

test('threads that are closed run nothing', async (t) => {
  const executor = threads({ size: 1 })
  await executor.close()
  await executor.close()
  t.is(codeOf((await runOne(t, steps.where, 1, executor)).error), 'ERR_CLOSED')
})

test('closing ends what runs', async (t) => {
  const executor = startThreads(t)
  const running = runOne(t, steps.endless, 2, executor)
  setTimeout(() => void executor.close(), 500)
  t.is(codeOf((await running).error), 'ERR_CLOSED')
})

test('options of threads are checked', (t) => {
  throwsCode(t, 'ERR_INVALID_OPTION', () => threads({ size: 0 }))
  throwsCode(t, 'ERR_INVALID_OPTION', () => threads({ size: 1.5 }))
  throwsCode(t, 'ERR_INVALID_OPTION', () => threads({ memoryLimitMb: Number.NaN }))
  throwsCode(t, 'ERR_INVALID_OPTION', () => threads({ threads: 2 } as object))
})
