import { EngramError, type EngramErrorCode } from './error.ts'
import { type EntryInfo, type MissReason, entryInfoOf } from './entry-info.ts'
import { encodeArguments } from './key-encoder.ts'
import { ANSWER, type LoadedValue, type NativeFunction, digestView, translated } from './native.ts'
import { PAYLOAD, type Scratch, acquireScratch, releaseScratch } from './scratch.ts'
import type { TypeRegistry } from './type-registry.ts'
import { decodeValue } from './value-decoder.ts'
import { encodeValue } from './value-encoder.ts'

/** The first byte of every stored value: how the function handed it over. The structure bytes follow. */
const RETURNED = 0
const PROMISED = 1
const KEY_LENGTH = 32
/** What `setTimeout` can take, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1
const NO_BUFFERS: ArrayBuffer[] = []

const REASONS: Readonly<Record<number, MissReason>> = {
  [ANSWER.absent]: 'absent',
  [ANSWER.corrupt]: 'corrupt',
  [ANSWER.dangling]: 'dangling',
  [ANSWER.format]: 'format',
  [ANSWER.held]: 'absent',
}

/** A usable entry with its value, which is the caller's own copy. */
export class Found {
  readonly value: unknown
  readonly isPromised: boolean
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** How long the run took that made it. */
  readonly durationMs: number
  /** Only if it was asked for. */
  readonly identity: CallIdentity | undefined

  constructor(value: unknown, isPromised: boolean, createdAt: number, durationMs: number, identity?: CallIdentity) {
    this.value = value
    this.isPromised = isPromised
    this.createdAt = createdAt
    this.durationMs = durationMs
    this.identity = identity
  }
}

type MissingState = Pick<Missing, 'isHeld' | 'isShared' | 'hasWarning'>

const LONE: MissingState = { isHeld: false, isShared: false, hasWarning: false }

/** No usable entry. */
export class Missing {
  readonly reason: MissReason
  /** Identity of the call, to commit its result under. */
  readonly identity: CallIdentity
  /** Why the store could not be read, if that is the reason. */
  readonly failure: EngramError | undefined
  /** Who computes it: this call, which has the lease if leases are taken, or another one. */
  readonly isHeld: boolean
  /** Whether others could be computing the same. */
  readonly isShared: boolean
  /** Whether the store has something to tell the user. */
  readonly hasWarning: boolean

  constructor(reason: MissReason, identity: CallIdentity, failure?: EngramError, state: MissingState = LONE) {
    this.reason = reason
    this.identity = identity
    this.failure = failure
    this.isHeld = state.isHeld
    this.isShared = state.isShared
    this.hasWarning = state.hasWarning
  }
}

/** Call key and arguments digest. */
export class CallIdentity {
  readonly bytes: Buffer
  /** The entries among which the call's result lies. */
  readonly store: FunctionStore

  constructor(bytes: Buffer, store: FunctionStore) {
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

/** What a run is stored with. */
export interface RunFacts {
  /** Milliseconds since the epoch. */
  endedAt: number
  durationMs: number
  isPromised: boolean
  /** Whether an entry that is there already gives way. */
  isRefresh: boolean
}

/** The entries of one function: encodes arguments and values, and asks the core. */
export class FunctionStore {
  readonly #native: NativeFunction
  /** Getters of the core's make a new function each time. */
  readonly #recall: (length: number) => number
  readonly #key: (length: number) => number
  readonly #types: TypeRegistry

  constructor(native: NativeFunction, types: TypeRegistry) {
    this.#native = native
    this.#recall = native.recall
    this.#key = native.key
    this.#types = types
  }

  /**
   * Looks a call up. `now` is noted as the time of use; a hit carries the call's identity if that is wanted. Throws
   * ERR_UNHASHABLE.
   */
  recall(args: readonly unknown[], now: number, wantsIdentity: boolean): Found | Missing {
    const scratch = acquireScratch()
    try {
      const length = this.#encodeArguments(scratch, args)
      scratch.facts[0] = now
      const answer = this.#recall(length)
      if (answer >= 0) return this.#found(scratch, answer, wantsIdentity)
      if (answer === ANSWER.large) return this.#load(scratch)
      return this.#missing(scratch, answer)
    } catch (error) {
      throw translated(error)
    } finally {
      releaseScratch(scratch)
    }
  }

  /**
   * Looks a call up once more whose turn has come. `isGranted`: it has the lease, which goes back if somebody stored the
   * result before it was granted.
   */
  again(identity: CallIdentity, now: number, isGranted: boolean): Found | Missing {
    return this.#withIdentity(identity, (scratch) => {
      scratch.facts[0] = now
      const answer = this.#native.again(isGranted)
      if (answer >= 0) return this.#found(scratch, answer, true)
      return answer === ANSWER.large ? this.#load(scratch) : this.#missing(scratch, answer)
    })
  }

