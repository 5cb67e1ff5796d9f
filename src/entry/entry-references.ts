import type { Entry } from '../native/binding.ts'
import { PAYLOAD, type Scratch } from '../native/scratch.ts'
import type { EntryInfo } from '../report/entry-info.ts'
import type { CallIdentity } from './call-identity.ts'
import { EntryPlace, type EntryShelf, type Referred } from './entry-place.ts'
import type { HeldFacts } from './output-facts.ts'
import { type Payload, storedPayload } from './payload.ts'
import { flagsIn, heldBytes } from './stored-value.ts'

/** What is told of a hit besides its value. */
type HitFacts = Pick<Referred, 'isPromised' | 'hasReferences' | 'createdAt' | 'durationMs'>

/** References to the values of one function's entries: none of them is loaded. */
export class EntryReferences {
  readonly #shelf: EntryShelf
  /** A getter of the core's makes a new function each time. */
  readonly #output: (length: number) => number

  constructor(shelf: EntryShelf) {
    this.#shelf = shelf
    this.#output = shelf.native.output
  }

  /** To the value of an entry, which is used by it now. */
  shelve({ key }: CallIdentity, { outputDigest: digest, byteLength }: Entry, now: number): Payload {
    const place = new EntryPlace(this.#shelf, key, { digest, byteLength })
    place.native.noteUse(now)
    return storedPayload(place)
  }

  /** To what a call has just stored; undefined where that is not known. */
  stored({ key, output }: CallIdentity): Payload | undefined {
    return output && storedPayload(new EntryPlace(this.#shelf, key, output))
  }

  /** By the facts of an entry, without noting a use. */
  of({ key, outputDigest: digest, byteLength }: Pick<EntryInfo, 'key' | 'outputDigest' | 'byteLength'>): Payload {
    return storedPayload(new EntryPlace(this.#shelf, key, { digest, byteLength }))
  }

  /** Of a hit whose structure bytes, `length` of them, are in the scratch. */
  ofHit(scratch: Scratch, length: number, identity: CallIdentity, keepsSmall: boolean): Referred | undefined {
    const { isPromised, hasReferences } = flagsIn(scratch.bytes[PAYLOAD]!)
    const createdAt = scratch.facts[0] as number
    const durationMs = scratch.facts[1] as number
    // The core writes its answer over the bytes.
    const held = keepsSmall ? heldBytes(scratch, length) : undefined
    if (this.#output(length) !== 0) return this.ofEntry(identity)
    const facts = { digest: scratch.digest(), byteLength: scratch.facts[0] as number, held }
    return this.#referred(identity, facts, { isPromised, hasReferences, createdAt, durationMs })
  }

  /** Of a hit of the key in the scratch, of which only its entry can say what it is. */
  ofEntry(identity: CallIdentity): Referred | undefined {
    const entry = this.#shelf.native.info()
    if (entry === null || entry.outputDigest === '') return undefined
    return this.#referred(identity, { digest: entry.outputDigest, byteLength: entry.byteLength }, entry)
  }

  #referred(
    identity: CallIdentity,
    facts: HeldFacts,
    { isPromised, hasReferences, createdAt, durationMs }: HitFacts,
  ): Referred {
    const payload = storedPayload(new EntryPlace(this.#shelf, identity.key, facts))
    const { byteLength } = facts
    return { isFound: true, payload, identity, isPromised, hasReferences, createdAt, durationMs, byteLength }
  }
}
