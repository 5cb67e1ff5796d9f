// Pipelines and workflows by the command line: plan, run, what is kept of runs.
import test from 'ava'
import { CommandLine } from '../kit/command-line.ts'
import { saidBy } from '../kit/user-program.ts'

const ETL = `import { Pipeline, step } from 'engram'
const load = step(function load(file) { return [1, 2, file.length] })
const clean = step(function clean(load, learningRate) { return load.map((x) => x * learningRate) })
const sum = step(function sum(clean) { return clean.reduce((a, b) => a + b, 0) })
export const etl = new Pipeline('etl', { context: { learningRate: 1 } }).addStep(load, clean, sum)
`
const TYPED = ETL.replace('load(file)', 'load(file: string): number[]')

test('a pipeline in TypeScript runs through tsx, with inputs and context, and is planned, kept and drawn', async (t) => {
  const cli = new CommandLine(t)
  cli.installTsx()
  cli.put('etl.ts', TYPED)
  const [plan] = await cli.json(['plan', 'etl.ts', '--input', 'file=a.csv'])
  t.deepEqual(
    plan.steps.map((step: any) => step.status),
    ['miss', 'unknown', 'unknown'],
  )
  const [first] = await cli.json([
    'run',
    'etl.ts',
    '--input',
    'file=a.csv',
    '--context',
    'learningRate=0.1',
    '--only',
    'clean',
  ])
  t.deepEqual(
    first.calls.map((call: any) => [call.name, call.state]),
    [
      ['load', 'ran'],
      ['clean', 'ran'],
    ],
  )
  const [second] = await cli.json(['run', 'etl.ts', '--input', 'file=a.csv'])
  t.deepEqual(
    second.calls.map((call: any) => call.state),
    ['hit', 'ran', 'ran'],
  )
  t.deepEqual(second.calls[1].changed, [{ part: 'context', name: 'learningRate', before: '0.1', now: '1' }])
  t.deepEqual(
    (await cli.json(['runs'])).map((run) => run.runId),
    [second.runId, first.runId],
  )
  t.is((await cli.json(['runs', 'last']))[0].runId, second.runId)
  t.is((await cli.json(['runs', first.runId]))[0].calls.length, 2)
  const [difference] = await cli.json(['diff', first.runId, 'last'])
  t.deepEqual(
    difference.calls.map((call: any) => [call.name, call.before, call.now]),
    [
      ['load', 'ran', 'hit'],
      ['clean', 'ran', 'ran'],
      ['sum', undefined, 'ran'],
    ],
  )
  t.regex((await cli.said(['graph', 'etl.ts'])).stdout, /^flowchart TD\n {2}s0\["load"\]\n/)
  t.regex((await cli.said(['graph', 'last'])).stdout, /s0\["load<br\/>hit"\]:::hit\n[^]*s0 --> s1/)
  t.regex((await cli.said(['run', 'etl.ts', '--input', 'file=a.csv'])).stdout, /^CALL[^]*completed in /)
})

test('a module in JavaScript needs no tsx, and its memory is that of --location', async (t) => {
  const cli = new CommandLine(t)
  cli.put('etl.mjs', ETL)
  const there = ['--location', `${cli.directory}/elsewhere`]
  t.is((await cli.said(['run', 'etl.mjs', '--input', 'file=a', ...there])).code, 0)
  t.is((await cli.json(['runs', ...there])).length, 1)
  t.is((await cli.said(['runs'])).code, 2)
  const refreshed = await cli.json(['run', 'etl.mjs', '--input', 'file=a', '--refresh', ...there])
  t.deepEqual(
    refreshed[0].calls.map((call: any) => call.state),
    ['ran', 'ran', 'ran'],
  )
})

test('a workflow runs with its inputs', async (t) => {
  const cli = new CommandLine(t)
  cli.put(
    'flows.mjs',
    `import { Memory, task, workflow } from 'engram'
    const memory = new Memory()
    export const double = task(function double({ n }) { if (n < 0) throw new Error('negative'); return 2 * n }, { memory, cache: true, cacheVersion: '1' })
    export const report = workflow(async function report({ n }) { return await double({ n }) }, { memory })`,
  )
  const [done] = await cli.json(['run', 'flows.mjs', '--input', 'n=3'])
  t.like(done, { kind: 'workflow', name: 'report', state: 'completed' })
  t.is((await cli.json(['ls']))[0].kind, 'task')
  const [failed] = await cli.json(['run', 'flows.mjs', '--input', 'n=-3'], 1)
  t.like(failed, { state: 'failed' })
  t.is((await cli.said(['run', 'flows.mjs', '--only', 'double'])).code, 2)
  t.is((await cli.said(['plan', 'flows.mjs'])).code, 2)
})

