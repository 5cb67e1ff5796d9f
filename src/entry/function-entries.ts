import type { CodePart } from '../fingerprint/parts.ts'
import type { Parameter } from '../function/parameters.ts'
import { encodeArguments, encodeKeyValue } from '../key/encoder.ts'
import {
  ANSWER,
  type LoadedValue,
  type NativeFunction,
  digestView,
  recordArguments,
  translated,
} from '../native/binding.ts'
import { PAYLOAD, type Scratch, acquireScratch, releaseScratch } from '../native/scratch.ts'
import { builtin } from '../platform/builtin.ts'
import { HeapSink } from '../platform/byte-sink.ts'
import { type EntryInfo, type MissReason, entryInfoOf } from '../report/entry-info.ts'
import { type KeyChange, changesFrom } from '../report/explanation.ts'
import { decodeValue } from '../value/decoder.ts'
import { encodeValue } from '../value/encoder.ts'
import type { TypeRegistry } from '../value/type-registry.ts'
import { EngramError, type EngramErrorCode } from '../words/error.ts'
import { CallIdentity as Identified, Found, Missing } from './found.ts'
import type { FrontEntries, FrontEntry } from './front-entries.ts'

/** The first byte of every stored value: how the function handed it over. The structure bytes follow. */
const RETURNED = 0
const PROMISED = 1
/** Canonical arguments of up to this many bytes are kept as they are, to explain misses. */
const VERBATIM = 256
/** Structure bytes that a result may have which is kept in front of the core. */
const SMALL = 1024
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

export type CallIdentity = Identified<FunctionStore>

/** What a run is stored with. */
export interface RunFacts {
  /** Milliseconds since the epoch. */
  endedAt: number
  durationMs: number
  isPromised: boolean
  /** Whether an entry that is there already gives way. */
  isRefresh: boolean
}

/** What explanations are made with. */
export interface Explaining {
  /** Whether short texts of values are kept. */
  readonly keepsValues: boolean
  /** The parameters by which arguments are called; undefined where they are not known. */
  readonly parameters: () => readonly Parameter[] | undefined
}

let stores = 0

/** The entries of one function: encodes arguments and values, and asks the core. */
export class FunctionStore {
  /** Tells the stores of this thread apart. */
  readonly number = ++stores
  readonly #native: NativeFunction
  /** Getters of the core's make a new function each time. */
  readonly #recall: (length: number) => number
  readonly #key: (length: number) => number
  readonly #types: TypeRegistry
  readonly #explaining: Explaining
  readonly #front: FrontEntries | undefined
  /** What the code is made of, until it was told. */
  #parts: (() => CodePart[]) | undefined

  constructor(native: NativeFunction, types: TypeRegistry, explaining: Explaining, front: FrontEntries | undefined) {
    this.#native = native
    this.#front = front
    this.#recall = native.recall
    this.#key = native.key
    this.#types = types
    this.#explaining = explaining
  }

  /** Says what the code is made of, if it will have to be known. */
  describedBy(parts: () => CodePart[]): void {
    this.#parts = parts
  }

  /** A small result that was found lately and is true now. Its use is not noted yet. */
  find(args: readonly unknown[]): FrontEntry | undefined {
    return this.#front?.find(this, args)
  }

  /** Notes the use of what `find` found. */
  note(entry: FrontEntry): void {
    this.#front?.note(entry)
  }

