import type { CallEvent } from './call-event.ts'
import type { MissReason } from './entry-info.ts'
import type { KeyChange } from './explanation.ts'

/**
 * What becomes of a call of a run: it waits and runs, and ends in one of the others.
 *
 * - `hit`: a stored result was used, or that of an equal call under way.
 * - `ran`: the function ran.
 * - `failed`: it threw, or ran out of time.
 * - `skipped`: its condition said no, or it needs a call that was skipped.
 * - `cancelled`: it was not started or was aborted, as another call failed or the run was aborted.
 */
export type CallState = 'waiting' | 'running' | 'hit' | 'ran' | 'failed' | 'skipped' | 'cancelled'

/** A value that a call began with. */
export interface CallInput {
  /** Of the parameter. */
  readonly name: string
  /** Hexadecimal digest of the value; empty where it has none. */
  readonly digest: string
  /** Name of the call that gave it; absent for what the run or the program gave. */
  readonly from?: string
}

/** A part of what a call gave, where its parts are handed on by themselves. */
export interface CallOutput {
  /** Of the part, as its step publishes it. */
  readonly name: string
  /** Hexadecimal digest of the value; empty where it has none. */
  readonly digest: string
}

/** What a call threw. */
export interface CallFailure {
  /** Name of the error: `TypeError`. */
  readonly name: string
  /** At most 2,000 characters. */
  readonly message: string
  /** At most 2,000 characters; absent where what was thrown has none. */
  readonly stack?: string
}

/** One call of a run: a step, a task, a work. Summary, picture and history are made of these. */
export interface CallRecord {
  /** Of the step, task, workflow or work; a second one of a name has a number: `clean-2`. */
  readonly name: string
  /** What became of it. */
  readonly state: CallState
  /** As in `CallEvent`. */
  readonly cacheStatus: CallEvent['cacheStatus']
  /** Why it ran; absent where it did not. */
  readonly reason?: MissReason
  /**
   * Why it ran: the parts of its key that differ from the nearest entry's. Where thousands of calls run, the first ones say it:
   * to look for it among all entries takes longer than most functions.
   */
  readonly changed: readonly KeyChange[]
  /** Hexadecimal; empty where it has none. */
  readonly key: string
  /** Hexadecimal digest of its result; absent where there is none. */
  readonly outputDigest?: string
  /** Its parts, where others take them one by one. */
  readonly outputs?: readonly CallOutput[]
  /** What it was given, by parameter. */
  readonly inputs: readonly CallInput[]
  /** How often the function was begun; 0 for a hit. */
  readonly attempts: number
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** How long it took, waiting and further attempts included, in milliseconds. */
  readonly durationMs: number
  /** How long the run took that it was spared, in milliseconds. */
  readonly savedMs: number
  /** Of a hit: id of the run that stored the entry, where it is still kept. */
  readonly producedBy?: string
  /** What it threw; absent where it did not fail. */
  readonly error?: CallFailure
  /** What the function said by `currentContext().report`. */
  readonly reports: Readonly<Record<string, number | string>>
}

/** What was run: a pipeline, a workflow or an app. */
export type RunKind = 'pipeline' | 'workflow' | 'app'

/**
 * - `running`: its process lives.
 * - `completed`: no call failed.
 * - `failed`: one did, or the process died.
 * - `cancelled`: it was aborted by its signal.
 */
export type RunState = 'running' | 'completed' | 'failed' | 'cancelled'

/** One run, with its calls in the order in which they ended. */
export interface RunRecord {
  /** Random, and unique in the store. */
  readonly runId: string
  /** What was run. */
  readonly kind: RunKind
  /** Of the pipeline, workflow or app. */
  readonly name: string
  /** What became of it. */
  readonly state: RunState
  /** Why it failed, where no call says so. */
  readonly reason?: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** Of a run that goes on: until now. Of one whose process died: until it last wrote. */
  readonly durationMs: number
  /** In the order in which they ended. Read from the store when it is asked for. */
  readonly calls: readonly CallRecord[]
}

/** Which runs; what is not named is any. */
export interface RunFilter {
  /** Runs of the pipeline, workflow or app of this name. Default: any. */
  name?: string
  /** Runs of this kind. Default: any. */
  kind?: RunKind
  /** Runs in this state. Default: any. */
  state?: RunState
  /** The newest so many, an integer from 1 on. Default: all that are kept. */
  limit?: number
}

/** What one call was in two runs. */
export interface RunDifference {
  /** Of the call. */
  readonly name: string
  /** Absent where that run had no such call. */
  readonly before?: CallState
  /** Absent where that run had no such call. */
  readonly now?: CallState
  /** Why it ran now. */
  readonly changed: readonly KeyChange[]
}

/** One call on the way to a result. */
export interface LineageStep {
  /** Hexadecimal call key. */
  readonly key: string
  /** Of the call. */
  readonly name: string
  /** Of the run in which it was computed. */
  readonly runId: string
  /** What it was given, with the calls that gave it. */
  readonly inputs: CallRecord['inputs']
}
