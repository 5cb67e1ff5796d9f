// What flowyml's own tests assert of caching and of contexts: each test is named after theirs. Those of graphs are in
// flowyml-graph.spec.ts.
import test from 'ava'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CacheStore, Memory, Pipeline, context, step } from '../../index.ts'
import { openPipeline, refused, statesOf, statesOfRun } from '../kit/pipelines.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

/** A step that counts its runs. */
function counting(name = 'counted', options = {}) {
  const counter = { runs: 0 }
  const counted = step(
    (x: number) => {
      counter.runs++
      return x * 2
    },
    { name, inputs: ['x'], captures: { ignore: ['counter'] }, ...options },
  )
  return { counter, counted }
}

const ONE = { inputs: { x: 1 } }

test('test_caching: cache_hit', async (t) => {
  const { counter, counted } = counting()
  const pipeline = openPipeline(t).addStep(counted)
  await pipeline.run(ONE)
  const second = await pipeline.run(ONE)
  t.is(counter.runs, 1)
  t.is(second.outputs['counted'], 2)
})

test('test_caching: cache_disabled', async (t) => {
  const { counter, counted } = counting()
  const pipeline = openPipeline(t, { enableCache: false }).addStep(counted)
  await pipeline.run(ONE)
  await pipeline.run(ONE)
  t.is(counter.runs, 2)
})

test('test_caching: cache_miss', async (t) => {
  const { counter, counted } = counting()
  const pipeline = openPipeline(t).addStep(counted)
  const first = await pipeline.run(ONE)
  t.like(first.stepResults['counted'], { cached: false, state: 'ran', reason: 'absent', cacheStatus: 'populated' })
  await pipeline.run({ inputs: { x: 2 } })
  t.is(counter.runs, 2)
})

test('test_caching: store_operations', async (t) => {
  const cacheDir = join(temporaryDirectory(t), 'cache')
  await openPipeline(t, { cacheDir }).addStep(counting('a').counted, counting('b').counted).run(ONE)
  const store = new CacheStore(cacheDir)
  t.teardown(() => store.close())
  t.is([...store.entries({ name: 'a' })].length, 1)
  t.is(store.clearStep('a'), 1)
  t.deepEqual(
    Array.from(store.entries(), ({ name }) => name),
    ['b'],
  )
  t.is(store.clear(), 1)
  t.is(store.stats().entries, 0)
})

test('test_caching_extended: store_initialization, directory_creation', async (t) => {
  const cacheDir = join(temporaryDirectory(t), 'not/there/yet')
  const store = new CacheStore(cacheDir)
  t.teardown(() => store.close())
  t.deepEqual([store.stats().entries, store.age('a'), [...store.entries()]], [0, null, []])
  await openPipeline(t, { cacheDir }).addStep(counting().counted).run(ONE)
  t.true(existsSync(cacheDir))
  t.is(store.stats().entries, 1)
})

test('test_caching_extended: with_step_decorator, disabled_per_step', async (t) => {
  const on = counting('on', { cache: true })
  const off = counting('off', { cache: false })
  const pipeline = openPipeline(t).addStep(on.counted, off.counted)
  await pipeline.run(ONE)
  t.deepEqual(await statesOfRun(pipeline, ONE), { on: 'hit', off: 'ran' })
  t.deepEqual([on.counter.runs, off.counter.runs], [1, 2])
})

test('test_caching_extended: get_miss, set_and_get', async (t) => {
  const memory = openMemory(t)
  const pipeline = openPipeline(t, { memory }).addStep(counting().counted)
  const plan = await pipeline.plan(ONE)
  t.is(plan['counted']?.status, 'miss')
  await pipeline.run(ONE)
  t.is((await pipeline.plan(ONE))['counted']?.status, 'hit')
})

test('test_cache_comprehensive: key_generation', async (t) => {
  const memory = openMemory(t)
  const keyOf = async (counted: ReturnType<typeof counting>['counted'], x = 1): Promise<unknown> => {
    const planned = (await openPipeline(t, { memory }).addStep(counted).plan({ inputs: { x } }))[counted.stepName]
    return planned?.status === 'miss' ? planned.key : undefined
  }
  const { counted } = counting()
  t.is(await keyOf(counted), await keyOf(counted))
  t.regex(String(await keyOf(counted)), /^[0-9a-f]+$/)
  const keys = [
    await keyOf(counted),
    await keyOf(counted, 2),
    await keyOf(counting('other').counted),
    await keyOf(counted.with({ version: '2' })),
  ]
  t.is(new Set(keys).size, 4)
})

