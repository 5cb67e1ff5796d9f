import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { rm } from 'node:fs/promises'
import type { Bench, Entrant, Outcomes } from '../contest.ts'
import { lines, Standing, type Row, type Work } from '../row.ts'

const raw: Entrant = { name: 'raw mmap', contestant: 'raw-memory', needs: 'raw-memory' }
const plain: Entrant = { name: 'plain file', contestant: 'plain-file', rounds: 9 }
const kept: readonly Entrant[] = [
  { name: 'engram', contestant: 'engram' },
  { name: 'lmdb', contestant: 'lmdb', needs: 'lmdb' },
  { name: 'unstorage', contestant: 'unstorage', needs: 'unstorage', rounds: 3 },
  { name: 'rocksdb', contestant: 'rocksdb', needs: 'rocksdb', rounds: 2 },
  { name: 'cacache', contestant: 'cacache', needs: 'cacache', rounds: 3 },
  { name: 'joblib', contestant: 'joblib', needs: 'joblib', python: 'array', rounds: 3 },
  { name: 'better-sqlite3', contestant: 'better-sqlite3', needs: 'better-sqlite3', rounds: 2 },
  { name: 'keyv, SQLite', contestant: 'keyv-sqlite', needs: '@keyv/sqlite', rounds: 1 },
]
const mappedJoblib: Entrant = {
  name: 'joblib, mmap_mode',
  contestant: 'joblib',
  needs: 'joblib',
  python: 'array',
  rounds: 3,
  settings: { variant: 'mapped' },
}

/** MiB of the array that the targets are about; the smaller one is shown beside it. */
const aimedAt = 512

/** Large typed arrays: stored by one process, loaded by another. */
export const arrays: Work = {
  id: 'arrays',
  measure: async (bench) => {
    const small = await both(bench, 64)
    return bench.quick ? small : [...small, ...(await both(bench, aimedAt)), await storedBusyRow(bench)]
  },
}

async function both(bench: Bench, megabytes: number): Promise<Row[]> {
  const directories = new Map<string, string>()
  const stored = await store(bench, megabytes, directories)
  // What is still on its way to the disk would disturb whoever is measured first.
  execFileSync('sync')
  const loaded = await load(bench, megabytes, directories, stored)
  for (const dir of directories.values()) await rm(dir, { recursive: true, force: true })
  return rows(megabytes, stored, loaded)
}

async function store(bench: Bench, megabytes: number, directories: Map<string, string>): Promise<Outcomes> {
  return bench.contest({
    child: 'array.mjs',
    entrants: [plain, ...kept],
    rounds: 9,
    task: async ({ contestant }) => {
      const previous = directories.get(contestant)
      if (previous !== undefined) await rm(previous, { recursive: true, force: true })
      const dir = await bench.directory(`array-${contestant}`)
      directories.set(contestant, dir)
      return { action: 'store', byteLength: megabytes << 20, dir }
    },
  })
}

async function load(
  bench: Bench,
  megabytes: number,
  directories: Map<string, string>,
  stored: Outcomes,
): Promise<Outcomes> {
  const entrants = [raw, plain, ...kept, mappedJoblib]
  const failed = entrants.filter(({ name }) => stored.get(name)?.failure !== undefined)
  const loaded = await bench.contest({
    child: 'array.mjs',
    entrants: entrants.filter((entrant) => !failed.includes(entrant)),
    // V8 begins to mark when it hears of the memory, which stalls every third load of any entrant for some milliseconds.
    rounds: 21,
    task: ({ contestant }) => ({
      action: 'load',
      byteLength: megabytes << 20,
      // Both read the one plain file.
      dir: directories.get(contestant === 'raw-memory' ? 'plain-file' : contestant),
    }),
  })
  // What could not be stored is shown with the reason.
  return new Map(entrants.map(({ name }) => [name, loaded.get(name) ?? stored.get(name)!]))
}

