// What flowyml's code does otherwise than its text says, or wrongly: none of it may happen here.
import test from 'ava'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CacheStore, type StepCache, step } from '../../index.ts'
import { filesIn } from '../kit/files.ts'
import { openPipeline, statesOf, statesOfRun } from '../kit/pipelines.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

const STRATEGIES: readonly StepCache[] = ['codeHash', 'syntaxHash', 'inputHash', true]

test('1 and 3: whatever the strategy, inputs are in the key', async (t) => {
  for (const cache of STRATEGIES) {
    const squared = step((x: number) => x * x, { name: 'squared', cache })
    const pipeline = openPipeline(t).addStep(squared)
    for (const x of [2, 3]) t.is((await pipeline.run({ inputs: { x } })).outputs['squared'], x * x)
    t.deepEqual(await statesOfRun(pipeline, { inputs: { x: 2 } }), { squared: 'hit' })
  }
})

test('2: whatever the strategy, parameters of the context that a step takes are in its key', async (t) => {
  for (const cache of STRATEGIES) {
    const scaled = step((rate: number) => rate * 10, { name: 'scaled', cache })
    const pipeline = openPipeline(t, { context: { other: 1 } }).addStep(scaled)
    for (const rate of [2, 3]) t.is((await pipeline.run({ context: { rate } })).outputs['scaled'], rate * 10)
    t.deepEqual(await statesOfRun(pipeline, { context: { rate: 3, other: 2 } }), { scaled: 'hit' })
  }
})

test('4: steps without inputs do not share a key, and a key function is asked for each', async (t) => {
  const memory = openMemory(t)
  for (const cache of ['inputHash', (one: { name: string }) => `key of ${one.name}`] as const) {
    const [a, b] = ['a', 'b'].map((name) => step(() => name, { name, cache })) as [any, any]
    const pipeline = openPipeline(t, { memory }).addStep(a, b)
    const result = await pipeline.run()
    t.deepEqual([result.outputs['a'], result.outputs['b']], ['a', 'b'])
    t.deepEqual(await statesOfRun(pipeline), { a: 'hit', b: 'hit' })
  }
  // One text for two steps is no shared key either.
  const [c, d] = ['c', 'd'].map((name) => step(() => name, { name, cache: () => 'the same' })) as [any, any]
  t.deepEqual({ ...(await openPipeline(t, { memory }).addStep(c, d).run()).outputs }, { c: 'c', d: 'd' })
})

test('5: null and undefined are results like others, and are not computed again', async (t) => {
  for (const value of [null, undefined, 0, '', false, Number.NaN]) {
    let runs = 0
    const empty = step(
      () => {
        runs++
        return value
      },
      { name: 'empty' },
    )
    const after = step((empty: unknown) => [empty], { name: 'after' })
    const pipeline = openPipeline(t).addStep(empty, after)
    await pipeline.run()
    const second = await pipeline.run()
    t.deepEqual(statesOf(second), { empty: 'hit', after: 'hit' })
    t.deepEqual([runs, second.outputs['empty'], second.outputs['after']], [1, value, [value]])
  }
})

test('6: a step that changes its inputs is stored under what it was given', async (t) => {
  const load = step(() => [3, 1, 2], { name: 'load' })
  const sorts = step(
    (load: number[], more: number[]) => {
      load.sort()
      more.push(9)
      return load
    },
    { name: 'sorts', inputs: ['load', 'more'] },
  )
  const sees = step((load: number[], more: number[]) => [load, more], {
    name: 'sees',
    inputs: ['load', 'more', 'sorts'],
  })
  const more = [5]
  const pipeline = openPipeline(t, { concurrency: 1 }).addStep(load, sorts, sees)
  for (const state of ['ran', 'hit'] as const) {
    const result = await pipeline.run({ inputs: { more } })
    t.deepEqual(statesOf(result), { load: state, sorts: state, sees: state })
    t.deepEqual(result.outputs['load'], [3, 1, 2])
    t.deepEqual(result.outputs['sees'], [[3, 1, 2], [5]])
    t.deepEqual(more, [5])
  }
})

test('7: what looks alike as text is told apart, and equal objects are equal', async (t) => {
  const large = (end: number): number[] => [...Array.from({ length: 5000 }, (_, n) => n), end]
  const pairs: [unknown, unknown][] = [
    [new Date('2020-01-01T00:00:00.000Z'), '2020-01-01T00:00:00.000Z'],
    [1, '1'],
    [{ a: [1] }, '[object Object]'],
    [large(1), large(2)],
    [new Map([[1, 2]]), {}],
  ]
  const shown = step((value: unknown) => [value], { name: 'shown' })
  for (const [one, other] of pairs) {
    const pipeline = openPipeline(t).addStep(shown)
    await pipeline.run({ inputs: { value: one } })
    t.deepEqual(await statesOfRun(pipeline, { inputs: { value: other } }), { shown: 'ran' })
    t.deepEqual(await statesOfRun(pipeline, { inputs: { value: structuredClone(one) } }), { shown: 'hit' })
  }
})

