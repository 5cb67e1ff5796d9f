import test from 'ava'
import { getEventListeners } from 'node:events'
import { step } from '../../index.ts'
import { openPipeline, statesOf } from '../kit/pipelines.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

test('a signal of many runs keeps no listener of theirs', async (t) => {
  const { signal } = new AbortController()
  const inner = openPipeline(t)
    .addStep(step(() => 1, { name: 'inner' }))
    .asStep({ name: 'sub' })
  const pipeline = openPipeline(t).addStep(
    inner,
    step(async () => 1, { name: 'plain', cache: false }),
  )
  for (let n = 0; n < 15; n++) t.true((await pipeline.run({ signal })).success)
  t.is(getEventListeners(signal, 'abort').length, 0)
})

test('what an aborted step gives later is not stored, and rejects nowhere', async (t) => {
  const memory = openMemory(t)
  const controller = new AbortController()
  let give: (value: number) => void = () => undefined
  let fail: (error: Error) => void = () => undefined
  const gives = step(async () => new Promise<number>((resolve) => (give = resolve)), { name: 'gives', version: '1' })
  const fails = step(async () => new Promise<number>((_, reject) => (fail = reject)), { name: 'fails', version: '1' })
  const unhandled: unknown[] = []
  const listener = (error: unknown): unknown => unhandled.push(error)
  process.on('unhandledRejection', listener)
  const running = openPipeline(t, { memory }).addStep(gives, fails).run({ signal: controller.signal })
  await new Promise((resolve) => setTimeout(resolve, 20))
  controller.abort()
  t.deepEqual(statesOf(await running), { gives: 'cancelled', fails: 'cancelled' })
  give(1)
  fail(new Error('late'))
  await new Promise((resolve) => setTimeout(resolve, 20))
  process.off('unhandledRejection', listener)
  t.is([...memory.entries()].length, 0)
  t.deepEqual(unhandled, [])
})

test('after an abort the same step can be run at once: nobody waits for the one that goes on', async (t) => {
  const memory = openMemory(t)
  const controller = new AbortController()
  let runs = 0
  const slow = step(async () => (++runs === 1 ? new Promise<number>(() => undefined) : runs), {
    name: 'slow',
    version: '1',
  })
  const pipeline = openPipeline(t, { memory }).addStep(slow)
  const running = pipeline.run({ signal: controller.signal })
  await new Promise((resolve) => setTimeout(resolve, 20))
  controller.abort()
  await running
  t.is((await pipeline.run()).orThrow().outputs['slow'], 2)
})

test('who joined a run that is aborted runs by itself', async (t) => {
  const memory = openMemory(t)
  const controller = new AbortController()
  let runs = 0
  const slow = step(
    async () => {
      runs++
      await new Promise((resolve) => setTimeout(resolve, 30))
      return runs
    },
    { name: 'slow', version: '1' },
  )
  const pipeline = openPipeline(t, { memory }).addStep(slow)
  const first = pipeline.run({ signal: controller.signal })
  const second = pipeline.run()
  await new Promise((resolve) => setTimeout(resolve, 10))
  controller.abort()
  t.is((await first).state, 'cancelled')
  const result = await second
  t.deepEqual([result.success, runs], [true, 2])
})

test('an item that joined one of a run that is aborted runs by itself', async (t) => {
  const memory = openMemory(t)
  const controller = new AbortController()
  const work = step(
    async (item: number) => {
      await new Promise((resolve) => setTimeout(resolve, 30))
      return item * 2
    },
    { name: 'work', version: '1' },
  )
  const [one, other] = [openPipeline(t, { memory }), openPipeline(t, { memory })]
  one.map([1, 2], work)
  other.map([2, 3], work)
  const first = one.run({ signal: controller.signal })
  const second = other.run()
  await new Promise((resolve) => setTimeout(resolve, 10))
  controller.abort()
  t.is((await first).state, 'cancelled')
  t.deepEqual((await second).orThrow().get('work'), [4, 6])
})

test('a store that cannot be written costs a sentence, and not the run', async (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t, { location: '/dev/null/store' })
  const pipeline = openPipeline(t, { memory }).addStep(
    step(() => ({ a: 1, b: [2] }), { name: 'parts', outputs: ['a', 'b'] }),
    step((b: number[]) => b.length, { name: 'uses' }),
  )
  for (const _ of [1, 2]) {
    const result = (await pipeline.run()).orThrow()
    t.deepEqual(statesOf(result), { parts: 'ran', uses: 'ran' })
    t.deepEqual({ ...result.outputs }, { a: 1, b: [2], uses: 1 })
  }
  t.true(warnings.codes().length > 0)
  t.true(warnings.codes().every((code) => code === 'ERR_STORE_UNAVAILABLE'))
})