  /**
   * Looks a call up. `now` is noted as the time of use; a hit carries the call's identity if that is wanted. Throws
   * ERR_UNHASHABLE.
   */
  recall(args: readonly unknown[], now: number, wantsIdentity: boolean): Found<FunctionStore> | Missing<FunctionStore> {
    const era = this.#front?.era
    const scratch = acquireScratch()
    try {
      const length = this.#encodeArguments(scratch, args)
      scratch.facts[0] = now
      const answer = this.#recall(length)
      if (answer >= 0) {
        const found = this.#found(scratch, answer, wantsIdentity)
        // What a codec decodes may be the same object each time, or have what no copy has.
        if (era !== undefined && answer <= SMALL && found instanceof Found && this.#types.isEmpty) {
          this.#front!.offer(era, this, args, found, scratch)
        }
        return found
      }
      if (answer === ANSWER.large) return this.#load(scratch)
      return this.#missing(scratch, answer, () => this.#identityOf(scratch, length))
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
  again(identity: CallIdentity, now: number, isGranted: boolean): Found<FunctionStore> | Missing<FunctionStore> {
    return this.#withIdentity(identity, (scratch) => {
      scratch.facts[0] = now
      const answer = this.#native.again(isGranted)
      if (answer >= 0) return this.#found(scratch, answer, true)
      return answer === ANSWER.large ? this.#load(scratch) : this.#missing(scratch, answer, () => identity)
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
    const { isMainThread } = builtin('node:worker_threads')
    return this.#withIdentity(identity, () => this.#native.waitHere(!isMainThread, patience))
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
  reload(identity: CallIdentity): Found<FunctionStore> | undefined {
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
      const length = this.#encodeArguments(scratch, args)
      this.#native.identify(length)
      return this.#identityOf(scratch, length)
    } finally {
      releaseScratch(scratch)
    }
  }

  /** Whether there is a usable entry, and its facts; brings no value and notes no use. */
  peek(args: readonly unknown[]): { createdAt: number; identity: CallIdentity } | Missing<FunctionStore> {
    const scratch = acquireScratch()
    try {
      const length = this.#encodeArguments(scratch, args)
      const answer = this.#native.peek(length)
      if (answer < 0) return this.#missing(scratch, answer, () => this.#identityOf(scratch, length))
      return { createdAt: scratch.facts[0] as number, identity: new Identified(scratch.identity(), this) }
    } finally {
      releaseScratch(scratch)
    }
  }

  /** The parts of a call's key that differ from those of the nearest entry but its own; undefined where none is near. */
  explain(identity: CallIdentity): KeyChange[] | undefined {
    this.#tellParts()
    const differences = this.#withIdentity(identity, (scratch) => {
      return this.#native.explain(scratch.setRecord(identity.bytes, PAYLOAD))
    })
    return differences === null ? undefined : changesFrom(differences, this.#explaining.parameters())
  }

  info(identity: CallIdentity): EntryInfo | undefined {
    this.#front?.flush()
    const entry = this.#withIdentity(identity, () => this.#native.info())
    return entry === null ? undefined : entryInfoOf(entry)
  }

  forget(identity: CallIdentity): boolean {
    this.#front?.flush()
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
      const recorded = scratch.setRecord(identity.bytes, end)
      scratch.setIdentity(identity.bytes)
      scratch.facts[0] = run.endedAt
      scratch.facts[1] = run.durationMs
      // What is used counts when the core finds room for what is new.
      this.#front?.flush()
      return this.#native.commit(length, recorded, buffers.length > 0 ? buffers : undefined, run.isRefresh)
    } catch (error) {
      throw translated(error)
    } finally {
      releaseScratch(scratch)
    }
  }

  clear(): number {
    this.#front?.flush()
    return this.#translating(() => this.#native.clear())
  }

  totals(): { entries: number; byteLength: number } {
    return this.#translating(() => this.#native.totals())
  }

  #encodeArguments(scratch: Scratch, args: readonly unknown[]): number {
    return encodeArguments(scratch, PAYLOAD, args, this.#types, digestView) - PAYLOAD
  }

  #found(scratch: Scratch, length: number, wantsIdentity: boolean): Found<FunctionStore> | Missing<FunctionStore> {
    const createdAt = scratch.facts[0] as number
    const durationMs = scratch.facts[1] as number
    const { bytes, view } = scratch
    try {
      const value = decodeValue(bytes, view, PAYLOAD + 1, PAYLOAD + length, this.#types, NO_BUFFERS)
      const identity = wantsIdentity ? new Identified(scratch.identity(), this) : undefined
      return new Found(value, bytes[PAYLOAD] === PROMISED, createdAt, durationMs, identity)
    } catch (error) {
      return this.#undecodable(error, new Identified(scratch.identity(), this))
    }
  }

  /** Brings the value of the key in the scratch by its own way, for what does not fit there. The facts do stand there. */
  #load(scratch: Scratch): Found<FunctionStore> | Missing<FunctionStore> {
    const createdAt = scratch.facts[0] as number
    const durationMs = scratch.facts[1] as number
    const identity = new Identified(scratch.identity(), this)
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
  #undecodable(error: unknown, identity: CallIdentity): Missing<FunctionStore> {
    return new Missing('corrupt', identity, error instanceof EngramError ? error : undefined)
  }

  /** Of the call whose canonical arguments, `length` bytes, are in the scratch. */
  #identityOf(scratch: Scratch, length: number): CallIdentity {
    // Before the function runs, as it may change what it captured.
    this.#tellParts()
    const { keepsValues } = this.#explaining
    const kept = keepsValues && length <= VERBATIM ? length : recordArguments(length, keepsValues)
    return new Identified(scratch.identity(kept), this)
  }

  #tellParts(): void {
    const parts = this.#parts
    if (parts === undefined) return
    this.#parts = undefined
    const { keepsValues } = this.#explaining
    const told = parts().flatMap(({ kind, name, value, isShown }) => {
      const form = this.#formOf(value)
      return form === undefined ? [] : [{ kind, name, form, isShown: isShown && keepsValues }]
    })
    this.#native.describe(told)
  }

  #formOf(value: unknown): Buffer | undefined {
    const sink = new HeapSink(64)
    try {
      const end = encodeKeyValue(sink, 0, value, 'captured', this.#types, digestView)
      return sink.bytes.subarray(0, end)
    } catch {
      // It was hashed a moment ago, and may throw now.
      return undefined
    }
  }

  #missing(scratch: Scratch, answer: number, identified: () => CallIdentity): Missing<FunctionStore> {
    const [isShared, hasWarning] = [scratch.facts[0] === 1, scratch.facts[1] === 1]
    const identity = identified()
    const reason = REASONS[answer]
    if (reason !== undefined) {
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
