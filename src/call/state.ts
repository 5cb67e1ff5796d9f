import type { CallIdentity } from '../entry/call-identity.ts'
import type { FunctionEntries } from '../entry/function-entries.ts'
import type { Lease } from '../entry/lease.ts'
import type { FileLook } from '../fingerprint/file-looks.ts'
import type { CallEvent } from '../report/call-event.ts'
import type { MissReason } from '../report/entry-info.ts'

/** One call, from its beginning to its event. */
export interface Call {
  readonly self: unknown
  readonly args: unknown[]
  readonly startedAt: number
  status: CallEvent['status']
  reason: MissReason | undefined
  cacheStatus: CallEvent['cacheStatus']
  savedMs: number
  /** Bytes of the value that was found or stored; 0 where there is none. */
  byteLength: number
}

/** A call that has a key: its result can be found, waited for and stored. */
export interface KeyedCall extends Call {
  readonly identity: CallIdentity
  /** Among which its result lies. */
  readonly entries: FunctionEntries
  /** The right to compute it, unless it runs without. Ended at its end, if not before. */
  lease: Lease | undefined
  /** Files that its key was made of. */
  readonly files: readonly FileLook[] | undefined
  /** Whether others could be computing the same. */
  readonly isShared: boolean
  /** How long the function ran; 0 until it is over. */
  ranMs: number
  /** Whether other callers wait for what its run gives. */
  isJoined: boolean
  /** Makes a copy for one of these, where the result is not stored but could be. */
  copy: (() => unknown) | undefined
}

/** A run under way, and what its call knows of it once it is over. */
export interface Run {
  readonly call: KeyedCall
  readonly result: Promise<unknown>
  /** Whether calls in it know that they are. */
  readonly isTracked: boolean
}

/** What is known of a call with a key when it begins. */
export type Beginning = Pick<KeyedCall, 'self' | 'args' | 'status' | 'reason' | 'identity' | 'entries'> &
  Partial<Pick<KeyedCall, 'startedAt' | 'lease' | 'isShared' | 'files'>>

export function beginCall(beginning: Beginning): KeyedCall {
  const { self, args, status, reason, identity, entries, lease, isShared = false, files } = beginning
  const { startedAt = performance.now() } = beginning
  const cacheStatus = status === 'refresh' ? 'skipped' : 'miss'
  return {
    self,
    args,
    startedAt,
    status,
    reason,
    cacheStatus,
    savedMs: 0,
    byteLength: 0,
    identity,
    entries,
    lease,
    files,
    isShared,
    ranMs: 0,
    isJoined: false,
    copy: undefined,
  }
}
