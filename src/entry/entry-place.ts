import type { NativeEntries, NativeReference } from '../native/binding.ts'
import { withIdentity } from '../native/scratch.ts'
import type { Realm } from '../value/realm.ts'
import type { TypeRegistry } from '../value/type-registry.ts'
import type { CallIdentity } from './call-identity.ts'
import type { Found } from './outcome.ts'
import type { HeldFacts } from './output-facts.ts'
import type { Payload, StoredPlace } from './payload.ts'

/** Among which entries a value lies, and what it takes to make it again. */
export interface EntryShelf {
  readonly native: NativeEntries
  readonly types: TypeRegistry
  readonly realm: Realm | undefined
}

/** A usable entry, and a reference to its value in place of the value. */
export interface Referred extends Pick<Found, 'isFound' | 'isPromised' | 'createdAt' | 'durationMs' | 'byteLength'> {
  readonly payload: Payload
  readonly identity: CallIdentity
  /** Whether the value refers to what lies elsewhere. */
  readonly hasReferences: boolean
}

/**
 * Where the value of an entry lies. The core's reference to it is made when it is used, and not kept: most places are only passed
 * on, and a run may have very many.
 */
export class EntryPlace implements StoredPlace {
  readonly digest: string
  readonly byteLength: number
  readonly held: string | undefined
  readonly #shelf: EntryShelf
  /** Hexadecimal: a text is smaller than a view of bytes, and records have it too. */
  readonly #key: string

  constructor(shelf: EntryShelf, key: string, { digest, byteLength, held }: HeldFacts) {
    this.digest = digest
    this.byteLength = byteLength
    this.held = held
    this.#shelf = shelf
    this.#key = key
  }

  get native(): NativeReference {
    return withIdentity(Buffer.from(this.#key, 'hex'), () => this.#shelf.native.reference())
  }

  get types(): TypeRegistry {
    return this.#shelf.types
  }

  get realm(): Realm | undefined {
    return this.#shelf.realm
  }
}
