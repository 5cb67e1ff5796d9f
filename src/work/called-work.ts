import type { FamilyCalls } from '../memory/door.ts'
import type { CallRecord } from '../report/run-record.ts'
import type { CallOutcome } from '../run/execution.ts'
import type { ThreadSurroundings } from './thread-surroundings.ts'
import type { WorkCore } from './work-core.ts'
import { WorkThread } from './work-thread.ts'

/** A call of a work that runs, or waits to. */
export interface PendingCall {
  readonly args: readonly unknown[]
  readonly key: string
  /** Undefined where it is not remembered. */
  readonly standIn: unknown
  readonly settle: (outcome: CallOutcome | undefined) => void
  /** Once it is over. */
  record?: CallRecord
}

/** One work of an app, and what it was called with. */
export class CalledWork {
  readonly work: WorkCore
  readonly calls: FamilyCalls
  /** Of calls that are done and remembered, by their short keys. */
  readonly done = new Set<string>()
  /** Of calls that run, or wait. */
  readonly underWay = new Map<string, Promise<CallOutcome | undefined>>()
  readonly queue: PendingCall[] = []
  running: PendingCall | undefined
  /** The call whose result is the last one. */
  lastKey: string | undefined
  /** Aborts what runs, where the work was stopped. */
  stopReason: unknown
  isStopped = false
  readonly thread: WorkThread | undefined

  constructor(work: WorkCore, calls: FamilyCalls, around: ThreadSurroundings) {
    this.work = work
    this.calls = calls
    const { thread, threadExport } = work.options
    if (thread !== undefined) this.thread = new WorkThread(work.component, thread, threadExport, around)
  }
}
