import test from 'ava'
import { EngramError, type Timeout, currentContext, step } from '../../index.ts'
import { resolveTimeout } from '../../src/run/timeout.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openPipeline, statesOf } from '../kit/pipelines.ts'

const never = async (): Promise<never> => new Promise(() => undefined)

/** A promise and what settles it. */
function settled<T>(): { promise: Promise<T>; give: (value: T) => void } {
  let give: (value: T) => void = () => undefined
  const promise = new Promise<T>((resolve) => (give = resolve))
  return { promise, give }
}

test('a step that never ends fails when its time is over, and its signal is aborted', async (t) => {
  let signal: AbortSignal | undefined
  const hangs = step(
    async () => {
      signal = currentContext()?.signal
      await never()
    },
    { name: 'hangs', timeout: 10 },
  )
  const result = await openPipeline(t).addStep(hangs).run()
  t.deepEqual(statesOf(result), { hangs: 'failed' })
  const { error, attempts } = result.stepResults['hangs']!
  t.true(error instanceof EngramError)
  t.deepEqual([(error as EngramError).code, attempts], ['ERR_TIMEOUT', 1])
  t.true(signal?.aborted)
  t.is(signal?.reason, error)
  t.is(
    t.throws(() => result.outputs['hangs']),
    error as any,
  )
})

test('each attempt has its own time, and its own signal', async (t) => {
  const signals: AbortSignal[] = []
  const second = step(
    async () => {
      signals.push(currentContext()!.signal)
      if (signals.length < 3) await never()
      return 'third'
    },
    { name: 'second', timeout: 10, retry: { count: 5, backoff: { base: 1 } }, cache: false },
  )
  const result = (await openPipeline(t).addStep(second).run()).orThrow()
  t.is(result.outputs['second'], 'third')
  t.is(result.stepResults['second']?.attempts, 3)
  t.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true, false],
  )
})

test('a deadline bounds all attempts and the waits between them', async (t) => {
  let attempts = 0
  const flaky = step(
    () => {
      attempts++
      throw new Error('flaky')
    },
    { name: 'flaky', timeout: { deadline: 40 }, retry: { count: Infinity, backoff: { base: 10, factor: 1 } } },
  )
  const waits = step(
    () => {
      throw new Error('flaky')
    },
    { name: 'waits', timeout: { deadline: '1m' }, retry: { count: 3, backoff: { base: '1h' } } },
  )
  const hangs = step(never, { name: 'hangs', timeout: { maxRuntime: '1h', deadline: 10 } })
  const result = await openPipeline(t).addStep(flaky, waits, hangs).run({ onFailure: 'continue' })
  for (const name of ['flaky', 'waits', 'hangs'])
    t.is((result.stepResults[name]?.error as EngramError | undefined)?.code, 'ERR_TIMEOUT', name)
  t.true(attempts >= 1)
  // It does not wait for an attempt that would come too late.
  t.is(result.stepResults['waits']?.attempts, 1)
})

test('code that ignores its signal goes on unheard: what it gives, throws or says later is dropped', async (t) => {
  const [gives, throws] = [settled<string>(), settled<string>()]
  const late: string[] = []
  const ignoring = step(
    async () => {
      const running = currentContext()
      const value = await gives.promise
      running?.report('late', 1)
      running?.progress(1, 1)
      late.push('gave')
      return value
    },
    { name: 'ignoring', timeout: 10, captures: { ignore: ['gives.promise', 'late', 'currentContext'] } },
  )
  const failing = step(
    async () => {
      await throws.promise
      late.push('threw')
      throw new Error('late')
    },
    { name: 'failing', timeout: 10 },
  )
  const pipeline = openPipeline(t).addStep(ignoring, failing)
  const result = await pipeline.run({ onFailure: 'continue' })
  t.deepEqual(statesOf(result), { ignoring: 'failed', failing: 'failed' })
  gives.give('too late')
  throws.give('')
  await new Promise((resolve) => setTimeout(resolve, 20))
  t.deepEqual(late, ['gave', 'threw'])
  t.is(pipeline.stats().entries, 0)
  t.deepEqual(result.stepResults['ignoring']?.reports, {})
  t.is((t.throws(() => result.outputs['ignoring']) as unknown as EngramError).code, 'ERR_TIMEOUT')
})

test('a retry gives what it gives, though an earlier attempt ends later with something else', async (t) => {
  const first = settled<string>()
  let attempt = 0
  const raced = step(
    async () => {
      if (++attempt === 1) return first.promise
      first.give('of the first')
      await new Promise((resolve) => setTimeout(resolve, 5))
      return 'of the second'
    },
    {
      name: 'raced',
      timeout: { maxRuntime: 30 },
      retry: { count: 1, backoff: { base: 0 } },
      captures: { ignore: ['first'] },
    },
  )
  const pipeline = openPipeline(t).addStep(raced)
  t.is((await pipeline.run()).outputs['raced'], 'of the second')
  t.is((await pipeline.run()).outputs['raced'], 'of the second')
})

test('a hit and a quick step are untouched, and timers do not keep the process alive', async (t) => {
  const quick = step(async () => 1, { name: 'quick', timeout: { maxRuntime: '1h', deadline: '2h' } })
  const pipeline = openPipeline(t).addStep(quick)
  for (const state of ['ran', 'hit'] as const) t.deepEqual(statesOf(await pipeline.run()), { quick: state })
  const timers = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout')
  t.true(timers.length < 10)
})

test('durations are checked when the step is made', (t) => {
  t.deepEqual(resolveTimeout('2s'), { attemptMs: 2000, deadlineMs: undefined })
  t.deepEqual(resolveTimeout({ maxRuntime: 5, deadline: '1m' }), { attemptMs: 5, deadlineMs: 60_000 })
  const wrong: unknown[] = [
    0,
    Infinity,
    -1,
    '0s',
    'soon',
    Number.NaN,
    { maxRuntime: 0 },
    { deadline: -1 },
    { every: 1 },
    null,
  ]
  for (const timeout of wrong)
    throwsCode(t, 'ERR_INVALID_OPTION', () => step(() => 1, { name: 'wrong', timeout: timeout as Timeout }))
})

test('times that are longer than timers can wait for are not over at once', async (t) => {
  for (const timeout of ['90d', { maxRuntime: '1y', deadline: '90d' }] as Timeout[]) {
    const quick = step(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        return 1
      },
      { name: 'quick', timeout, cache: false },
    )
    t.deepEqual(statesOf(await openPipeline(t).addStep(quick).run()), { quick: 'ran' })
  }
})
