import type { Bench, Entrant, Outcomes } from '../contest.ts'
import { lines, Standing, type Line, type Row, type Target, type Unit, type Work } from '../row.ts'

const engram: Entrant = { name: 'engram', contestant: 'engram' }
const byHand: Entrant = { name: 'lmdb, by hand', contestant: 'chain-lmdb', needs: 'lmdb' }
/** Ten thousand tasks would take minutes. */
const langGraph: Entrant = {
  name: 'LangGraph (memory)',
  contestant: 'chain-langgraph',
  needs: '@langchain/langgraph',
  rounds: 3,
  settings: { count: 1000 },
}
/** Who waits for the other's run. */
const waiting: readonly Entrant[] = [
  { name: 'the owner of the store', contestant: 'engram', settings: { isOwner: true } },
  { name: 'a client of the owner', contestant: 'engram' },
]

const CHAIN = 10_000
const PROCESSES = 8
const CALLS = 100

/** What tasks cost: a lone call, a workflow, and calls of several processes that are equal. */
export const task: Work = {
  id: 'task',
  measure: async (bench) => [
    await hotRow(bench, 'primitives', false),
    await hotRow(bench, 'a small object', true),
    await workflowRow(bench),
    await processRow(bench),
    await wakesRow(bench),
    await killedRow(bench),
    ...(await togetherRows(bench)),
  ],
}

interface Measured {
  readonly part: string
  readonly child?: string
  readonly entrants?: readonly Entrant[]
  readonly rounds?: number
  readonly settings?: object
}

/** One part in new processes, each with a directory of its own. */
function measure(
  bench: Bench,
  { part, child = 'task.mjs', entrants = [engram], rounds = 7, settings = {} }: Measured,
): Promise<Outcomes> {
  const task = async () => ({ dir: await bench.directory('task'), part, count: countIn(bench), ...settings })
  return bench.contest({ child, entrants, rounds, task })
}

function countIn({ quick }: Bench): number {
  return quick ? CHAIN / 10 : CHAIN
}

function row(title: string, unit: Unit, found: Line[], targets: Target[], note: string): Row {
  return { title, unit, rises: false, lines: found, targets, note }
}

function below(label: string, reached: number | undefined, atLeast: number, hope?: number): Target {
  return { label, reached, atLeast, ...(hope !== undefined && { hope }), sense: 'below' }
}

async function hotRow(bench: Bench, inputs: string, withObjects: boolean): Promise<Row> {
  const outcomes = await measure(bench, { part: 'hot', settings: { withObjects } })
  const found = [...named(lines(outcomes, 'node'), 'engram'), ...named(lines(outcomes, 'cached'), 'memory.cache')]
  const reached = new Standing(found).over('memory.cache')
  return row(
    `Hot hit of a cached task by itself, its inputs with ${inputs}`,
    'µs',
    found,
    [below('µs over memory.cache of the same function', reached, 5, 2)],
    'A thousand different calls, awaited one by one; by turns in one process.',
  )
}

/** A workflow that passes on calls, beside chains of calls that are awaited one by one. */
async function workflowRow(bench: Bench): Promise<Row> {
  const found = [
    ...lines(await measure(bench, { part: 'warm' }), 'figure'),
    ...lines(await measure(bench, { part: 'warm', child: 'pipeline.mjs', entrants: [byHand, langGraph] }), 'figure'),
  ]
  return row(
    'Warm node of a workflow of 10,000',
    'µs',
    found,
    [below('µs', new Standing(found).of('engram'), 30, 15)],
    'A chain, in which the result of each task is the input of the next. engram keeps a record of each call besides.' +
      ' LangGraph: a chain of 1,000, kept in memory.',
  )
}

async function processRow(bench: Bench): Promise<Row> {
  const filling = { dir: await bench.directory('task'), count: countIn(bench) }
  const parts = { child: 'task.mjs', entrants: [engram] }
  await bench.contest({ ...parts, rounds: 1, task: () => ({ ...filling, part: 'filled' }) })
  const outcomes = await bench.contest({ ...parts, rounds: 9, task: () => ({ ...filling, part: 'process' }) })
  const found = lines(outcomes, 'figure')
  return row(
    'The same workflow as the first thing of a new process, a node',
    'µs',
    found,
    [below('µs', new Standing(found).of('engram'), 30, 15)],
    'The store is opened in that time, and nothing is compiled yet.',
  )
}

async function wakesRow(bench: Bench): Promise<Row> {
  const found = lines(await measure(bench, { part: 'wakes', entrants: waiting }), 'figure')
  return row(
    'A call that waits for the run of another process wakes',
    'ms',
    found,
    [below('ms', slowest(found), 5, 2)],
    'From the end of the function there to the result here: the commit is in it.',
  )
}

async function killedRow(bench: Bench): Promise<Row> {
  const found = lines(await measure(bench, { part: 'killed', entrants: waiting, rounds: 9 }), 'figure')
  return row(
    'A process is killed in a serialised call, and another runs it',
    'ms',
    found,
    [below('ms', slowest(found), 100, 20)],
    'From `kill -9` to the beginning of the function. What the owner of the store held takes longer: another is elected.',
  )
}

async function togetherRows(bench: Bench): Promise<Row[]> {
  const settings = { processes: PROCESSES, calls: CALLS, ms: 1000 }
  const outcomes = await measure(bench, { part: 'together', rounds: 5, settings })
  const [taken, ran] = [named(lines(outcomes, 'figure'), 'engram'), named(lines(outcomes, 'runs'), 'engram')]
  const title = `${PROCESSES} processes, ${CALLS} equal calls each of a serialised task of 1 s`
  const note = 'From when all processes are ready to the last result in the last of them.'
  return [
    row(`${title}: time`, 'ms', taken, [below('ms', taken[0]!.value, 1100)], note),
    row(`${title}: runs`, 'runs', ran, [below('runs', ran[0]!.value, 1)], note),
  ]
}

function slowest(found: readonly Line[]): number | undefined {
  const values = found.map(({ value }) => value).filter((value) => value !== undefined)
  return values.length === found.length ? Math.max(...values) : undefined
}

function named(found: readonly Line[], name: string): Line[] {
  return found.map((line) => ({ ...line, name }))
}
