import type { Bench, Entrant, Outcomes } from '../contest.ts'
import { type Row, Standing, type Target, type Unit, type Work, lines } from '../row.ts'

const engram: Entrant = { name: 'engram', contestant: 'engram' }

/** What works cost: passes, changes of state, sleep, large values between threads, a start after a kill, and years of passes. */
export const work: Work = {
  id: 'work',
  measure: async (bench) => [
    await passRow(bench),
    await writeRow(bench),
    await seenRow(bench),
    await idleRow(bench),
    ...(await payloadRows(bench)),
    ...(await restartRows(bench)),
    await growthRow(bench),
  ],
}

/** One part in new processes, each with a directory of its own. */
function measure(bench: Bench, settings: Record<string, unknown>, rounds = 5): Promise<Outcomes> {
  const task = async () => ({ dir: await bench.directory('work'), ...settings })
  return bench.contest({ child: 'work.mjs', entrants: [engram], rounds, task })
}

function row(
  title: string,
  unit: Unit,
  outcomes: Outcomes,
  target: Omit<Target, 'sense' | 'reached'>,
  { figure = 'figure', note }: { figure?: string; note?: string } = {},
): Row {
  const found = lines(outcomes, figure)
  const targets: Target[] = [{ ...target, reached: new Standing(found).of('engram'), sense: 'below' }]
  return { title, unit, rises: false, lines: found, targets, ...(note !== undefined && { note }) }
}

async function passRow(bench: Bench): Promise<Row> {
  const outcomes = await measure(bench, { part: 'passes', count: bench.quick ? 400 : 4000 })
  return row(
    'Pass of a flow with 100 works, all remembered',
    'ms',
    outcomes,
    { label: 'ms', atLeast: 1, hope: 0.3 },
    { note: 'From one pass to the next, with what is written in between: the flow changes its own state.' },
  )
}

async function writeRow(bench: Bench): Promise<Row> {
  const outcomes = await measure(bench, { part: 'writes', count: 200_000 })
  return row('State written in a work', 'µs', outcomes, { label: 'µs', atLeast: 2, hope: 1 })
}

async function seenRow(bench: Bench): Promise<Row> {
  const outcomes = await measure(bench, { part: 'seen', count: 200 })
  return row('State written in a thread, until its flow sees it', 'ms', outcomes, {
    label: 'ms',
    atLeast: 5,
    hope: 1,
  })
}

async function idleRow(bench: Bench): Promise<Row> {
  const outcomes = await measure(bench, { part: 'idle', ms: bench.quick ? 1000 : 10_000 }, 1)
  return row('Idle app with a cron, passes between ticks', 'passes', outcomes, { label: 'passes', atLeast: 0 })
}

async function payloadRows(bench: Bench): Promise<Row[]> {
  const megabytes = bench.quick ? 64 : 512
  const outcomes = await measure(bench, { part: 'payload', megabytes })
  return (['thread', 'process'] as const).map((figure) =>
    row(
      `Payload of 512 MiB of one thread, to its first element in another ${figure}`,
      'ms',
      outcomes,
      { label: 'ms', atLeast: 3, hope: 1 },
      { figure },
    ),
  )
}

/** A store with done calls, whose app was killed, for each process that starts it again. */
async function restartRows(bench: Bench): Promise<Row[]> {
  const dirs = [await bench.directory('work')]
  const task = () => ({ dir: dirs.at(-1), part: 'restart', count: 1000 })
  const outcomes = await bench.contest({
    child: 'work.mjs',
    entrants: [engram],
    rounds: 5,
    task: async () => {
      dirs.push(await bench.directory('work'))
      // It kills itself: that it fails is what is asked for.
      const done = () => ({ ...task(), part: 'done' })
      await bench.contest({ child: 'work.mjs', entrants: [engram], rounds: 1, task: done })
      return task()
    },
  })
  return [
    row('Start after a kill, with 1,000 done calls', 'ms', outcomes, { label: 'ms', atLeast: 250 }),
    row('Calls of them that ran again', 'runs', outcomes, { label: 'runs', atLeast: 0 }, { figure: 'runs' }),
  ]
}

async function growthRow(bench: Bench): Promise<Row> {
  const size = bench.quick ? { passes: 20_000, calls: 2000 } : { passes: 1_000_000, calls: 100_000 }
  const outcomes = await measure(bench, { part: 'growth', ...size }, 1)
  return row('Memory that 1,000,000 passes and 100,000 remembered calls add to the first 1,000', 'MB', outcomes, {
    label: 'MB',
    atLeast: 10,
  })
}
