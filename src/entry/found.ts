import type { MissReason } from '../report/entry-info.ts'
import type { EngramError } from '../words/error.ts'

const KEY_LENGTH = 32

/** A usable entry with its value, which is the caller's own copy. */
export class Found<Store> {
  readonly value: unknown
  readonly isPromised: boolean
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** How long the run took that made it. */
  readonly durationMs: number
  /** Only if it was asked for. */
  readonly identity: CallIdentity<Store> | undefined

  constructor(
    value: unknown,
    isPromised: boolean,
    createdAt: number,
    durationMs: number,
    identity?: CallIdentity<Store>,
  ) {
    this.value = value
    this.isPromised = isPromised
    this.createdAt = createdAt
    this.durationMs = durationMs
    this.identity = identity
  }
}

type MissingState = Pick<Missing<unknown>, 'isHeld' | 'isShared' | 'hasWarning'>

const LONE: MissingState = { isHeld: false, isShared: false, hasWarning: false }

/** No usable entry. */
export class Missing<Store> {
  readonly reason: MissReason
  /** Identity of the call, to commit its result under. */
  readonly identity: CallIdentity<Store>
  /** Why the store could not be read, if that is the reason. */
  readonly failure: EngramError | undefined
  /** Who computes it: this call, which has the lease if leases are taken, or another one. */
  readonly isHeld: boolean
  /** Whether others could be computing the same. */
  readonly isShared: boolean
  /** Whether the store has something to tell the user. */
  readonly hasWarning: boolean

  constructor(reason: MissReason, identity: CallIdentity<Store>, failure?: EngramError, state: MissingState = LONE) {
    this.reason = reason
    this.identity = identity
    this.failure = failure
    this.isHeld = state.isHeld
    this.isShared = state.isShared
    this.hasWarning = state.hasWarning
  }
}

/** Call key, arguments digest, and after misses what is kept of the arguments. */
export class CallIdentity<Store> {
  readonly bytes: Buffer
  /** The entries among which the call's result lies. */
  readonly store: Store

  constructor(bytes: Buffer, store: Store) {
    this.bytes = bytes
    this.store = store
  }

  /** Hexadecimal call key. */
  get key(): string {
    return this.bytes.toString('hex', 0, KEY_LENGTH)
  }

  /** The call key alone. */
  get keyBytes(): Uint8Array {
    return this.bytes.subarray(0, KEY_LENGTH)
  }

  /** A short text that is equal for equal keys. */
  get mapKey(): string {
    return this.bytes.toString('latin1', 0, KEY_LENGTH)
  }
}
