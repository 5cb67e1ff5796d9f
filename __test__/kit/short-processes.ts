import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from './deadline.ts'
import { Load, type Loaded } from './load.ts'
import { ownerAmong } from './lock-holder.ts'
import { judge, type Verdict, Violations } from './oracle.ts'

export interface ShortProcesses {
  directory: string
  seed: number
  count: number
  /** How many there are at a time. */
  atOnce: number
  liveMs: number
  /**
   * How often the owner is killed, if a process has ended by itself since the last time: on a busy machine, processes that
   * are killed in turn never end. 0: never, and one more process owns the store all the while.
   */
  killEveryMs: number
}

export interface ShortVerdict extends Verdict {
  ownersKilled: number
  /** Of each process that was not killed, how long its longest call took beyond the function's own time. */
  longestMs: number[]
}

/** Short processes one after another, the owner of their store killed again and again. */
export async function shortProcesses(options: ShortProcesses): Promise<ShortVerdict> {
  const load = new Load(options.directory, options.seed)
  const violations = new Violations()
  const short: Loaded[] = []
  let ownersKilled = 0
  const killing = new AbortController()
  const killer = (async () => {
    let ended = 0
    while (options.killEveryMs > 0 && !killing.signal.aborted) {
      await sleep(options.killEveryMs)
      const endedNow = spared(short).filter(({ hasEnded }) => hasEnded).length
      if (endedNow === ended || !killOwner(load)) continue
      ended = endedNow
      ownersKilled++
    }
  })()
  try {
    if (options.killEveryMs === 0) await lastingOwner(load)
    while (spared(short).length < options.count) {
      short.push(load.start({ forMs: options.liveMs }))
      await room(short, options.atOnce, violations)
      // Any of the last ones may yet be killed, and is then replaced.
      if (spared(short).length === options.count) await room(short, 1, violations)
    }
    load.stop()
  } finally {
    killing.abort()
    if (options.killEveryMs > 0) load.killAll()
  }
  await killer
  await Promise.all(load.processes.map(({ ended }) => ended))
  const longestMs = spared(short).map((each) => longest(each, load.functionMs))
  return { ...(await judge(load, violations)), ownersKilled, longestMs: longestMs.filter(Number.isFinite) }
}

/** Those that were not killed. */
function spared(short: readonly Loaded[]): Loaded[] {
  return short.filter(({ killedAt }) => killedAt === undefined)
}

async function lastingOwner(load: Load): Promise<void> {
  const owner = load.start()
  await eventually('the owner is at work', () => owner.returned().length > 0)
}

function killOwner({ running, location }: Load): boolean {
  const owner = ownerAmong(
    running.map(({ pid }) => pid),
    location,
  )
  const victim = running.find(({ pid }) => pid === owner)
  victim?.kill()
  return victim !== undefined
}

/** Waits until fewer than so many of them live. */
async function room(short: readonly Loaded[], fewerThan: number, violations: Violations): Promise<void> {
  const living = (): Loaded[] => short.filter(({ hasEnded }) => !hasEnded)
  while (living().length >= fewerThan) {
    await sleep(2)
    for (const each of living()) {
      if (each.killedAt !== undefined || !each.hangs()) continue
      violations.add('hang', each.name)
      each.kill()
    }
  }
}

function longest(process: Loaded, functionMs: number): number {
  return Math.max(...process.returned().map(({ startedAt, endedAt }) => Number(endedAt - startedAt) / 1e6 - functionMs))
}

export function percentile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
