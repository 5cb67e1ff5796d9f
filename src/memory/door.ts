import type { CachedCalls } from '../call/cached-calls.ts'
import type { CallContext } from '../call/context.ts'
import type { Observers } from '../call/event.ts'
import { packed, unpacked } from '../entry/packed-value.ts'
import { type Payload, type StoredPlace, placeOf, storedPayload } from '../entry/payload.ts'
import type { RecordRow } from '../entry/record.ts'
import {
  type HeldValue,
  type KnownValue,
  type RunResult,
  decodeHeld,
  heldValue,
  knownValue,
} from '../entry/stored-value.ts'
import type { Store } from '../native/binding.ts'
import type { MemoryOptions } from '../option/memory-options.ts'
import type { CallEvent, CallObservers } from '../report/call-event.ts'
import type { EntryInfo, Lookup } from '../report/entry-info.ts'
import type { Explanation } from '../report/explanation.ts'
import type { FunctionStats } from '../report/function-stats.ts'
import { closed } from '../report/trouble.ts'
import type { TypeRegistry } from '../value/type-registry.ts'
import type { ValueCodec } from '../value/value-codec.ts'
import { FamilyCall, type FamilyFunction } from './family-call.ts'
import { Inspection } from './inspection.ts'
import type { Records } from './records.ts'
import { type Makers, RunHistory } from './run-history.ts'
import type { Wrapping } from './wrapping.ts'

/** What of a memory the door leads to. */
export interface DoorParts {
  readonly wrapping: Wrapping
  readonly context: CallContext
  readonly types: TypeRegistry
  readonly payloadOf: <T>(value: T) => Payload<T>
  readonly records: Records
  readonly store: () => Store | undefined
}

/** How families of functions (pipelines, tasks, works) use a memory, without reaching into its private parts. */
export class Door {
  readonly #wrapping: Wrapping
  readonly #context: CallContext
  readonly #types: TypeRegistry
  readonly #payloadOf: <T>(value: T) => Payload<T>
  /** What is kept of runs, calls and apps. */
  readonly records: Records
  /** What is there, for who shows it. */
  readonly inspection: Inspection

  constructor({ wrapping, context, types, payloadOf, records, store }: DoorParts) {
    this.#wrapping = wrapping
    this.#context = context
    this.#types = types
    this.#payloadOf = payloadOf
    this.records = records
    this.inspection = new Inspection(store)
  }

  /** Whether results are looked for and kept. */
  get isCaching(): boolean {
    return this.#context.isCaching
  }

  /** Whether anything is kept. */
  get isWriting(): boolean {
    return this.#context.isCaching && this.#context.mode !== 'readOnly'
  }

