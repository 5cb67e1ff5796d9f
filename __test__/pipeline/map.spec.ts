import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { type EngramError, NonRecoverableError, currentContext, step } from '../../index.ts'
import { openPipeline, statesOf } from '../kit/pipelines.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

/** A function of items that says which it got, and fails for some. */
function worker(options = {}) {
  const seen: number[] = []
  const bad = new Set<number>()
  const work = step(
    async (item: number, factor = 2) => {
      seen.push(item)
      if (bad.has(item)) throw new Error(`item ${item}`)
      return item * factor
    },
    { name: 'work', captures: { ignore: ['seen', 'bad'] }, ...options },
  )
  return { seen, bad, work }
}

test('each item is stored by itself, whatever its place', async (t) => {
  const { seen, work } = worker()
  const pipeline = openPipeline(t)
  const doubled = pipeline.map(pipeline.input<number[]>('items'), work)
  const run = async (items: number[]) => (await pipeline.run({ inputs: { items } })).orThrow()
  t.deepEqual((await run([1, 2, 3])).get(doubled), [2, 4, 6])
  t.deepEqual(seen.splice(0), [1, 2, 3])
  const moved = await run([3, 4, 1, 1])
  t.deepEqual(moved.get(doubled), [6, 8, 2, 2])
  t.deepEqual(seen.splice(0), [4])
  t.deepEqual(moved.stepResults['work']?.items, { hit: 3, ran: 1, failed: 0 })
  const warm = await run([3, 4, 1, 1])
  t.deepEqual(statesOf(warm), { work: 'hit' })
  t.deepEqual(warm.stepResults['work']?.items, { hit: 4, ran: 0, failed: 0 })
  t.deepEqual(warm.get(doubled), [6, 8, 2, 2])
  t.deepEqual(seen, [])
})

test('equal items that are new run once', async (t) => {
  const { seen, work } = worker()
  const pipeline = openPipeline(t)
  pipeline.map([5, 5, 5], work)
  const result = await pipeline.run()
  t.deepEqual(result.get('work'), [10, 10, 10])
  t.deepEqual(seen, [5])
  t.deepEqual(result.stepResults['work']?.items, { hit: 2, ran: 1, failed: 0 })
})

test('no items, and other lists than arrays', async (t) => {
  const { work } = worker()
  const lists: [unknown, number[]][] = [
    [[], []],
    [new Set([1, 2]), [2, 4]],
    [new Uint8Array([1, 2]), [2, 4]],
    [new Map(), []],
  ]
  for (const [items, results] of lists) {
    const pipeline = openPipeline(t)
    const mapped = pipeline.map(items as number[], work)
    for (const state of ['ran', 'hit'] as const) {
      const result = (await pipeline.run()).orThrow()
      t.deepEqual(statesOf(result), { work: state })
      t.deepEqual(result.get(mapped), results)
    }
  }
})

test('a failed item does not repeat those that are done', async (t) => {
  const { seen, bad, work } = worker()
  bad.add(2)
  const pipeline = openPipeline(t)
  pipeline.map([1, 2, 3], work, { concurrency: 1 })
  const failed = await pipeline.run()
  t.deepEqual(statesOf(failed), { work: 'failed' })
  t.is(failed.stepResults['work']?.error?.message, 'item 2')
  t.deepEqual(failed.stepResults['work']?.items, { hit: 0, ran: 1, failed: 1 })
  bad.clear()
  t.deepEqual((await pipeline.run()).get('work'), [2, 4, 6])
  t.deepEqual(seen, [1, 2, 2, 3])
})

test('less than all may fail: their places hold undefined, and they are tried again', async (t) => {
  const { seen, bad, work } = worker()
  bad.add(2).add(3)
  const pipeline = openPipeline(t)
  const mapped = pipeline.map([1, 2, 3, 4], work, { minSuccessRatio: 0.5 })
  const result = (await pipeline.run()).orThrow()
  t.deepEqual(result.get(mapped), [2, undefined, undefined, 8] as never)
  t.deepEqual(result.stepResults['work']?.items, { hit: 0, ran: 2, failed: 2 })
  seen.length = 0
  bad.delete(3)
  const again = await pipeline.run()
  t.deepEqual(again.get(mapped), [2, undefined, 6, 8] as never)
  t.deepEqual(again.stepResults['work']?.items, { hit: 2, ran: 1, failed: 1 })
  t.deepEqual(seen, [2, 3])
  bad.clear()
  await pipeline.run()
  t.deepEqual(statesOf(await pipeline.run()), { work: 'hit' })
})

