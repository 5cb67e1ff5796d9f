import { rm } from 'node:fs/promises'
import type { Bench, Entrant, Outcomes } from '../contest.ts'
import { lines, Standing, type Line, type Row, type Work } from '../row.ts'

const stores: readonly Entrant[] = [
  { name: 'engram', contestant: 'engram' },
  { name: 'lmdb', contestant: 'lmdb', needs: 'lmdb' },
  { name: 'better-sqlite3', contestant: 'better-sqlite3', needs: 'better-sqlite3' },
  { name: 'node:sqlite', contestant: 'node-sqlite', needs: 'node:sqlite', rounds: 3 },
  { name: 'classic-level', contestant: 'classic-level', needs: 'classic-level', rounds: 2, settings: { later: true } },
  { name: 'rocksdb', contestant: 'rocksdb', needs: 'rocksdb', rounds: 2 },
]

/** LevelDB can read while its caller waits, though not write. */
const getSync: Entrant = {
  name: 'classic-level getSync',
  contestant: 'classic-level',
  needs: 'classic-level',
  rounds: 3,
}

const writers: readonly Entrant[] = [
  ...stores,
  { name: 'better-sqlite3, NORMAL', contestant: 'better-sqlite3#normal', needs: 'better-sqlite3', rounds: 3 },
  { name: 'better-sqlite3, insert alone', contestant: 'better-sqlite3#insert', needs: 'better-sqlite3', rounds: 3 },
]

/** A hundred thousand small entries: stored, read hot at random, read after the store was opened again. */
export const entries: Work = {
  id: 'entries',
  measure: async (bench) => {
    const written = await write(bench, writers)
    const read = await reads(bench)
    return [hotRow(read), reopenedRow(read), writtenRow(written), peakRow(written, read)]
  },
}

/** The three that the nested ones are about. */
const nestedStores = stores.slice(0, 3)

/** The same with records that have objects and arrays in them. */
export const nestedEntries: Work = {
  id: 'nested',
  measure: async (bench) => {
    const directories = new Map<string, string>()
    const task = (entrant: Entrant) => ({ dir: directories.get(entrant.name), count: entryCount(bench), fn: 'order' })
    const written = await bench.contest({
      child: 'entries-write.mjs',
      entrants: nestedStores,
      rounds: 5,
      task: async (entrant) => {
        const previous = directories.get(entrant.name)
        if (previous !== undefined) await rm(previous, { recursive: true, force: true })
        directories.set(entrant.name, await bench.directory(`nested-${entrant.name}`))
        return task(entrant)
      },
    })
    const read = await bench.contest({ child: 'entries-read.mjs', entrants: nestedStores, rounds: 5, task })
    return [nestedReadRow(read), nestedWrittenRow(written)]
  },
}

const nestedNote = 'Three objects and two arrays in each, 330 bytes as JSON. lmdb shares record structures.'

function nestedReadRow(read: Outcomes): Row {
  const rows = lines(read, 'figure', 1e-3)
  const reached = new Standing(rows).timesGreatest('lmdb')
  return {
    title: '100,000 nested records, read hot at random',
    unit: 'k/s',
    rises: true,
    lines: rows,
    targets: [{ label: '× lmdb', reached, atLeast: 1.5, hope: 2.5, sense: 'above' }],
    note: nestedNote,
  }
}

function nestedWrittenRow(written: Outcomes): Row {
  const rows = lines(written, 'figure', 1e-3)
  const reached = new Standing(rows).timesGreatest('lmdb')
  return {
    title: 'Nested records stored one call at a time, each acknowledged',
    unit: 'k/s',
    rises: true,
    lines: rows,
    targets: [{ label: '× lmdb', reached, atLeast: 1, hope: 1.3, sense: 'above' }],
    note: nestedNote,
  }
}

export const entryCount = (bench: Bench) => (bench.quick ? 10_000 : 100_000)

