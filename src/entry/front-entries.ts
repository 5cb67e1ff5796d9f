import type { Store } from '../native/binding.ts'
import type { Scratch } from '../native/scratch.ts'
import { FlatArguments, areInert } from './flat-arguments.ts'
import { hashOf } from './front-arguments.ts'
import { FrontMarks } from './front-marks.ts'
import { type FrontEntry, type FrontOwner, FrontTable } from './front-table.ts'
import { FrontUses } from './front-uses.ts'
import { FrontValidity } from './front-validity.ts'
import { frontValueOf } from './front-value.ts'
import { FrontWorth } from './front-worth.ts'
import type { Found } from './outcome.ts'

/**
 * Small results of calls with a few small arguments that were found at least twice, kept in JavaScript: to ask the
 * core takes six times as long.
 */
export class FrontEntries {
  readonly #table = new FrontTable()
  readonly #flat = new FlatArguments()
  readonly #worth = new FrontWorth()
  readonly #validity: FrontValidity
  readonly #uses: FrontUses
  /** Calls that were found once. */
  readonly #found = new FrontMarks()
  /** Calls whose values are not small. */
  readonly #refused = new FrontMarks()

  constructor(store: Store) {
    this.#validity = new FrontValidity(store)
    this.#uses = new FrontUses(store)
  }

  /** To be read before a recall whose result is offered. */
  get era(): number {
    return this.#validity.era
  }

  /** The entry of a call, which is true now. `owner` stands for the function and its code. */
  lookup(owner: FrontOwner, args: readonly unknown[]): FrontEntry | undefined {
    const validity = this.#validity
    if (!validity.isTold || this.#worth.isResting) return undefined
    if (!validity.isCurrent()) {
      this.#clear()
      validity.end()
      return undefined
    }
    const hash = hashOf(owner.number, args)
    return hash === 0 ? this.#lookupFlat(owner, args) : this.#table.lookup(hash, owner, args, args.length)
  }

  #lookupFlat(owner: FrontOwner, args: readonly unknown[]): FrontEntry | undefined {
    const flat = this.#flat
    if (!flat.lay(args)) return undefined
    return this.#table.lookup(flat.hashFrom(owner.number), owner, flat.parts, flat.length)
  }

  /** Notes a hit. */
  noteUse(entry: FrontEntry): void {
    this.#worth.hits++
    this.#uses.note(entry)
  }

  /**
   * Keeps what a recall found that began in `era`, if it is small and was found before. The scratch has the call key.
   */
  offer(
    era: number,
    owner: FrontOwner,
    args: readonly unknown[],
    found: Found,
    scratch: Pick<Scratch, 'callKey'>,
  ): void {
    if (this.#worth.isResting) return this.#worth.noteRest()
    const hash = this.#hashToKeep(era, owner, args)
    const compared = hash === 0 ? undefined : this.#comparedOf(args)
    if (compared === undefined) return
    const place = this.#table.placeFor(hash, { owner, args: compared }, this.#worth.mayEvict)
    if (place === undefined) return
    const value = frontValueOf(found.value)
    if (value === undefined) {
      this.#refused.mark(hash)
      return
    }
    const { isPromised, createdAt, durationMs, byteLength } = found
    const key = scratch.callKey()
    const entry = { owner, args: compared, key, value, isPromised, createdAt, durationMs, byteLength, uses: 0 }
    if (this.#table.put(place, hash, entry)) this.#worth.noteEviction()
  }

  /** Has the core hear of all hits. */
  flush(): void {
    this.#uses.flush()
  }

  /** The hash of a call whose result is to be kept; 0 for any other. */
  #hashToKeep(era: number, owner: FrontOwner, args: readonly unknown[]): number {
    const validity = this.#validity
    if (!validity.isTold) validity.begin()
    const hash = this.#hashOf(owner, args)
    if (hash === 0 || era !== validity.era || !validity.isCurrent() || this.#refused.has(hash)) return 0
    this.#worth.noteAsked()
    if (this.#worth.isResting) this.#clear()
    return !this.#worth.isResting && this.#found.mark(hash) ? hash : 0
  }

  #hashOf(owner: FrontOwner, args: readonly unknown[]): number {
    const hash = hashOf(owner.number, args)
    if (hash !== 0) return hash
    return this.#flat.lay(args) ? this.#flat.hashFrom(owner.number) : 0
  }

  /** What arguments are compared by that have a hash; undefined where their objects may say something else each time. */
  #comparedOf(args: readonly unknown[]): readonly unknown[] | undefined {
    if (args.every((value) => typeof value !== 'object' || value === null)) return args.slice()
    return areInert(args) ? this.#flat.parts.slice(0, this.#flat.length) : undefined
  }

  #clear(): void {
    this.flush()
    this.#table.clear()
  }
}
