import { noteFamiliar } from '../function/wrapped.ts'
import { StandIn } from '../key/stand-in.ts'
import { type LoadedValue, type NativeReference, type Store, outputDigest, translating } from '../native/binding.ts'
import { acquireScratch, releaseScratch } from '../native/scratch.ts'
import { invalid } from '../option/check.ts'
import type { Realm } from '../value/realm.ts'
import { TypeRegistry } from '../value/type-registry.ts'
import { EngramError } from '../words/error.ts'
import { provideFiles } from './live-file.ts'
import { missReasonOf } from './outcome.ts'
import type { HeldFacts, OutputFacts } from './output-facts.ts'
import { decodeLoaded, encodeStored } from './stored-value.ts'

/** Where a payload's value lies, and what it takes to make it again. */
export interface StoredPlace extends HeldFacts {
  readonly native: NativeReference
  readonly types: TypeRegistry
  /** Whose classes the value is made of. Default: this one. */
  readonly realm?: Realm | undefined
}

/** As JSON; `Payload.from` makes it a payload again. */
export interface PayloadJson extends OutputFacts {
  /** Names the entry in its store. */
  readonly payload: string
}

/** What a memory gives to make payloads again. */
export interface PayloadSource {
  /** None where nothing is cached. Throws ERR_CLOSED. */
  readonly store: () => Store | undefined
  readonly types: TypeRegistry
}

/** Of each memory. */
export const payloadSources = new WeakMap<object, PayloadSource>()

/** A memory, as far as payloads know it. */
export interface PayloadMemory {
  /** See `Memory`. */
  payload<T>(value: T): Payload<T>
}

let makeStored: <T>(place: StoredPlace) => Payload<T>

/** Where a payload's value lies; undefined for one that holds it itself. */
export let placeOf: (payload: Payload<any>) => StoredPlace | undefined

/** A payload that held its value has been stored: it refers to that, too, and keeps the value. */
export let noteStored: (payload: Payload<any>, place: StoredPlace) => void

/** The payload of a value that is stored. */
export function storedPayload<T>(place: StoredPlace): Payload<T> {
  return makeStored(place)
}

/**
 * A reference to a value: small, and loaded on first use. As an argument it stands in the key by the digest of its value,
 * and nothing is loaded to make the key.
 *
 * `shelve` and `memory.payload(value)` give one of a value that is stored; it can travel to other processes and threads as
 * JSON. `new Payload(value)` holds the value itself, for what is to store it later.
 *
 * @example
 * ```ts
 * const rows = load.shelve('2024-05') // a hit loads nothing
 * const total = sum(rows) // keyed by `rows.digest`; `sum` reads `rows.value`
 * worker.postMessage(rows.toJSON()) // there: Payload.from(json, memory)
 * ```
 */
export class Payload<T = unknown> extends StandIn {
  #place: StoredPlace | undefined
  #facts: OutputFacts | undefined
  #kept: { readonly value: T } | undefined

  static {
    makeStored = (place) => {
      const payload = new Payload<any>(undefined)
      payload.#facts = payload.#place = place
      payload.#kept = undefined
      return payload
    }
    placeOf = (payload) => payload.#place
    noteStored = (payload, place) => {
      payload.#facts = payload.#place = place
    }
  }

  /** Holds a value, which is not stored. */
  constructor(value: T) {
    super()
    this.#kept = { value }
  }

  /**
   * A payload from what its `toJSON` gave, in any process.
   *
   * @param memory - One of the same location. Whether the value is there shows when it is used.
   * @throws EngramError ERR_INVALID_OPTION for what is not the JSON of a payload, or no memory; ERR_NOT_FOUND where the
   *   memory caches nothing; ERR_CLOSED.
   */
  static from<T = unknown>(json: unknown, memory: PayloadMemory): Payload<T> {
    const { payload, digest, byteLength } = checkedJson(json)
    const source = payloadSources.get(memory)
    if (source === undefined) throw invalid('Payload.from(json, memory) needs a memory as its second argument.')
    const store = source.store()
    if (store === undefined)
      throw notFound('the memory caches nothing. Give one with the location in which it is stored.')
    const native = translating(() => store.reference(payload))
    if (native === null) throw invalid(`Payload.from(json, memory): '${payload}' is not the name of an entry.`)
    return makeStored({ native, types: source.types, digest, byteLength })
  }

