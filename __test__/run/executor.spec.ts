import test from 'ava'
import { Pipeline, type PipelineResult, type RunOptions } from '../../index.ts'
import { type Executor, type SentCall, unsendable } from '../../src/run/executor.ts'
import { threads } from '../../src/threads/index.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'
import { square, where } from '../threads/sent-steps.ts'

/** An executor that does what `run` does. */
function executorOf(run: Executor['run'], concurrency = 2): Executor {
  return { name: 'ours', concurrency, run, [Symbol.asyncDispose]: async () => undefined }
}

test('what travels of a call is JSON: its key, its function by module and name, its inputs by digest', async (t) => {
  await using inner = threads({ size: 1 })
  const seen: SentCall[] = []
  const executor = executorOf((call, signal) => {
    seen.push(call)
    return inner.run({ ...call, data: JSON.parse(JSON.stringify(call.data)) }, signal)
  }, 1)
  const memory = openMemory(t)
  const pipeline = new Pipeline('sent', { memory })
  pipeline.step(where, 4)
  const result: PipelineResult<any> = await pipeline.run({ executor })
  t.true(result.success)
  t.true(result.outputs.where.threadId > 0)
  const [call] = seen
  const record = memory.run(result.runId)!.calls[0]!
  t.is(call!.key, record.key)
  t.is(call!.exportName, 'where')
  t.true(call!.module.endsWith('sent-steps.ts'))
  t.deepEqual(call!.inputs, record.inputs)
  await pipeline.run({ executor })
  t.is(seen.length, 1)
})

test.serial('an executor that refuses a call leaves it to the thread of the run, said once', async (t) => {
  const warnings = collectWarnings()
  let asked = 0
  const executor = executorOf(async () => {
    asked++
    throw unsendable('not here')
  })
  const pipeline = new Pipeline('refused', { memory: openMemory(t) })
  pipeline.map([1, 2, 3, 4, 5], square, { concurrency: 1 })
  const result: PipelineResult<any> = await pipeline.run({ executor })
  t.deepEqual(
    result.outputs.square.map((one: { square: number }) => one.square),
    [1, 4, 9, 16, 25],
  )
  t.is(asked, 1)
  t.deepEqual(warnings.codes(), ['ERR_UNSENDABLE'])
})

test('an executor has no more calls than it takes', async (t) => {
  let [running, most] = [0, 0]
  const executor = executorOf(async () => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, 1))
    running--
    throw new Error('not today')
  }, 3)
  const pipeline = new Pipeline('many', { memory: openMemory(t) })
  pipeline.map(
    Array.from({ length: 40 }, (_, index) => index),
    square,
    { minSuccessRatio: 0 },
  )
  t.true((await pipeline.run({ executor })).success)
  t.is(most, 3)
})

test('an executor that says that it stored a result, and did not, fails the call', async (t) => {
  const pipeline = new Pipeline('lost', { memory: openMemory(t) })
  pipeline.step(where, 1)
  const result: PipelineResult<any> = await pipeline.run({ executor: executorOf(async () => undefined) })
  t.is(result.stepResults['where']!.state, 'failed')
  t.is((result.stepResults['where']!.error as { code?: string }).code, 'ERR_NOT_FOUND')
})

test('what is no executor is refused', async (t) => {
  const pipeline = new Pipeline('none', { memory: openMemory(t) })
  for (const executor of [null, {}, 'threads', { name: 'x', concurrency: 0, run() {} }, { name: 'x', concurrency: 1 }])
    await t.throwsAsync(pipeline.run({ executor } as unknown as RunOptions), { code: 'ERR_INVALID_OPTION' })
})
