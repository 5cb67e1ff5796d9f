import { type Store, flushedAtExit } from '../native/binding.ts'
import type { Scratch } from '../native/scratch.ts'
import type { Found } from './found.ts'
import { areSame, hashOf } from './front-arguments.ts'
import { FrontMarks } from './front-marks.ts'
import { type FrontValue, frontValueOf } from './front-value.ts'

/** Places for entries. A power of two. */
const PLACES = 4096
/** How many places after its own an entry may lie. */
const PROBES = 8
/** How long uses are kept before the core hears of them, in milliseconds. */
const TOLD_WITHIN_MS = 1000
/** Bytes of a record of the log of accesses: call key, how many uses, when the last one was. */
const USES = 48
/**
 * An entry gives way to another once for so many hits: where more calls come in turn than there is room for, each would
 * else push out one that is needed just as soon.
 */
const HITS_PER_EVICTION = 16
/** After so many calls that had to ask the core it is seen whether keeping entries was worth it. */
const TRIAL = 4096
/** It is where at least so many hits came to one call that asked. */
const WORTH = 0.25
/** Where it is not, nothing is kept for so many calls, and twice as many each time that this comes again. */
const FIRST_REST = 16_384
const LONGEST_REST = 1_048_576
/** So often the core may say that nothing tells of changes, before it is not asked any more. */
const MOST_REFUSALS = 8

/** A small result, as the last lookup found it. */
export class FrontEntry {
  readonly owner: FrontOwner
  readonly args: readonly unknown[]
  /** Call key. */
  readonly key: Uint8Array
  readonly isPromised: boolean
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** How long the run took that made it. */
  readonly durationMs: number
  /** Hits that the core has not heard of. */
  uses = 0
  readonly #value: FrontValue

  constructor(owner: FrontOwner, args: readonly unknown[], key: Uint8Array, value: FrontValue, found: Found<unknown>) {
    this.owner = owner
    this.args = args
    this.key = key
    this.isPromised = found.isPromised
    this.createdAt = found.createdAt
    this.durationMs = found.durationMs
    this.#value = value
  }

  /** A copy of the value, which is the caller's to change. */
  copy(): unknown {
    return this.#value.copy()
  }
}

/** A function and its code, told from others by a number. */
export interface FrontOwner {
  readonly number: number
}

/**
 * Small results of calls with a few primitive arguments that were found at least twice, kept in JavaScript: to ask the
 * core takes six times as long. They are true as long as two numbers stay, one of this process and one that all processes
 * share: both are raised before anyone is told that an entry was overwritten or dropped.
 */
export class FrontEntries {
  readonly #store: Store
  /** Hashes of the entries, 0 at free places: looking at entries that are not meant would take longer than all else. */
  #hashes = new Int32Array(0)
  #places: (FrontEntry | undefined)[] = []
  /** Calls that were found once. */
  readonly #found = new FrontMarks()
  /** Calls whose values are not small. */
  readonly #refused = new FrontMarks()
  #hits = 0
  #asked = 0
  #evictions = 0
  /** Calls for which nothing is kept. */
  #rest = 0
  #nextRest = FIRST_REST
  #used: FrontEntry[] = []
  #timer: NodeJS.Timeout | undefined
  /** Undefined until something is kept, and when what was kept is out of date. */
  #revision: Uint32Array | undefined
  #generation: Uint32Array | undefined
  #revisionSeen = 0
  #generationSeen = 0
  #refusals = 0
  /** What was looked up under another number than this is not kept. */
  era = 0

  constructor(store: Store) {
    this.#store = store
  }