test('test_cache_comprehensive: overwrite', async (t) => {
  let value = 1
  const changing = step(() => value, { name: 'changing', captures: { ignore: ['value'] } })
  const pipeline = openPipeline(t).addStep(changing)
  await pipeline.run()
  value = 2
  t.is((await pipeline.run()).outputs['changing'], 1)
  t.is((await pipeline.run({ refresh: ['changing'] })).outputs['changing'], 2)
  value = 3
  t.is((await pipeline.run()).outputs['changing'], 2)
  t.is((await pipeline.run({ cache: 'overwrite' })).outputs['changing'], 3)
  t.is((await pipeline.run()).outputs['changing'], 3)
  t.is(pipeline.stats().entries, 1)
})

test('test_cache_comprehensive: complex_data', async (t) => {
  const complex = step(function complex() {
    const shared = { deep: [1, { list: [new Date(0), /x/g] }] }
    return { shared, again: shared, map: new Map([[1, new Set(['a'])]]), bytes: new Uint8Array([1, 2]), big: 10n }
  })
  const pipeline = openPipeline(t).addStep(complex)
  const [first, second] = [await pipeline.run(), await pipeline.run()]
  t.true(second.stepResults['complex']?.cached)
  t.deepEqual(second.outputs['complex'], first.outputs['complex'])
  t.deepEqual(second.outputs['complex'], complex())
})

test('test_cache_comprehensive: hit_count, miss_count', async (t) => {
  const pipeline = openPipeline(t).addStep(counting().counted)
  for (const x of [1, 2]) await pipeline.run({ inputs: { x } })
  t.like(pipeline.stats(), { hits: 0, misses: 2 })
  for (const x of [1, 2]) await pipeline.run({ inputs: { x } })
  t.like(pipeline.stats(), { hits: 2, misses: 2, entries: 2 })
})

test('test_cache_comprehensive: pipeline_cache_reuse', async (t) => {
  const cacheDir = join(temporaryDirectory(t), 'cache')
  const { counter, counted } = counting()
  const first = openPipeline(t, { cacheDir }).addStep(counted)
  await first.run(ONE)
  await first.close()
  const second = openPipeline(t, { cacheDir }, 'another').addStep(counted)
  t.deepEqual(await statesOfRun(second, ONE), { counted: 'hit' })
  t.is(counter.runs, 1)
})

test('test_end_to_end: the second run is cached, which can be asked before it', async (t) => {
  const pipeline = openPipeline(t).addStep(counting('a').counted, counting('b').counted)
  t.deepEqual(
    Object.values(await pipeline.plan(ONE)).map(({ status }) => status),
    ['miss', 'miss'],
  )
  await pipeline.run(ONE)
  t.deepEqual(
    Object.values(await pipeline.plan(ONE)).map(({ status }) => status),
    ['hit', 'hit'],
  )
  const second = await pipeline.run(ONE)
  t.true(Object.values(second.stepResults).every(({ cached }) => cached))
  t.is(second.hitRate, 1)
})

test('test_uniflow: caching with a parameter of the context', async (t) => {
  const { counter, counted } = counting()
  const pipeline = openPipeline(t, { context: context({ x: 5 }) }).addStep(counted)
  t.is((await pipeline.run()).outputs['counted'], 10)
  await pipeline.run()
  t.is(counter.runs, 1)
  t.is((await pipeline.run({ context: { x: 6 } })).outputs['counted'], 12)
  t.is(counter.runs, 2)
})

test('test_integration: what a step remembers by itself is computed once', async (t) => {
  const memory = openMemory(t)
  let computed = 0
  const compute = memory.cache(
    (x: number) => {
      computed++
      return x * x
    },
    { name: 'compute' },
  )
  const uses = step((x: number) => compute(x) + compute(x), { name: 'uses', cache: false })
  const pipeline = openPipeline(t, { memory }).addStep(uses)
  for (const _ of [1, 2]) t.is((await pipeline.run({ inputs: { x: 3 } })).outputs['uses'], 18)
  t.is(computed, 1)
})

test('test_integration: after a failure the run goes on from what was stored', async (t) => {
  const { counter, counted } = counting('first')
  let isBroken = true
  const second = step(
    (first: number) => {
      if (isBroken) throw new Error('broken')
      return first + 1
    },
    { name: 'second', captures: { ignore: ['isBroken'] } },
  )
  const pipeline = openPipeline(t).addStep(counted, second)
  t.deepEqual(statesOf(await pipeline.run(ONE)), { first: 'ran', second: 'failed' })
  isBroken = false
  t.deepEqual(await statesOfRun(pipeline, ONE), { first: 'hit', second: 'ran' })
  t.is(counter.runs, 1)
})

