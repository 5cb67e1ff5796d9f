import type { Parameter } from '../function/parameters.ts'
import { type KeyContext, encodeArguments } from '../key/encoder.ts'
import {
  ANSWER,
  type Entry,
  type Identity,
  type NativeEntries,
  isHit,
  outputDigest,
  recordArguments,
  translated,
  translating,
} from '../native/binding.ts'
import { PAYLOAD, type Scratch, acquireScratch, releaseScratch, withIdentity } from '../native/scratch.ts'
import type { ByteSink } from '../platform/byte-sink.ts'
import { type EntryInfo, entryInfoOf } from '../report/entry-info.ts'
import { type KeyChange, changesFrom } from '../report/explanation.ts'
import type { Realm } from '../value/realm.ts'
import type { TypeRegistry } from '../value/type-registry.ts'
import { EngramError, type EngramErrorCode } from '../words/error.ts'
import { CallIdentity } from './call-identity.ts'
import type { Referred } from './entry-place.ts'
import { EntryReferences } from './entry-references.ts'
import type { FrontEntries } from './front-entries.ts'
import type { HeldWatch } from './held-watch.ts'
import { type Lease, Leases } from './lease.ts'
import { type LookedUp, lookupMany } from './many-entries.ts'
import { type Found, type Missing, type Outcome, type Seen, missReasonOf, undecodable, unusable } from './outcome.ts'
import { factsOf } from './payload.ts'
import { type RecordRow, encodeRows } from './record.ts'
import { type RunResult, heldValue, decodeLoaded, decodeStored, encodeStored, heldBytes } from './stored-value.ts'
import { type ToldCode, ToldParts } from './told-parts.ts'

/** Canonical arguments of up to this many bytes are kept as they are, to explain misses. */
const VERBATIM = 256
/** Structure bytes that a result may have which is kept in front of the core. */
const SMALL = 1024
const NO_BUFFERS: ArrayBuffer[] = []

/** How a result is stored. */
export interface CommitOptions {
  /** Whether an entry that is there already gives way. */
  readonly isRefresh: boolean
  /** Ended where the core decides about the result. */
  readonly lease: Lease | undefined
  /** Told how many bytes the value has; false: nothing is stored. */
  readonly admit: ((byteLength: number) => boolean) | undefined
  /** What is kept of the run, written with the entry. */
  readonly records?: readonly RecordRow[] | undefined
}

/** What explanations are made with. */
export interface Explaining {
  /** Whether short texts of values are kept. */
  readonly keepsValues: boolean
  /** The parameters by which arguments are called; undefined where they are not known. */
  readonly parameters: () => readonly Parameter[] | undefined
}

/** What the entries of a function need. */
export interface FunctionParts {
  readonly native: NativeEntries
  /** Whose they are. */
  readonly identity: Identity
  /** What keys are made with, and the classes that are registered. */
  readonly keys: KeyContext
  readonly explaining: Explaining
  /** None where nothing is kept in JavaScript. What is kept there is of this realm. */
  readonly front: FrontEntries | undefined
  /** What the code is made of, if it has to be known. */
  readonly code: ToldCode | undefined
  /** Instances that the function captured, if its code counts. */
  readonly held: HeldWatch | undefined
  /** Whether an argument that is undefined is another one than none. Default false. */
  readonly isNumberCounted?: boolean
  /** Whose classes results are instances of. Default: this one. */
  readonly realm?: Realm | undefined
}

let made = 0

/** The entries of one function: encodes arguments and values, and asks the core. */
export class FunctionEntries {
  /** Tells those of this thread apart. */
  readonly number = ++made
  readonly front: FrontEntries | undefined
  readonly leases: Leases
  readonly held: HeldWatch | undefined
  readonly references: EntryReferences
  readonly #native: NativeEntries
  readonly #identity: Identity
  /** Getters of the core's make a new function each time. */
  readonly #recall: (length: number) => number
  readonly #key: (length: number) => number
  readonly #keys: KeyContext
  readonly #types: TypeRegistry
  readonly #realm: Realm | undefined
  readonly #explaining: Explaining
  readonly #parts: ToldParts
  readonly #isNumberCounted: boolean

