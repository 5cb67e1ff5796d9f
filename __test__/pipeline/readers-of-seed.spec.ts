// What a reader of flowyml's article on caching will try first, as they would write it here.
import test from 'ava'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Pipeline, context, step } from '../../index.ts'
import { openPipeline, statesOf, statesOfRun } from '../kit/pipelines.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

interface Row {
  id: number
  price: number | null
}

const table: Row[] = [
  { id: 1, price: 5 },
  { id: 2, price: null },
  { id: 3, price: 7 },
]

test('caching is on unless a pipeline turns it off', async (t) => {
  let runs = 0
  const load = step(function load() {
    runs++
    return 'rows'
  })
  const cacheDir = join(temporaryDirectory(t), 'custom_cache')
  const off = openPipeline(t, { enableCache: false, cacheDir }, 'my_pipeline').addStep(load)
  await off.run()
  const again = await off.run()
  t.is(runs, 2)
  t.deepEqual([again.stepResults['load']?.cached, again.outputs['load'], again.hitRate], [false, 'rows', 0])
  t.throws(() => readdirSync(cacheDir), { code: 'ENOENT' })

  const on = openPipeline(t, { enableCache: true, cacheDir }, 'my_pipeline').addStep(load)
  await on.run()
  t.true((await on.run()).stepResults['load']?.cached)
  t.is(runs, 3)
  t.true(readdirSync(cacheDir).length > 0)
})

test('a step is cached by code and inputs, and one with cache: false runs every time', async (t) => {
  const runs: string[] = []
  const cachedStep = step(
    (data: number[]) => {
      runs.push('cached')
      return data.map((x) => x * 2)
    },
    { name: 'cached_step', outputs: ['result'] },
  )
  const alwaysRun = step(
    () => {
      runs.push('always')
      return 'latest'
    },
    { name: 'always_run', cache: false, outputs: ['fresh_data'] },
  )
  const pipeline = openPipeline(t).addStep(cachedStep).addStep(alwaysRun)
  const first = await pipeline.run({ inputs: { data: [1, 2] } })
  t.deepEqual({ ...first.outputs }, { result: [2, 4], fresh_data: 'latest' })
  await pipeline.run({ inputs: { data: [1, 2] } })
  t.deepEqual(runs, ['cached', 'always', 'always'])
  const other = await pipeline.run({ inputs: { data: [3] } })
  t.deepEqual(other.outputs.result, [6])
  t.deepEqual(statesOf(other), { cached_step: 'ran', always_run: 'ran' })
})

test('example 1: a data pipeline with mixed caching', async (t) => {
  const database: Row[][] = []
  const files: Record<string, Row[]> = { 'a.csv': table, 'b.csv': table }
  const loadData = step(
    function loadData(file_path: string): Row[] {
      return readCsv(file_path)
    },
    { cache: 'code_hash', outputs: ['raw'], captures: { ignore: ['readCsv'] } },
  )
  function readCsv(path: string): Row[] {
    return files[path]!
  }
  const cleanData = step(
    function cleanData(raw: Row[]) {
      return raw.filter(({ price }) => price !== null)
    },
    { inputs: ['raw'], cache: 'input_hash', outputs: ['clean'] },
  )
  const uploadToDb = step(
    function uploadToDb(clean: Row[]) {
      database.push(clean)
      return { uploaded: clean.length }
    },
    { inputs: ['clean'], cache: false, outputs: ['result'] },
  )
  const pipeline = openPipeline(t, { enableCache: true }, 'etl')
  pipeline.addStep(loadData)
  pipeline.addStep(cleanData)
  pipeline.addStep(uploadToDb)

  const first = await pipeline.run({ inputs: { file_path: 'a.csv' } })
  t.deepEqual(first.outputs['result'], { uploaded: 2 })
  t.deepEqual(await statesOfRun(pipeline, { inputs: { file_path: 'a.csv' } }), {
    loadData: 'hit',
    cleanData: 'hit',
    uploadToDb: 'ran',
  })
  // Another path that gives equal data: what follows need not run.
  t.deepEqual(await statesOfRun(pipeline, { inputs: { file_path: 'b.csv' } }), {
    loadData: 'ran',
    cleanData: 'hit',
    uploadToDb: 'ran',
  })
  t.is(database.length, 3)
})

