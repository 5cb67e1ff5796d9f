import type { MessagePort } from 'node:worker_threads'
import type { CarriedError } from '../run/carried-error.ts'
import type { SentData } from '../run/executor.ts'
import type { CallProgress } from '../run/running-call.ts'

/** What a thread is given to do. */
export interface ThreadTask {
  readonly data: SentData
  /** Carries `ThreadMessage` one way and `AbortMessage` the other. */
  readonly port: MessagePort
  /** By `BEGUN` and `ABORTED`, what both sides know at once: a thread that ends, or is busy, says and hears nothing. */
  readonly flags: Int32Array<SharedArrayBuffer>
}

/** Set once the thread has the call's function and its inputs: what ends the thread from then on is the call. */
export const BEGUN = 0
/** Set when nobody waits for the call any more. */
export const ABORTED = 1

/** What a thread says while it runs a call. */
export type ThreadMessage =
  | { readonly begun: true }
  | { readonly progress: CallProgress }
  | { readonly report: readonly [name: string, value: number | string] }

/** Nobody waits for the call any more. */
export interface AbortMessage {
  readonly abort: CarriedError
}

/** What a thread answers: how the call ended, and all that it reported, as messages may come later than the answer. */
export interface ThreadAnswer {
  readonly reports: readonly (readonly [name: string, value: number | string])[]
  readonly error?: CarriedError
}