function rows(megabytes: number, stored: Outcomes, loaded: Outcomes): Row[] {
  const what = `${megabytes} MiB array`
  const all = [
    firstRow(what, loaded),
    sumRow(what, loaded),
    memoryRow(what, loaded),
    peakRow(what, loaded),
    storedRow(what, stored),
  ]
  if (megabytes === aimedAt) return all
  const shown = all.map((row) => ({ ...row, targets: [] as Row['targets'] }))
  shown[0]!.targets.push(smallFirstTarget(loaded))
  return shown
}

/** What is mapped at once is mapped by lmdb too. */
function smallFirstTarget(loaded: Outcomes): Row['targets'][number] {
  const reached = new Standing(lines(loaded, 'firstMs')).timesLeast('lmdb')
  return { label: '× lmdb', reached, atLeast: 1, sense: 'below' }
}

function firstRow(what: string, loaded: Outcomes): Row {
  const found = lines(loaded, 'firstMs')
  const standing = new Standing(found)
  return {
    title: `${what}, loaded to its first element`,
    unit: 'ms',
    rises: false,
    lines: found,
    targets: [
      { label: 'ms over raw mmap', reached: standing.over('raw mmap'), atLeast: 2, hope: 0, sense: 'below' },
      { label: '× faster than cacache', reached: standing.fasterThan('cacache'), atLeast: 200, sense: 'above' },
    ],
    note: 'In a new process with the store open; the file is in the page cache. Nothing was loaded before.',
  }
}

function sumRow(what: string, loaded: Outcomes): Row {
  const found = lines(loaded, 'sumMs')
  const reached = new Standing(found).timesLeast('raw mmap', 'lmdb')
  return {
    title: `${what}, loaded to the sum of all elements`,
    unit: 'ms',
    rises: false,
    lines: found,
    targets: [{ label: '× the better of raw mmap and lmdb', reached, atLeast: 1.25, hope: 1, sense: 'below' }],
    note: 'The sum is a loop in JavaScript; that of joblib is numpy at full width, which is faster than any loop.',
  }
}

function memoryRow(what: string, loaded: Outcomes): Row {
  const found = lines(loaded, 'addedMb')
  const reached = new Standing(found).of('engram')
  return {
    title: `${what}, anonymous memory that loading and summing adds`,
    unit: 'MB',
    rises: false,
    lines: found,
    targets: [{ label: 'MB', reached, atLeast: 20, hope: 2, sense: 'below' }],
  }
}

function peakRow(what: string, loaded: Outcomes): Row {
  return {
    title: `${what}, peak memory of the loading process`,
    unit: 'MB',
    rises: false,
    lines: lines(loaded, 'peakMb'),
    targets: [],
    note: 'Resident pages, those of mapped files too: the kernel takes the latter back when it needs them.',
  }
}

function storedRow(what: string, stored: Outcomes): Row {
  const found = lines(stored, 'figure')
  const reached = new Standing(found).timesLeast('plain file')
  return {
    title: `${what}, stored`,
    unit: 'ms',
    rises: false,
    lines: found,
    targets: [{ label: '× a plain file', reached, atLeast: 1.15, hope: 1, sense: 'below' }],
    note: 'Nobody waits for the disk. engram: the whole call, key and digest included, less the time its function ran.',
  }
}

/** The same while another process keeps one core busy. */
async function storedBusyRow(bench: Bench): Promise<Row> {
  let busy: ChildProcess | undefined
  let dir: string | undefined
  const outcomes = await bench.contest({
    child: 'array.mjs',
    entrants: [{ ...plain, rounds: 9 }, kept[0]!],
    rounds: 9,
    task: async ({ contestant }) => {
      if (dir !== undefined) await rm(dir, { recursive: true, force: true })
      dir = await bench.directory(`busy-${contestant}`)
      execFileSync('sync')
      busy = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
      return { action: 'store', byteLength: aimedAt << 20, dir }
    },
    after: async () => void busy?.kill('SIGKILL'),
  })
  const found = lines(outcomes, 'figure')
  const reached = new Standing(found).timesLeast('plain file')
  return {
    title: `${aimedAt} MiB array, stored while one core is busy`,
    unit: 'ms',
    rises: false,
    lines: found,
    targets: [{ label: '× a plain file', reached, atLeast: 1.6, hope: 1.2, sense: 'below' }],
    note: 'On a machine of two cores.',
  }
}
