import type { Bench, Entrant, Outcomes } from '../contest.ts'
import { lines, type Line, type Row, type Work } from '../row.ts'

const [KIB, MIB] = [1024, 1024 * 1024]

interface Loop {
  title: string
  byteLength: number
  use: 'nothing' | 'written' | 'summed'
  /** Hits of the loop whose memory is watched. */
  hits: number
  /** Hits of one turn where time is taken. */
  turn: number
  /** What a hit is compared with, and the time that it may take of that. */
  beside: string
  atMost: number
  /** MB that may be held: 512, or two values. */
  mostMb: number
}

const loops: readonly Loop[] = [
  {
    title: '64 KiB',
    byteLength: 64 * KIB,
    use: 'nothing',
    hits: 1_000_000,
    turn: 4000,
    beside: 'a copy',
    atMost: 1.5,
    mostMb: 512,
  },
  {
    title: '8 MiB, each written to',
    byteLength: 8 * MIB,
    use: 'written',
    hits: 10_000,
    turn: 40,
    beside: 'a copy',
    atMost: 1.5,
    mostMb: 512,
  },
  {
    title: '512 MiB, each summed',
    byteLength: 512 * MIB,
    use: 'summed',
    hits: 200,
    turn: 2,
    beside: 'raw mmap',
    atMost: 1.25,
    mostMb: 1024,
  },
]

const counts = `Of ${loops.map(({ title, hits }) => `${hits.toLocaleString('en')} hits of ${title}`).join('; ')}.`

/** Loops of hits that hold nothing: what a hit takes beside a copy from memory, and what the process holds. */
export const loopsOfHits: Work = {
  id: 'loops',
  measure: async (bench) => {
    const chosen = bench.quick ? loops.slice(0, 2) : loops
    const rows: Row[] = []
    for (const loop of chosen) rows.push(await timeRow(bench, loop))
    const held = await heldIn(bench, chosen)
    return [...rows, mappingsRow(held), ...chosen.map((loop) => memoryRow(loop, held))]
  },
}

async function timeRow(bench: Bench, loop: Loop): Promise<Row> {
  const { title, byteLength, use, turn, beside, atMost } = loop
  const isMapped = beside === 'raw mmap'
  const entrant = { name: title, contestant: 'engram', ...(isMapped && { needs: 'raw-memory' }) }
  const outcomes = await bench.contest({
    child: 'loop-time.mjs',
    entrants: [entrant],
    rounds: 5,
    task: async () => ({ dir: await bench.directory('loop'), byteLength, use, isMapped, hits: turn }),
  })
  const found = ['plain', 'engram', 'awaited'].map((figure) => lines(outcomes, figure)[0]!)
  const [plain, engram, awaited] = found as [Line, Line, Line]
  return {
    title: `Hit of ${title}, in a loop that holds nothing`,
    unit: 'µs',
    rises: false,
    lines: [
      { ...plain, name: beside },
      { ...engram, name: 'engram' },
      { ...awaited, name: 'engram, awaited' },
    ],
    targets: [
      { label: `× ${beside}`, reached: times(engram, plain), atLeast: atMost, sense: 'below' },
      { label: `× ${beside}, awaited`, reached: times(awaited, plain), atLeast: atMost, sense: 'below' },
    ],
    note: 'By turns in one process.',
  }
}

function times(line: Line, by: Line): number | undefined {
  return line.value === undefined || by.value === undefined ? undefined : line.value / by.value
}

async function heldIn(bench: Bench, chosen: readonly Loop[]): Promise<Outcomes> {
  const entrants = chosen.flatMap(({ title, byteLength, use, hits }): Entrant[] => {
    const settings = { byteLength, use, hits: bench.quick ? hits / 100 : hits }
    return [
      { name: title, contestant: 'engram', settings },
      { name: `${title}, awaited`, contestant: 'engram', settings: { ...settings, isAwaited: true } },
    ]
  })
  return bench.contest({
    child: 'loop-held.mjs',
    entrants,
    rounds: 1,
    task: async () => ({ dir: await bench.directory('loop') }),
  })
}

function mappingsRow(held: Outcomes): Row {
  const found = lines(held, 'mappings')
  const values = found.map(({ value }) => value ?? Number.NaN)
  return {
    title: 'Mappings of a process while it loops, at most',
    unit: 'mappings',
    rises: false,
    lines: found,
    targets: [{ label: 'mappings', reached: Math.max(...values), atLeast: 8000, sense: 'below' }],
    note: counts,
  }
}

function memoryRow({ title, mostMb }: Loop, held: Outcomes): Row {
  const found = lines(held, 'anonymousMb').filter(({ name }) => name.startsWith(title))
  const values = found.map(({ value }) => value ?? Number.NaN)
  return {
    title: `Anonymous memory while it loops, at most: ${title}`,
    unit: 'MB',
    rises: false,
    lines: found,
    targets: [{ label: 'MB', reached: Math.max(...values), atLeast: mostMb, sense: 'below' }],
    note: counts,
  }
}
