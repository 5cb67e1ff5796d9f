import type { Payload } from '../entry/payload.ts'
import type { CallParameters, CallResult } from '../function/signatures.ts'
import { nameOf } from '../function/text.ts'
import { type AnyFunction, noteWrapper } from '../function/wrapped.ts'
import type { CacheOptions } from '../option/cache-options.ts'
import { invalid } from '../option/check.ts'
import type { Lookup } from '../report/entry-info.ts'
import type { Explanation } from '../report/explanation.ts'
import type { FunctionStats } from '../report/function-stats.ts'
import { showProperties } from './function-properties.ts'
import type { Calls } from './receiver-calls.ts'

/**
 * What `memory.cache(fn)` returns: called like `fn`, sync where it is sync and async where it is async.
 *
 * A miss returns the function's own value; a hit returns a copy that is the caller's to change. Equal asynchronous
 * calls under way at once share one run. What `fn` throws is never stored.
 *
 * What `fn` has besides, as `axios.post` and static members, is read from `fn` at the time, assigned to it, and called on
 * it. Where it has something that is called as one of the members below, the member wins: `cached.fn.has` is its own.
 *
 * Besides a call itself, everything here throws EngramError ERR_CLOSED once the memory is closed, and
 * ERR_STORE_UNAVAILABLE or ERR_STORE_FORMAT where it must ask a store that cannot be asked.
 */
export type CachedFunction<F extends AnyFunction = AnyFunction> = F & {
  /** The function that was wrapped; calling it leaves the cache alone. */
  readonly fn: F
  /** Function id, the name of its entries: the option `name`, else like `shop/src/prices.ts#load`. */
  readonly id: string
  /** Runs and overwrites, whatever is stored. Does not join an equal call that is under way. */
  readonly refresh: F
  /** Whether a call would hit. No side effect, nothing runs but `validate`. Throws ERR_UNHASHABLE. */
  has(...args: CallParameters<F>): boolean
  /** The entry's facts, or why a call would run. No side effect, nothing runs but `validate`. Throws ERR_UNHASHABLE. */
  lookup(...args: CallParameters<F>): Lookup
  /**
   * As `lookup` for many calls, each given by its arguments, in one crossing into the store: several times as fast as one by
   * one. In the order of the calls. Throws ERR_UNHASHABLE, and ERR_INVALID_OPTION for what is no array of arrays.
   *
   * @example
   * ```ts
   * const missing = days.filter((_, i) => looked[i].status !== 'hit') // looked = load.lookupMany(days.map((day) => [day]))
   * ```
   */
  lookupMany(calls: readonly CallParameters<F>[]): Lookup[]
  /**
   * Calls the function, and hands back a reference to the result: where it is stored it is not loaded, however large. A
   * promise of it where the function returns one. A result that is not stored is held by its reference.
   *
   * @example
   * ```ts
   * const rows = await load.shelve('2024-05')
   * rows.digest // equal for equal values
   * rows.value // loads it
   * ```
   */
  shelve(...args: CallParameters<F>): Shelved<CallResult<F>>
  /**
   * Stores a value as the result of this call, whatever is stored, without running; does nothing where `mode` forbids
   * writing. For a function that returns a promise and is not declared `async`, pass a promise. Throws ERR_UNHASHABLE and
   * ERR_UNSERIALIZABLE.
   *
   * @example
   * ```ts
   * load.prime(rows, '2024-05')
   * ```
   */
  prime(value: Awaited<CallResult<F>> | PromiseLike<Awaited<CallResult<F>>>, ...args: CallParameters<F>): void
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
  explain(...args: CallParameters<F>): Explanation
  /** Hexadecimal call key; empty where nothing is cached. Throws ERR_UNHASHABLE. */
  key(...args: CallParameters<F>): string
  /** Drops one call's entry; false when there was none, or `mode` forbids writing. Throws ERR_UNHASHABLE. */
  forget(...args: CallParameters<F>): boolean
  /**
   * Drops the entries of this function's present code, version, strategy, project and domain; says how many went: 0
   * where `mode` forbids writing.
   */
  clear(): number
  /**
   * Has what the nearest earlier code of this function stored answer for the present code: after an edit that changes no
   * result. Says how many entries these are; each is copied when a call needs it, and stays for the earlier code.
   *
   * Earlier code is any other one of the same id, project, domain, version and strategy. Its source and its helpers may
   * differ; what both captured or depend on must be the same. 0 where there is none, where all was adopted before, and where
   * `mode` forbids writing. Of a method, for the class of the object: `memory.of(shop).prices.adopt()`. Throws
   * ERR_UNHASHABLE.
   *
   * @example
   * ```ts
   * load.explain('rows.csv').changed // [{ part: 'code', name: 'load', … }]
   * load.adopt() // 120: the loop was only written in another way
   * load.has('rows.csv') // true
   * ```
   */
  adopt(): number
  /** What calls did through this memory, and what is stored. Reads the facts of every entry of the function. */
  stats(): FunctionStats
  /** The same function under other options; what is not named stays. Throws what `memory.cache` throws. */
  with(options: CacheOptions<F>): CachedFunction<F>
}

