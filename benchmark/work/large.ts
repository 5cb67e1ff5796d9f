import { median, type Bench, type Entrant, type Outcomes } from '../contest.ts'
import { lines, type Line, type Row, type Work } from '../row.ts'

const entrantOf = (count: number): Entrant => ({
  name: `${count.toLocaleString('en')} entries`,
  contestant: 'engram',
  settings: { count },
})

/** What a store of ten million entries costs, beside one of a hundred thousand; and one that was opened ten thousand times. */
export const large: Work = {
  id: 'large',
  measure: async (bench) => {
    const entrants = (bench.quick ? [10_000, 100_000] : [100_000, 10_000_000]).map(entrantOf)
    const directories = new Map<string, string>()
    for (const { name } of entrants) directories.set(name, await bench.directory('large'))
    const task = ({ name }: Entrant) => ({ dir: directories.get(name) })
    const written = await bench.contest({ child: 'large-write.mjs', entrants, rounds: 1, task })
    const opened = await bench.contest({ child: 'open.mjs', entrants, rounds: 15, task })
    const read = await bench.contest({
      child: 'entries-read.mjs',
      entrants,
      rounds: 5,
      task: (entrant) => ({ ...task(entrant), working: 1000, sweep: false }),
    })
    return [
      row('Hot hit as the store grows', 'µs', perOne(lines(read, 'figure'))),
      row('First reads of a new process as the store grows', 'µs', perOne(lines(read, 'reopened'))),
      row('Open as the store grows', 'ms', lines(opened, 'figure')),
      row('Stored as the store grows, the last 20,000', 'µs', perOne(lines(written, 'figure'))),
      await openingsRow(bench),
    ]
  },
}

function row(title: string, unit: Row['unit'], found: Line[]): Row {
  const [first, last] = [found[0]?.value, found.at(-1)?.value]
  const reached = first === undefined || last === undefined ? undefined : last / first
  const label = '× from the first to the last'
  return {
    title,
    unit,
    rises: false,
    lines: found,
    targets: [{ label, reached, atLeast: 1.3, hope: 1.1, sense: 'below' }],
  }
}

/** Calls a second as microseconds a call. */
function perOne(rates: Line[]): Line[] {
  const micros = (rate: number) => 1e6 / rate
  return rates.map((line) => ({
    ...line,
    value: line.value === undefined ? undefined : micros(line.value),
    rounds: line.rounds.map(micros),
  }))
}

async function openingsRow(bench: Bench): Promise<Row> {
  const openings = bench.quick ? 1000 : 10_000
  const dir = await bench.directory('openings')
  const entrants: Entrant[] = [{ name: 'engram', contestant: 'engram' }]
  const count = 1000
  await bench.contest({ child: 'entries-write.mjs', entrants, rounds: 1, task: () => ({ dir, count }) })
  const outcomes = await bench.contest({
    child: 'openings.mjs',
    entrants,
    rounds: 1,
    task: () => ({ dir, count, openings }),
  })
  const found = lines(outcomes, 'figure')
  return {
    title: `Open of a store that was opened ${openings.toLocaleString('en')} times`,
    unit: 'ms',
    rises: false,
    lines: found,
    targets: [{ label: '× that of the first', reached: growthOf(outcomes), atLeast: 1.2, hope: 1.05, sense: 'below' }],
    note: 'Opened, read once and closed, again and again in one process, by the same way as new processes do.',
  }
}

function growthOf(outcomes: Outcomes): number | undefined {
  const rounds = outcomes.get('engram')?.rounds ?? []
  return median(rounds.map(({ figure, firstMs }) => figure! / firstMs!))
}
