// Mistakes in wiring are ERR_PIPELINE before anything runs, and the message names the step, the parameter and what there is.
import test, { type ExecutionContext } from 'ava'
import { type AnyStep, Pipeline, type PipelineRunOptions, context, pipeline, step, type } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openPipeline, refused, statesOf } from '../kit/pipelines.ts'
import { openMemory } from '../kit/temporary-store.ts'

/** A pipeline of which no step may run. */
function idle(t: ExecutionContext, ...steps: readonly AnyStep[]): Pipeline<any> {
  const first = step(() => t.fail('a step ran'), { name: 'first', cache: false })
  return openPipeline(t).addSteps([first, ...steps])
}

/** Both a run and a plan are refused. */
async function refusesAll(
  t: ExecutionContext,
  refusing: Pipeline<any>,
  options: PipelineRunOptions,
  ...names: string[]
): Promise<void> {
  await refused(t, () => refusing.run(options), ...names)
  await refused(t, () => refusing.plan(options), ...names)
  t.deepEqual([...refusing.runs()], [])
}

const clean = step((raw: number[], limit: number) => raw.length * limit, { name: 'clean' })

test('an input that nobody gives', async (t) => {
  await refusesAll(
    t,
    idle(t, clean),
    { inputs: { limit: 3 }, context: { rate: 1 } },
    'clean',
    'raw',
    'limit',
    'first',
    'rate',
  )
  const named = clean.with({ inputs: ['table', 'most'] })
  await refusesAll(t, idle(t, named), { inputs: { most: 3 } }, 'clean', 'table', 'raw', 'first')
  const destructured = step(({ a, b }: { a: number; b: number }) => a + b, { name: 'destructured' })
  await refusesAll(t, idle(t, destructured), {}, 'destructured', 'a', 'b', 'first')
})

test('two that give the same', async (t) => {
  const one = step(() => 1, { name: 'one', outputs: ['data'] })
  const other = step(() => 2, { name: 'other', outputs: ['more', 'data'] })
  await refusesAll(t, idle(t, one, other), {}, 'one', 'other', 'data')
  const called = step(() => 3, { name: 'data' })
  await refusesAll(t, idle(t, one, called), {}, 'one', 'data')
})

test('two steps of one name', async (t) => {
  const again = step(() => 2, { name: 'clean', outputs: ['other'] })
  await refusesAll(t, idle(t, clean, again), { inputs: { raw: [], limit: 1 } }, 'clean')
})

test('steps in a circle', async (t) => {
  const a = step((c: number) => c, { name: 'a' })
  const b = step((a: number) => a, { name: 'b' })
  const c = step((b: number) => b, { name: 'c' })
  const outside = step((c: number) => c, { name: 'outside' })
  const error = await refused(t, () => idle(t, outside, a, b, c).run(), `'a'`, `'b'`, `'c'`)
  t.false(error?.message.includes('outside'))
  t.false(error?.message.includes('first'))
})

test('an input of the run that has the name of what a step gives, or that nobody takes', async (t) => {
  await refusesAll(t, idle(t, clean), { inputs: { raw: [], limit: 1, first: 2 } }, 'first')
  await refusesAll(t, idle(t, clean), { inputs: { raw: [], limit: 1, nobodys: 2 } }, 'nobodys', 'raw', 'limit')
})

test('an unknown name in refresh, only and from', async (t) => {
  for (const option of ['refresh', 'only', 'from'] as const)
    await refusesAll(t, idle(t), { [option]: ['first', 'nobody'] }, option, 'nobody', 'first')
})

test('from, where what comes before is not stored', async (t) => {
  const load = step(() => t.fail('it ran') as unknown, { name: 'load' })
  const uses = step((load: unknown) => load, { name: 'uses' })
  await refused(
    t,
    () =>
      openPipeline(t)
        .addStep(load, uses)
        .run({ from: ['uses'] }),
    'from',
    'load',
  )
})

test('names that cannot be used', (t) => {
  throwsCode(t, 'ERR_PIPELINE', () => step(() => 1, { name: 'toString' }))
  throwsCode(t, 'ERR_PIPELINE', () => step(() => 1, { name: 'a', outputs: ['x', 'x'] }))
  throwsCode(t, 'ERR_UNNAMED_FUNCTION', () => step(() => 1))
  throwsCode(t, 'ERR_UNNAMED_FUNCTION', () => new Pipeline('named').addStep((() => 1) as never))
  for (const name of ['', 5, null]) throwsCode(t, 'ERR_INVALID_OPTION', () => new Pipeline(name as string))
  for (const name of ['', 5, null]) throwsCode(t, 'ERR_INVALID_OPTION', () => step(() => 1, { name: name as string }))
})

test('functions whose parameters cannot be read need to be told what they take', async (t) => {
  const bound = clean.fn.bind(undefined)
  throwsCode(t, 'ERR_PIPELINE', () => step(bound, { name: 'bound' }))
  const told = step(bound, { name: 'bound', inputs: ['raw', 'limit'] })
  t.is(
    (
      await openPipeline(t)
        .addStep(told)
        .run({ inputs: { raw: [1], limit: 2 } })
    ).outputs['bound'],
    2,
  )
})

