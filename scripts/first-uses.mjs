/** What programs do first: V8 keeps the bytecode of what ran when the package was built, and compiles the rest when it is needed. */

const scale = 2
const half = (x) => x / scale
let count = 0

/** A function that captures something, one that counts, one that promises, one that returns an array. */
export async function useMemory(memory) {
  memory.cache((x) => half(x), { name: 'half' })(3)
  memory.cache((id) => ({ id, name: 'a', runs: ++count }), { name: 'counting' })(3)
  await memory.cache(async ({ names }) => ({ names, at: new Date(0) }), { name: 'later' })({ names: ['a'] })
  memory.cache((length) => new Float64Array(length), { name: 'array' })(10_000)
}

/** Steps that find their results and steps that do not, in a pipeline; the same of tasks in a workflow, and of an app's works. */
export async function useFamilies(engram, memory) {
  for (const value of [1, 1, 2]) {
    await usePipeline(engram, memory, value)
    await useWorkflow(engram, memory, value)
    await useApp(engram, memory, value)
  }
}

const load = (value) => [value, new Date(value)]
const total = async (rows) => rows.length

async function usePipeline({ Pipeline, step }, memory, value) {
  const pipeline = new Pipeline('first', { memory })
  pipeline.addStep(step(load, { outputs: ['rows'] })).addStep(step(total, { outputs: ['sum'] }))
  pipeline.plan({ inputs: { value } })
  const result = (await pipeline.run({ inputs: { value } })).orThrow()
  if (result.outputs.sum !== 2) throw new Error('the pipeline gave something else')
  result.summary()
}

async function useWorkflow({ task, workflow }, memory, value) {
  const rows = task(({ value: one }) => load(one), { name: 'rows', memory, cache: true, cacheVersion: '1' })
  const sum = task(({ rows: all }) => total(all), { name: 'sum', memory })
  const report = workflow(async (inputs) => sum({ rows: rows(inputs) }), { name: 'report', memory })
  if ((await report({ value })) !== 2) throw new Error('the workflow gave something else')
}

async function useApp({ App, Flow, Work }, memory, value) {
  class Count extends Work {
    total = 0
    run(by) {
      this.total += by
    }
  }
  class Root extends Flow {
    count = new Count()
    run() {
      this.count.run(value)
    }
  }
  const app = new App(new Root(), { memory, name: 'first' })
  await app.start()
  if (app.root.count.total === 0) throw new Error('the app did something else')
}
