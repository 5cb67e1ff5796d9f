import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { bareNodeMs, type Bench, type Entrant } from '../contest.ts'
import { lines, Standing, type Line, type Row, type Target, type Unit, type Work } from '../row.ts'

const engram: Entrant = { name: 'engram', contestant: 'engram' }
const byHand: Entrant = { name: 'lmdb, by hand', contestant: 'chain-lmdb', needs: 'lmdb' }
/** Ten thousand steps would take minutes. */
const langGraph: Entrant = {
  name: 'LangGraph (memory)',
  contestant: 'chain-langgraph',
  needs: '@langchain/langgraph',
  rounds: 3,
  settings: { count: 1000 },
}
const plain: Entrant = { name: 'plain await', contestant: 'chain-plain' }

/** What pipelines cost: steps that are found, that run, that are planned, and large values between them. */
export const pipeline: Work = {
  id: 'pipeline',
  measure: async (bench) => [
    await warmRow(bench),
    await processRow(bench),
    await coldRow(bench),
    ...(await planRows(bench)),
    ...(await largeRows(bench)),
    await handedRow(bench),
    await killedRow(bench),
    await mapRow(bench),
    ...(await recordRows(bench)),
    await memoryRow(bench),
  ],
}

const CHAIN = 10_000

interface Measured {
  readonly part: string
  readonly entrants?: readonly Entrant[]
  readonly rounds?: number
  readonly count?: number
  readonly megabytes?: number
}

/** One part in new processes, each with a directory of its own. */
function measure(bench: Bench, { part, entrants = [engram], rounds = 5, count = CHAIN, megabytes = 512 }: Measured) {
  return bench.contest({
    child: 'pipeline.mjs',
    entrants,
    rounds,
    task: async () => ({ dir: await bench.directory('pipeline'), part, ...sized(bench, count, megabytes) }),
  })
}

/** Small where it is only to be seen that everything runs. */
function sized(bench: Bench, count: number, megabytes: number): { count: number; megabytes: number } {
  return bench.quick ? { count: Math.ceil(count / 10), megabytes: megabytes / 8 } : { count, megabytes }
}

function row(title: string, unit: Unit, found: Line[], target: Omit<Target, 'sense'>, note?: string): Row {
  const targets = [{ ...target, sense: 'below' as const }]
  return { title, unit, rises: false, lines: found, targets, ...(note !== undefined && { note }) }
}

async function warmRow(bench: Bench): Promise<Row> {
  const found = lines(await measure(bench, { part: 'warm', entrants: [engram, byHand, langGraph, plain] }), 'figure')
  const reached = new Standing(found).of('engram')
  return row(
    'Warm step of a chain of 10,000',
    'µs',
    found,
    { label: 'µs', reached, atLeast: 30, hope: 15 },
    'In one process. engram keeps a record of each step besides. LangGraph: a chain of 1,000, kept in memory.',
  )
}

async function processRow(bench: Bench): Promise<Row> {
  const entrants = [engram, byHand]
  const dirs = new Map<string, string>()
  for (const { contestant } of entrants) dirs.set(contestant, await bench.directory('pipeline'))
  const task = ({ contestant }: Entrant) => ({ dir: dirs.get(contestant), ...sized(bench, CHAIN, 0) })
  const filling = (entrant: Entrant) => ({ ...task(entrant), part: 'filled' })
  await bench.contest({ child: 'pipeline.mjs', entrants, rounds: 1, task: filling })
  const living = (entrant: Entrant) => ({ ...task(entrant), part: 'process' })
  const lived = await bench.contest({ child: 'pipeline.mjs', entrants, rounds: 9, timesLife: true, task: living })
  const found = lines(lived, 'lifeMs')
  const reached = new Standing(found).of('engram')
  const bare = await bareNodeMs()
  return row(
    'The same chain in a new process, all told',
    'ms',
    found,
    { label: 'ms', reached, atLeast: 600, hope: 350 },
    `From the start of the process to its end. Bare Node (\`node -e 0\`) lived ${bare.toFixed(1)} ms.`,
  )
}

async function coldRow(bench: Bench): Promise<Row> {
  const found = lines(await measure(bench, { part: 'cold', entrants: [engram, byHand, langGraph, plain] }), 'figure')
  const reached = new Standing(found).over('plain await')
  return row(
    'Cold step of a chain of 10,000',
    'µs',
    found,
    { label: 'µs over a plain await', reached, atLeast: 80, hope: 40 },
    'Each step runs, and its result is stored. LangGraph: a chain of 1,000, kept in memory.',
  )
}