test('example 2: a learning rate runs only the training again', async (t) => {
  class Model {
    weights = new Float64Array(2)
    fit(dataset: number[], { lr, epochs }: { lr: number; epochs: number }): void {
      for (let epoch = 0; epoch < epochs; epoch++) this.weights[0]! += lr * dataset.length
    }
    evaluate(data: number[]): { accuracy: number } {
      return { accuracy: this.weights[0]! / data.length }
    }
  }
  const prepareDataset = step(
    function prepareDataset(dataPath: string, testSplit: number) {
      return Array.from({ length: dataPath.length }, (_, n) => n * testSplit)
    },
    { cache: 'code_hash', outputs: ['dataset'] },
  )
  const trainModel = step(
    function trainModel(dataset: number[], learningRate: number, epochs: number) {
      const model = new Model()
      model.fit(dataset, { lr: learningRate, epochs })
      return { weights: model.weights }
    },
    { inputs: ['dataset'], cache: 'input_hash', outputs: ['model'] },
  )
  const evaluateFresh = step(
    function evaluateFresh(model: { weights: Float64Array }) {
      return Object.assign(new Model(), model).evaluate([1, 2])
    },
    { inputs: ['model'], cache: false, outputs: ['metrics'] },
  )
  const parameters = context({ dataPath: 'data.csv', testSplit: 0.5, learningRate: 0.1, epochs: 3 })
  const pipeline = openPipeline(t, { context: parameters }).addStep(prepareDataset, trainModel, evaluateFresh)
  const first = (await pipeline.run()).orThrow()
  t.true(first.outputs.model.weights instanceof Float64Array)
  t.true(first.outputs.metrics.accuracy > 0)

  const warm = { prepareDataset: 'hit', trainModel: 'hit', evaluateFresh: 'ran' } as const
  t.deepEqual(await statesOfRun(pipeline), warm)
  t.deepEqual(await statesOfRun(pipeline, { context: { learningRate: 0.2 } }), { ...warm, trainModel: 'ran' })
  parameters.update({ epochs: 4 })
  const more = await pipeline.run()
  t.deepEqual(statesOf(more), { ...warm, trainModel: 'ran' })
  t.like(more.stepResults['trainModel']?.changed[0], { part: 'context', name: 'epochs', before: '3', now: '4' })
  // The test split is for the preparation alone, and the dataset that it gives is another.
  t.deepEqual(await statesOfRun(pipeline, { context: { testSplit: 0.25 } }), {
    prepareDataset: 'ran',
    trainModel: 'ran',
    evaluateFresh: 'ran',
  })
})

test('example 3: all steps run fresh during development, and are found afterwards', async (t) => {
  const memory = openMemory(t)
  const one = step(function one() {
    return 1
  })
  const two = step(function two(one: number) {
    return one + 1
  })
  const debug = new Pipeline('debug_pipeline', { enableCache: false, memory }).addStep(one, two)
  for (const _ of [1, 2]) t.deepEqual(await statesOfRun(debug), { one: 'ran', two: 'ran' })
  t.is([...memory.entries()].length, 0)
  const prod = new Pipeline('prod_pipeline', { enableCache: true, memory }).addStep(one, two)
  await prod.run()
  t.deepEqual(await statesOfRun(prod), { one: 'hit', two: 'hit' })
})

test('cache hits save time: the second run does not wait', async (t) => {
  let slept = 0
  const expensiveStep = step(
    async function expensiveStep() {
      slept++
      await new Promise((resolve) => setTimeout(resolve, 20))
      return 'result'
    },
    { cache: 'code_hash' },
  )
  const pipeline = openPipeline(t, { enableCache: true }, 'perf_test')
  pipeline.addStep(expensiveStep)
  const result1 = await pipeline.run()
  const result2 = await pipeline.run()
  t.is(slept, 1)
  t.deepEqual([result1.savedMs, result1.hitRate, result2.hitRate], [0, 0, 1])
  // Timers may be a millisecond early.
  t.true(result2.savedMs >= 19)
  t.is(result2.stepResults['expensiveStep']?.savedMs, result2.savedMs)
  t.is(result2.durationSeconds, result2.durationMs / 1000)
  t.is(result2.stepResults['expensiveStep']?.producedBy, result1.runId)
})

test('monitoring: which steps were cached, and the hit rate', async (t) => {
  const loadData = step(function load_data() {
    return [1, 2, 3]
  })
  const processed = step(
    function processed(load_data: number[]) {
      return load_data.length
    },
    { cache: false },
  )
  const train = step(function train(load_data: number[]) {
    return load_data.map(String)
  })
  const pipeline = openPipeline(t).addStep(loadData, processed, train)
  await pipeline.run()
  const result = await pipeline.run()
  const lines: string[] = []
  for (const [stepName, stepResult] of Object.entries(result.stepResults)) {
    const status = stepResult.cached ? 'CACHED' : 'EXECUTED'
    lines.push(`${stepName}: ${status} (${stepResult.durationSeconds.toFixed(2)}s)`)
  }
  t.is(lines.length, 3)
  t.regex(lines[0]!, /^load_data: CACHED \(\d+\.\d\ds\)$/)
  t.regex(lines[1]!, /^processed: EXECUTED \(\d+\.\d\ds\)$/)
  t.regex(lines[2]!, /^train: CACHED \(\d+\.\d\ds\)$/)

  const totalSteps = Object.keys(result.stepResults).length
  const cachedSteps = Object.values(result.stepResults).filter((r) => r.cached).length
  t.is(cachedSteps / totalSteps, result.hitRate)
  t.is(result.hitRate, 2 / 3)
})
