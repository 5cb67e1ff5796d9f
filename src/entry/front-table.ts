import { areSame } from './front-arguments.ts'
import type { FrontValue } from './front-value.ts'

/** Places for entries. A power of two. */
const PLACES = 4096
/** How many places from its own on an entry may lie. */
const PROBES = 8

/** A function and its code, told from others by a number. */
export interface FrontOwner {
  readonly number: number
}

/** A call, with arguments that are compared one by one: primitives, or objects laid out. */
export interface FrontCall {
  readonly owner: FrontOwner
  readonly args: readonly unknown[]
}

/** A small result, as the last recall found it. */
export interface FrontEntry extends FrontCall {
  /** Call key. */
  readonly key: Uint8Array
  readonly value: FrontValue
  readonly isPromised: boolean
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** How long the run took that made it, in milliseconds. */
  readonly durationMs: number
  /** Bytes of the value as it is stored. */
  readonly byteLength: number
  /** Hits that the core has not heard of. */
  uses: number
}

/** Front entries, by a hash of owner and arguments. */
export class FrontTable {
  /** Hashes of the entries, 0 at free places: looking at entries that are not meant would take longer than all else. */
  #hashes = new Int32Array(0)
  #places: (FrontEntry | undefined)[] = []

  /** The entry of a call with the first `length` of `args`. `hash` is not 0. */
  lookup(hash: number, owner: FrontOwner, args: readonly unknown[], length: number): FrontEntry | undefined {
    const hashes = this.#hashes
    for (let at = hash; at < hash + PROBES; at++) {
      const there = hashes[at & (PLACES - 1)]
      // Places are only ever freed all together: behind a free one there is none.
      if (there === 0) return undefined
      if (there !== hash) continue
      const entry = this.#places[at & (PLACES - 1)]!
      if (entry.owner === owner && areSame(entry.args, args, length)) return entry
    }
    return undefined
  }

  /**
   * Where an entry for this call goes: to the place of the same call's, to a free one, or, where another may give way, to
   * that of one that was not used lately.
   */
  placeFor(hash: number, { owner, args }: FrontCall, mayEvict: boolean): number | undefined {
    if (this.#places.length === 0) this.#makeRoom()
    const same = this.lookup(hash, owner, args, args.length)
    let unused: number | undefined
    for (let at = hash; at < hash + PROBES; at++) {
      const entry = this.#places[at & (PLACES - 1)]
      if (entry === same) return at & (PLACES - 1)
      if (mayEvict && entry?.uses === 0) unused = at & (PLACES - 1)
    }
    return unused
  }

  /** Puts an entry where `placeFor` said; whether another one gave way. */
  put(place: number, hash: number, entry: FrontEntry): boolean {
    const isTaken = this.#places[place] !== undefined
    this.#hashes[place] = hash
    this.#places[place] = entry
    return isTaken
  }

  clear(): void {
    this.#hashes.fill(0)
    this.#places.fill(undefined)
  }

  #makeRoom(): void {
    this.#hashes = new Int32Array(PLACES)
    this.#places = new Array<undefined>(PLACES).fill(undefined)
  }
}
