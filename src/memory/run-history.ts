import type { RecordId } from '../native/binding.ts'
import { checkKnown, checkString, invalid } from '../option/check.ts'
import { isAlive } from '../platform/process.ts'
import type { CallRecord, LineageStep, RunDifference, RunFilter, RunRecord } from '../report/run-record.ts'
import { RUN_RECORDS, type RunRow, callOfRow, recordName } from '../report/run-rows.ts'
import type { KeptRecord, Records } from './records.ts'

const KINDS: readonly unknown[] = ['pipeline', 'workflow', 'app']
const STATES: readonly unknown[] = ['running', 'completed', 'failed', 'cancelled']

/** The runs that one memory keeps. */
export class RunHistory {
  readonly #records: Records
  readonly #now: () => number

  constructor(records: Records, now: () => number) {
    this.#records = records
    this.#now = now
  }

  /** Newest first. The calls of each are read when it is asked for. */
  runs(filter: RunFilter): Iterable<RunRecord> {
    const { limit = Infinity, ...wanted } = checked(filter)
    return this.#listed(wanted, limit)
  }

  *#listed({ name, kind, state }: RunFilter, limit: number): Generator<RunRecord, void, undefined> {
    let left = limit
    const named = name === undefined ? {} : { name: recordName(name) }
    for (const kept of this.#records.list({ kind: RUN_RECORDS, ...named })) {
      if (left <= 0) return
      const run = this.#runOf(kept)
      if ((kind !== undefined && run.kind !== kind) || (state !== undefined && run.state !== state)) continue
      left--
      yield run
    }
  }

  run(runId: string): RunRecord | undefined {
    const [kept] = this.#records.list({ kind: RUN_RECORDS, id: runId }, 1)
    return kept && this.#runOf(kept)
  }

  /** What became of each call in two runs, in the order of the later one. Undefined where one of the runs is not kept. */
  diff(before: string, now: string): RunDifference[] {
    const [earlier, later] = [this.#known(before), this.#known(now)]
    const old = new Map(earlier.calls.map((call) => [call.name, call]))
    const differences = later.calls.map((call) => differenceOf(old.get(call.name), call))
    const names = new Set(later.calls.map(({ name }) => name))
    const gone = earlier.calls.filter(({ name }) => !names.has(name))
    return [...differences, ...gone.map((call) => differenceOf(call, undefined))]
  }

  /** How a result came about: the call that gave it, and those that gave what it took, back to the first. */
  lineage(of: string | { digest: string }): LineageStep[] {
    const makers = this.makers()
    const found: LineageStep[] = []
    const seen = new Set<string>()
    const left = [typeof of === 'string' ? makers.byKey.get(of) : makers.byDigest.get(of.digest)]
    for (let at = 0; at < left.length; at++) {
      const made = left[at]
      if (made === undefined || seen.has(made.call.key)) continue
      seen.add(made.call.key)
      const { key, name, inputs } = made.call
      found.push({ key, name, runId: made.runId, inputs })
      for (const { digest } of inputs) left.push(makers.byDigest.get(digest))
    }
    return found
  }

  /** The calls that ran, by what they are found by; the newest counts. */
  makers(): Makers {
    const [byKey, byDigest] = [new Map<string, MadeCall>(), new Map<string, MadeCall>()]
    for (const { runId, calls } of this.#listed({}, Infinity))
      for (const call of calls) {
        if (call.state !== 'ran' || call.key === '') continue
        const made = { runId, call }
        if (!byKey.has(call.key)) byKey.set(call.key, made)
        const digests = [call.outputDigest, ...(call.outputs ?? []).map(({ digest }) => digest)]
        for (const digest of digests) if (digest && !byDigest.has(digest)) byDigest.set(digest, made)
      }
    return { byKey, byDigest }
  }

  #known(runId: string): RunRecord {
    const run = this.run(runId)
    if (run === undefined) throw invalid(`There is no run '${runId}'. \`memory.runs()\` lists those that are kept.`)
    return run
  }

  #runOf({ record, value }: KeptRecord): RunRecord {
    const { kind, state, process, ...row } = value as RunRow
    const isDead = state === 'running' && !isAlive(process)
    const { id: runId, name, beganAt: startedAt } = record
    const durationMs = state === 'running' ? this.#now() - startedAt : row.durationMs
    const records = this.#records
    let read: readonly CallRecord[] | undefined
    const calls = (): readonly CallRecord[] => (read ??= callsOf(records, record))
    return {
      runId,
      kind,
      name,
      state: isDead ? 'failed' : state,
      ...(isDead && { reason: 'Its process ended before it did.' }),
      startedAt,
      // Enumerable, as a record is to be printed and sent.
      get durationMs(): number {
        return isDead ? lastEndIn(calls(), startedAt) : durationMs
      },
      get calls(): readonly CallRecord[] {
        return calls()
      },
    }
  }
}

/** The calls that ran, by key and by digest of the result. */
export interface Makers {
  readonly byKey: ReadonlyMap<string, MadeCall>
  readonly byDigest: ReadonlyMap<string, MadeCall>
}

interface MadeCall {
  readonly runId: string
  readonly call: CallRecord
}

function callsOf(records: Records, record: RecordId): CallRecord[] {
  return records.parts(record).flatMap(({ value }) => (value as unknown[]).map((row) => callOfRow(row, record.beganAt)))
}

/** Milliseconds from the begin of a run to the end of the last call of which is written. */
function lastEndIn(calls: readonly CallRecord[], begin: number): number {
  return calls.reduce((latest, call) => Math.max(latest, call.startedAt - begin + call.durationMs), 0)
}

function differenceOf(before: CallRecord | undefined, now: CallRecord | undefined): RunDifference {
  return {
    name: (now ?? before)!.name,
    ...(before !== undefined && { before: before.state }),
    ...(now !== undefined && { now: now.state }),
    changed: now?.changed ?? [],
  }
}

function checked(filter: RunFilter): RunFilter {
  checkKnown(filter, ['name', 'kind', 'state', 'limit'])
  const { name, kind, state, limit } = filter
  checkString(name, 'name')
  if (kind !== undefined && !KINDS.includes(kind))
    throw invalid(`The option 'kind' must be one of ${KINDS.join(', ')}.`)
  if (state !== undefined && !STATES.includes(state))
    throw invalid(`The option 'state' must be one of ${STATES.join(', ')}.`)
  if (limit !== undefined && limit !== Infinity && !(Number.isInteger(limit) && limit >= 1))
    throw invalid(`The option 'limit' must be an integer from 1 on.`)
  return filter
}