test('more failures than that fail the step, with all of them', async (t) => {
  const { bad, work } = worker()
  bad.add(1).add(2).add(3)
  const pipeline = openPipeline(t)
  pipeline.map([1, 2, 3, 4], work, { minSuccessRatio: 0.5, concurrency: 1 })
  const result = await pipeline.run()
  const error = result.stepResults['work']?.error
  t.true(error instanceof AggregateError)
  t.deepEqual(
    (error as AggregateError).errors.map(({ message }) => message),
    ['item 1', 'item 2', 'item 3'],
  )
  for (const minSuccessRatio of [-0.1, 1.1, Number.NaN])
    t.throws(() => pipeline.map([1], work, { minSuccessRatio }), { code: 'ERR_INVALID_OPTION' })
  for (const concurrency of [0, -1, 1.5])
    t.throws(() => pipeline.map([1], work, { concurrency }), { code: 'ERR_INVALID_OPTION' })
})

test('the arguments after the item count, and are wires', async (t) => {
  const { seen, work } = worker()
  const pipeline = openPipeline(t)
  const factor = pipeline.step(
    step((x: number) => x, { name: 'factor' }),
    pipeline.param<number>('x'),
  )
  const mapped = pipeline.map([1, 2], work, { with: [factor] })
  t.deepEqual((await pipeline.run({ context: { x: 3 } })).get(mapped), [3, 6])
  t.deepEqual((await pipeline.run({ context: { x: 4 } })).get(mapped), [4, 8])
  t.is(seen.length, 4)
  t.deepEqual(statesOf(await pipeline.run({ context: { x: 3 } })), { factor: 'hit', work: 'hit' })
})

test('an item that is changed by the function harms neither others, nor another attempt', async (t) => {
  const shared = { rows: [1] }
  let attempts = 0
  const grows = step(
    (item: { rows: number[] }, more: number[]) => {
      item.rows.push(2)
      more.push(2)
      if (attempts++ === 0) throw new Error('flaky')
      return [item.rows.length, more.length]
    },
    { name: 'grows', retry: { count: 2, backoff: { base: 0 } }, captures: { ignore: ['attempts'] } },
  )
  const pipeline = openPipeline(t)
  const items = [shared, shared, { rows: [1, 2] }]
  const mapped = pipeline.map(items, grows, { with: [[1]], concurrency: 1 })
  const expected = [
    [2, 2],
    [2, 2],
    [3, 2],
  ]
  for (const state of ['ran', 'hit'] as const) {
    const result = (await pipeline.run()).orThrow()
    t.deepEqual(statesOf(result), { grows: state })
    t.deepEqual(result.get(mapped), expected)
  }
  const uncached = openPipeline(t)
  uncached.map(items, grows, { with: [[1]] })
  t.deepEqual((await uncached.run({ cache: false })).get('grows'), expected)
  t.deepEqual(shared, { rows: [1] })
})

test('items run side by side, as many as the map says, else the run', async (t) => {
  let [now, most] = [0, 0]
  const counts = step(
    async (item: number) => {
      most = Math.max(most, ++now)
      await sleep(2)
      now--
      return item
    },
    { name: 'counts', cache: false },
  )
  const items = Array.from({ length: 12 }, (_, n) => n)
  for (const [own, ofRun, expected] of [
    [3, 1, 3],
    [undefined, 2, 2],
    [Infinity, 1, 12],
  ] as const) {
    most = 0
    const pipeline = openPipeline(t)
    pipeline.map(items, counts, own === undefined ? {} : { concurrency: own })
    await pipeline.run({ concurrency: ofRun })
    t.is(most, expected)
  }
})

test('an item is tried again, and has its own time', async (t) => {
  let attempts = 0
  const flaky = step(
    async (item: number) => {
      if (item === 1 && attempts++ < 2) throw new Error('flaky')
      if (item === 2) return new Promise<never>(() => undefined)
      if (item === 3) throw new NonRecoverableError('no')
      return item
    },
    { name: 'flaky', retry: { count: 2, backoff: { base: 0 } }, timeout: 20, captures: { ignore: ['attempts'] } },
  )
  const pipeline = openPipeline(t)
  const mapped = pipeline.map([1, 2, 3], flaky, { minSuccessRatio: 0 })
  const result = (await pipeline.run()).orThrow()
  t.deepEqual(result.get(mapped), [1, undefined, undefined] as never)
  t.is(attempts, 3)
})

