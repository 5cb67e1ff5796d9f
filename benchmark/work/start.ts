import { bareNodeMs, median, type Bench, type Entrant, type Outcomes } from '../contest.ts'
import { lines, Standing, type Line, type Row, type Work } from '../row.ts'
import { entryCount, fill } from './entries.ts'

const entrants: readonly Entrant[] = [
  { name: 'engram', contestant: 'engram' },
  { name: 'better-sqlite3', contestant: 'better-sqlite3', needs: 'better-sqlite3' },
  { name: 'node:sqlite', contestant: 'node-sqlite', needs: 'node:sqlite' },
  { name: 'lmdb', contestant: 'lmdb', needs: 'lmdb' },
  { name: 'classic-level', contestant: 'classic-level', needs: 'classic-level', settings: { later: true } },
  { name: 'rocksdb', contestant: 'rocksdb', needs: 'rocksdb' },
  { name: 'flat-cache', contestant: 'flat-cache', needs: 'flat-cache', rounds: 2 },
]
const rounds = 25

/** How soon a script is under way on a store of a hundred thousand entries. */
export const start: Work = {
  id: 'start',
  measure: async (bench) => {
    await fill(bench, entrants)
    const task = ({ contestant }: Entrant) => ({ dir: bench.stores.get(contestant), count: entryCount(bench) })
    const opened = await bench.contest({ child: 'open.mjs', entrants, rounds, task })
    return [openRow(opened), await firstHitRow(bench, task)]
  },
}

function openRow(opened: Outcomes): Row {
  const found = lines(opened, 'figure')
  const standing = new Standing(found)
  const best = standing.timesLeast('lmdb', 'better-sqlite3', 'classic-level')
  return {
    title: 'Open with 100,000 entries, to the first answer',
    unit: 'ms',
    rises: false,
    lines: found,
    targets: [
      { label: 'ms', reached: standing.of('engram'), atLeast: 25, hope: 10, sense: 'below' },
      { label: '× the best of lmdb, SQLite and classic-level', reached: best, atLeast: 1, hope: 0.7, sense: 'below' },
    ],
    note: 'In a new process with the package loaded: the store is opened and one entry read.',
  }
}

async function firstHitRow(bench: Bench, task: (entrant: Entrant) => Record<string, unknown>): Promise<Row> {
  const bare: number[] = []
  const lived = await bench.contest({
    child: 'first-hit.mjs',
    entrants,
    rounds,
    timesLife: true,
    task: async (entrant) => {
      if (entrant.contestant === 'engram' || bare.length === 0) bare.push(await bareNodeMs(), await bareNodeMs())
      return task(entrant)
    },
  })
  const bareMs = median(bare) ?? 0
  const found = lines(lived, 'lifeMs').map((line) => above(line, bareMs))
  const standing = new Standing(found)
  const sqlite = standing.timesLeast('better-sqlite3')
  return {
    title: 'New process to its first hit and its end, over bare Node',
    unit: 'ms',
    rises: false,
    lines: found,
    targets: [
      { label: '× the time of better-sqlite3', reached: sqlite, atLeast: 1, sense: 'below' },
      { label: 'ms', reached: standing.of('engram'), atLeast: Infinity, hope: 25, sense: 'below' },
    ],
    note: `On the store of 100,000 entries. Bare Node (\`node -e 0\`) lived ${bareMs.toFixed(1)} ms.`,
  }
}

function above(line: Line, floor: number): Line {
  const value = line.value === undefined ? undefined : line.value - floor
  return { ...line, value, rounds: line.rounds.map((ms) => ms - floor) }
}
