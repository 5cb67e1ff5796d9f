import type { CallResult } from '../function/signatures.ts'
import type { AnyFunction } from '../function/wrapped.ts'
import type { EntryInfo } from '../report/entry-info.ts'
import { checkFunction, checkKnown, checkString, invalid } from './check.ts'
import { type Duration, parseDuration } from './duration.ts'

/**
 * The rule for what enters a key.
 *
 * - `'codeHash'`: the function's exact source text (a comment counts), what it captured, the helpers that it reaches, and
 *   the inputs.
 * - `'syntaxHash'`: the same, but comments, whitespace, quotes and the like do not count.
 * - `'inputHash'`: the inputs only. Needs a function with a name, the option `name`, or a version.
 * - `false`: never cached.
 * - a function: returns the key; null or undefined means do not cache this call.
 */
export type Strategy = 'codeHash' | 'syntaxHash' | 'inputHash' | false | CustomKey

/**
 * Returns the string that stands for a call's arguments in its key; null or undefined: the call is not cached. What it
 * throws, or another result, keeps the call from the cache as any failure does (ERR_INVALID_OPTION). `ignore` has no
 * effect beside it.
 *
 * @example
 * ```ts
 * const forecast = memory.cache(fetchForecast, { strategy: ({ args }) => `${args[0]} ${new Date().toDateString()}` })
 * ```
 */
export type CustomKey = (call: {
  /** Function id. */
  name: string
  /** The arguments, which must not be changed. */
  args: readonly unknown[]
  /** Empty in this version. */
  context: Record<string, unknown>
}) => string | null | undefined

/** What of the captured values does not matter. */
export interface CapturesOption {
  /** Names of captured variables (`'db'`), and paths from them to members (`'client.stats'`). */
  ignore: readonly string[]
}

/** How one function is cached. An option that is undefined is as if it was not there. */
export interface CacheOptions<F extends AnyFunction = AnyFunction> {
  /**
   * Stable identity, a non-empty string. Default: path of the module that wraps the function, relative to its package, and the
   * function's name, as in `shop/src/prices.ts#load`.
   */
  name?: string | undefined
  /**
   * Part of the key, a non-empty string. Given without a strategy, it stands for the code: the strategy becomes `'inputHash'`.
   * Default none.
   */
  version?: string | undefined
  /** Default: that of the memory. */
  strategy?: Strategy | undefined
  /**
   * Parameters left out of the key: names, positions from 0, or paths into an options object (`'options.verbose'`).
   * ERR_UNKNOWN_PARAMETER for a name that the function does not have. Default none.
   */
  ignore?: readonly (string | number)[] | undefined
  /**
   * Parameter names in order, for code whose names were minified away; the last may be `'...rest'`. Default: read from
   * the function's source.
   */
  params?: readonly string[] | undefined
  /**
   * More that the result depends on: functions, values, `fileOf(path)`, `packageOf(name)`, `env(name)`. Part of the key
   * under every strategy but `false`. Default none.
   */
  deps?: readonly unknown[] | undefined
  /**
   * Whether captured values and the helpers that the function reaches are found by themselves, under `'codeHash'` and
   * `'syntaxHash'`; 'none': its source alone counts. Default 'auto'.
   */
  captures?: 'auto' | 'none' | CapturesOption | undefined
  /**
   * By parameter name: returns the string that stands for the argument in the key. ERR_UNKNOWN_PARAMETER for a name that
   * the function does not have. Default none.
   */
  hash?: Record<string, (value: any) => string> | undefined
  /**
   * Reader's limit, in milliseconds or as a string ('24h'): an entry whose age is greater is stale. 0, the default: never.
   * ERR_INVALID_OPTION where it is negative or unreadable.
   */
  maxAge?: Duration | undefined
  /**
   * Serves an entry that is older than `maxAge` by up to this much, and runs the function anew in the background: once, over
   * all processes. The next call gets the new result. The process may end meanwhile. If that run throws, there is a warning
   * (ERR_REFRESH), and the entry is served further until it is too old. `has` and `lookup` say that such an entry is stale. In
   * milliseconds or as a string. Default 0: nothing stale is served. ERR_INVALID_OPTION without `maxAge`.
   */
  staleWhileRevalidate?: Duration | undefined
  /**
   * Asked on every hit, with complete metadata and the time of the memory's clock; false or a throw makes the entry stale. It may be async where the function
   * returns a promise; where it does not, such a call runs uncached (ERR_INVALID_OPTION), and `has`, `lookup` and
   * `explain`, which answer at once, throw that in any case. Default none. `expiresAfter` makes one.
   */
  validate?: ((info: EntryInfo, now: number) => boolean | PromiseLike<boolean>) | undefined
  /**
   * Asked before storing; false leaves the result unstored. `durationMs`: how long the function ran. `byteLength`:
   * bytes of the encoded value, before compression. It may be async where the function returns a promise; where it does
   * not, nothing is stored (ERR_INVALID_OPTION). Default: everything is stored.
   */
  storeIf?:
    | ((
        value: Awaited<CallResult<F>>,
        info: { durationMs: number; byteLength: number },
      ) => boolean | PromiseLike<boolean>)
    | undefined
  /**
   * true: equal calls run once at a time, in all processes and threads that share the directory; the others wait, and
   * find the result. 'process': those of this process only. false: every thread for itself. Default true.
   */
  singleFlight?: boolean | 'process' | undefined
  /**
   * How long a call waits for a run of another process or thread before it runs itself, in milliseconds or as a string
   * ('30s'). The death of that process ends the wait sooner. Default no limit. ERR_INVALID_OPTION where it is negative or unreadable.
   */
  waitTimeout?: Duration | undefined
  /**
   * Of a function that uses `this`: whether its state stays out of the key. Calls on all instances of a class then share
   * their entries. What the function calls on `this` counts as code all the same. Default false: a registered instance
   * counts by its codec, any other one by the name of its class and its own enumerable properties.
   */
  ignoreThis?: boolean | undefined
  /** Default: that of the memory. */
  project?: string | undefined
  /** Default: that of the memory. */
  domain?: string | undefined
}