test('an abort ends a map, and what was done is kept', async (t) => {
  const controller = new AbortController()
  const seen: number[] = []
  const work = step(
    async (item: number) => {
      seen.push(item)
      if (item === 2) {
        controller.abort(new Error('enough'))
        currentContext()?.signal.throwIfAborted()
      }
      return item
    },
    { name: 'work', captures: { ignore: ['seen', 'controller', 'currentContext'] } },
  )
  const pipeline = openPipeline(t)
  pipeline.map([1, 2, 3], work, { concurrency: 1 })
  const ended = await pipeline.run({ signal: controller.signal })
  t.deepEqual([statesOf(ended), ended.state], [{ work: 'cancelled' }, 'cancelled'])
  await pipeline.run()
  t.deepEqual(seen, [1, 2, 2, 3])
})

test('refresh runs all items again, and their results replace the old ones', async (t) => {
  let value = 1
  const reads = step((item: number) => item * value, { name: 'reads', captures: { ignore: ['value'] } })
  const pipeline = openPipeline(t)
  const mapped = pipeline.map([1, 2], reads)
  await pipeline.run()
  value = 10
  t.deepEqual((await pipeline.run()).get(mapped), [1, 2])
  t.deepEqual((await pipeline.run({ refresh: ['reads'] })).get(mapped), [10, 20])
  value = 100
  t.deepEqual((await pipeline.run()).get(mapped), [10, 20])
  const [one, other] = [openPipeline(t), openPipeline(t)]
  t.is(one.map([1], reads).name, other.map([1], reads).name)
})

test('results that cannot be stored are given all the same', async (t) => {
  collectWarnings()
  const opens = step((item: number) => ({ item, close: () => item }), { name: 'opens' })
  const pipeline = openPipeline(t)
  const mapped = pipeline.map([1, 2], opens)
  const counts = pipeline.step(
    step((all: unknown[]) => all.length, { name: 'counts' }),
    mapped,
  )
  for (const _ of [1, 2]) {
    const result = (await pipeline.run()).orThrow()
    t.deepEqual(
      result.get(mapped).map((one) => one.close()),
      [1, 2],
    )
    t.is(result.get(counts), 2)
  }
})

test('large results lie once, and what follows loads them', async (t) => {
  const memory = openMemory(t)
  const large = step((item: number) => new Uint8Array(200_000).fill(item), { name: 'large' })
  const pipeline = openPipeline(t, { memory })
  const mapped = pipeline.map([1, 2, 3], large)
  const total = pipeline.step(
    step((all: Uint8Array[]) => all.reduce((sum, { length }) => sum + length, 0), { name: 'total' }),
    mapped,
  )
  const result = (await pipeline.run()).orThrow()
  t.is(result.get(total), 600_000)
  t.deepEqual(
    result.get(mapped).map((bytes) => bytes[0]),
    [1, 2, 3],
  )
  t.true(memory.stats().byteLength < 900_000)
  // An item whose entry is gone is made again, also after its map was found.
  memory.clear({ name: 'large[]' })
  t.like((await pipeline.plan())['large'], { status: 'stale' })
  const again = (await pipeline.run()).orThrow()
  t.deepEqual(statesOf(again), { large: 'ran', total: 'hit' })
  t.deepEqual(
    again.get(mapped).map((bytes) => bytes[0]),
    [1, 2, 3],
  )
  t.deepEqual(statesOf(await pipeline.run()), { large: 'hit', total: 'hit' })
})

test('a part of a result that is gone is made again, also after its step was found', async (t) => {
  const memory = openMemory(t)
  const parts = step(() => ({ low: [1], high: [2] }), { name: 'parts', outputs: ['low', 'high'] })
  const pipeline = openPipeline(t, { memory }).addStep(parts)
  await pipeline.run()
  t.is(memory.clear({ where: ({ name }) => name !== 'parts' }), 2)
  t.like((await pipeline.plan())['parts'], { status: 'stale' })
  const again = (await pipeline.run()).orThrow()
  t.deepEqual(statesOf(again), { parts: 'ran' })
  t.deepEqual({ ...again.outputs }, { low: [1], high: [2] })
  t.deepEqual(statesOf(await pipeline.run()), { parts: 'hit' })
})

test('ten thousand items with a new one run one', async (t) => {
  const { seen, work } = worker()
  const pipeline = openPipeline(t)
  const mapped = pipeline.map(pipeline.input<number[]>('items'), work)
  const items = Array.from({ length: 10_000 }, (_, n) => n)
  await pipeline.run({ inputs: { items } })
  seen.length = 0
  const more = await pipeline.run({ inputs: { items: [-1, ...items] } })
  t.deepEqual(seen, [-1])
  t.is(more.get(mapped).length, 10_001)
  t.deepEqual(more.stepResults['work']?.items, { hit: 10_000, ran: 1, failed: 0 })
  const code = (await pipeline.run({ inputs: { items: 5 } })).stepResults['work']?.error as EngramError
  t.is(code.code, 'ERR_PIPELINE')
})