async function planRows(bench: Bench): Promise<Row[]> {
  const outcomes = await measure(bench, { part: 'plan' })
  const [taken, written] = [named(lines(outcomes, 'figure')), named(lines(outcomes, 'written'))]
  return [
    row('Plan of 10,000 steps', 'ms', taken, { label: 'ms', reached: taken[0]!.value, atLeast: 400, hope: 200 }),
    row('Bytes that a plan writes', 'bytes', written, {
      label: 'bytes',
      reached: written[0]!.value,
      atLeast: 0,
      hope: 0,
    }),
  ]
}

async function largeRows(bench: Bench): Promise<Row[]> {
  const dir = await bench.directory('pipeline')
  const task = { dir, part: 'large', ...sized(bench, 0, 512) }
  const parts = { child: 'pipeline.mjs', entrants: [engram] }
  await bench.contest({ ...parts, rounds: 1, task: () => ({ ...task, isFilling: true }) })
  const outcomes = await bench.contest({ ...parts, rounds: 5, task: () => task })
  const [blobs, called, added] = ['blobs', 'called', 'added'].map((figure) => named(lines(outcomes, figure)))
  const title = 'Warm run with 10 outputs of 512 MiB'
  return [
    row(
      `${title}: blobs read`,
      'MB',
      blobs!,
      { label: 'MB', reached: blobs![0]!.value, atLeast: 0, hope: 0 },
      'Pages of mapped blobs that the process touched.',
    ),
    row(
      `${title}: read by calls`,
      'MB',
      called!,
      { label: 'MB', reached: called![0]!.value, atLeast: 5, hope: 1 },
      'Of all files, as the index and code: blobs would be among it.',
    ),
    row(`${title}: memory added`, 'MB', added!, { label: 'MB', reached: added![0]!.value, atLeast: 5, hope: 1 }),
  ]
}

async function handedRow(bench: Bench): Promise<Row> {
  const found = named(lines(await measure(bench, { part: 'handed', rounds: 3 }), 'figure'))
  return row(
    '512 MiB handed to the next step, cold, over storing it',
    'ms',
    found,
    { label: 'ms', reached: found[0]!.value, atLeast: 20, hope: 5 },
    'From the moment at which the step is over and its result stored to the first element in the next step.',
  )
}

/** A process is killed in step 5; how soon the next one is there again. */
async function killedRow(bench: Bench): Promise<Row> {
  const outcomes = await bench.contest({
    child: 'pipeline.mjs',
    entrants: [engram],
    rounds: 9,
    task: async () => {
      const dir = await bench.directory('pipeline')
      await killedInStepFive({ contestant: 'engram', dir, part: 'steps', isKilled: true })
      return { dir, part: 'steps', startedAt: performance.timeOrigin + performance.now() }
    },
  })
  const found = named(lines(outcomes, 'figure'))
  return row(
    'Killed in step 5, and in step 5 again',
    'ms',
    found,
    { label: 'ms', reached: found[0]!.value, atLeast: 200, hope: 130 },
    'From the start of the new process; `kill -9`, ten steps.',
  )
}

async function killedInStepFive(task: object): Promise<void> {
  const script = new URL('./child/pipeline.mjs', import.meta.url).pathname
  const child = spawn(process.execPath, [script, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function mapRow(bench: Bench): Promise<Row> {
  const found = lines(await measure(bench, { part: 'map', entrants: [engram, byHand] }), 'figure')
  const reached = new Standing(found).of('engram')
  return row('Map of 10,000 items, one of them new', 'ms', found, { label: 'ms', reached, atLeast: 500, hope: 250 })
}

async function recordRows(bench: Bench): Promise<Row[]> {
  const outcomes = await measure(bench, { part: 'record' })
  const [taken, written] = [named(lines(outcomes, 'figure')), named(lines(outcomes, 'bytes'))]
  const [reached, bytes] = [taken[0]!.value, written[0]!.value]
  return [
    row(
      'Record of a call',
      'µs',
      taken,
      { label: 'µs', reached, atLeast: 10, hope: 5 },
      'Warm runs beside those through a memory that only reads, which keeps no record: by turns in one process.',
    ),
    row(
      'Record of a call: bytes written',
      'bytes',
      written,
      { label: 'bytes', reached: bytes, atLeast: 300, hope: 200 },
      'What the directory grew by in a run, of which the log of uses is a part.',
    ),
  ]
}

async function memoryRow(bench: Bench): Promise<Row> {
  const found = named(lines(await measure(bench, { part: 'memory', count: 100_000, rounds: 3 }), 'figure'))
  return row(
    'Memory of a run of 100,000 steps',
    'MB',
    found,
    { label: 'MB', reached: found[0]!.value, atLeast: 200, hope: 100 },
    'Anonymous memory that building the pipeline and running it added, with all results and records in hand.',
  )
}

function named(found: readonly Line[]): Line[] {
  return found.map((line) => ({ ...line, name: 'engram' }))
}
