import type { Door } from '../memory/door.ts'
import type { RecordId } from '../native/binding.ts'
import { type ProcessMark, ownMark } from '../platform/process.ts'
import type { CallRecord, RunKind, RunState } from '../report/run-record.ts'
import { RUN_RECORDS, type RunRow, recordName, rowOfCall } from '../report/run-rows.ts'

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
}

let mark: ProcessMark | undefined

/** Writes down what a run does, as it goes: also a run that is killed is there. It never holds the run up, nor fails it. */
export class Recorder {
  readonly #door: Door
  readonly #run: RecordedRun
  readonly #record: RecordId
  #calls: CallRecord[] = []
  #parts = 0
  #timer: NodeJS.Timeout | undefined

  constructor(door: Door, run: RecordedRun) {
    this.#door = door
    this.#run = run
    const { name, startedAt: beganAt, runId: id } = run
    this.#record = { kind: RUN_RECORDS, name: recordName(name), beganAt, id }
  }

  begin(): void {
    this.#write([{ record: this.#record, value: this.#rowOf('running', 0) }])
  }

  add(call: CallRecord): void {
    this.#calls.push(call)
    if (this.#calls.length >= MOST_TOGETHER) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS).unref()
  }

  end(state: RunState, durationMs: number): void {
    this.#flush()
    this.#write([{ record: this.#record, value: this.#rowOf(state, durationMs) }])
  }

  #rowOf(state: RunState, durationMs: number): RunRow {
    return { kind: this.#run.kind, state, durationMs, process: (mark ??= ownMark()) }
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const calls = this.#calls
    this.#calls = []
    if (calls.length > 0) this.#writeCalls(calls)
  }

  /** A row that is too large is written as two; one call that is, without what makes it so. */
  #writeCalls(calls: readonly CallRecord[]): void {
    const { startedAt } = this.#run
    const part = String(this.#parts++).padStart(9, '0')
    if (
      this.#write([{ record: this.#record, part, value: calls.map((call) => rowOfCall(shortened(call), startedAt)) }])
    )
      return
    if (calls.length > 1) {
      this.#writeCalls(calls.slice(0, calls.length >> 1))
      this.#writeCalls(calls.slice(calls.length >> 1))
      return
    }
    this.#write([{ record: this.#record, part, value: [rowOfCall(leastOf(calls[0]!), startedAt)] }])
  }

  /** False where the rows are too large, or cannot be stored. */
  #write(rows: Parameters<Door['records']['write']>[0]): boolean {
    try {
      this.#door.records.write(rows, this.#run.keep)
      return true
    } catch {
      return false
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