/** Fills the stores that are not filled yet, for work that only reads them. */
export async function fill(bench: Bench, wanted: readonly Entrant[]): Promise<void> {
  const empty = wanted.filter(({ contestant }) => !bench.stores.has(contestant))
  await write(
    bench,
    empty.map((entrant) => ({ ...entrant, rounds: 1 })),
  )
}

async function write(bench: Bench, wanted: readonly Entrant[]): Promise<Outcomes> {
  const current = new Map<string, string>()
  return bench.contest({
    child: 'entries-write.mjs',
    entrants: wanted,
    rounds: 5,
    task: async (entrant) => {
      const dir = await bench.directory(`entries-${entrant.name}`)
      current.set(entrant.name, dir)
      return { dir, count: entryCount(bench) }
    },
    // The last round's store stays, for what reads it.
    after: async ({ name, contestant }) => {
      const previous = bench.stores.get(contestant)
      const dir = current.get(name)
      if (dir !== undefined) bench.stores.set(contestant, dir)
      if (previous !== undefined) await rm(previous, { recursive: true, force: true })
    },
  })
}

async function reads(bench: Bench): Promise<Outcomes> {
  return bench.contest({
    child: 'entries-read.mjs',
    entrants: [...stores, getSync].filter(({ contestant }) => bench.stores.has(contestant)),
    rounds: 5,
    task: ({ contestant }) => ({ dir: bench.stores.get(contestant), count: entryCount(bench) }),
  })
}

function hotRow(read: Outcomes): Row {
  const rows = lines(read, 'figure', 1e-3)
  const reached = new Standing(rows).timesGreatest('lmdb')
  return {
    title: '100,000 entries of about 200 bytes, read hot at random',
    unit: 'k/s',
    rises: true,
    lines: rows,
    targets: [{ label: '× lmdb', reached, atLeast: 1, hope: 1.5, sense: 'above' }],
  }
}

function reopenedRow(read: Outcomes): Row {
  const rows = lines(read, 'reopened', 1e-3)
  const standing = new Standing(rows)
  return {
    title: 'The same entries, the first 20,000 reads of a new process',
    unit: 'k/s',
    rises: true,
    lines: rows,
    targets: [
      { label: '× better-sqlite3', reached: standing.timesGreatest('better-sqlite3'), atLeast: 1, sense: 'above' },
      { label: '× lmdb', reached: standing.timesGreatest('lmdb'), atLeast: 0, hope: 1, sense: 'above' },
    ],
  }
}

function writtenRow(written: Outcomes): Row {
  const rows = lines(written, 'figure', 1e-3)
  const standing = new Standing(rows)
  return {
    title: 'The same entries stored one call at a time, each acknowledged',
    unit: 'k/s',
    rises: true,
    lines: rows,
    targets: [
      {
        label: '× better-sqlite3',
        reached: standing.timesGreatest('better-sqlite3'),
        atLeast: 1,
        hope: 1.5,
        sense: 'above',
      },
      { label: '× lmdb', reached: standing.timesGreatest('lmdb'), atLeast: 1, hope: 1.3, sense: 'above' },
    ],
    note:
      'A missed call: looked up, run, stored. All make the same promise, that what was acknowledged outlives a crash ' +
      'of the process; none waits for the disk, but NORMAL at its checkpoints. "insert alone" leaves out the lookup.',
  }
}

function peakRow(written: Outcomes, read: Outcomes): Row {
  const names = new Set(read.keys())
  const label = (rows: Line[], what: string) => rows.map((line) => ({ ...line, name: `${line.name}, ${what}` }))
  const writing = lines(written, 'peakMb').filter(({ name }) => names.has(name))
  const reading = new Standing(lines(read, 'peakMb')).of('engram')
  return {
    title: 'Peak memory with these entries',
    unit: 'MB',
    rises: false,
    lines: [...label(writing, 'storing'), ...label(lines(read, 'peakMb'), 'reading')],
    targets: [{ label: 'MB, reading', reached: reading, atLeast: 100, hope: 80, sense: 'below' }],
    note: 'Resident pages of the whole process, Node included and pages of mapped files too.',
  }
}