test('wires of another pipeline', async (t) => {
  const load = step(() => [1], { name: 'load' })
  const [one, other] = [openPipeline(t), openPipeline(t)]
  const foreign = one.step(load)
  other.step(clean, foreign, 1)
  await refused(t, () => other.run(), 'clean')
  one.step(clean, foreign, 1)
  const result = await one.run()
  await refused(t, () =>
    openPipeline(t)
      .addStep(load)
      .run()
      .then((own) => own.get(foreign)),
  )
  t.is(result.get('clean'), 1)
})

test('inputs and parameters by reference that are not given', async (t) => {
  const one = openPipeline(t, { context: context({ rate: 1 }) })
  one.step(clean, one.input<number[]>('rows'), one.param<number>('limit'))
  await refused(t, () => one.run(), 'rows')
  await refused(t, () => one.run({ inputs: { rows: [] } }), 'limit', 'rate')
  t.is((await one.run({ inputs: { rows: [1] }, context: { limit: 4 } })).get('clean'), 4)
})

test('what a build function gives back must be what its steps give', (t) => {
  const load = step(() => 1, { name: 'load' })
  for (const given of [undefined, null, 5, { out: 5 }, { out: undefined }])
    throwsCode(t, 'ERR_PIPELINE', () => pipeline('built', (() => given) as never))
  throwsCode(t, 'ERR_PIPELINE', () => pipeline('built', { inputs: { a: type<number>() } }, (_, { a }) => ({ a })))
  throwsCode(t, 'ERR_INVALID_OPTION', () =>
    pipeline('built', { inputs: { a: 5 as never } }, (p) => ({ out: p.step(load) })),
  )
  throwsCode(t, 'ERR_INVALID_OPTION', () => pipeline('built', 5 as never))
})

test('what a schema refuses is refused before anything runs', async (t) => {
  const positive = {
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate: (value: unknown) =>
        typeof value === 'number' && value > 0 ? { value: value * 10 } : { issues: [{ message: 'not positive' }] },
      types: undefined as unknown as { input: number; output: number },
    },
  }
  let runs = 0
  const double = step((n: number) => (runs++, n * 2), { name: 'double' })
  const options = { inputs: { n: positive }, memory: openMemory(t) }
  const built = pipeline('built', options, (p, { n }) => ({ out: p.step(double, n) }))
  await refused(t, () => built.run({ inputs: { n: -1 } }), 'built', `'n'`, 'not positive')
  t.is(runs, 0)
  t.is((await built.run({ inputs: { n: 1 } })).outputs.out, 20)
})

test('options that make no sense', async (t) => {
  for (const options of [
    { enableCache: 1 },
    { cacheDir: 5 },
    { memory: {} },
    { concurrency: 0 },
    { history: 0 },
    { cache: 'hash' },
    { context: 5 },
    { nobody: 1 },
    { concurrency: -Infinity },
  ])
    throwsCode(t, 'ERR_INVALID_OPTION', () => new Pipeline('wrong', options as never))
  const runs = [
    { concurrency: -1 },
    { concurrency: 1.5 },
    { concurrency: Number.NaN },
    { cache: 'always' },
    { signal: {} },
    { onFailure: 'throw' },
    { progress: 'loud' },
    { onCall: 1 },
    { inputs: 5 },
    { context: 5 },
    { debug: 1 },
    { refresh: 'first' },
    { only: 'first' },
    { from: [5] },
    { nobody: 1 },
  ]
  for (const options of runs) {
    const error = await t.throwsAsync(idle(t).run(options as never), undefined, JSON.stringify(options))
    t.is((error as { code?: string }).code, 'ERR_INVALID_OPTION', JSON.stringify(options))
  }
})

test('a map of what is no list fails as its step, and so does a result without the outputs that were said', async (t) => {
  const one = openPipeline(t)
  one.map(one.input<number[]>('items'), (item: number) => item, {})
  const parts = one.step(step(() => ({ a: 1 }), { name: 'parts', outputs: ['a', 'b'] }))
  const result = await one.run({ inputs: { items: 5 }, onFailure: 'continue' })
  t.deepEqual(statesOf(result), { map: 'failed', parts: 'failed' })
  for (const name of ['map', 'parts']) t.is((result.stepResults[name]!.error as any).code, 'ERR_PIPELINE')
  t.is((t.throws(() => result.get(parts)) as any).code, 'ERR_PIPELINE')
  t.true(result.stepResults['parts']!.error!.message.includes(`'b'`))
})

// It was called `train` too.
test('what a function gives that is used again has the name of its step', async (t) => {
  const pipeline = openPipeline(t)
  const train = (rate: number): number => rate * 2
  const assets = [1, 2, 3].map((rate) => pipeline.step(train, rate))
  t.deepEqual(
    assets.map(({ name }) => name),
    ['train', 'train-2', 'train-3'],
  )
  t.is(assets[1]!.pick('toFixed').name, 'train-2.toFixed')
  const result = await pipeline.run()
  t.deepEqual(Object.keys(result.stepResults), ['train', 'train-2', 'train-3'])
  t.deepEqual(
    assets.map(({ name }) => result.get(name)),
    [2, 4, 6],
  )
})

test('names that another step has already are left out where steps are numbered', async (t) => {
  const pipeline = openPipeline(t)
  const second = step(() => 1, { name: 'train-2' })
  const train = step(() => 0, { name: 'train' })
  const names = [pipeline.step(second), pipeline.step(train), pipeline.step(train)].map(({ name }) => name)
  t.deepEqual(names, ['train-2', 'train', 'train-3'])
  t.deepEqual(Object.keys((await pipeline.run()).stepResults), names)
})