  /** Throws ERR_CLOSED. */
  refuseClosed(): void {
    if (this.#context.isClosed) throw closed()
  }

  /** Says which run stored the entry of a key, where that is kept. The history is read when it is first asked. */
  producers(): (key: string) => string | undefined {
    let makers: Makers | undefined
    return (key) => (makers ??= new RunHistory(this.records, this.#context.clock).makers()).byKey.get(key)?.runId
  }

  /** The time by the memory's clock. */
  now(): number {
    return this.#context.clock()
  }

  /** Says once what is not as the user may think. */
  say(error: unknown, about: string): void {
    this.#context.trouble.say(error, about)
  }

  /** Throws what keeps the cache from its work where the user asked for errors, else says it once. */
  meet(error: unknown, about: string): void {
    this.#context.trouble.meet(error, about)
  }

  /** Has instances of a class of a family's own be stored as `codec` says. */
  provide<T>(type: abstract new (...args: any[]) => T, codec: ValueCodec<T>): void {
    if (this.#types.forPrototype(type.prototype as object) === undefined) this.#types.provide(type, codec)
  }

  /** Stores a value by itself: see `Memory.payload`. */
  payload<T>(value: T): Payload<T> {
    return this.#payloadOf(value)
  }

  /** The same; undefined where it cannot be stored. */
  storedPayload(value: unknown): Payload | undefined {
    try {
      const payload = this.#payloadOf(value)
      return isStored(payload) ? payload : undefined
    } catch {
      return undefined
    }
  }

  /** Keeps a value in memory, as it would be stored. Throws ERR_UNSERIALIZABLE. */
  hold(value: unknown): HeldValue {
    return heldValue(value, this.#types, undefined)
  }

  /** The same of a value that has at most so many bytes in buffers; of a larger one its digest alone. */
  know(value: unknown, mostInBuffers: number): KnownValue {
    return knownValue(value, this.#types, undefined, mostInBuffers)
  }

  /** A small value as text, for other threads; undefined for a larger one. Throws ERR_UNSERIALIZABLE. */
  pack(value: unknown): string | undefined {
    return packed(value, this.#types)
  }

  /** What `pack` made a text of, in any memory. */
  unpack(text: string): unknown {
    return unpacked(text, this.#types)
  }

  /** What opens a memory of the same entries in another thread; undefined where there can be none. */
  reopening(): MemoryOptions | undefined {
    return this.#context.isClosed ? undefined : this.#wrapping.reopening()
  }

  /**
   * Has the memory remember the calls of a function. Throws as `memory.cache` does.
   *
   * @param areTold - Whether calls hear what became of them. A hit of one that does not takes less.
   */
  calls(fn: FamilyFunction, areTold = true): FamilyCalls {
    return new FamilyCalls(this.#wrapping.family(fn, new FamilyObservers(this.#context.observers, areTold)))
  }
}

/** The calls of a family's function. All but `call` and `refresh` take the inputs of a call, and run nothing. */
export class FamilyCalls {
  readonly #calls: CachedCalls

  constructor(calls: CachedCalls) {
    this.#calls = calls
  }

  /** The name of its entries. */
  get id(): string {
    return this.#calls.id
  }

  /** Finds the result, waits for the run of an equal call, or runs: as a call of a cached function. */
  call(call: FamilyCall): PromiseLike<unknown> {
    return this.#calls.call(undefined, [call]) as PromiseLike<unknown>
  }

  /** Runs and overwrites, whatever is stored. */
  refresh(call: FamilyCall): PromiseLike<unknown> {
    return this.#calls.refresh(undefined, [call]) as PromiseLike<unknown>
  }

  /**
   * As `call`, and gives a reference: a hit loads nothing, and most come at once. A result that could not be stored, or was not
   * to be, is held by its payload, which is the very object that the function returned.
   *
   * @param keepsSmall - Whether a small result that is found is kept by its reference: it will be loaded.
   */
  shelve(call: FamilyCall, keepsSmall = false): Payload | PromiseLike<Payload> {
    return this.#calls.shelveAtOnce(undefined, [call], keepsSmall) as Payload | PromiseLike<Payload>
  }

  /** As `refresh`, and gives a reference. */
  reshelve(call: FamilyCall): PromiseLike<Payload> {
    return this.#calls.reshelve(undefined, [call]) as PromiseLike<Payload>
  }

  /** As `lookup`, of many calls in one crossing. */
  lookupMany(calls: readonly (readonly unknown[])[]): Lookup[] {
    return this.#calls.lookupMany(undefined, calls.map(looking))
  }

  lookup(inputs: readonly unknown[]): Lookup {
    return this.#calls.lookup(undefined, looking(inputs))
  }

  explain(inputs: readonly unknown[]): Explanation {
    return this.#calls.explain(undefined, looking(inputs))
  }

  key(inputs: readonly unknown[]): string {
    return this.#calls.key(undefined, looking(inputs))
  }

  forget(inputs: readonly unknown[]): boolean {
    return this.#calls.forget(undefined, looking(inputs))
  }

  /** What can be passed on in place of a stored result, which is loaded where it is used; undefined where there is none. */
  payload(inputs: readonly unknown[]): Payload | undefined {
    return this.#calls.payload(undefined, looking(inputs))
  }

  /** The same by what a lookup found, without asking the store or noting a use; undefined where nothing is cached. */
  payloadOf(found: EntryInfo): Payload | undefined {
    return this.#calls.payloadOf(found)
  }

  /** What the same function's `storeAs` takes in another thread; undefined where nothing is cached. */
  identity(inputs: readonly unknown[]): Uint8Array | undefined {
    return this.#calls.identity(undefined, looking(inputs))?.bytes
  }

  /** Equal for functions whose entries are the same: same name, same code. Empty where its code cannot be told. */
  place(): string {
    return this.#calls.place()
  }

  /** The source files of its code, as far as that is in keys: absolute paths. */
  files(): ReadonlySet<string> {
    return this.#calls.files()
  }

  /** Stores what a call gave that another thread makes, with rows. Throws ERR_UNSERIALIZABLE, and what the store throws. */
  storeAs(identity: Uint8Array, result: RunResult, records?: readonly RecordRow[]): void {
    this.#calls.storeAs(identity, result, records)
  }

  stats(): FunctionStats {
    return this.#calls.stats()
  }
}

/** Whether what a payload refers to is stored; if not, it holds its value itself. */
export function isStored(payload: Payload): boolean {
  return placeOf(payload) !== undefined
}

/**
 * Loads a stored value once more: a copy that nobody else has. A small one that this process stored needs no entry for that, as it
 * is what a call gave. Throws as `Payload.value`.
 */
export function loadCopy(place: StoredPlace): unknown {
  return place.held === undefined ? storedPayload(place).value : decodeHeld(place.held, place.types, place.realm)
}

/** A call that is not made. */
function looking(inputs: readonly unknown[]): [FamilyCall] {
  return [new FamilyCall(inputs, () => undefined)]
}

/** Tells the call itself what became of it, and whoever listens to the memory. */
class FamilyObservers implements Observers {
  readonly #ofMemory: CallObservers
  readonly #areTold: boolean

  constructor(ofMemory: CallObservers, areTold: boolean) {
    this.#ofMemory = ofMemory
    this.#areTold = areTold
  }

  get areListening(): boolean {
    return this.#areTold || this.#ofMemory.areListening
  }

  publish(event: CallEvent, [call]: readonly unknown[]): void {
    ;(call as FamilyCall).event = event
    if (this.#ofMemory.areListening) this.#ofMemory.publish(event, (call as FamilyCall).inputs)
  }
}
