// Days on which things go wrong: each has its outcome. Bad input is in bad-input.spec.ts.
import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { currentContext, step } from '../../index.ts'
import { openPipeline, refused, statesOf } from '../kit/pipelines.ts'

const load = step(() => [1, 2, 3], { name: 'load' })

test('what a step throws or rejects with is the same object everywhere, and is not stored', async (t) => {
  const error = new TypeError('of the user')
  const throws = step(
    (load: number[]): number => {
      if (load.length > 0) throw error
      return 1
    },
    { name: 'throws', captures: { ignore: ['error'] } },
  )
  const rejects = step(async () => Promise.reject(error), {
    name: 'rejects',
    inputs: ['load'],
    captures: { ignore: ['error'] },
  })
  const follows = step((throws: number) => throws, { name: 'follows' })
  const pipeline = openPipeline(t).addStep(load, throws, rejects, follows)
  for (const loaded of ['ran', 'hit'] as const) {
    const result = await pipeline.run({ onFailure: 'continue' })
    t.deepEqual(statesOf(result), { load: loaded, throws: 'failed', rejects: 'failed', follows: 'cancelled' })
    t.deepEqual([result.success, result.state], [false, 'failed'])
    for (const name of ['throws', 'rejects']) {
      t.is(result.stepResults[name]?.error, error)
      t.is(
        t.throws(() => result.get(name)),
        error,
      )
      t.is(
        t.throws(() => result.stepResults[name]?.output),
        error,
      )
    }
    await refused(t, () => result.outputs['follows'], 'follows', 'cancelled')
    const all = t.throws(() => result.orThrow(), { instanceOf: AggregateError })
    t.deepEqual(all?.errors, [error, error])
    t.deepEqual(result.outputs['load'], [1, 2, 3])
  }
  const alone = await openPipeline(t).addStep(load, throws).run()
  t.is(
    t.throws(() => alone.orThrow()),
    error,
  )
})

test('what is thrown and is no error is told as one, and thrown as it is', async (t) => {
  for (const thrown of ['text', 5, null, undefined, { a: 1 }, Object.create(null), Symbol('s')]) {
    const throws = step(
      () => {
        throw thrown
      },
      { name: 'throws', captures: { ignore: ['thrown'] } },
    )
    const result = await openPipeline(t).addStep(throws).run()
    t.deepEqual(statesOf(result), { throws: 'failed' })
    t.true(result.stepResults['throws']?.error instanceof Error)
    t.is(result.stepResults['throws']?.error?.cause, thrown)
    try {
      result.orThrow()
      t.fail()
    } catch (error) {
      t.is(error, thrown)
    }
    t.is(typeof result.summary(), 'string')
  }
})

test('what a failure does to the rest, by the rule', async (t) => {
  const started: string[] = []
  let aborted: unknown
  const fails = step(() => Promise.reject(new Error('no')), { name: 'fails', cache: false })
  const runs = step(
    async () => {
      started.push('runs')
      const { signal } = currentContext()!
      await sleep(30, undefined, { signal }).catch((error: unknown) => (aborted = error))
      return signal.aborted ? 'aborted' : 'ended'
    },
    { name: 'runs', cache: false },
  )
  const later = step(() => started.push('later'), { name: 'later', cache: false })
  const pipeline = openPipeline(t, { concurrency: 2 }).addStep(fails, runs, later)
  const stopped = await pipeline.run({ onFailure: 'stop' })
  t.deepEqual(statesOf(stopped), { fails: 'failed', runs: 'cancelled', later: 'cancelled' })
  t.truthy(aborted)
  t.deepEqual(started, ['runs'])
  const finished = await pipeline.run()
  t.deepEqual(statesOf(finished), { fails: 'failed', runs: 'ran', later: 'cancelled' })
  const continued = await pipeline.run({ onFailure: 'continue' })
  t.deepEqual(statesOf(continued), { fails: 'failed', runs: 'ran', later: 'ran' })
  for (const result of [stopped, finished, continued]) t.is(t.throws(() => result.orThrow())?.message, 'no')
})

test('a signal ends a run early, before it and in the middle', async (t) => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const hangs = step(
    async () => {
      setImmediate(() => controller.abort(reason))
      // Whoever ignores the signal is not waited for.
      return new Promise<never>(() => undefined)
    },
    { name: 'hangs', inputs: ['load'], captures: { ignore: ['controller', 'reason'] } },
  )
  const after = step((hangs: never) => hangs, { name: 'after' })
  const pipeline = openPipeline(t).addStep(load, hangs, after)
  const result = await pipeline.run({ signal: controller.signal })
  t.deepEqual(statesOf(result), { load: 'ran', hangs: 'cancelled', after: 'cancelled' })
  t.deepEqual([result.state, result.success], ['cancelled', false])
  t.is(
    t.throws(() => result.orThrow()),
    reason,
  )
  t.is((await refused(t, () => result.outputs['hangs'], 'hangs'))?.cause, reason)
  t.is([...pipeline.runs()][0]?.state, 'cancelled')

  const late = await pipeline.run({ signal: controller.signal })
  t.deepEqual(statesOf(late), { load: 'cancelled', hangs: 'cancelled', after: 'cancelled' })
  t.is(late.state, 'cancelled')
})

test('a signal that is aborted after the last step has ended changes nothing', async (t) => {
  const controller = new AbortController()
  const result = await openPipeline(t)
    .addStep(load)
    .run({ signal: controller.signal, onCall: () => controller.abort() })
  t.deepEqual([result.state, result.success], ['completed', true])
})