/** What `shelve` returns. */
export type Shelved<R> = unknown extends R ? any : R extends PromiseLike<infer T> ? Promise<Payload<T>> : Payload<R>

function listOfCalls(many: unknown): unknown[][] {
  if (Array.isArray(many) && many.every(Array.isArray)) return many as unknown[][]
  throw invalid('lookupMany(calls) needs an array with an array of arguments for each call.')
}

/** A proxy may throw when it is asked. */
function lengthOf(fn: AnyFunction): number {
  try {
    return fn.length
  } catch {
    return 0
  }
}

/** Makes the same function under other options. */
type Rewrap<F extends AnyFunction> = (options: CacheOptions<F>) => CachedFunction<F>

/** Gives calls the form of a function. */
export function cachedFunction<F extends AnyFunction>(calls: Calls, rewrap: Rewrap<F>): CachedFunction<F> {
  const { fn } = calls
  const cached = function (this: unknown, ...args: unknown[]): unknown {
    return calls.call(this, args)
  }
  // `shop.prices.has(day)` is called on the wrapper, which is nobody's `this`; `shop.prices.has.call(shop, day)` is not.
  const receiverOf = (self: unknown): unknown => (self === cached ? undefined : self)
  return dressed(cached, { fn, ...members(calls, receiverOf), with: rewrap }, calls)
}

/** Gives the calls of a method on one object the form of a function. */
export function boundMethod<F extends AnyFunction>(
  calls: Calls,
  receiver: unknown,
  rewrap: Rewrap<F>,
): CachedFunction<F> {
  const cached = (...args: unknown[]): unknown => calls.call(receiver, args)
  const fn = calls.fn.bind(receiver)
  return dressed(cached, { fn, ...members(calls, () => receiver), with: rewrap }, calls)
}

/** What a wrapper has besides a call itself. `receiverOf` gives the receiver of the call that a member is about. */
function members(calls: Calls, receiverOf: (self: unknown) => unknown): Record<string, AnyFunction> {
  const about = (ask: (self: unknown, args: unknown[]) => unknown) =>
    // oxlint-disable-next-line func-names
    function (this: unknown, ...args: unknown[]): unknown {
      return ask(receiverOf(this), args)
    }
  return {
    refresh: about((self, args) => calls.refresh(self, args)),
    has: about((self, args) => calls.lookup(self, args).status === 'hit'),
    lookup: about((self, args) => calls.lookup(self, args)),
    lookupMany: about((self, [many]) => calls.lookupMany(self, listOfCalls(many))),
    shelve: about((self, args) => calls.shelve(self, args)),
    prime: about((self, [value, ...args]) => calls.prime(self, value, args)),
    explain: about((self, args) => calls.explain(self, args)),
    key: about((self, args) => calls.key(self, args)),
    forget: about((self, args) => calls.forget(self, args)),
    clear: () => calls.clear(),
    adopt: about((self) => calls.adopt(self)),
    stats: () => calls.stats(),
  }
}

function dressed<F extends AnyFunction>(
  cached: AnyFunction,
  own: { readonly fn: AnyFunction; readonly [name: string]: unknown },
  calls: Calls,
): CachedFunction<F> {
  const { fn, id, stamp } = calls
  for (const [name, value] of Object.entries({ ...own, id, name: nameOf(fn), length: lengthOf(fn) })) {
    Object.defineProperty(cached, name, { value, configurable: true })
  }
  showProperties(cached, fn)
  noteWrapper(cached, { fn: own.fn, stamp, closure: () => calls.closure() })
  return cached as unknown as CachedFunction<F>
}
