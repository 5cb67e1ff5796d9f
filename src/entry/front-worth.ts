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

/** Whether front entries are worth their time: where calls hardly repeat, to keep their results only costs some. */
export class FrontWorth {
  /** In this trial. */
  hits = 0
  #asked = 0
  #evictions = 0
  /** Calls for which nothing is kept. */
  #rest = 0
  #nextRest = FIRST_REST

  /** Whether nothing is kept at the moment. */
  get isResting(): boolean {
    return this.#rest > 0
  }

  /** Whether an entry may give way to another. */
  get mayEvict(): boolean {
    return this.#evictions * HITS_PER_EVICTION < this.hits
  }

  /** Counts an entry that gave way to another. */
  noteEviction(): void {
    this.#evictions++
  }

  /** Counts a call during a rest. */
  noteRest(): void {
    this.#rest--
  }

  /** Counts a call that had to ask the core, and judges at the end of a trial. */
  noteAsked(): void {
    if (++this.#asked === TRIAL) this.#judge()
  }

  #judge(): void {
    if (this.hits >= TRIAL * WORTH) {
      this.#nextRest = FIRST_REST
    } else {
      this.#rest = this.#nextRest
      this.#nextRest = Math.min(2 * this.#nextRest, LONGEST_REST)
    }
    this.hits = this.#asked = this.#evictions = 0
  }
}
