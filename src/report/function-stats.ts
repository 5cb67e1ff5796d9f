/** What calls did. */
export interface CallSums {
  /** Calls that found a usable entry. */
  hits: number
  /** Calls that found none and ran, refreshes included. */
  misses: number
  /** Calls that shared another caller's run. */
  joined: number
  /** Calls that found an entry past its age, refused by `validate`, or with a file that was changed. */
  stale: number
  /** How long the runs took that hits and joined calls were spared, in milliseconds. */
  savedMs: number
  /** Bytes of the values that hits brought, before compression. */
  savedBytes: number
}

/** What the calls of a function did in all processes since the first. */
export interface CallTotals extends CallSums {
  /** When the first of them was counted, in milliseconds since the epoch; undefined before it. */
  since: number | undefined
}

/** What a function's cache did in this thread since its memory was opened, what it did in all, and what it holds. */
export interface FunctionStats extends CallSums {
  /** Entries in the store. */
  entries: number
  /** Bytes of their values, before compression. */
  byteLength: number
  /** Hits and joined calls over all calls that asked the cache, 0 to 1; 0 before the first. */
  hitRate: number
  /**
   * What calls of the function by this name, project and domain did in all processes, whatever its code and version were.
   * Kept in the store and not dropped by `clear`. A process that is killed loses its last second; one that reached the store
   * through another process (`role`: 'client') what it has not told that one with its last question.
   */
  total: CallTotals & {
    /** As above, of all of them. */
    hitRate: number
  }
}

/** Who adds counts up over processes. */
export interface Tally {
  /** Is told once that there is something to take from these counts. */
  note(counts: CallCounts): void
}

/** Counts of one function in one thread. */
export class CallCounts implements CallSums {
  hits = 0
  misses = 0
  joined = 0
  stale = 0
  savedMs = 0
  savedBytes = 0
  /** Of the function, in the sums that are kept. */
  readonly name: string
  readonly #tally: Tally | undefined
  #told: CallSums = NONE
  #isDue = false

  /** No `tally` where nothing is kept. */
  constructor(name: string, tally: Tally | undefined) {
    this.name = name
    this.#tally = tally
  }

  noteHit(savedMs: number, byteLength: number): void {
    this.hits++
    this.savedMs += savedMs
    this.savedBytes += byteLength
    if (!this.#isDue) this.#begin()
  }

  noteJoined(savedMs: number, byteLength: number): void {
    this.joined++
    this.savedMs += savedMs
    this.savedBytes += byteLength
    if (!this.#isDue) this.#begin()
  }

  noteRun(isStale: boolean): void {
    if (isStale) this.stale++
    else this.misses++
    if (!this.#isDue) this.#begin()
  }

  /** What calls did since this was last asked, which was counted by now. */
  takeUntold(since: number): CallSums & { name: string; since: number } {
    const told = this.#told
    this.#told = sumsOf(this)
    this.#isDue = false
    return {
      name: this.name,
      since,
      hits: this.hits - told.hits,
      misses: this.misses - told.misses,
      joined: this.joined - told.joined,
      stale: this.stale - told.stale,
      savedMs: this.savedMs - told.savedMs,
      savedBytes: this.savedBytes - told.savedBytes,
    }
  }

  #begin(): void {
    this.#isDue = true
    this.#tally?.note(this)
  }
}

const NONE: CallSums = { hits: 0, misses: 0, joined: 0, stale: 0, savedMs: 0, savedBytes: 0 }

/** What is said where nothing was counted. */
export const NO_TOTALS: CallTotals = { ...NONE, since: undefined }

/** Sums of two, of both together. */
export function sumsOf(one: CallSums, other: CallSums = NONE): CallSums {
  return {
    hits: one.hits + other.hits,
    misses: one.misses + other.misses,
    joined: one.joined + other.joined,
    stale: one.stale + other.stale,
    savedMs: one.savedMs + other.savedMs,
    savedBytes: one.savedBytes + other.savedBytes,
  }
}

export function totalsOf(one: CallTotals, other: CallTotals = NO_TOTALS): CallTotals {
  const since = Math.min(one.since ?? Number.POSITIVE_INFINITY, other.since ?? Number.POSITIVE_INFINITY)
  return { ...sumsOf(one, other), since: Number.isFinite(since) ? since : undefined }
}

/** The stats of calls that did this here and in all, and whose entries are these. */
export function functionStats(
  sums: CallSums,
  total: CallTotals,
  { entries, byteLength }: { entries: number; byteLength: number },
): FunctionStats {
  return {
    ...sumsOf(sums),
    entries,
    byteLength,
    hitRate: hitRateOf(sums),
    total: { ...totalsOf(total), hitRate: hitRateOf(total) },
  }
}

function hitRateOf({ hits, misses, joined, stale }: CallSums): number {
  const calls = hits + misses + joined + stale
  return calls === 0 ? 0 : (hits + joined) / calls
}
