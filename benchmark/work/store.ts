import type { Bench } from '../contest.ts'
import { lines, type Line, type Row, type Target, type Work } from '../row.ts'

interface Part {
  id: string
  title: string
  /** Entries, or values of 128 MiB. */
  count?: number
  beside?: string
  targets: (engram: number | undefined, plain: number | undefined) => Target[]
  note?: string
}

/** engram's time over the other's may be at most this. */
function atMost(label: string, most: number, hope: number): Part['targets'] {
  return (engram, plain) => [{ label, reached: divided(engram, plain), atLeast: most, hope, sense: 'below' }]
}

/** The other's time over engram's is at least this. */
function atLeast(label: string, least: number, hope: number): Part['targets'] {
  return (engram, plain) => [{ label, reached: divided(plain, engram), atLeast: least, hope, sense: 'above' }]
}

function divided(one: number | undefined, by: number | undefined): number | undefined {
  return one === undefined || by === undefined ? undefined : one / by
}

const parts: readonly Part[] = [
  {
    id: 'shelve',
    title: '`shelve` of a hit of 512 MiB',
    beside: '`shelve` of a small hit',
    targets: atMost('× that of a small hit', 1.2, 1.2),
  },
  {
    id: 'lookups',
    title: '10,000 keys looked up together',
    beside: 'one by one',
    targets: atLeast('× faster than one by one', 3, 6),
  },
  {
    id: 'limited',
    title: 'Hit with limits set',
    beside: 'without limits',
    targets: atMost('× without limits', 1.05, 1),
  },
  {
    id: 'full',
    title: 'Stored in a store of 100,000 entries that is full',
    count: 100_000,
    beside: 'below the limit',
    targets: atMost('× below the limit', 1.5, 1.2),
  },
  {
    id: 'reduced',
    title: '1,000,000 entries reduced to half',
    count: 1_000_000,
    targets: (engram) => [{ label: 's', reached: divided(engram, 1e6), atLeast: 10, hope: 5, sense: 'below' }],
  },
  {
    id: 'beside',
    title: 'p99 of calls of another process, while 400,000 entries are reduced to half',
    count: 400_000,
    beside: 'before',
    targets: atMost('× before', 2, 2),
    note: 'A client calls a thousand of the newest entries; each removal has it ask the owner again.',
  },
  {
    id: 'verified',
    title: '`verify` of 4 GiB in values of 128 MiB',
    count: 32,
    beside: 'the files read and hashed on all cores',
    targets: atLeast('× as fast as reading and BLAKE3', 0.8, 1),
  },
]

/** What a store does besides hits. */
export const store: Work = {
  id: 'store',
  measure: async (bench) => {
    const rows: Row[] = []
    for (const part of parts) rows.push(await row(bench, part))
    return rows
  },
}

async function row(bench: Bench, { id, title, count = 0, beside, targets, note }: Part): Promise<Row> {
  const outcomes = await bench.contest({
    child: 'store.mjs',
    entrants: [{ name: title, contestant: 'engram' }],
    rounds: 1,
    task: async () => ({
      dir: await bench.directory('store'),
      part: id,
      count: bench.quick ? Math.ceil(count / 16) : count,
    }),
  })
  const [engram, plain] = ['engram', 'plain'].map((figure) => lines(outcomes, figure)[0]!) as [Line, Line]
  return {
    title,
    unit: 'µs',
    rises: false,
    lines: [{ ...engram, name: 'engram' }, ...(beside === undefined ? [] : [{ ...plain, name: beside }])],
    targets: targets(engram.value, plain.value),
    note: note ?? 'By turns in one process.',
  }
}
