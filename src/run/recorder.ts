import type { Door } from '../memory/door.ts'
import type { RecordId } from '../native/binding.ts'
import { type ProcessMark, ownMark } from '../platform/process.ts'
import type { CallRecord, RunKind, RunState } from '../report/run-record.ts'
import { RUN_RECORDS, type RunRow, recordName, rowOfCall } from '../report/run-rows.ts'
import type { CallLog } from './call-log.ts'

/** Calls that are written together: a row has to stay small. */
const MOST_TOGETHER = 48
/** How long a call may be over before it is written. */
const FLUSH_MS = 100
/** Characters of an error's stack, and of a text, that are kept. */
const LONGEST_TEXT = 2000

/** What is kept of a run is written. */
export interface RecordedRun {
  readonly runId: string
  readonly kind: RunKind
  readonly name: string
  readonly startedAt: number
  /** How many runs of this name are kept. */
  readonly keep: number
  /** How many of its calls are written. */
  readonly most?: number
}

let mark: ProcessMark | undefined

/** Writes down what a run does, as it goes: also a run that is killed is there. It never holds the run up, nor fails it. */
export class Recorder {
  readonly #door: Door
  readonly #run: RecordedRun
  readonly #record: RecordId
  readonly #log: Pick<CallLog, 'pack'> | undefined
  #calls: CallRecord[] = []
  #parts = 0
  #added = 0
  #timer: NodeJS.Timeout | undefined

  /** @param log - Has the same calls, and is given their rows. */
  constructor(door: Door, run: RecordedRun, log?: Pick<CallLog, 'pack'>) {
    this.#door = door
    this.#run = run
    this.#log = log
    const { name, startedAt: beganAt, runId: id } = run
    this.#record = { kind: RUN_RECORDS, name: recordName(name), beganAt, id }
  }

  begin(): void {
    this.#write({ value: this.#rowOf('running', 0) })
  }

  add(call: CallRecord): void {
    if (this.#added++ >= (this.#run.most ?? Infinity)) return
    this.#calls.push(call)
    if (this.#calls.length >= MOST_TOGETHER) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS).unref()
  }

  end(state: RunState, durationMs: number): void {
    this.#flush()
    this.#write({ value: this.#rowOf(state, durationMs) })
  }

  #rowOf(state: RunState, durationMs: number): RunRow {
    return { kind: this.#run.kind, state, durationMs, process: (mark ??= ownMark()) }
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const calls = this.#calls
    this.#calls = []
    if (calls.length === 0) return
    const row = this.#writeCalls(calls)
    this.#log?.pack(calls.length, row)
  }

  /** A row that is too large is written as two; one call that is, without what makes it so. Gives the row that has all. */
  #writeCalls(calls: readonly CallRecord[]): Buffer | undefined {
    const { startedAt } = this.#run
    const part = String(this.#parts++).padStart(9, '0')
    const row = this.#write({ part, value: calls.map((call) => rowOfCall(shortened(call), startedAt)) })
    if (row !== undefined) return row
    if (calls.length > 1) {
      this.#writeCalls(calls.slice(0, calls.length >> 1))
      this.#writeCalls(calls.slice(calls.length >> 1))
    } else this.#write({ part, value: [rowOfCall(leastOf(calls[0]!), startedAt)] })
    return undefined
  }

  /** Undefined where the row is too large, or cannot be stored. */
  #write({ value, ...part }: { readonly part?: string; readonly value: unknown }): Buffer | undefined {
    try {
      const row = this.#door.records.encode(value)
      this.#door.records.writeEncoded([{ record: this.#record, ...part, value: row }], this.#run.keep)
      return row
    } catch {
      return undefined
    }
  }
}

/** What is small, of a call that is too large for a row. */
function leastOf(call: CallRecord): CallRecord {
  const { outputs: _, ...rest } = shortened(call)
  return { ...rest, name: call.name.slice(0, LONGEST_TEXT), changed: [], inputs: [], reports: {} }
}

function shortened(call: CallRecord): CallRecord {
  if (call.error === undefined) return call
  const { name, message, stack } = call.error
  const error = {
    name: name.slice(0, LONGEST_TEXT),
    message: message.slice(0, LONGEST_TEXT),
    ...(stack !== undefined && { stack: stack.slice(0, LONGEST_TEXT) }),
  }
  return { ...call, error }
}
