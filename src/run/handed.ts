import { Payload, type StoredPlace, placeOf, storedPayload } from '../entry/payload.ts'
import type { HeldValue } from '../entry/stored-value.ts'
import { GivenHash, StandIn } from '../key/stand-in.ts'
import { type Door, loadCopy } from '../memory/door.ts'
import { EngramError } from '../words/error.ts'
import { propertySegment } from '../words/phrase.ts'

/**
 * What one call gives to others: a reference, so that nothing is loaded where nothing is used. Who loads it gets a copy of its
 * own, whether the call ran or hit.
 */
export interface Handed {
  /** Hexadecimal digest of the value; undefined for what is handed on as it is, as it cannot be stored. */
  readonly digest: string | undefined
  /** Stands for the value in keys; undefined where nothing can. */
  readonly standIn: unknown
  /** Of the value, as it is stored. Undefined where it is not known. */
  readonly byteLength?: number
  /** Throws ERR_NOT_FOUND or ERR_CORRUPT where a stored value is gone. */
  load(): unknown
  payload(): Payload
  /** What it is made of, for who makes it elsewhere; undefined where it is a value of its own. */
  readonly origin?: Origin
}

/** What is handed on without being loaded. */
export type Origin =
  | { readonly payload: Payload }
  | { readonly same: Handed }
  | { readonly whole: Handed; readonly path: readonly PropertyKey[] }
  | { readonly parts: ReadonlyMap<string, Handed>; readonly isArray: boolean }
  /** Of a map: see `ItemList`. */
  | { readonly list: Handed }

/** Results of items; what is large stays where the item's own entry has it. */
export interface ItemList {
  readonly values: readonly unknown[]
  readonly large: ReadonlyMap<number, Payload>
}

/** All of them, as one array. */
export function itemsIn({ values, large }: ItemList): unknown[] {
  const all = [...values]
  for (const [at, payload] of large) all[at] = payload.value
  return all
}

/** Stands for a value by its digest, as its payload does. */
export abstract class Digest extends StandIn {
  abstract readonly digest: string

  override form(): string {
    return `payload ${this.digest}`
  }
}

/** What is stored. It stands for itself in keys, and a payload is made when one is wanted: a run may have very many. */
class StoredHanded extends Digest implements Handed {
  readonly #place: StoredPlace
  #payload: Payload | undefined

  constructor(place: StoredPlace) {
    super()
    this.#place = place
  }

  get digest(): string {
    return this.#place.digest
  }

  get byteLength(): number {
    return this.#place.byteLength
  }

  get standIn(): unknown {
    return this
  }

  get origin(): Origin {
    return { payload: this.payload() }
  }

  load(): unknown {
    return loadCopy(this.#place)
  }

  payload(): Payload {
    return (this.#payload ??= storedPayload(this.#place))
  }
}

/** What is not stored, and could be. */
class HeldHanded extends Digest implements Handed {
  readonly digest: string
  readonly byteLength: number
  readonly load: () => unknown

  constructor({ digest, byteLength, copy }: HeldValue) {
    super()
    this.digest = digest
    this.byteLength = byteLength
    this.load = copy
  }

  get standIn(): unknown {
    return this
  }

  payload(): Payload {
    return new Payload(this.load())
  }
}

/** What cannot be stored, as a connection: all get the object itself. */
class LiveHanded implements Handed {
  readonly digest = undefined
  readonly standIn = undefined
  readonly #value: unknown

  constructor(value: unknown) {
    this.#value = value
  }

  load(): unknown {
    return this.#value
  }

  payload(): Payload {
    return new Payload(this.#value)
  }
}

/** A member of what is handed on. No key needs it loaded: it counts as the whole and its place there. */
class PickedHanded implements Handed {
  readonly digest: string | undefined
  readonly standIn: unknown
  readonly #whole: Handed
  readonly #path: readonly PropertyKey[]

  constructor(whole: Handed, path: readonly PropertyKey[]) {
    const { digest } = whole
    this.#whole = whole
    this.#path = path
    this.digest = digest && `${digest}${path.map((key) => propertySegment(String(key))).join('')}`
    this.standIn = whole.standIn === undefined ? undefined : ['member', whole.standIn, ...path.map(String)]
  }

  get origin(): Origin {
    return { whole: this.#whole, path: this.#path }
  }

  load(): unknown {
    return this.#path.reduce<any>((value, key) => value?.[key], this.#whole.load())
  }

  payload(): Payload {
    return new Payload(this.load())
  }
}

/** A value for which a text of the user's stands in keys. */
class HashedHanded implements Handed {
  readonly standIn: unknown
  readonly #value: Handed

  constructor(value: Handed, hash: string) {
    this.#value = value
    this.standIn = new GivenHash(hash)
  }

  get digest(): string | undefined {
    return this.#value.digest
  }

  get origin(): Origin {
    return { same: this.#value }
  }

  load(): unknown {
    return this.#value.load()
  }

  payload(): Payload {
    return this.#value.payload()
  }
}

/** Whether what a stored value was is gone since it was handed on, or damaged: who gave it can make it again. */
export function isGone(error: unknown): boolean {
  return error instanceof EngramError && (error.code === 'ERR_NOT_FOUND' || error.code === 'ERR_CORRUPT')
}

/** Undefined for what cannot be stored. */
function heldIn(value: unknown, door: Door): HeldValue | undefined {
  try {
    return door.hold(value)
  } catch {
    return undefined
  }
}

export function handMember(whole: Handed, path: readonly PropertyKey[]): Handed {
  return path.length === 0 ? whole : new PickedHanded(whole, path)
}

export function handHashed(value: Handed, hash: string | undefined): Handed {
  return hash === undefined ? value : new HashedHanded(value, hash)
}

/** What a payload refers to. One that holds its value itself is kept as a value is. */
export function handPayload(payload: Payload, door: Door): Handed {
  const place = placeOf(payload)
  return place === undefined ? handValue(payload.value, door) : new StoredHanded(place)
}

/** A value as it is now. */
export function handValue(value: unknown, door: Door): Handed {
  const held = heldIn(value, door)
  return held === undefined ? new LiveHanded(value) : new HeldHanded(held)
}