/** Checked options, in units that the call needs. */
export interface ResolvedCacheOptions {
  readonly name: string | undefined
  readonly version: string | undefined
  readonly strategy: Strategy
  readonly ignore: readonly (string | number)[]
  readonly params: readonly string[] | undefined
  readonly deps: readonly unknown[]
  readonly captures: 'auto' | 'none'
  /** What of the captured values does not matter. */
  readonly ignoredCaptures: readonly string[]
  readonly hash: Readonly<Record<string, (value: any) => string>>
  /** Infinity when entries do not age. */
  readonly maxAgeMs: number
  /** How much older than that an entry may be that is served. */
  readonly staleMs: number
  readonly validate: ((info: EntryInfo, now: number) => boolean | PromiseLike<boolean>) | undefined
  readonly storeIf:
    | ((value: any, info: { durationMs: number; byteLength: number }) => boolean | PromiseLike<boolean>)
    | undefined
  readonly singleFlight: boolean | 'process'
  /** Infinity when there is no limit. */
  readonly waitTimeoutMs: number
  readonly ignoreThis: boolean
  readonly project: string | undefined
  readonly domain: string | undefined
}

/** What a memory says for functions that say nothing. */
export interface CacheDefaults {
  readonly strategy: Strategy
  readonly project: string | undefined
  readonly domain: string | undefined
}

const STRATEGIES: readonly unknown[] = ['codeHash', 'syntaxHash', 'inputHash', false]
const STRINGS = ['name', 'version', 'project', 'domain'] as const
const FUNCTIONS = ['validate', 'storeIf'] as const
const CALLING = ['maxAge', 'staleWhileRevalidate', 'singleFlight', 'waitTimeout'] as const
const KEYING = ['strategy', 'ignore', 'params', 'deps', 'captures', 'hash', 'ignoreThis'] as const
/** Names of the options of a cached function. */
export const CACHE_OPTIONS: readonly string[] = [...STRINGS, ...FUNCTIONS, ...KEYING, ...CALLING]

