import test from 'ava'
import { NonRecoverableError, type RetryOptions, currentContext, step } from '../../index.ts'
import { Abortion } from '../../src/run/abortion.ts'
import { Attempts } from '../../src/run/attempts.ts'
import { type Retry, resolveRetry } from '../../src/run/retry.ts'
import { NO_TIMEOUT } from '../../src/run/timeout.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openPipeline } from '../kit/pipelines.ts'

const SOON = { base: 1 }

/** Fails so often with these, then gives 'done'. */
function failing(errors: readonly unknown[], retry: Retry | undefined, abortion = new Abortion()): Attempts {
  const left = [...errors]
  const body = (): string => {
    if (left.length > 0) throw left.shift()
    return 'done'
  }
  const listener = { runId: 'run', name: 'tried', progress: () => undefined, report: () => undefined }
  return new Attempts(body, { retry: resolveRetry(retry), timeout: NO_TIMEOUT, abortion }, listener)
}

/** The waits before the first six retries. */
function delays(backoff: RetryOptions['backoff']): number[] {
  const { delayMs } = resolveRetry({ count: 6, ...(backoff !== undefined && { backoff }) })!
  return [0, 1, 2, 3, 4, 5].map((k) => delayMs(k))
}

test('waits double, from a second on, unless told otherwise', (t) => {
  t.deepEqual(delays(undefined), [1000, 2000, 4000, 8000, 16_000, 32_000])
  t.deepEqual(delays({ base: '10 ms', factor: 3, cap: 200 }), [10, 30, 90, 200, 200, 200])
  t.deepEqual(delays({ base: 0 }), [0, 0, 0, 0, 0, 0])
  t.deepEqual(delays({ base: 5, factor: 1 }), [5, 5, 5, 5, 5, 5])
})

test('no wait is longer than timers can wait for', (t) => {
  const { delayMs } = resolveRetry({ count: Infinity, backoff: { base: '1h', factor: 1000 } })!
  for (const k of [10, 100, 1000, 100_000]) t.is(delayMs(k), 2 ** 31 - 1)
})

test('with jitter a wait is between half of it and all of it', (t) => {
  const { delayMs } = resolveRetry({ count: 1, backoff: { base: 100, jitter: true } })!
  const found = Array.from({ length: 200 }, () => delayMs(1))
  t.true(found.every((delay) => delay >= 100 && delay <= 200))
  t.true(new Set(found).size > 1)
})

test('it is tried as often as was said, and the last failure is the one that counts', async (t) => {
  const errors = [1, 2, 3].map((n) => new Error(`failure ${n}`))
  const enough = failing(errors, { count: 3, backoff: SOON })
  t.is(await enough.run(), 'done')
  t.is(enough.count, 4)
  const tooFew = failing(errors, { count: 2, backoff: SOON })
  t.is(await t.throwsAsync(tooFew.run()), errors[2]!)
  t.is(tooFew.count, 3)
  for (const none of [undefined, 0, { count: 0 }]) {
    const once = failing(errors, none)
    t.is(await t.throwsAsync(once.run()), errors[0]!)
    t.is(once.count, 1)
  }
  t.is(
    await failing(
      Array.from({ length: 50 }, () => 'no'),
      { count: Infinity, backoff: { base: 0 } },
    ).run(),
    'done',
  )
})

test('`when` is asked with the error and the attempt that failed, and ends it', async (t) => {
  const asked: unknown[] = []
  const when = async (error: unknown, attempt: number): Promise<boolean> => {
    asked.push([error, attempt])
    return error !== 'fatal'
  }
  const attempts = failing(['flaky', 'fatal', 'flaky'], { count: 9, backoff: SOON, when })
  t.is(await attempts.run().catch((error: unknown) => error), 'fatal')
  t.deepEqual(asked, [
    ['flaky', 1],
    ['fatal', 2],
  ])
  const refuse = { count: 9, backoff: SOON, when: () => false }
  t.is(
    await failing(['first'], refuse)
      .run()
      .catch((error: unknown) => error),
    'first',
  )
})

test('of a `when` that throws or rejects, the failure that it was asked about counts', async (t) => {
  const whens: NonNullable<RetryOptions['when']>[] = [
    () => {
      throw new Error('when is broken')
    },
    async () => Promise.reject(new Error('when is broken')),
  ]
  for (const when of whens) {
    const attempts = failing(['the failure'], { count: 9, backoff: SOON, when })
    t.is(await attempts.run().catch((error: unknown) => error), 'the failure')
    t.is(attempts.count, 1)
  }
})

test('a NonRecoverableError is not tried again, and `when` is not asked', async (t) => {
  const error = new NonRecoverableError('there is no such file', { cause: 'ENOENT' })
  const attempts = failing([error], { count: 9, when: () => t.fail() as never })
  t.is(await t.throwsAsync(attempts.run()), error)
  t.deepEqual(
    [error.code, error.name, error.cause, attempts.count],
    ['ERR_NON_RECOVERABLE', 'NonRecoverableError', 'ENOENT', 1],
  )
})

test('the end of the run ends the wait before another attempt', async (t) => {
  const abortion = new Abortion()
  const attempts = failing(['flaky'], { count: 9, backoff: { base: '1h' } }, abortion)
  const ended = attempts.run().catch((error: unknown) => error)
  await new Promise((resolve) => setImmediate(resolve))
  abortion.abort('the end')
  t.is(await ended, 'the end')
  t.is(attempts.count, 1)
  const late = failing([], undefined, abortion)
  t.is(await late.run().catch((error: unknown) => error), 'the end')
  t.is(late.count, 0)
})

test('attempts are on the record and in the context of the call; a hit has none', async (t) => {
  const seen: (number | undefined)[] = []
  const flaky = step(
    () => {
      seen.push(currentContext()?.attempt)
      if (seen.length < 3) throw new Error('flaky')
      return 1
    },
    { name: 'flaky', retry: { count: 4, backoff: SOON }, captures: { ignore: ['seen', 'currentContext'] } },
  )
  const pipeline = openPipeline(t).addStep(flaky)
  const first = (await pipeline.run()).orThrow()
  t.deepEqual(seen, [1, 2, 3])
  t.like(first.stepResults['flaky'], { state: 'ran', attempts: 3, retries: 2, cached: false })
  const second = await pipeline.run()
  t.like(second.stepResults['flaky'], { state: 'hit', attempts: 0, retries: 0 })
  t.is([...pipeline.runs()][1]?.calls[0]?.attempts, 3)
})

test('what makes no sense is refused when the step is made', (t) => {
  const wrong: unknown[] = [-1, 1.5, Number.NaN, '3', { count: -1 }, { count: 1, backoff: { base: -1 } }]
  wrong.push({ count: 1, backoff: { base: 1, factor: 0.5 } }, { count: 1, backoff: { base: 1, jitter: 1 } })
  wrong.push({ count: 1, when: true }, { count: 1, every: 2 }, { backoff: SOON }, null, { count: 1, backoff: null })
  for (const retry of wrong)
    throwsCode(t, 'ERR_INVALID_OPTION', () => step(() => 1, { name: 'wrong', retry: retry as Retry }))
})
