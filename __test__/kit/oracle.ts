import { isDeepStrictEqual } from 'node:util'
import { Memory } from '../../index.ts'
import { loaded, loadedValue } from '../process/programs/load-work.ts'
import type { Load, Loaded, Returned } from './load.ts'
import type { Run } from './run-log.ts'

/** What must not happen, as often as it did; a few examples of each say what to look at. */
export class Violations {
  readonly counts: Record<string, number> = {}
  readonly examples: string[] = []

  add(kind: string, example: string): void {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1
    if (this.counts[kind] <= 5) this.examples.push(`${kind}: ${example}`)
  }
}

export interface Verdict {
  violations: Violations
  /** Keys whose call returned from the cache, or was stored, in some process. */
  acknowledged: number
  runs: number
  /** Runs of a key that had run before; its holder was killed. */
  reruns: number
}

const ACKNOWLEDGED = ['populated', 'hit']

/**
 * Judges processes that have ended. A call that returned from the store, or after its result was stored, has
 * acknowledged the entry: from then on no process runs that key, whatever happens.
 */
export async function judge({ processes, log, location }: Load, violations = new Violations()): Promise<Verdict> {
  const runs = new Map<string, Run[]>()
  for (const run of log.runs()) runs.set(run.what, [...(runs.get(run.what) ?? []), run])
  const acknowledged = acknowledgements(processes, violations)
  const killed = new Map(processes.map(({ name, killedAt }) => [name, killedAt]))
  let reruns = 0
  for (const [what, [first, ...later]] of runs) {
    const since = acknowledged.get(Number(what.slice(2)))
    let previous = first!
    for (const run of later) {
      reruns++
      const killedAt = killed.get(previous.who)
      if (since !== undefined && run.startedAt > since) {
        violations.add('lost', `${what} ran in ${run.who} after its acknowledgement`)
      } else if (killedAt === undefined || killedAt > run.startedAt) {
        violations.add('ran twice', `${what} ran in ${run.who} though ${previous.who} was not killed`)
      }
      previous = run
    }
  }
  await recallAll([...acknowledged.keys()], location, violations)
  const count = [...runs.values()].reduce((sum, each) => sum + each.length, 0)
  return { violations, acknowledged: acknowledged.size, runs: count, reruns }
}

/** When each number was acknowledged first. */
function acknowledgements(processes: readonly Loaded[], violations: Violations): Map<number, bigint> {
  const acknowledged = new Map<number, bigint>()
  for (const each of processes) {
    for (const call of each.returned()) note(call, each.name, acknowledged, violations)
    if (each.complaint !== '') violations.add('complaint', `${each.name} ${each.complaint}`)
  }
  return acknowledged
}

function note(
  { outcome, number, endedAt }: Returned,
  name: string,
  acknowledged: Map<number, bigint>,
  violations: Violations,
): void {
  if (outcome === 'wrong') violations.add('wrong value', `n ${number} in ${name}`)
  if (!ACKNOWLEDGED.includes(outcome)) {
    // 'miss': it ran, and another's entry was there when it was to be stored. Whether it may run, the runs tell.
    if (outcome !== 'miss' && outcome !== 'wrong') violations.add(`not cached (${outcome})`, `n ${number} in ${name}`)
    return
  }
  const earlier = acknowledged.get(number)
  if (earlier === undefined || endedAt < earlier) acknowledged.set(number, endedAt)
}

/** Every acknowledged entry is there for a new process, and right. */
async function recallAll(numbers: readonly number[], location: string, violations: Violations): Promise<void> {
  const memory = new Memory({ location, onError: 'throw' })
  const recall = loaded(memory, (number) => {
    violations.add('lost', `n ${number} is gone`)
    return loadedValue(number)
  })
  for (const number of numbers) {
    const value = await recall(number)
    if (!isDeepStrictEqual(value, loadedValue(number))) violations.add('wrong value', `n ${number} in the end`)
  }
  await memory.close()
}
