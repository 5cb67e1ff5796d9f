import type { Bench, Entrant, Outcomes } from '../contest.ts'
import { lines, Standing, type Row, type Work } from '../row.ts'

const memoryOnly = { memoryOnly: true }
const fileSystemCache: Entrant = {
  name: 'file-system-cache',
  contestant: 'file-system-cache',
  needs: 'file-system-cache',
  rounds: 3,
}

const syncEntrants: readonly Entrant[] = [
  { name: 'engram', contestant: 'engram' },
  { name: 'lmdb', contestant: 'lmdb', needs: 'lmdb' },
  { name: 'better-sqlite3', contestant: 'better-sqlite3', needs: 'better-sqlite3' },
  { name: 'node:sqlite', contestant: 'node-sqlite', needs: 'node:sqlite' },
  { name: 'classic-level getSync', contestant: 'classic-level', needs: 'classic-level', rounds: 3 },
  fileSystemCache,
  { name: 'joblib', contestant: 'joblib', needs: 'joblib', python: 'hit', rounds: 3 },
  { name: 'flat-cache (memory)', contestant: 'flat-cache', needs: 'flat-cache', rounds: 3 },
  { name: 'memoizee (memory)', contestant: 'memoizee', needs: 'memoizee', rounds: 3, settings: memoryOnly },
]

const asyncEntrants: readonly Entrant[] = [
  { name: 'engram', contestant: 'engram' },
  { name: 'lmdb', contestant: 'lmdb', needs: 'lmdb' },
  { name: 'better-sqlite3', contestant: 'better-sqlite3', needs: 'better-sqlite3', rounds: 3 },
  { name: 'classic-level', contestant: 'classic-level', needs: 'classic-level', rounds: 3 },
  { name: 'rocksdb', contestant: 'rocksdb', needs: 'rocksdb', rounds: 3 },
  // It takes 18 ms to store one.
  { name: 'keyv, SQLite', contestant: 'keyv-sqlite', needs: '@keyv/sqlite', rounds: 3, settings: { calls: 100 } },
  { name: 'keyv, file (memory)', contestant: 'keyv-file', needs: 'keyv-file', rounds: 3 },
  fileSystemCache,
  { name: 'memoize-fs', contestant: 'memoize-fs', needs: 'memoize-fs', rounds: 3 },
  { name: 'unstorage, files', contestant: 'unstorage', needs: 'unstorage', rounds: 3 },
  { name: 'cacache', contestant: 'cacache', needs: 'cacache', rounds: 3 },
  { name: 'p-memoize (memory)', contestant: 'p-memoize', needs: 'p-memoize', rounds: 3, settings: memoryOnly },
]

/** Where an object is among the arguments. */
const stores: readonly Entrant[] = syncEntrants.slice(0, 3)

/** The hit path: a thousand different calls with small arguments and small results, one after the other. */
export const hit: Work = {
  id: 'hit',
  measure: async (bench) => {
    const sync = await hits(bench, syncEntrants, false)
    const later = await hits(bench, asyncEntrants, true)
    const objects = [await hits(bench, stores, false, true), await hits(bench, stores, true, true)] as const
    return [syncRow(sync, later), asyncRow(later), ...objectRows(...objects)]
  },
}

async function hits(
  bench: Bench,
  entrants: readonly Entrant[],
  later: boolean,
  withObjects = false,
): Promise<Outcomes> {
  const directories = new Map<string, string>()
  const mode = { ...(later && { later }), ...(withObjects && { withObjects }) }
  for (const { name } of entrants) directories.set(name, await bench.directory(`hit-${name}`))
  const dirOf = (entrant: Entrant) => directories.get(entrant.name)
  const stored = entrants.filter(({ python, settings }) => python === undefined && settings !== memoryOnly)
  const primed = await bench.contest({
    child: 'hit.mjs',
    entrants: stored,
    rounds: 1,
    // A store that cannot write synchronously is filled by its other half.
    task: (entrant) => ({
      dir: dirOf(entrant),
      prime: true,
      ...mode,
      ...(entrant.contestant === 'classic-level' && { later: true }),
    }),
  })
  const outcomes = await bench.contest({
    child: 'hit.mjs',
    entrants: entrants.filter(({ name }) => primed.get(name)?.failure === undefined),
    rounds: 7,
    task: (entrant) => ({ dir: dirOf(entrant), ...mode }),
  })
  return new Map(entrants.map(({ name }) => [name, outcomes.get(name) ?? primed.get(name)!]))
}

function syncRow(sync: Outcomes, later: Outcomes): Row {
  const rows = lines(sync, 'figure', 1e-3)
  const promised = new Set(['memoize-fs', 'cacache', 'unstorage, files'])
  const files = lines(later, 'figure', 1e-3).filter(({ name }) => promised.has(name))
  rows.push(...files.map((line) => ({ ...line, name: `${line.name} (promise)` })))
  const standing = new Standing(rows)
  const file = standing.timesGreatest('file-system-cache', ...files.map(({ name }) => `${name} (promise)`))
  const sqlite = standing.timesGreatest('better-sqlite3', 'node:sqlite')
  const persistent = standing.timesGreatest('lmdb', 'better-sqlite3', 'node:sqlite', 'classic-level getSync')
  return {
    title: 'Hit, small arguments and result, synchronous function',
    unit: 'k/s',
    rises: true,
    lines: rows,
    targets: [
      { label: '× the best persistent peer', reached: persistent, atLeast: 1, hope: 1.5, sense: 'above' },
      { label: '× SQLite', reached: sqlite, atLeast: 3, sense: 'above' },
      { label: '× joblib', reached: standing.timesGreatest('joblib'), atLeast: 100, sense: 'above' },
      { label: '× the best memoizer of files', reached: file, atLeast: 100, sense: 'above' },
    ],
    note:
      'Those marked (memory) answer from memory alone and hand every caller the same object; they are the ceiling, ' +
      'not a peer. Those marked (promise) cannot answer a synchronous function.',
  }
}

function asyncRow(later: Outcomes): Row {
  const rows = lines(later, 'figure', 1e-3)
  const reached = new Standing(rows).timesGreatest('lmdb')
  return {
    title: 'Hit, function that returns a promise',
    unit: 'k/s',
    rises: true,
    lines: rows,
    targets: [{ label: '× lmdb', reached, atLeast: 1, hope: 1.5, sense: 'above' }],
  }
}

function objectRows(sync: Outcomes, later: Outcomes): Row[] {
  return [sync, later].map((outcomes, index) => {
    const rows = lines(outcomes, 'figure', 1e-3)
    const reached = new Standing(rows).timesGreatest('lmdb')
    return {
      title: `Hit, a small object among the arguments, ${index === 0 ? 'synchronous function' : 'function that returns a promise'}`,
      unit: 'k/s',
      rises: true,
      lines: rows,
      targets: [{ label: '× lmdb', reached, atLeast: 3, hope: index === 0 ? 8 : 5, sense: 'above' }],
      note: '`f({ id, name }, 3)`. The peers make their keys by JSON.stringify.',
    }
  })
}