  /** The entry of a call, which is true now. `owner` stands for the function and its code. */
  find(owner: FrontOwner, args: readonly unknown[]): FrontEntry | undefined {
    if (this.#revision === undefined || this.#rest > 0) return undefined
    if (!this.#isCurrent()) {
      this.#letGo()
      this.#revision = undefined
      return undefined
    }
    const hash = hashOf(owner.number, args)
    return hash === 0 ? undefined : this.#entryOf(hash, owner, args)
  }

  /** Counts a hit. */
  note(entry: FrontEntry): void {
    this.#hits++
    if (entry.uses++ === 0) this.#beginUses(entry)
  }

  /**
   * Keeps what a lookup found that began in `era`, if it is small and was found before. The scratch has the call key.
   */
  offer(
    era: number,
    owner: FrontOwner,
    args: readonly unknown[],
    found: Found<unknown>,
    scratch: Pick<Scratch, 'callKey'>,
  ): void {
    if (this.#rest > 0) {
      this.#rest--
      return
    }
    if (this.#revision === undefined && this.#refusals < MOST_REFUSALS) this.#renew()
    const hash = hashOf(owner.number, args)
    if (hash === 0 || era !== this.era || !this.#isCurrent()) return
    if (this.#refused.has(hash)) return
    if (++this.#asked === TRIAL) this.#judge()
    if (this.#rest > 0 || !this.#found.mark(hash)) return
    if (this.#places.length === 0) this.#makeRoom()
    const place = this.#placeFor(hash, owner, args)
    if (place === undefined) return
    const value = frontValueOf(found.value)
    if (value === undefined) {
      this.#refused.mark(hash)
      return
    }
    if (this.#places[place] !== undefined) this.#evictions++
    this.#hashes[place] = hash
    this.#places[place] = new FrontEntry(owner, args.slice(), scratch.callKey(), value, found)
  }

  /** Has the core hear of all hits. */
  flush(): void {
    const used = this.#used
    if (used.length === 0) return
    this.#used = []
    clearTimeout(this.#timer)
    flushedAtExit.delete(this)
    const now = Date.now()
    const records = Buffer.allocUnsafe(used.length * USES)
    used.forEach((entry, i) => {
      records.set(entry.key, i * USES)
      records.writeBigUInt64LE(BigInt(entry.uses), i * USES + 32)
      records.writeDoubleLE(now, i * USES + 40)
      entry.uses = 0
    })
    try {
      this.#store.noteUses(records)
    } catch {
      // The store was closed: when an entry was used is not worth failing anyone's call.
    }
  }

  /** Where calls hardly repeat, to keep their results only takes time. */
  #judge(): void {
    if (this.#hits >= TRIAL * WORTH) {
      this.#nextRest = FIRST_REST
    } else {
      this.#rest = this.#nextRest
      this.#nextRest = Math.min(2 * this.#nextRest, LONGEST_REST)
      this.#letGo()
    }
    this.#hits = this.#asked = this.#evictions = 0
  }

  #isCurrent(): boolean {
    const revision = this.#revision
    const generation = this.#generation
    return (
      revision !== undefined &&
      revision[0] === this.#revisionSeen &&
      (generation === undefined || generation[0] === this.#generationSeen)
    )
  }

  /** Begins anew with the numbers that count from now on. */
  #renew(): void {
    this.era++
    const validity = this.#store.validity()
    this.#refusals = validity === null ? this.#refusals + 1 : 0
    this.#revision = validity === null ? undefined : new Uint32Array(validity.revision)
    this.#generation = validity?.generation === undefined ? undefined : new Uint32Array(validity.generation)
    this.#revisionSeen = this.#revision?.[0] ?? 0
    this.#generationSeen = this.#generation?.[0] ?? 0
  }

  #entryOf(hash: number, owner: FrontOwner, args: readonly unknown[]): FrontEntry | undefined {
    const hashes = this.#hashes
    for (let at = hash; at < hash + PROBES; at++) {
      const there = hashes[at & (PLACES - 1)]
      // Places are only ever freed all together: behind a free one there is none.
      if (there === 0) return undefined
      if (there !== hash) continue
      const entry = this.#places[at & (PLACES - 1)]!
      if (entry.owner === owner && areSame(entry.args, args)) return entry
    }
    return undefined
  }

  /**
   * Where a new entry goes: to the place of the same call's, to a free one, or to that of one that was not used lately, if
   * there were hits enough.
   */
  #placeFor(hash: number, owner: FrontOwner, args: readonly unknown[]): number | undefined {
    const same = this.#entryOf(hash, owner, args)
    const mayEvict = this.#evictions * HITS_PER_EVICTION < this.#hits
    let unused: number | undefined
    for (let at = hash; at < hash + PROBES; at++) {
      const entry = this.#places[at & (PLACES - 1)]
      if (entry === same) return at & (PLACES - 1)
      if (mayEvict && entry?.uses === 0) unused = at & (PLACES - 1)
    }
    return unused
  }

  #letGo(): void {
    this.flush()
    this.#hashes.fill(0)
    this.#places.fill(undefined)
  }

  #makeRoom(): void {
    this.#hashes = new Int32Array(PLACES)
    this.#places = new Array<undefined>(PLACES).fill(undefined)
  }

  #beginUses(entry: FrontEntry): void {
    if (this.#used.push(entry) > 1) return
    flushedAtExit.add(this)
    this.#timer = setTimeout(() => this.flush(), TOLD_WITHIN_MS).unref()
  }
}
