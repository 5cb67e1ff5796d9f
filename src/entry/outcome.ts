import { ANSWER } from '../native/binding.ts'
import type { MissReason } from '../report/entry-info.ts'
import type { LivePart } from '../value/live-parts.ts'
import { EngramError } from '../words/error.ts'
import type { CallIdentity } from './call-identity.ts'
import type { Lease } from './lease.ts'

const REASONS: Readonly<Record<number, MissReason>> = {
  [ANSWER.absent]: 'absent',
  [ANSWER.corrupt]: 'corrupt',
  [ANSWER.dangling]: 'dangling',
  [ANSWER.format]: 'format',
  [ANSWER.held]: 'absent',
}

/** What a recall gives. */
export type Outcome = Found | Missing

/** A usable entry with its value, which is the caller's own copy. */
export interface Found {
  readonly isFound: true
  readonly value: unknown
  readonly isPromised: boolean
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** How long the run took that made it, in milliseconds. */
  readonly durationMs: number
  /** Bytes of the value, before compression. */
  readonly byteLength: number
  /** What it refers to. */
  readonly live: readonly LivePart[] | undefined
  /** Only if it was asked for. It is the key alone: a hit makes no digest of the arguments. */
  readonly identity: CallIdentity | undefined
}

/** What a lookup gives of a usable entry. */
export interface Seen {
  readonly isFound: true
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly identity: CallIdentity
}

/** No usable entry. */
export interface Missing {
  readonly isFound: false
  readonly reason: MissReason
  /** Identity of the call, to commit its result under. */
  readonly identity: CallIdentity
  /** Why the store could not be read, if that is the reason. */
  readonly failure: EngramError | undefined
  /** The right to compute it, if a recall took it. */
  readonly lease: Lease | undefined
  /** Whether another caller is computing it. */
  readonly isHeld: boolean
  /** Whether others could be computing the same. */
  readonly isShared: boolean
  /** Whether the store has something to tell the user. */
  readonly hasWarning: boolean
}

/** An entry that is there and of no use, or that could not be read: nobody computes it yet. */
export function unusable(reason: MissReason, identity: CallIdentity, failure?: EngramError): Missing {
  const [lease, isHeld, isShared, hasWarning] = [undefined, false, false, false]
  return { isFound: false, reason, identity, failure, lease, isHeld, isShared, hasWarning }
}

/** Bytes that passed their checksum and do not decode: their class is not registered, or their codec throws. */
export function undecodable(error: unknown, identity: CallIdentity): Missing {
  return unusable('corrupt', identity, error instanceof EngramError ? error : undefined)
}

/** Why there is no usable entry, if it is that which an answer of the core says. */
export function missReasonOf(answer: number): MissReason | undefined {
  return REASONS[answer]
}
