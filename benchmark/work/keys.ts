import type { Bench, Entrant, Outcomes } from '../contest.ts'
import { lines, Standing, type Row, type Work } from '../row.ts'

const engram: Entrant = { name: 'engram', contestant: 'engram' }
const named = (name: string, needs?: string, more: Partial<Entrant> = {}): Entrant => ({
  name,
  contestant: name,
  ...(needs === undefined ? {} : { needs }),
  ...more,
})
const ohash = named('ohash', 'ohash')
const objectHash = named('object-hash', 'object-hash', { rounds: 3 })
const mebibyte = 1 << 20

/** What it costs to tell one call from another. */
export const keys: Work = {
  id: 'keys',
  measure: async (bench) => [
    smallRow(await contest(bench, 'key-small.mjs', [engram, ohash, objectHash, named('JSON + sha256')])),
    { ...(await arrayRow(bench, 64)), targets: [] },
    ...(bench.quick ? [] : [await arrayRow(bench, 512)]),
    nestedRow(await nested(bench)),
  ],
}

async function contest(bench: Bench, child: string, entrants: readonly Entrant[], task = {}): Promise<Outcomes> {
  return bench.contest({
    child,
    entrants,
    rounds: 7,
    task: async () => ({ dir: await bench.directory('keys'), ...task }),
  })
}

function smallRow(outcomes: Outcomes): Row {
  const rows = lines(outcomes, 'figure', 1e-3)
  const reached = new Standing(rows).timesGreatest('ohash')
  return {
    title: 'Key of small arguments',
    unit: 'k/s',
    rises: true,
    lines: rows,
    targets: [{ label: '× ohash', reached, atLeast: 1, hope: 2, sense: 'above' }],
    note: 'engram: `fn.key(...)`, a hex string made for the eye; a call itself never makes it.',
  }
}

async function arrayRow(bench: Bench, megabytes: number): Promise<Row> {
  const byteLength = megabytes * mebibyte
  const entrants = [
    engram,
    named('blake3, one thread', '@napi-rs/blake-hash'),
    named('reading memory, one core', 'raw-memory'),
    named('sha256', undefined, { rounds: 3 }),
    named('joblib', 'joblib', { python: 'key-array', rounds: 2 }),
    // Its time grows with the bytes, so fewer tell its speed.
    named('object-hash', 'object-hash', { rounds: 2, settings: { byteLength: 8 * mebibyte } }),
    named('ohash', 'ohash', { rounds: 1 }),
  ]
  const rows = lines(await contest(bench, 'key-array.mjs', entrants, { byteLength }), 'figure')
  const standing = new Standing(rows)
  const blake3 = standing.timesGreatest('blake3, one thread')
  const machine = slowerThanMachine(standing)
  return {
    title: `Key of a ${megabytes} MiB Float64Array`,
    unit: 'GB/s',
    rises: true,
    lines: rows,
    targets: [
      { label: '× BLAKE3 on one thread', reached: blake3, atLeast: 1.7, sense: 'above' },
      { label: '× object-hash', reached: standing.timesGreatest('object-hash'), atLeast: 300, sense: 'above' },
      { label: '× the time that the machine allows', reached: machine, atLeast: Infinity, hope: 1.25, sense: 'below' },
    ],
    note:
      'What the machine allows: reading memory on one core or BLAKE3 on two full cores, whichever is slower. ' +
      'object-hash hashes 8 MiB; joblib hashes with md5, its default.',
  }
}

function slowerThanMachine(standing: Standing): number | undefined {
  const mine = standing.of('engram')
  const single = standing.of('blake3, one thread')
  const reading = standing.of('reading memory, one core')
  if (mine === undefined || single === undefined || reading === undefined) return undefined
  return Math.min(reading, 2 * single) / mine
}

async function nested(bench: Bench): Promise<Outcomes> {
  const xxh3 = named('v8.serialize + xxh3', '@node-rs/xxhash')
  const sha256 = named('v8.serialize + sha256')
  return contest(bench, 'key-nested.mjs', [engram, xxh3, sha256, ohash, objectHash])
}

function nestedRow(outcomes: Outcomes): Row {
  const rows = lines(outcomes, 'figure')
  const standing = new Standing(rows)
  const sha256 = standing.timesLeast('v8.serialize + sha256')
  const xxh3 = standing.timesLeast('v8.serialize + xxh3')
  return {
    title: 'Key of a nested object, 1.6 MB as JSON',
    unit: 'ms',
    rises: false,
    lines: rows,
    targets: [
      { label: '× the time of v8.serialize + sha256', reached: sha256, atLeast: 1, sense: 'below' },
      { label: '× the time of v8.serialize + xxh3', reached: xxh3, atLeast: Infinity, hope: 1, sense: 'below' },
    ],
    note: 'v8.serialize gives equal objects different bytes when their keys stand in another order; engram does not.',
  }
}