test('a run that fails ends with 1', async (t) => {
  const cli = new CommandLine(t)
  cli.put('etl.mjs', ETL.replace('return clean.reduce', "throw new Error('no sum'); return clean.reduce"))
  const said = await cli.said(['run', 'etl.mjs', '--input', 'file=a'])
  t.is(said.code, 1)
  t.regex(said.stdout, /sum +failed .* no sum\n/)
  t.is((await cli.json(['runs', '--state', 'failed'])).length, 1)
})

test('Ctrl-C ends a run, which is kept as cancelled', async (t) => {
  const cli = new CommandLine(t)
  cli.put(
    'slow.mjs',
    `import { Pipeline, step } from 'engram'
    const wait = step(function wait() {
      console.log('waits')
      return new Promise((resolve) => setTimeout(resolve, 600_000))
    })
    export const slow = new Pipeline('slow').addStep(wait)`,
  )
  const child = cli.start(['run', 'slow.mjs'])
  child.stdout!.once('data', () => child.kill('SIGINT'))
  const { code, stdout } = await saidBy(child)
  t.is(code, 1)
  t.regex(stdout, /cancelled in/)
  t.is((await cli.json(['runs', 'last']))[0].state, 'cancelled')
})

test('what cannot be run as it is asked to is wrong use', async (t) => {
  const cli = new CommandLine(t)
  cli.put('etl.mjs', ETL)
  cli.put('two.mjs', `${ETL}\nexport const other = new Pipeline('another').addStep(load)`)
  cli.put('none.mjs', 'export const x = 1')
  cli.put('etl.ts', TYPED)
  const code = async (...args: string[]): Promise<number | null> => (await cli.said(args)).code
  t.is(await code('run', 'missing.mjs'), 2)
  t.is(await code('run', 'none.mjs'), 2)
  t.is(await code('run', 'two.mjs', '--input', 'file=a'), 2)
  t.is(await code('run', 'two.mjs', '--input', 'file=a', '--export', 'other'), 0)
  t.is(await code('run', 'two.mjs', '--input', 'file=a', '--export', 'another'), 0)
  t.is(await code('run', 'two.mjs', '--input', 'file=a', '--export', 'third'), 2)
  t.is(await code('run', 'etl.mjs'), 2)
  t.is(await code('run', 'etl.mjs', '--input', 'file'), 2)
  t.is(await code('run', 'etl.mjs', '--input', 'file=a', '--input', 'file=b'), 2)
  t.is(await code('run', 'etl.mjs', '--input', 'file=a', '--only', 'nothing'), 2)
  t.is(await code('diff', 'last', 'last', '--location', cli.directory), 2)
  const stripsTypes = Boolean((process.features as { typescript?: unknown }).typescript)
  t.is(await code('run', 'etl.ts', '--input', 'file=a'), stripsTypes ? 0 : 2)
})

test('an input of a type that the pipeline does not take is wrong use', async (t) => {
  const cli = new CommandLine(t)
  cli.put(
    'typed.mjs',
    `import { Pipeline } from 'engram'
    const number = { '~standard': { version: 1, vendor: 'test', validate: (value) =>
      typeof value === 'number' ? { value } : { issues: [{ message: 'not a number' }] } } }
    export const typed = new Pipeline('typed')
    typed.step(function double(n) { return 2 * n }, typed.input('n', number))`,
  )
  t.is((await cli.said(['run', 'typed.mjs', '--input', 'n=3'])).code, 0)
  const refused = await cli.said(['run', 'typed.mjs', '--input', 'n=three'])
  t.is(refused.code, 2)
  t.regex(refused.stderr, /not a number/)
})

test('a module that throws while it is loaded says so with its stack, and ends with 1', async (t) => {
  const cli = new CommandLine(t)
  cli.put('bad.mjs', `throw new Error('no database')`)
  const said = await cli.said(['run', 'bad.mjs'])
  t.is(said.code, 1)
  t.regex(said.stderr, /could not be loaded[^]*Error: no database\n[^]*bad\.mjs/)
})

test('adopt takes the entries of the code before', async (t) => {
  const cli = new CommandLine(t)
  const program = (text: string): string => `import { Memory } from 'engram'
    const memory = new Memory()
    export const load = memory.cache(function load(n) { return ${text} })
    if (process.argv[2] !== undefined) load(1)`
  cli.put('fn.mjs', program('n * 2'))
  await cli.program('call.mjs', `process.argv[2] = 'call'; const { load } = await import('./fn.mjs'); load(2)`)
  cli.put('fn.mjs', program('2 * n'))
  t.deepEqual(await cli.json(['adopt', 'fn.mjs']), [[{ name: 'user/fn.mjs#load', entries: 2 }]])
  t.is((await cli.said(['adopt', 'fn.mjs', 'other'])).code, 2)
  cli.put('none.mjs', 'export const x = 1')
  t.is((await cli.said(['adopt', 'none.mjs'])).code, 2)
})
