import type { Bench, Entrant, Outcomes } from '../contest.ts'
import { lines, type Line, type Row, type Work } from '../row.ts'

const counts = [10_000, 100_000, 1_000_000]
const entrantOf = (count: number): Entrant => ({
  name: `${count.toLocaleString('en')} entries`,
  contestant: 'engram',
  settings: { count },
})

/** What a hit costs as the store grows. */
export const growth: Work = {
  id: 'growth',
  measure: async (bench) => {
    const sizes = bench.quick ? counts.slice(0, 2) : counts
    const entrants = sizes.map(entrantOf)
    const directories = await filled(bench, entrants)
    const task = ({ name }: Entrant) => ({ dir: directories.get(name) })
    const working = await bench.contest({
      child: 'entries-read.mjs',
      entrants,
      rounds: 5,
      task: (entrant) => ({ ...task(entrant), working: 1000, sweep: false }),
    })
    const anywhere = await bench.contest({ child: 'entries-read.mjs', entrants, rounds: 5, task })
    return [
      row('Hit time as the store grows, a thousand calls in use', working),
      row('Hit time as the store grows, calls anywhere in the store', anywhere),
    ]
  },
}

async function filled(bench: Bench, entrants: readonly Entrant[]): Promise<Map<string, string>> {
  const directories = new Map<string, string>()
  for (const { name } of entrants) directories.set(name, await bench.directory('growth'))
  await bench.contest({
    child: 'entries-write.mjs',
    entrants,
    rounds: 1,
    task: ({ name }) => ({ dir: directories.get(name) }),
  })
  return directories
}

function row(title: string, outcomes: Outcomes): Row {
  const found = lines(outcomes, 'figure').map(perHit)
  const [first, last] = [found[0]?.value, found.at(-1)?.value]
  const reached = first === undefined || last === undefined ? undefined : last / first
  return {
    title,
    unit: 'µs',
    rises: false,
    lines: found,
    targets: [{ label: '× from the first to the last', reached, atLeast: 1.2, sense: 'below' }],
  }
}

/** Hits a second as microseconds a hit. */
function perHit(line: Line): Line {
  const micros = (rate: number) => 1e6 / rate
  return { ...line, value: line.value === undefined ? undefined : micros(line.value), rounds: line.rounds.map(micros) }
}