  /**
   * Hexadecimal digest of the value: equal for equal values. It is that of the entry, its `outputDigest`.
   *
   * @throws EngramError ERR_UNSERIALIZABLE for a value that could not be stored.
   */
  get digest(): string {
    return this.#known().digest
  }

  /** Bytes of the value, before compression. @throws EngramError ERR_UNSERIALIZABLE as `digest`. */
  get byteLength(): number {
    return this.#known().byteLength
  }

  /**
   * The value: loaded on first use, and kept. Each payload has a copy of its own.
   *
   * @throws EngramError ERR_NOT_FOUND once the entry is gone or holds another value, ERR_CORRUPT where it is damaged,
   *   ERR_STORE_FORMAT where it is of a newer format, and what a store throws that cannot be read.
   */
  get value(): T {
    this.#kept ??= { value: this.#load(this.#place!) }
    return this.#kept.value
  }

  /** As `value`; rejects with what that throws. */
  async get(): Promise<T> {
    return this.value
  }

  /** Whether the value is there: not once its entry is gone or holds another value. Loads nothing. */
  exists(): boolean {
    if (this.#place === undefined) return true
    const { native, digest } = this.#place
    return translating(() => native.info())?.outputDigest === digest
  }

  /** Drops the entry, if it is there. What `value` gave is kept. */
  clear(): void {
    if (this.exists()) translating(() => this.#place?.native.forget())
  }

  /** A few hundred bytes from which `Payload.from` makes it again. @throws EngramError ERR_NOT_FOUND if it is not stored. */
  toJSON(): PayloadJson {
    if (this.#place === undefined) throw notFound('it is not stored. Make it with memory.payload(value).')
    const { native, digest, byteLength } = this.#place
    return { payload: native.name, digest, byteLength }
  }

  override form(): string {
    return `payload ${this.digest}`
  }

  #known(): OutputFacts {
    return (this.#facts ??= factsOf(this.#kept!.value, unregistered()))
  }

  #load({ native, digest, types, realm }: StoredPlace): T {
    const loaded = translating(() => native.load(digest))
    if (typeof loaded === 'number') throw unloadable(loaded)
    return decoded(loaded, types, realm) as T
  }
}

// A function may make payloads: what they do changes no result.
noteFamiliar(Payload)

/** What values are made of that no memory knows. */
function unregistered(): TypeRegistry {
  const types = new TypeRegistry()
  provideFiles(types)
  return types
}

/** What a value is as it would be stored. Throws ERR_UNSERIALIZABLE. */
export function factsOf(value: unknown, types: TypeRegistry): OutputFacts {
  const scratch = acquireScratch()
  try {
    const { length, buffers, byteLength } = encodeStored(scratch, { value, isPromised: false }, types)
    return { digest: outputDigest(length, buffers), byteLength }
  } finally {
    releaseScratch(scratch)
  }
}

function decoded(loaded: LoadedValue, types: TypeRegistry, realm: Realm | undefined): unknown {
  try {
    return decodeLoaded(loaded, types, realm).value
  } catch (error) {
    throw new EngramError(
      'ERR_CORRUPT',
      'The payload cannot be read: it is corrupted, or a class of it is not registered.',
      {
        cause: error,
      },
    )
  }
}

function unloadable(answer: number): EngramError {
  const reason = missReasonOf(answer) ?? 'absent'
  if (reason === 'absent') return notFound('its entry is gone, or holds another value. Make it again.')
  if (reason === 'format') {
    const fix = 'Upgrade engram, or make it again.'
    return new EngramError('ERR_STORE_FORMAT', `The payload is of a newer format than this engram reads. ${fix}`)
  }
  const fix = 'Call the function again, which computes it anew.'
  return new EngramError('ERR_CORRUPT', `The payload is corrupted (${reason}). ${fix}`)
}

function notFound(why: string): EngramError {
  return new EngramError('ERR_NOT_FOUND', `The payload cannot be had: ${why}`)
}

function checkedJson(json: unknown): PayloadJson {
  const { payload, digest, byteLength } = (
    typeof json === 'object' && json !== null ? json : {}
  ) as Partial<PayloadJson>
  const isJson =
    typeof payload === 'string' && /^[0-9a-f]{64}$/.test(String(digest)) && Number.isSafeInteger(byteLength)
  if (!isJson) throw invalid('Payload.from(json, memory) needs what toJSON() of a payload gave, parsed.')
  return { payload, digest: digest as string, byteLength: byteLength as number }
}