  /** Takes the lease on a call. False: somebody else is computing it. */
  acquire(identity: CallIdentity): boolean {
    return this.#withIdentity(identity, () => this.#native.acquire())
  }

  /** Gives up the lease on a call whose run has ended with nothing stored. `isInVain`: so would another one. */
  release(identity: CallIdentity, isInVain: boolean): void {
    this.#withIdentity(identity, () => this.#native.release(isInVain))
  }

  /** Says that the run of a call returned a promise, so that no thread stands still for it. */
  promised(identity: CallIdentity): void {
    this.#withIdentity(identity, () => this.#native.promised())
  }

  /** Stands still until it is this call's turn: one of `TURN`. Longer than `patienceMs` it does not wait. */
  waitHere(identity: CallIdentity, patienceMs: number): number {
    const patience = patienceMs === Number.POSITIVE_INFINITY ? undefined : patienceMs
    return this.#withIdentity(identity, () => this.#native.waitHere(patience))
  }

  /** Waits until it is this call's turn: one of `TURN`. `blocked` are calls that cannot end before this one. */
  async wait(identity: CallIdentity, blocked: readonly CallIdentity[], patienceMs: number): Promise<number> {
    const keys = blocked.length === 0 ? undefined : Buffer.concat(blocked.map(({ keyBytes }) => keyBytes))
    const { id, turn } = this.#withIdentity(identity, () => this.#native.wait(keys))
    if (patienceMs === Number.POSITIVE_INFINITY) return turn
    const timer = setTimeout(() => this.#native.cancelWait(id), Math.min(patienceMs, LONGEST_TIMER))
    try {
      return await turn
    } finally {
      clearTimeout(timer)
    }
  }

  /** Loads a value once more, for another caller of the same run; undefined when it is not there. */
  reload(identity: CallIdentity): Found | undefined {
    const scratch = acquireScratch()
    try {
      scratch.setIdentity(identity.bytes)
      const loaded = this.#load(scratch)
      return loaded instanceof Found ? loaded : undefined
    } catch {
      return undefined
    } finally {
      releaseScratch(scratch)
    }
  }

  /** Hexadecimal key of a call, without asking the store. Throws ERR_UNHASHABLE. */
  key(args: readonly unknown[]): string {
    const scratch = acquireScratch()
    try {
      this.#key(this.#encodeArguments(scratch, args))
      return scratch.key()
    } finally {
      releaseScratch(scratch)
    }
  }

  /** Key and arguments digest of a call, without asking the store. */
  identify(args: readonly unknown[]): CallIdentity {
    const scratch = acquireScratch()
    try {
      this.#native.identify(this.#encodeArguments(scratch, args))
      return new CallIdentity(scratch.identity(), this)
    } finally {
      releaseScratch(scratch)
    }
  }

  /** Whether there is a usable entry, and its facts; brings no value and notes no use. */
  peek(args: readonly unknown[]): { createdAt: number; identity: CallIdentity } | Missing {
    const scratch = acquireScratch()
    try {
      const answer = this.#native.peek(this.#encodeArguments(scratch, args))
      if (answer < 0) return this.#missing(scratch, answer)
      return { createdAt: scratch.facts[0] as number, identity: new CallIdentity(scratch.identity(), this) }
    } finally {
      releaseScratch(scratch)
    }
  }

  info(identity: CallIdentity): EntryInfo | undefined {
    const entry = this.#withIdentity(identity, () => this.#native.info())
    return entry === null ? undefined : entryInfoOf(entry)
  }

  forget(identity: CallIdentity): boolean {
    return this.#withIdentity(identity, () => this.#native.forget())
  }

  /**
   * Stores a value unless `admit`, told how many bytes it has, says no. False when nothing was stored. Throws
   * ERR_UNSERIALIZABLE, and what the store throws.
   */
  commit(identity: CallIdentity, value: unknown, run: RunFacts, admit?: (byteLength: number) => boolean): boolean {
    const scratch = acquireScratch()
    try {
      const buffers: Uint8Array[] = []
      scratch.bytes[PAYLOAD] = run.isPromised ? PROMISED : RETURNED
      const end = encodeValue(scratch, PAYLOAD + 1, value, this.#types, buffers)
      const length = end - PAYLOAD
      if (admit !== undefined && !admit(byteLengthOf(length, buffers))) return false
      scratch.setIdentity(identity.bytes)
      scratch.facts[0] = run.endedAt
      scratch.facts[1] = run.durationMs
      return this.#native.commit(length, buffers.length > 0 ? buffers : undefined, run.isRefresh)
    } catch (error) {
      throw translated(error)
    } finally {
      releaseScratch(scratch)
    }
  }

  clear(): number {
    return this.#translating(() => this.#native.clear())
  }

  totals(): { entries: number; byteLength: number } {
    return this.#translating(() => this.#native.totals())
  }

  #encodeArguments(scratch: Scratch, args: readonly unknown[]): number {
    return encodeArguments(scratch, PAYLOAD, args, this.#types, digestView) - PAYLOAD
  }

  #found(scratch: Scratch, length: number, wantsIdentity: boolean): Found | Missing {
    const createdAt = scratch.facts[0] as number
    const durationMs = scratch.facts[1] as number
    const { bytes, view } = scratch
    try {
      const value = decodeValue(bytes, view, PAYLOAD + 1, PAYLOAD + length, this.#types, NO_BUFFERS)
      const identity = wantsIdentity ? new CallIdentity(scratch.identity(), this) : undefined
      return new Found(value, bytes[PAYLOAD] === PROMISED, createdAt, durationMs, identity)
    } catch (error) {
      return this.#undecodable(error, new CallIdentity(scratch.identity(), this))
    }
  }

  /** Brings the value of the key in the scratch by its own way, for what does not fit there. The facts do stand there. */
  #load(scratch: Scratch): Found | Missing {
    const createdAt = scratch.facts[0] as number
    const durationMs = scratch.facts[1] as number
    const identity = new CallIdentity(scratch.identity(), this)
    const loaded = this.#native.load()
    if (typeof loaded === 'number') return new Missing(REASONS[loaded] ?? 'absent', identity)
    try {
      const isPromised = loaded.structure[0] === PROMISED
      return new Found(this.#decodeLoaded(loaded), isPromised, createdAt, durationMs, identity)
    } catch (error) {
      return this.#undecodable(error, identity)
    }
  }

  #decodeLoaded({ structure, buffers }: LoadedValue): unknown {
    const view = new DataView(structure.buffer, structure.byteOffset, structure.byteLength)
    return decodeValue(structure, view, 1, structure.length, this.#types, buffers)
  }

  /** Bytes that passed their checksum and do not decode: their class is not registered, or their codec throws. */
  #undecodable(error: unknown, identity: CallIdentity): Missing {
    return new Missing('corrupt', identity, error instanceof EngramError ? error : undefined)
  }

  #missing(scratch: Scratch, answer: number): Missing {
    const identity = new CallIdentity(scratch.identity(), this)
    const reason = REASONS[answer]
    if (reason !== undefined) {
      const [isShared, hasWarning] = [scratch.facts[0] === 1, scratch.facts[1] === 1]
      return new Missing(reason, identity, undefined, { isHeld: answer === ANSWER.held, isShared, hasWarning })
    }
    const failure = this.#native.takeFailure()
    const code = (failure?.code ?? 'ERR_STORE_UNAVAILABLE') as EngramErrorCode
    return new Missing('absent', identity, new EngramError(code, failure?.message ?? 'The store cannot be read.'))
  }

  #withIdentity<T>(identity: CallIdentity, operation: (scratch: Scratch) => T): T {
    const scratch = acquireScratch()
    try {
      scratch.setIdentity(identity.bytes)
      return operation(scratch)
    } catch (error) {
      throw translated(error)
    } finally {
      releaseScratch(scratch)
    }
  }

  #translating<T>(operation: () => T): T {
    try {
      return operation()
    } catch (error) {
      throw translated(error)
    }
  }
}

/** As the entry's `byteLength` will say. */
function byteLengthOf(structure: number, buffers: readonly Uint8Array[]): number {
  return buffers.reduce((sum, buffer) => sum + buffer.byteLength, structure)
}
