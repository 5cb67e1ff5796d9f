// What the compiler must say of steps and pipelines: `npm run check` reads this file, and a wrong type is an error there.
import test from 'ava'
import {
  type Asset,
  type Context,
  type Payload,
  type PipelineOptions,
  type PipelineResult,
  type Plan,
  type PlannedStep,
  Pipeline,
  type Step,
  type StepKey,
  type StepOptions,
  type StepResult,
  context,
  currentContext,
  pipeline,
  step,
  type,
} from '../../index.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <T extends true>(): T => true as T

interface Row {
  id: number
  price: number
}
interface Model {
  weights: Float32Array
  loss: number
}

const OFF: PipelineOptions = { enableCache: false }
const loadData = step(async (filePath: string): Promise<Row[]> => [{ id: 1, price: filePath.length }], {
  name: 'loadData',
  outputs: ['raw'],
})
const cleanData = step((raw: Row[]) => raw.filter((r) => r.price > 0), {
  name: 'cleanData',
  inputs: ['raw'],
  cache: 'input_hash',
  outputs: ['clean'],
})
const split = step((clean: Row[]) => ({ train: clean, test: [1, 2] }), { name: 'split', outputs: ['train', 'test'] })
const pair = step((clean: Row[]): [string, number] => ['', clean.length], { name: 'pair', outputs: ['a', 'b'] })
const upload = step((clean: Row[]) => ({ uploaded: clean.length }), {
  name: 'upload',
  cache: false,
  retry: { count: 2, backoff: { base: '1s', factor: 2, cap: '1m' } },
})
const train = (rows: Row[], learningRate: number, epochs = 1): Model => ({
  weights: new Float32Array(epochs),
  loss: rows.length * learningRate,
})

test('by names, as statements: any output is there', async (t) => {
  const statement = new Pipeline('etl', { ...OFF, context: context({ filePath: 'x.csv' }) })
  statement.addStep(loadData)
  statement.addStep(cleanData)
  const loose = await statement.run({ inputs: { filePath: 'a.csv' } })
  is<Equal<typeof loose.outputs.anything, any>>()
  const lines = Object.entries(loose.stepResults).map(
    ([name, r]) => `${name} ${r.cached} ${r.durationSeconds.toFixed()}`,
  )
  t.is(lines.length, 2)
})

test('by names, chained: outputs have the types of what steps give', async (t) => {
  const etl = new Pipeline('etl', OFF).addStep(loadData, cleanData).addStep(split, pair, upload)
  const r = await etl.run({ inputs: { filePath: 'a' } })
  is<Equal<typeof r.outputs.raw, Row[]>>()
  is<Equal<typeof r.outputs.clean, Row[]>>()
  is<Equal<typeof r.outputs.test, number[]>>()
  is<Equal<typeof r.outputs.a, string>>()
  is<Equal<typeof r.outputs.b, number>>()
  is<Equal<typeof r.outputs.upload, { uploaded: number }>>()
  // @ts-expect-error no such output
  t.is(r.outputs.nothing, undefined)
  is<Equal<ReturnType<typeof r.get<'raw'>>, Row[]>>()
  t.is(r.get('raw').length, 1)
  const listed = new Pipeline('listed', OFF).addSteps([loadData, cleanData])
  const fromSteps = Pipeline.fromSteps('from', loadData, cleanData)
  is<Equal<Awaited<ReturnType<typeof listed.run>>['outputs']['clean'], Row[]>>()
  is<Equal<Awaited<ReturnType<typeof fromSteps.run>>['outputs']['clean'], Row[]>>()
})

test('a step has the type of its function, its name and what it publishes', (t) => {
  const again = cleanData.with({ name: 'cleanAgain' })
  is<Equal<typeof again.stepName, 'cleanAgain'>>()
  const result: Row[] = again([{ id: 1, price: 2 }])
  t.is(result.length, 1)
  // @ts-expect-error text is no row
  t.throws(() => cleanData('text'))
  const anyStep: Step = loadData
  t.is(anyStep.stepName, 'loadData')
})

