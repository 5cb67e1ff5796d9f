// What a reader of flowyml's article will try with the cache itself, as they would write it here.
import test from 'ava'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CacheStore, expiresAfter, step } from '../../index.ts'
import { openPipeline, statesOf, statesOfRun } from '../kit/pipelines.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

test('a cache store clears all, or one step', async (t) => {
  const cacheDir = join(temporaryDirectory(t), 'cache')
  const dataLoading = step(
    function dataLoading() {
      return 1
    },
    { name: 'data_loading' },
  )
  const report = step(function report(data_loading: number) {
    return data_loading
  })
  const pipeline = openPipeline(t, { cacheDir }).addStep(dataLoading, report)
  await pipeline.run()
  const cache = new CacheStore(cacheDir)
  t.teardown(() => cache.close())
  t.deepEqual(Array.from(cache.entries(), ({ name }) => name).sort(), ['data_loading', 'report'])
  t.is(cache.stats().entries, 2)

  t.is(cache.clearStep('my_step_name'), 0)
  t.is(cache.clearStep('data_loading'), 1)
  t.deepEqual(await statesOfRun(pipeline), { data_loading: 'ran', report: 'hit' })
  const [entry] = cache.entries()
  t.is(cache.invalidate({ key: entry!.key }), 1)
  t.is(cache.invalidate({ before: new Date(0) }), 0)
  t.is(cache.clear(), 1)
  t.deepEqual(await statesOfRun(pipeline), { data_loading: 'ran', report: 'ran' })
})

test('time to live: a step asks how old its result is, or says how long it holds', async (t) => {
  const cacheDir = join(temporaryDirectory(t), 'cache')
  const cache = new CacheStore(cacheDir)
  t.teardown(() => cache.close())
  const day = 24 * 3_600_000
  t.is(cache.age('load_with_ttl'), null)
  let fetched = 0
  const loadWithTtl = step(
    function loadWithTtl() {
      fetched++
      return 'fresh'
    },
    { name: 'load_with_ttl' },
  )
  const pipeline = openPipeline(t, { cacheDir }).addStep(loadWithTtl)
  await pipeline.run()
  const age = cache.age('load_with_ttl')
  t.true(age !== null && age >= 0 && age < day)
  await pipeline.run({ refresh: (cache.age('load_with_ttl') ?? Infinity) > day })
  t.is(fetched, 1)
  await pipeline.run({ refresh: (cache.age('load_with_ttl') ?? Infinity) > -1 })
  t.is(fetched, 2)

  let now = 1_700_000_000_000
  const memory = openMemory(t, { clock: () => now })
  const bounded = loadWithTtl.with({ maxAge: '24h' })
  const checked = loadWithTtl.with({ name: 'checked', validate: expiresAfter({ hours: 24 }) })
  const both = openPipeline(t, { memory }).addStep(bounded, checked)
  await both.run()
  now += day - 1
  t.deepEqual(await statesOfRun(both), { load_with_ttl: 'hit', checked: 'hit' })
  now += 2
  const late = await both.run()
  t.deepEqual(statesOf(late), { load_with_ttl: 'ran', checked: 'ran' })
  t.is(late.stepResults['load_with_ttl']?.reason, 'expired')
})

test('a value that is rounded first is the same value', async (t) => {
  const rounded = step(function rounded(value: number) {
    return Math.round(value * 1e6) / 1e6
  })
  const processed = step(function processed(rounded: number) {
    return rounded * 2
  })
  const pipeline = openPipeline(t).addStep(rounded, processed)
  await pipeline.run({ inputs: { value: 0.1 + 0.2 } })
  t.deepEqual(await statesOfRun(pipeline, { inputs: { value: 0.3 } }), { rounded: 'ran', processed: 'hit' })
})

test('a stale result: the step runs once without the cache, or its results are cleared', async (t) => {
  const memory = openMemory(t)
  const data = [1, 2]
  const logic = step(
    function updated_logic(data: number[]) {
      return data.length
    },
    { cache: 'input_hash' },
  )
  const corrected = step(
    function updated_logic(data: number[]) {
      return data.length + 1
    },
    { cache: 'input_hash' },
  )
  const run = async (one: typeof logic): Promise<unknown> =>
    (await openPipeline(t, { memory }).addStep(one).run({ inputs: { data } })).get('updated_logic')
  t.is(await run(logic), 2)
  t.is(await run(corrected), 2)
  t.is(await run(corrected.with({ cache: false })), 3)
  t.is(openPipeline(t, { memory }).addStep(corrected).invalidate({ step: 'updated_logic' }), 1)
  t.is(await run(corrected), 3)
  t.is(await run(logic), 3)
})

test('a custom key function receives the step, its inputs and the context', async (t) => {
  const asked: unknown[] = []
  let runs = 0
  const customCachedStep = step(
    function customCachedStep(data: number[]) {
      runs++
      return data.length
    },
    {
      name: 'custom_cached_step',
      cache: (one, inputs, parameters) => {
        asked.push([one.name, { ...inputs }, { ...parameters }])
        return `${one.name}:${String((inputs['data'] as number[]).length)}`
      },
    },
  )
  const pipeline = openPipeline(t, { context: { day: 'monday' } }).addStep(customCachedStep)
  await pipeline.run({ inputs: { data: [1, 2] } })
  t.deepEqual(asked[0], ['custom_cached_step', { data: [1, 2] }, { day: 'monday' }])
  t.deepEqual(await statesOfRun(pipeline, { inputs: { data: [8, 9] } }), { custom_cached_step: 'hit' })
  t.deepEqual(await statesOfRun(pipeline, { inputs: { data: [8] } }), { custom_cached_step: 'ran' })
  t.is(runs, 2)
})

test('files stand below the directory that was named, which is made', async (t) => {
  const cacheDir = join(temporaryDirectory(t), 'path/to/custom/cache')
  mkdirSync(join(cacheDir, '..', '..'), { recursive: true })
  const text = join(temporaryDirectory(t), 'text')
  writeFileSync(text, 'words')
  const read = step(function read(path: string) {
    return readFileSync(path, 'utf8')
  })
  const pipeline = openPipeline(t, { enableCache: true, cacheDir }).addStep(read)
  t.is((await pipeline.run({ inputs: { path: text } })).get('read'), 'words')
  t.true(readdirSync(cacheDir).length > 0)
})