test('test_grouping: with_caching', async (t) => {
  const { counter, counted } = counting('inner')
  const group = new Pipeline('group').addStep(counted).asStep()
  const outer = step((group: { inner: number }) => group.inner + 1, { name: 'outer' })
  const pipeline = openPipeline(t).addStep(group, outer)
  t.is((await pipeline.run(ONE)).outputs['outer'], 3)
  t.deepEqual(await statesOfRun(pipeline, ONE), { group: 'hit', outer: 'hit' })
  t.is(counter.runs, 1)
})

test('test_steps: values of cache', (t) => {
  const key = (): string => 'key'
  const values = ['code_hash', 'codeHash', 'syntaxHash', 'input_hash', 'inputHash', true, false, key] as const
  for (const cache of values) t.is(counting('counted', { cache }).counted.stepName, 'counted')
  for (const cache of ['hash', 1, null, {}])
    t.throws(() => counting('counted', { cache }), { code: 'ERR_INVALID_OPTION' })
})

test('test_pipeline: cache_store present, or none', async (t) => {
  const memory = openMemory(t)
  const on = openPipeline(t, { memory }).addStep(counting().counted)
  await on.run(ONE)
  t.is([...memory.entries()].length, 1)
  const off = new Pipeline('off', { enableCache: false }).addStep(counting().counted)
  await off.run(ONE)
  t.like(off.stats(), { hits: 0, entries: 0 })
  t.deepEqual([...off.runs()], [])
  await off.close()
  t.is([...new Memory(null).runs()].length, 0)
})

// ------------------------------------------------------------- test_context

test('test_context: creation, get, default, to_dict', (t) => {
  const parameters = context({ rate: 0.1, epochs: 3 })
  t.deepEqual(parameters.keys(), ['rate', 'epochs'])
  t.is(parameters.get('rate'), 0.1)
  t.is(parameters.get('nothing'), undefined)
  t.is(parameters.get('nothing', 'default'), 'default')
  const copy = parameters.toObject()
  copy.rate = 7
  t.is(parameters.get('rate'), 0.1)
  t.deepEqual(parameters.toObject(), { rate: 0.1, epochs: 3 })
  t.deepEqual(context({}).keys(), [])
})

test('test_context: a parameter called like a member of all objects is none unless it is given', (t) => {
  const parameters = context({})
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
    t.is(parameters.get(name, 'default'), 'default')
  t.is(context({ ['__proto__']: 3, constructor: 4 }).get('__proto__', 0), 3)
})

test('test_context: inheritance, update', (t) => {
  const parent = context({ rate: 0.1, epochs: 3 })
  const child = parent.inherit({ rate: 0.2, name: 'child' })
  t.deepEqual(child.toObject(), { rate: 0.2, epochs: 3, name: 'child' })
  parent.update({ epochs: 9 })
  t.deepEqual([parent.get('epochs'), child.get('epochs')], [9, 3])
  t.deepEqual(parent.toObject(), { rate: 0.1, epochs: 9 })
})

test('test_context: injection, partial injection, nested dict', async (t) => {
  const injected = step((data: number[], config: { nested: { rate: number } }) => data.length * config.nested.rate, {
    name: 'injected',
  })
  const parameters = context({ config: { nested: { rate: 2 } }, unused: 1 })
  const pipeline = openPipeline(t, { context: parameters }).addStep(injected)
  t.is((await pipeline.run({ inputs: { data: [1, 2] } })).outputs['injected'], 4)
  t.deepEqual(await statesOfRun(pipeline, { inputs: { data: [1, 2] }, context: { unused: 2 } }), { injected: 'hit' })
  const changed = { config: { nested: { rate: 3 } } }
  t.deepEqual(await statesOfRun(pipeline, { inputs: { data: [1, 2] }, context: changed }), { injected: 'ran' })
})

test('test_context: missing param', async (t) => {
  const pipeline = openPipeline(t, { context: { rate: 1 } }).addStep(counting().counted)
  await refused(t, () => pipeline.run(), 'counted', 'x', 'rate')
  const optional = step((rate: number, epochs = 3) => rate * epochs, { name: 'optional' })
  t.is(
    (
      await openPipeline(t, { context: { rate: 2 } })
        .addStep(optional)
        .run()
    ).outputs['optional'],
    6,
  )
})