test('8: a result that cannot be stored is given, said once, and leaves nothing on the disk', async (t) => {
  const warnings = collectWarnings()
  const location = join(temporaryDirectory(t), 'store')
  const memory = openMemory(t, { location })
  const live = step(() => ({ data: new Uint8Array(1 << 20), close: () => 'closed' }), { name: 'live' })
  const pipeline = openPipeline(t, { memory }).addStep(live)
  for (const _ of [1, 2]) {
    const result = (await pipeline.run()).orThrow()
    t.like(result.stepResults['live'], { state: 'ran', success: true })
    t.is((result.outputs['live'] as { close(): string }).close(), 'closed')
  }
  t.deepEqual(warnings.codes(), ['ERR_UNSERIALIZABLE'])
  t.is([...memory.entries()].length, 0)
  await memory.close()
  t.deepEqual(
    filesIn(location).filter((path) => /tmp|partial|blob/.test(path.slice(location.length))),
    [],
  )
})

test('9: two views of one directory see the same entries, and clearing one step drops all of it', async (t) => {
  const cacheDir = join(temporaryDirectory(t), 'cache')
  const [one, other] = [new CacheStore(cacheDir), new CacheStore(cacheDir)]
  t.teardown(() => Promise.all([one.close(), other.close()]))
  const a = step((x: number) => x, { name: 'a' })
  const b = step((x: number) => -x, { name: 'b' })
  const pipelines = [openPipeline(t, { cacheDir }).addStep(a), openPipeline(t, { cacheDir }).addStep(b)]
  for (const x of [1, 2, 3]) for (const pipeline of pipelines) await pipeline.run({ inputs: { x } })
  t.deepEqual([one.stats().entries, other.stats().entries], [6, 6])
  t.is(one.clearStep('a'), 3)
  t.deepEqual(
    Array.from(other.entries(), ({ name }) => name),
    ['b', 'b', 'b'],
  )
  t.false(readdirSync(cacheDir).some((name) => name.endsWith('.json')))
})

test('10: what was hit and missed can be asked of pipeline and store', async (t) => {
  const cacheDir = join(temporaryDirectory(t), 'cache')
  const pipeline = openPipeline(t, { cacheDir }).addStep(step(() => 1, { name: 'a' }))
  for (const _ of [1, 2, 3]) await pipeline.run()
  t.like(pipeline.stats(), { hits: 2, misses: 1, entries: 1 })
  const store = new CacheStore(cacheDir)
  t.teardown(() => store.close())
  t.like(store.stats().byFunction['a'], { entries: 1 })
})

test('11: invalidation before a date drops what is older, and only that', async (t) => {
  let now = Date.parse('2026-01-01')
  const memory = openMemory(t, { clock: () => now })
  const pipeline = openPipeline(t, { memory }).addStep(step((x: number) => x, { name: 'a' }))
  await pipeline.run({ inputs: { x: 1 } })
  now = Date.parse('2026-02-01')
  await pipeline.run({ inputs: { x: 2 } })
  t.is(pipeline.invalidate({ before: new Date('2025-12-31') }), 0)
  t.is(pipeline.invalidate({ step: 'a', before: new Date('2026-01-15') }), 1)
  t.deepEqual(await statesOfRun(pipeline, { inputs: { x: 2 } }), { a: 'hit' })
  t.deepEqual(await statesOfRun(pipeline, { inputs: { x: 1 } }), { a: 'ran' })
  for (const before of [new Date(Number.NaN), '2026-01-01', 5])
    t.throws(() => pipeline.invalidate({ before } as any), { code: 'ERR_INVALID_OPTION' })
  t.throws(() => pipeline.invalidate({ step: 'nobody' }), { code: 'ERR_PIPELINE' })
})

test('12: two pipelines share the results of a step, and different code of one name is told apart', async (t) => {
  const memory = openMemory(t)
  const shared = step((x: number) => x + 1, { name: 'shared' })
  const other = step((x: number) => x + 2, { name: 'shared' })
  const run = async (one: typeof shared, name: string): Promise<unknown> => {
    const result = await openPipeline(t, { memory }, name)
      .addStep(one)
      .run({ inputs: { x: 1 } })
    return [result.stepResults['shared']?.state, result.outputs['shared']]
  }
  t.deepEqual(await run(shared, 'first'), ['ran', 2])
  t.deepEqual(await run(shared, 'second'), ['hit', 2])
  t.deepEqual(await run(other, 'first'), ['ran', 3])
  t.deepEqual(await run(shared, 'first'), ['hit', 2])
})

test('13: what no step gives may be an input of the run', async (t) => {
  const sum = step((rows: number[], start: number) => rows.reduce((all, row) => all + row, start), { name: 'sum' })
  const pipeline = openPipeline(t).addStep(sum)
  t.deepEqual(pipeline.toJSON().steps[0]?.inputs, ['rows', 'start'])
  t.is((await pipeline.run({ inputs: { rows: [1, 2], start: 10 } })).outputs['sum'], 13)
})