  constructor({
    native,
    identity,
    keys,
    explaining,
    front,
    code,
    held,
    isNumberCounted = false,
    realm,
  }: FunctionParts) {
    this.front = front
    this.held = held
    this.leases = new Leases(native)
    this.#native = native
    this.#identity = identity
    this.#recall = native.recall
    this.#key = native.key
    this.#keys = keys
    this.#types = keys.types
    this.#realm = realm
    this.#explaining = explaining
    this.#isNumberCounted = isNumberCounted
    this.references = new EntryReferences({ native, types: keys.types, realm })
    this.#parts = new ToldParts(native, { keepsValues: explaining.keepsValues, code })
  }

  /**
   * Finds the result of a call, and notes `now` as the time of its use; a hit carries the call's identity if that is
   * wanted. Where there is none, takes the lease on the call if nobody has it. Throws ERR_UNHASHABLE.
   */
  recall(args: readonly unknown[], now: number, wantsIdentity: boolean): Outcome {
    const era = this.front?.era
    const scratch = acquireScratch()
    try {
      const length = this.#encodeArguments(scratch, args)
      scratch.facts[0] = now
      const answer = this.#recall(length)
      if (answer >= 0) {
        const found = this.#found(scratch, answer, wantsIdentity)
        // What a codec decodes may be the same object each time, or have what no copy has.
        if (era !== undefined && answer <= SMALL && found.isFound && this.#types.isEmpty) {
          this.front!.offer(era, this, args, found, scratch)
        }
        return found
      }
      if (answer <= ANSWER.withBuffers) return this.#foundWithBuffers(scratch, answer, wantsIdentity)
      if (answer === ANSWER.large) return this.#load(scratch)
      return this.#missed(scratch, answer, this.#identityOf(scratch, length))
    } catch (error) {
      throw translated(error)
    } finally {
      releaseScratch(scratch)
    }
  }

  /**
   * As `recall`, and gives a reference to the value, which is not made. Undefined where the entry went meanwhile. Throws
   * ERR_UNHASHABLE.
   *
   * @param keepsSmall - Whether the reference keeps the bytes of a small value, as it is going to be loaded.
   */
  refer(args: readonly unknown[], now: number, keepsSmall: boolean): Referred | Missing | undefined {
    const scratch = acquireScratch()
    try {
      const length = this.#encodeArguments(scratch, args)
      scratch.facts[0] = now
      const answer = this.#recall(length)
      if (isHit(answer)) {
        const found = new CallIdentity(scratch.identity())
        if (answer === ANSWER.large) return this.references.ofEntry(found)
        if (answer >= 0) return this.references.ofHit(scratch, answer, found, keepsSmall)
        return this.references.ofHit(scratch, ANSWER.withBuffers - answer, found, false)
      }
      return this.#missed(scratch, answer, this.#identityOf(scratch, length))
    } catch (error) {
      throw translated(error)
    } finally {
      releaseScratch(scratch)
    }
  }

  /**
   * Recalls a call once more whose turn has come. `granted` is the lease that it was given with its turn, which ends if
   * somebody stored the result before.
   */
  recallAgain(identity: CallIdentity, now: number, granted: Lease | undefined): Outcome {
    return withIdentity(identity.bytes, (scratch) => {
      scratch.facts[0] = now
      const answer = this.#native.recallAgain(granted !== undefined)
      if (isHit(answer)) granted?.committed()
      if (answer >= 0) return this.#found(scratch, answer, true)
      if (answer <= ANSWER.withBuffers) return this.#foundWithBuffers(scratch, answer, true)
      if (answer === ANSWER.large) return this.#load(scratch)
      return this.#missed(scratch, answer, identity, granted)
    })
  }