/** Checks options before anything is changed. @throws EngramError ERR_INVALID_OPTION */
export function resolveCacheOptions(options: CacheOptions<any>, defaults: CacheDefaults): ResolvedCacheOptions {
  checkKnown(options, CACHE_OPTIONS)
  for (const option of STRINGS) checkString(options[option], option)
  for (const option of FUNCTIONS) checkFunction(options[option], option)
  const maxAgeMs = options.maxAge === undefined ? 0 : parseDuration(options.maxAge, 'maxAge')
  const staleMs =
    options.staleWhileRevalidate === undefined ? 0 : parseDuration(options.staleWhileRevalidate, 'staleWhileRevalidate')
  if (staleMs > 0 && maxAgeMs === 0)
    throw invalid(`The option 'staleWhileRevalidate' needs 'maxAge': without it no entry is stale.`)
  return {
    name: options.name,
    version: options.version,
    strategy: checkStrategy(options.strategy ?? defaultStrategy(options.version, defaults.strategy)),
    ignore: options.ignore ?? [],
    params: options.params,
    deps: checkDeps(options.deps ?? []),
    ...checkCaptures(options.captures ?? 'auto'),
    hash: checkHash(options.hash ?? {}),
    maxAgeMs: maxAgeMs === 0 ? Number.POSITIVE_INFINITY : maxAgeMs,
    staleMs,
    validate: options.validate,
    storeIf: options.storeIf,
    singleFlight: checkSingleFlight(options.singleFlight ?? true),
    waitTimeoutMs:
      options.waitTimeout === undefined ? Number.POSITIVE_INFINITY : parseDuration(options.waitTimeout, 'waitTimeout'),
    ignoreThis: checkIgnoreThis(options.ignoreThis ?? false),
    project: options.project ?? defaults.project,
    domain: options.domain ?? defaults.domain,
  }
}

/** `options` as far as they say something, else what was said before. @throws EngramError ERR_INVALID_OPTION */
export function mergedOptions<T extends CacheOptions<any>>(before: T, options: CacheOptions<any>): T {
  checkKnown(options, CACHE_OPTIONS)
  return { ...before, ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) }
}

/** A version stands for the code, but does not turn on what a memory has turned off. */
function defaultStrategy(version: string | undefined, ofMemory: Strategy): Strategy {
  return version === undefined || ofMemory === false ? ofMemory : 'inputHash'
}

function checkDeps(value: readonly unknown[]): readonly unknown[] {
  if (Array.isArray(value)) return [...(value as unknown[])]
  throw invalid(`The option 'deps' must be an array.`)
}

function checkHash(value: Record<string, (value: any) => string>): Readonly<Record<string, (value: any) => string>> {
  if (typeof value === 'object' && value !== null) return { ...value }
  throw invalid(`The option 'hash' must be an object with a function for each parameter.`)
}

function checkCaptures(
  value: 'auto' | 'none' | CapturesOption,
): Pick<ResolvedCacheOptions, 'captures' | 'ignoredCaptures'> {
  if (value === 'auto' || value === 'none') return { captures: value, ignoredCaptures: [] }
  const { ignore, ...others } = typeof value === 'object' && value !== null ? value : { ignore: undefined }
  const isList = Array.isArray(ignore) && ignore.every((one) => typeof one === 'string' && one !== '')
  if (isList && Object.keys(others).length === 0) return { captures: 'auto', ignoredCaptures: [...ignore] }
  throw invalid(`The option 'captures' must be 'auto', 'none', or { ignore: [names of variables] }.`)
}

function checkIgnoreThis(value: boolean): boolean {
  if (typeof value === 'boolean') return value
  throw invalid(`The option 'ignoreThis' must be true or false.`)
}

function checkSingleFlight(value: boolean | 'process'): boolean | 'process' {
  if (typeof value === 'boolean' || value === 'process') return value
  throw invalid(`The option 'singleFlight' must be true, 'process' or false.`)
}

export function checkStrategy(strategy: Strategy): Strategy {
  if (typeof strategy === 'function' || STRATEGIES.includes(strategy)) return strategy
  throw invalid(`The option 'strategy' must be 'codeHash', 'syntaxHash', 'inputHash', false or a function.`)
}