test('by reference: arguments are checked, and members can be picked', async (t) => {
  const ctx = context({ learningRate: 0.01, epochs: 3 })
  is<Equal<ReturnType<typeof ctx.toObject>, { learningRate: number; epochs: number }>>()
  const p = new Pipeline('train', { ...OFF, context: ctx })
  const raw = p.step(loadData, './x.csv')
  is<Equal<typeof raw, Asset<Row[]>>>()
  const clean = p.step(cleanData, raw)
  const model = p.step(train, clean, ctx.param('learningRate'), 5)
  const text = p.step(async () => 'text')
  // @ts-expect-error a string is no Row[]
  p.step(cleanData, text)
  // @ts-expect-error there is no such parameter
  ctx.param('nothing')
  const scores = p.map(clean, async (row: Row, m: Model) => row.price * m.loss, { with: [model], concurrency: 8 })
  const done = await p.run({ signal: AbortSignal.timeout(60_000), onFailure: 'continue', only: ['train', 'map'] })
  const s: number[] = done.get(scores)
  const w: Float32Array = done.get(model.pick('weights'))
  const reference: Payload<Row[]> = done.payload(clean)
  t.deepEqual([s.length, w.length, reference.value.length], [1, 5, 1])
  const plan = await p.plan()
  is<Equal<typeof plan, Plan>>()
  t.true([String(plan), p.toMermaid(done), p.toMermaid(plan)].every((text) => text.length > 0))
})

test('the values of a plan are planned steps, and may be looked at by status', async (t) => {
  const plan = await new Pipeline('planned', OFF).addStep(loadData).plan({ inputs: { filePath: 'a' } })
  const planned: PlannedStep[] = Object.values(plan)
  const [one] = planned
  if (one?.status === 'hit') is<Equal<typeof one.info.createdAt, number>>()
  if (one?.status === 'unknown') is<Equal<(typeof one.waitsFor)[number], string>>()
  const asLookups: Record<string, { status: string }> = plan
  t.is(asLookups['loadData']?.status, 'bypass')
})

test('a build function has typed inputs and outputs', async (t) => {
  const typed = pipeline(
    'typed',
    { ...OFF, inputs: { path: type<string>(), lr: type<number>() } },
    (b, { path, lr }) => {
      is<Equal<typeof path, Asset<string>>>()
      const rows = b.step(loadData, path)
      return { rows, model: b.step(train, rows, lr, undefined) }
    },
  )
  const done = await typed.run({ inputs: { path: 'x', lr: 0.1 } })
  is<Equal<typeof done.outputs.rows, Row[]>>()
  is<Equal<typeof done.outputs.model, Model>>()
  t.is(done.outputs.model.weights.length, 1)
  // @ts-expect-error no such output
  t.is(done.outputs.nothing, undefined)
  const bare = pipeline('bare', (p) => ({ one: p.step(() => 1) }))
  is<Equal<Awaited<ReturnType<typeof bare.run>>['outputs']['one'], number>>()
})

test('types by their names', async (t) => {
  const options: StepOptions = {
    inputs: ['a'],
    outputs: ['b', { name: 'c', hash: { hash: (v: string) => v } }],
    retry: 2,
    timeout: '5m',
    tags: ['x'],
    condition: (assets) => assets['a'] > 1,
  }
  const heir: Context = context({ a: 1 }).inherit({ b: 'x' })
  const fallback: string = heir.get('nope', 'x')
  const result: PipelineResult = await new Pipeline('x', OFF).addStep(loadData).run({
    inputs: { filePath: '' },
    refresh: ['loadData'],
    signal: new AbortController().signal,
  })
  const one: StepResult = result.stepResults['loadData']!
  const key: StepKey = (st, inputs, cx) => `${st.name}:${JSON.stringify(inputs)}${Object.keys(cx).length}`
  const echo = step((data: number) => data, { name: 'echo', cache: key })
  t.deepEqual([options.retry, fallback, one.success, echo(1), currentContext()?.signal], [2, 'x', true, 1, undefined])
  // @ts-expect-error no such strategy
  t.throws(() => step(() => 1, { name: 'wrong', cache: 'hash' }), { code: 'ERR_INVALID_OPTION' })
})