  /** Brings the value of a call for one more caller of the same run; undefined when it is not there. */
  load(identity: CallIdentity): Found | undefined {
    try {
      const loaded = withIdentity(identity.bytes, (scratch) => this.#load(scratch))
      return loaded.isFound ? loaded : undefined
    } catch {
      return undefined
    }
  }

  /** Whether there is a usable entry, and since when: brings no value, notes no use, takes no lease. */
  lookup(args: readonly unknown[]): Seen | Missing {
    const scratch = acquireScratch()
    try {
      const length = this.#encodeArguments(scratch, args)
      const answer = this.#native.lookup(length)
      if (answer < 0) return this.#unseen(answer, this.#identityOf(scratch, length))
      return { isFound: true, createdAt: scratch.facts[0] as number, identity: new CallIdentity(scratch.identity()) }
    } finally {
      releaseScratch(scratch)
    }
  }

  /** Looks up many calls in one crossing, each as `lookup` does. Throws ERR_UNHASHABLE. */
  lookupMany(calls: readonly (readonly unknown[])[]): LookedUp[] {
    this.front?.flush()
    const encode = (sink: ByteSink, position: number, args: readonly unknown[]): number =>
      encodeArguments(sink, position, args, this.#keys, this.#isNumberCounted)
    return translating(() => lookupMany(this.#native, this.#identity, calls, encode))
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

  /** Key and arguments digest of a call, without asking the store. Throws ERR_UNHASHABLE. */
  identify(args: readonly unknown[]): CallIdentity {
    const scratch = acquireScratch()
    try {
      const length = this.#encodeArguments(scratch, args)
      this.#native.identify(length)
      return this.#identityOf(scratch, length)
    } finally {
      releaseScratch(scratch)
    }
  }

  /** The parts of a call's key that differ from those of the nearest entry but its own; undefined where none is near. */
  explain(identity: CallIdentity): KeyChange[] | undefined {
    this.#parts.tell()
    const differences = withIdentity(identity.bytes, (scratch) => {
      return this.#native.explain(scratch.setRecord(identity.bytes, PAYLOAD))
    })
    return differences === null ? undefined : changesFrom(differences, this.#explaining.parameters())
  }

  info(identity: CallIdentity): EntryInfo | undefined {
    const entry = this.entry(identity)
    return entry && entryInfoOf(entry)
  }

  /** As the core says it. */
  entry(identity: CallIdentity): Entry | undefined {
    this.front?.flush()
    return withIdentity(identity.bytes, () => this.#native.info()) ?? undefined
  }

  /** Whether all that an entry's value refers to is what it was: loads the value. */
  isUnchanged(identity: CallIdentity): boolean {
    return this.load(identity)?.live?.every((part) => part.isUnchanged()) ?? true
  }

  /** Whether an entry holds this value, or an equal one. */
  isOf(entry: Entry, value: unknown): boolean {
    try {
      return factsOf(value, this.#types).digest === entry.outputDigest
    } catch {
      return false
    }
  }

  forget(identity: CallIdentity): boolean {
    this.front?.flush()
    return withIdentity(identity.bytes, () => this.#native.forget())
  }

  /**
   * Stores what a run gave. Says how many bytes the value has; undefined when nothing was stored. Throws
   * ERR_UNSERIALIZABLE, and what the store throws.
   */
  commit(
    identity: CallIdentity,
    result: RunResult,
    { isRefresh, lease, admit, records }: CommitOptions,
  ): number | undefined {
    const rows = records && encodeRows(records, this.#types)
    const scratch = acquireScratch()
    try {
      const { length, buffers, byteLength } = encodeStored(scratch, result, this.#types)
      if (admit !== undefined && !admit(byteLength)) return undefined
      const recorded = scratch.setRecord(identity.bytes, PAYLOAD + length)
      scratch.setIdentity(identity.bytes)
      scratch.facts[0] = result.endedAt
      scratch.facts[1] = result.durationMs
      // What is used counts when the core finds room for what is new.
      this.front?.flush()
      const isStored = this.#native.commit(length, recorded, buffers.length > 0 ? buffers : undefined, isRefresh, rows)
      lease?.committed()
      if (!isStored) return undefined
      if (length <= SMALL && buffers.length === 0)
        identity.output = { digest: outputDigest(length), byteLength, held: heldBytes(scratch, length) }
      return byteLength
    } catch (error) {
      throw translated(error)
    } finally {
      releaseScratch(scratch)
    }
  }

  /** Makes copies of a value as it is now; undefined for one of which there is no copy. */
  copierOf(value: unknown): (() => unknown) | undefined {
    try {
      return heldValue(value, this.#types, this.#realm).copy
    } catch {
      return undefined
    }
  }

  clear(): number {
    this.front?.flush()
    return translating(() => this.#native.clear())
  }

  /** Adopts the entries of the nearest earlier code; says how many. */
  adopt(): number {
    this.#parts.tell()
    return translating(() => this.#native.adopt())
  }

  totals(): { entries: number; byteLength: number } {
    return translating(() => this.#native.totals())
  }

  #encodeArguments(scratch: Scratch, args: readonly unknown[]): number {
    const length = encodeArguments(scratch, PAYLOAD, args, this.#keys, this.#isNumberCounted) - PAYLOAD
    scratch.hold()
    return length
  }

  #found(scratch: Scratch, length: number, wantsIdentity: boolean, buffers = NO_BUFFERS): Outcome {
    const createdAt = scratch.facts[0] as number
    const durationMs = scratch.facts[1] as number
    const { bytes, view } = scratch
    try {
      const place = { bytes, view, start: PAYLOAD, length }
      const { value, isPromised, live, byteLength } = decodeStored(place, buffers, this.#types, this.#realm)
      const identity = wantsIdentity ? new CallIdentity(scratch.identity()) : undefined
      return { isFound: true, value, isPromised, createdAt, durationMs, byteLength, live, identity }
    } catch (error) {
      return undecodable(error, new CallIdentity(scratch.identity()))
    }
  }

  /** Of a hit whose structure bytes are in the scratch. */
  #foundWithBuffers(scratch: Scratch, answer: number, wantsIdentity: boolean): Outcome {
    const buffers = this.#native.buffers()
    if (typeof buffers === 'number') {
      return unusable(missReasonOf(buffers) ?? 'absent', new CallIdentity(scratch.identity()))
    }
    return this.#found(scratch, ANSWER.withBuffers - answer, wantsIdentity, buffers)
  }

  /** Brings the value of the key in the scratch by its own way, for what does not fit there. The facts do stand there. */
  #load(scratch: Scratch): Outcome {
    const createdAt = scratch.facts[0] as number
    const durationMs = scratch.facts[1] as number
    const identity = new CallIdentity(scratch.identity())
    const loaded = this.#native.load()
    if (typeof loaded === 'number') return unusable(missReasonOf(loaded) ?? 'absent', identity)
    try {
      const { value, isPromised, live, byteLength } = decodeLoaded(loaded, this.#types, this.#realm)
      return { isFound: true, value, isPromised, createdAt, durationMs, byteLength, live, identity }
    } catch (error) {
      return undecodable(error, identity)
    }
  }

  /** Of the call whose canonical arguments, `length` bytes, are in the scratch. */
  #identityOf(scratch: Scratch, length: number): CallIdentity {
    this.#parts.tell()
    const { keepsValues } = this.#explaining
    const kept = keepsValues && length <= VERBATIM ? length : recordArguments(length, keepsValues)
    return new CallIdentity(scratch.identity(kept))
  }

  /** What a recall did not find. Unless it failed or another caller is computing it, the lease is this call's. */
  #missed(scratch: Scratch, answer: number, identity: CallIdentity, granted?: Lease): Missing {
    const reason = missReasonOf(answer)
    if (reason === undefined) return unusable('absent', identity, this.#takeFailure())
    const isHeld = answer === ANSWER.held
    const lease = isHeld ? undefined : (granted ?? this.leases.granted(identity))
    const [isShared, hasWarning] = [scratch.facts[0] === 1, scratch.facts[1] === 1]
    return { isFound: false, reason, identity, failure: undefined, lease, isHeld, isShared, hasWarning }
  }

  /** What a lookup did not find. */
  #unseen(answer: number, identity: CallIdentity): Missing {
    const reason = missReasonOf(answer)
    return reason === undefined ? unusable('absent', identity, this.#takeFailure()) : unusable(reason, identity)
  }

  /** Why the core could not be asked. */
  #takeFailure(): EngramError {
    const { code = 'ERR_STORE_UNAVAILABLE', message = 'The store cannot be read.' } = this.#native.takeFailure() ?? {}
    return new EngramError(code as EngramErrorCode, message)
  }
}
