import { execFileSync } from 'node:child_process'
import type { Bench, Entrant, Outcomes } from '../contest.ts'
import { lines, Standing, type Line, type Row, type Target, type Work } from '../row.ts'

const owner: Entrant = { name: 'owner', contestant: 'engram', settings: { as: 'owner' } }
const client: Entrant = { name: 'client', contestant: 'engram', settings: { as: 'client' } }
const filler: Entrant = { name: 'filler', contestant: 'engram' }

/** Of the larger array, which the target is about. */
const megabytes = 512
const count = 20_000
const clients = 100

/** The process that owns a store, and one that reaches it through the owner. */
export const sharing: Work = {
  id: 'sharing',
  measure: async (bench) => {
    const byteLength = (bench.quick ? 64 : megabytes) << 20
    const dir = await bench.directory('sharing')
    await bench.contest({
      child: 'sharing.mjs',
      entrants: [filler],
      rounds: 1,
      task: () => ({ action: 'fill', dir, count, byteLength }),
    })
    // What is still on its way to the disk would disturb whoever is measured first.
    execFileSync('sync')
    return [
      await firstRow(bench, dir),
      await againRow(bench, dir),
      await arrayRow(bench, dir, byteLength),
      await memoryRow(bench, dir),
    ]
  },
}

function both(bench: Bench, rounds: number, task: Record<string, unknown>): Promise<Outcomes> {
  return bench.contest({ child: 'sharing.mjs', entrants: [owner, client], rounds, task: () => ({ ...task, count }) })
}

async function firstRow(bench: Bench, dir: string): Promise<Row> {
  const found = lines(await both(bench, 7, { action: 'first', dir }), 'figure', 1e-3)
  const reached = new Standing(found).of('client')
  return {
    title: 'Several processes: an entry read for the first time',
    unit: 'k/s',
    rises: true,
    lines: found,
    targets: [{ label: 'thousand a second in a client', reached, atLeast: 25, sense: 'above' }, slowdown(found, 6)],
    note: 'The owner has not read these entries either: each comes from the index.',
  }
}

async function againRow(bench: Bench, dir: string): Promise<Row> {
  const found = lines(await both(bench, 7, { action: 'again', dir }), 'figure', 1e-3)
  return {
    title: 'Several processes: the same hit again',
    unit: 'k/s',
    rises: true,
    lines: found,
    targets: [slowdown(found, 1.5)],
  }
}

/** How many times the owner's time a client takes. */
function slowdown(found: readonly Line[], atLeast: number): Target {
  const standing = new Standing(found)
  const [mine, other] = [standing.of('client'), standing.of('owner')]
  const reached = mine === undefined || other === undefined ? undefined : other / mine
  return { label: "× the owner's time", reached, atLeast, sense: 'below' }
}

async function arrayRow(bench: Bench, dir: string, byteLength: number): Promise<Row> {
  const found = lines(await both(bench, 15, { action: 'array', dir, byteLength }), 'figure')
  return {
    title: `Several processes: array of ${byteLength >> 20} MiB to its first element`,
    unit: 'ms',
    rises: false,
    lines: found,
    targets: [
      { label: "ms over the owner's time", reached: over(found, 'client', 'owner'), atLeast: 2, sense: 'below' },
    ],
  }
}

async function memoryRow(bench: Bench, dir: string): Promise<Row> {
  const idle = bench.quick ? 8 : clients
  const outcomes = await bench.contest({
    child: 'sharing.mjs',
    entrants: [{ name: 'owner', contestant: 'engram' }],
    rounds: 2,
    task: () => ({ action: 'memory', dir, clients: idle }),
  })
  const shared = `with ${idle} idle clients`
  const found = [
    ...lines(outcomes, 'aloneMb').map((line) => ({ ...line, name: 'alone' })),
    ...lines(outcomes, 'sharedMb').map((line) => ({ ...line, name: shared })),
  ]
  return {
    title: 'Several processes: resident memory of the owner',
    unit: 'MB',
    rises: false,
    lines: found,
    targets: [{ label: 'MB more than alone', reached: over(found, shared, 'alone'), atLeast: 100, sense: 'below' }],
  }
}

function over(found: readonly Line[], name: string, other: string): number | undefined {
  const standing = new Standing(found)
  const [mine, theirs] = [standing.of(name), standing.of(other)]
  return mine === undefined || theirs === undefined ? undefined : mine - theirs
}
