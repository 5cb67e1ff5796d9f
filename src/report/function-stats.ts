/** What a function's cache did in this thread since its memory was opened, and what it holds. */
export interface FunctionStats {
  /** Calls that found a usable entry. */
  hits: number
  /** Calls that found none and ran, refreshes included. */
  misses: number
  /** Calls that shared another caller's run. */
  joined: number
  /** Calls that found an entry past its age or refused by `validate`. */
  stale: number
  /** Entries in the store. */
  entries: number
  /** Bytes of their values, before compression. */
  byteLength: number
  /** How long the runs took that hits and joined calls were spared, in milliseconds. */
  savedMs: number
  /** Hits and joined calls over all calls that asked the cache, 0 to 1; 0 before the first. */
  hitRate: number
}

/** Counts of one function in one thread. */
export class CallCounts {
  hits = 0
  misses = 0
  joined = 0
  stale = 0
  savedMs = 0

  add(other: CallCounts): this {
    this.hits += other.hits
    this.misses += other.misses
    this.joined += other.joined
    this.stale += other.stale
    this.savedMs += other.savedMs
    return this
  }

  with(stored: { entries: number; byteLength: number }): FunctionStats {
    const { hits, misses, joined, stale, savedMs } = this
    const calls = hits + misses + joined + stale
    const { entries, byteLength } = stored
    return {
      hits,
      misses,
      joined,
      stale,
      entries,
      byteLength,
      savedMs,
      hitRate: calls === 0 ? 0 : (hits + joined) / calls,
    }
  }
}
