import { nameOf } from '../function/text.ts'
import { type AnyFunction, noteWrapper } from '../function/wrapped.ts'
import type { CacheOptions } from '../option/cache-options.ts'
import type { Lookup } from '../report/entry-info.ts'
import type { Explanation } from '../report/explanation.ts'
import type { FunctionStats } from '../report/function-stats.ts'
import type { CachedCalls } from './cached-calls.ts'

/**
 * What `memory.cache(fn)` returns: called like `fn`, sync where it is sync and async where it is async.
 *
 * A miss returns the function's own value; a hit returns a copy that is the caller's to change. Equal asynchronous
 * calls under way at once share one run. What `fn` throws is never stored.
 *
 * Besides a call itself, everything here throws EngramError ERR_CLOSED once the memory is closed, and
 * ERR_STORE_UNAVAILABLE or ERR_STORE_FORMAT where it must ask a store that cannot be asked.
 */
export type CachedFunction<F extends AnyFunction> = F & {
  /** The function that was wrapped; calling it leaves the cache alone. */
  readonly fn: F
  /** Function id, the name of its entries: the option `name`, else like `shop/src/prices.ts#load`. */
  readonly id: string
  /** Runs and overwrites, whatever is stored. Does not join an equal call that is under way. */
  refresh(...args: Parameters<F>): ReturnType<F>
  /** Whether a call would hit. No side effect, nothing runs but `validate`. Throws ERR_UNHASHABLE. */
  has(...args: Parameters<F>): boolean
  /** The entry's facts, or why a call would run. No side effect, nothing runs but `validate`. Throws ERR_UNHASHABLE. */
  lookup(...args: Parameters<F>): Lookup
  /**
   * Why this call would run: each part of its key that differs from the nearest entry's, as `helper normalise`, `argument
   * rows.length 3 → 4`. Looks at up to 20,000 entries of the function. Throws ERR_UNHASHABLE.
   *
   * @example
   * ```ts
   * const { status, changed } = load.explain('rows.csv', { limit: 4 })
   * for (const { part, name, before, now } of changed) console.log(part, name, before, '→', now)
   * ```
   */
  explain(...args: Parameters<F>): Explanation
  /** Hexadecimal call key; empty where nothing is cached. Throws ERR_UNHASHABLE. */
  key(...args: Parameters<F>): string
  /** Drops one call's entry; false when there was none, or `mode` forbids writing. Throws ERR_UNHASHABLE. */
  forget(...args: Parameters<F>): boolean
  /**
   * Drops the entries of this function's present code, version, strategy, project and domain; says how many went: 0
   * where `mode` forbids writing.
   */
  clear(): number
  /** What calls did through this memory, and what is stored. Reads the facts of every entry of the function. */
  stats(): FunctionStats
  /** The same function under other options; what is not named stays. Throws what `memory.cache` throws. */
  with(options: CacheOptions<F>): CachedFunction<F>
}

/** A proxy may throw when it is asked. */
function lengthOf(fn: AnyFunction): number {
  try {
    return fn.length
  } catch {
    return 0
  }
}

/** Gives calls the form of a function. `rewrap` makes the same function under other options. */
export function cachedFunction<F extends AnyFunction>(
  calls: CachedCalls,
  rewrap: (options: CacheOptions<F>) => CachedFunction<F>,
): CachedFunction<F> {
  const { fn } = calls
  const cached = function (this: unknown, ...args: unknown[]): unknown {
    return calls.call(this, args)
  }
  const methods = {
    fn,
    id: calls.id,
    refresh(this: unknown, ...args: unknown[]) {
      return calls.refresh(this === cached ? undefined : this, args)
    },
    has: (...args: unknown[]) => calls.lookup(args).status === 'hit',
    lookup: (...args: unknown[]) => calls.lookup(args),
    explain: (...args: unknown[]) => calls.explain(args),
    key: (...args: unknown[]) => calls.key(args),
    forget: (...args: unknown[]) => calls.forget(args),
    clear: () => calls.clear(),
    stats: () => calls.stats(),
    with: rewrap,
  }
  for (const [name, value] of Object.entries({ ...methods, name: nameOf(fn), length: lengthOf(fn) })) {
    Object.defineProperty(cached, name, { value, configurable: true })
  }
  noteWrapper(cached, { fn, stamp: calls.stamp })
  return cached as unknown as CachedFunction<F>
}
