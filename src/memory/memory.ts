import type { CachedFunction } from '../call/cached-function.ts'
import type { MemoryMethodDecorator, MethodOptions } from '../call/cached-method.ts'
import type { CallContext } from '../call/context.ts'
import { RunningCalls } from '../call/running-calls.ts'
import { plainCodecOf } from '../code/plain-class.ts'
import { Payload, payloadSources } from '../entry/payload.ts'
import type { CallParameters, CallResult } from '../function/signatures.ts'
import { type AnyFunction, noteFamiliar } from '../function/wrapped.ts'
import { type Store, openStore, translating } from '../native/binding.ts'
import type { CacheOptions } from '../option/cache-options.ts'
import { invalid } from '../option/check.ts'
import type { EntryFilter } from '../option/entry-filter.ts'
import type { Limits } from '../option/limits.ts'
import { type MemoryOptions, resolveMemoryOptions } from '../option/memory-options.ts'
import type { VerifyOptions } from '../option/verify-options.ts'
import { callingFile } from '../platform/caller.ts'
import { type CallListener, CallObservers } from '../report/call-event.ts'
import type { EntryInfo } from '../report/entry-info.ts'
import type { MemoryStats } from '../report/memory-stats.ts'
import { narrator } from '../report/narration.ts'
import type { LineageStep, RunDifference, RunFilter, RunRecord } from '../report/run-record.ts'
import { Statistics } from '../report/statistics.ts'
import { Trouble } from '../report/trouble.ts'
import type { VerifyReport } from '../report/verify-report.ts'
import type { PackageCodec } from '../value/package-codec.ts'
import { TypeRegistry } from '../value/type-registry.ts'
import type { ValueCodec } from '../value/value-codec.ts'
import { EngramError } from '../words/error.ts'
import { Contents } from './contents.ts'
import { Door } from './door.ts'
import { provideLiveCodecs } from './live-codecs.ts'
import { Payloads } from './payloads.ts'
import { Records } from './records.ts'
import { RunHistory } from './run-history.ts'
import { Wrapping } from './wrapping.ts'

let openDoor: (memory: Memory) => Door

/** What families (pipelines, tasks, works) use of a memory. Not public. */
export function doorOf(memory: Memory): Door {
  return openDoor(memory)
}

/**
 * A cache on disk for what functions return.
 *
 * All processes, worker threads and memories that name a directory share it: what one has computed the others find, and
 * equal calls at the same time run once.
 *
 * @example
 * ```ts
 * import { Memory } from 'engram'
 *
 * const memory = new Memory('.engram')
 * const slowSquare = memory.cache(function square(n: number) {
 *   return n * n
 * })
 * slowSquare(12) // runs
 * slowSquare(12) // does not, nor in the next run of the program
 * ```
 */
export class Memory implements AsyncDisposable {
  /** Absolute path of the store's directory; null where there is none. */
  readonly location: string | null
  readonly #store: Store | undefined
  readonly #context: CallContext
  readonly #types = new TypeRegistry()
  readonly #wrapping: Wrapping
  #madePayloads: Payloads | undefined
  #madeContents: Contents | undefined
  #madeRecords: Records | undefined
  #madeDoor: Door | undefined

  static {
    openDoor = (memory) => memory.#door
  }

  /**
   * Touches no file: a directory that is there is opened when a function is wrapped, one that is not is made by
   * the first run.
   *
   * @param location - Directory of the store, a path or a file URL; null: no caching. Default '.engram' beside the
   *   package.json of the program.
   * @throws EngramError ERR_INVALID_OPTION
   */
  constructor(location?: string | URL | null)
  /**
   * As above, with options.
   *
   * @throws EngramError ERR_INVALID_OPTION for an invalid value, or an unknown option.
   */
  constructor(options?: MemoryOptions)
  constructor(given?: MemoryOptions | string | URL | null) {
    const options = resolveMemoryOptions(given)
    const { location, mode, clock, onError, verbose } = options
    noteFamiliar(this)
    this.location = location
    this.#store = location === null || mode === 'off' ? undefined : openStore(location, mode === 'readOnly')
    if (mode !== 'readOnly') this.#store?.setLimits(options.limits)
    this.#context = {
      mode,
      clock,
      trouble: new Trouble(onError),
      observers: new CallObservers(),
      running: location === null ? new RunningCalls() : runsAt(location),
      statistics: this.#store && new Statistics(this.#store, clock),
      warn: () => this.#warn(),
      isCaching: this.#store !== undefined,
      isClosed: false,
    }
    payloadSources.set(this, { store: () => this.#contents.opened(), types: this.#types })
    this.#wrapping = new Wrapping(this.#store, options, this.#context, this.#types)
    const payloadOf = <T>(value: T): Payload<T> => this.#payloads.of(value)
    provideLiveCodecs(this.#types, () => this.#contents.opened(), payloadOf)
    if (verbose > 0) {
      const roleNow = () => this.#store?.role() ?? 'none'
      const { explainValues: showsValues } = options
      this.#context.observers.add(narrator({ verbose: verbose as 1 | 2, location, roleNow, showsValues }))
    }
  }

  /**
   * Wraps a function: same parameters, same result type, sync stays sync and async stays async. Wrapping a wrapped
   * function replaces its options.
   *
   * Calls are found again by the function's id, its code with what it captured and the helpers that it reaches, and
   * their arguments: see docs/keys.md. If its text uses `this`, what it is called on counts as it does for methods that
   * `cached` decorates; the `this` of an arrow function cannot be seen.
   *
   * @throws EngramError ERR_INVALID_OPTION, ERR_UNKNOWN_PARAMETER, or ERR_UNNAMED_FUNCTION where functions could not be
   * told apart.
   *
   * @example
   * ```ts
   * const load = memory.cache(loadRows, { version: '3', ignore: ['options.verbose'], maxAge: '7d' })
   * const rows = await load('2024-05', { verbose: true })
   * ```
   */
  cache<F extends AnyFunction>(fn: F, options: CacheOptions<F> = {}): CachedFunction<F> {
    return this.#wrapping.wrap(fn, options, callingFile(this.cache))
  }

  /**
   * Decorator for methods: as `cache`, and `this` is part of the key unless it is ignored. Instances of registered
   * classes count by their codec, others by the name of their class and their own enumerable properties. Methods and
   * getters that the method reaches through `this` and `super` count as helpers do; `#private` fields count where the method
   * may look at one. A `this` of which something cannot be seen (a socket) is said once, and its calls run uncached. `of`
   * gives what else a cached function has.
   *
   * In plain JavaScript it is called: `Shop.prototype.prices = memory.cached()(Shop.prototype.prices, { name: 'prices' })`.
   *
   * @throws EngramError ERR_INVALID_OPTION, also for what is not a method; ERR_UNKNOWN_PARAMETER.
   *
   * @example
   * ```ts
   * class Shop {
   *   constructor(readonly region: string) {}
   *
   *   @memory.cached({ maxAge: '1d' })
   *   async prices(day: string): Promise<number[]> {
   *     return fetchPrices(this.region, day)
   *   }
   * }
   * ```
   */
  cached(options: MethodOptions = {}): MemoryMethodDecorator {
    return this.#wrapping.decorator(options, callingFile(this.cached))
  }

  /**
   * What a cached function has, for a method that `cached` or `cache` wrapped: `refresh`, `has`, `lookup`, `explain`, `key`,
   * `forget`, `stats` and the rest, for calls on one object. Static methods are called on their class. Within a class,
   * `this.#prices` and `super.prices` work as well. `clear` and `stats` are of the calls on all objects of its class.
   *
   * @param method - As its class has it.
   * @param receiver - Its `this`.
   * @throws EngramError ERR_INVALID_OPTION for a method that this memory has not wrapped, or without a receiver;
   *   ERR_UNNAMED_FUNCTION.
   *
   * @example
   * ```ts
   * const shop = new Shop('north')
   * await memory.of(shop.prices, shop).refresh('2024-05-01')
   * memory.of(shop.prices, shop).has('2024-05-02') // false
   * ```
   */
  of<F extends AnyFunction>(method: F, receiver: ThisParameterType<F>): CachedFunction<OmitThisParameter<F>> {
    if (arguments.length < 2) throw invalid('of(method, receiver) needs the object that the method is called on.')
    return this.#wrapping.of(method, receiver) as unknown as CachedFunction<OmitThisParameter<F>>
  }

  /** `cache(fn)(...args)`. @throws EngramError as `cache` does, and whatever `fn` throws. */
  eval<F extends AnyFunction>(fn: F, ...args: CallParameters<F>): CallResult<F> {
    return this.#wrapping.wrap(fn, {}, callingFile(this.eval))(...args) as CallResult<F>
  }

  /**
   * Stores a value by itself and gives a reference to it: small, and loaded on first use. Equal values are stored once. Where
   * nothing is cached, or `mode` forbids writing, the payload holds the value.
   *
   * @throws EngramError ERR_UNSERIALIZABLE, ERR_CLOSED; under `onError: 'throw'` what keeps the store from taking it.
   *
   * @example
   * ```ts
   * const model = memory.payload(weights)
   * const scores = predict(model, rows) // keyed by the digest of the weights
   * ```
   */
  payload<T>(value: T): Payload<T> {
    return this.#contents.opened() === undefined ? new Payload(value) : this.#payloads.of(value)
  }

  /**
   * Registers how instances of a class are stored and hashed, in this memory. It is for instances of exactly this
   * class: a subclass needs a registration of its own.
   *
   * @param codec - Without it, an instance is its own properties: they are stored under the class's name, and set on an
   *   object with its prototype, without the constructor; keys are as if the class were not registered. That is not for a
   *   class with private fields or accessors, nor for one that extends a built-in class. A proxy of an instance, and one
   *   with a property that is an accessor, not enumerable or named by a symbol, is not stored (ERR_UNSERIALIZABLE).
   *
   * @throws EngramError ERR_INVALID_OPTION for a type that is not a class or is built in, a class that needs a codec, a codec
   *   that lacks something, or a name that another class has.
   *
   * @example
   * ```ts
   * memory.register(Point, {
   *   name: 'Point',
   *   encode: ({ x, y }) => [x, y],
   *   decode: ([x, y]) => new Point(x, y),
   * })
   * memory.register(Size) // its own properties
   * ```
   */
  register<C extends abstract new (...args: any[]) => any>(type: C, codec?: ValueCodec<InstanceType<C>>): void
  /**
   * Registers classes of a package with a ready codec of `engram/codecs`: the class, or what holds it.
   *
   * @throws EngramError ERR_INVALID_OPTION where `library` has no class that the codec knows, or another one has the name of its codec.
   *
   * @example
   * ```ts
   * import Decimal from 'decimal.js'
   * import * as Immutable from 'immutable'
   * import { decimal, immutable } from 'engram/codecs'
   *
   * memory.register(Decimal, decimal)
   * memory.register(Immutable, immutable)
   * ```
   */
  register(library: object, codec: PackageCodec): void
  register(type: any, codec?: ValueCodec<any> | PackageCodec): void {
    if (typeof codec === 'object' && codec !== null && 'codecsOf' in codec) this.#types.registerPackage(type, codec)
    else this.#types.register(type, codec === undefined ? plainCodecOf(type) : codec)
  }

  /**
   * One record for each entry, newest first; those of a filter, or all. The store is asked when the iteration begins.
   *
   * @throws EngramError ERR_CLOSED, ERR_INVALID_OPTION, ERR_STORE_UNAVAILABLE, ERR_STORE_FORMAT
   *
   * @example
   * ```ts
   * for (const { name, byteLength } of memory.entries({ olderThan: '30d' })) console.log(name, byteLength)
   * ```
   */
  entries(filter: EntryFilter = {}): Iterable<EntryInfo> {
    return this.#contents.entries(filter)
  }

  /**
   * What was called through this memory, and what the store holds. Reads the facts of every entry. A store that cannot be
   * read counts as empty, with one warning.
   *
   * @throws EngramError ERR_CLOSED; under `onError: 'throw'` ERR_STORE_UNAVAILABLE, ERR_STORE_FORMAT
   */
  stats(): MemoryStats {
    return this.#contents.stats()
  }

  /**
   * Drops matching entries, or all without a filter; says how many went: 0 where `mode` forbids writing. Never touches
   * files that engram did not write.
   *
   * @throws EngramError ERR_CLOSED, ERR_INVALID_OPTION, ERR_STORE_UNAVAILABLE, ERR_STORE_FORMAT
   */
  clear(filter?: EntryFilter): number {
    return this.#contents.clear(filter)
  }

  /**
   * Drops what exceeds these limits now, least recently used first, and says what went. What is not named is not limited;
   * `maxAge: 0` drops everything.
   *
   * @throws EngramError ERR_CLOSED, ERR_INVALID_OPTION, ERR_STORE_UNAVAILABLE, ERR_STORE_FORMAT
   *
   * @example
   * ```ts
   * memory.reduce({ maxBytes: '2GiB', maxAge: '90d' }) // { entries: 12, byteLength: 734003200, … }
   * ```
   */
  reduce(limits: Limits): {
    /** How many went. */
    entries: number
    /** Bytes of their values, before compression. */
    byteLength: number
    /** The same. */
    bytes: number
  } {
    return this.#contents.reduce(limits)
  }

  /**
   * Reads everything back against its digest, on all cores, while calls go on: entries that are damaged or lack a file, and
   * files that no entry needs. `repair` drops just those; where `mode` forbids writing it drops nothing. A damaged entry is
   * a miss in any case.
   *
   * @throws EngramError ERR_CLOSED, ERR_INVALID_OPTION, ERR_STORE_UNAVAILABLE, ERR_STORE_FORMAT; the reason of `signal`.
   *
   * @example
   * ```ts
   * const { corrupt, orphans } = await memory.verify({ repair: true, signal: AbortSignal.timeout(60_000) })
   * ```
   */
  async verify(options: VerifyOptions = {}): Promise<VerifyReport> {
    return this.#contents.verify(options)
  }

  /**
   * The runs of pipelines, workflows and apps that are kept, newest first; those of a filter, or all. A run whose process died
   * is `failed`. The calls of a run are read when they are asked for.
   *
   * @throws EngramError ERR_CLOSED, ERR_INVALID_OPTION, ERR_STORE_UNAVAILABLE, ERR_STORE_FORMAT
   *
   * @example
   * ```ts
   * for (const { runId, state, calls } of memory.runs({ name: 'etl', limit: 5 })) console.log(runId, state, calls.length)
   * ```
   */
  runs(filter: RunFilter = {}): Iterable<RunRecord> {
    return this.#history.runs(filter)
  }

  /** The run of an id; undefined where it is not kept. @throws EngramError as `runs` does. */
  run(runId: string): RunRecord | undefined {
    return this.#history.run(runId)
  }

  /**
   * What became of each call in two runs, and why it ran in the later one.
   *
   * @throws EngramError as `runs` does; ERR_INVALID_OPTION for a run that is not kept.
   */
  diff(before: string, now: string): RunDifference[] {
    return this.#history.diff(before, now)
  }

  /**
   * How a result came about: the call that gave it first, then those that gave what it took. Empty where no run is kept in which
   * it was computed.
   *
   * @param of - A call key, or a payload.
   * @throws EngramError as `runs` does.
   */
  lineage(of: string | { digest: string }): LineageStep[] {
    return this.#history.lineage(of)
  }

  /**
   * Hears of every call of this memory's functions, when it is over. While nobody listens, calls cost less.
   *
   * @throws EngramError ERR_INVALID_OPTION where the listener is not a function.
   *
   * @example
   * ```ts
   * memory.on('call', ({ status, name, savedMs }) => console.log(status, name, savedMs))
   * ```
   */
  on(event: 'call', listener: CallListener): this {
    if (event !== 'call') throw invalid(`Unknown event '${String(event)}'; the only event is 'call'.`)
    if (typeof listener !== 'function') throw invalid(`on('call', listener) needs a function.`)
    this.#context.observers.add(listener)
    return this
  }

  /** Ends what `on` began for this listener. */
  off(event: 'call', listener: CallListener): this {
    if (event === 'call') this.#context.observers.remove(listener)
    return this
  }

  /**
   * Lets go of the store; the last memory or thread of the process to do so closes it. Cached functions still work
   * afterwards: they run each time, and say so once (ERR_CLOSED). Everything else throws ERR_CLOSED. Closing twice is
   * closing once, and closing is not needed before a program ends.
   */
  async close(): Promise<void> {
    if (this.#context.isClosed) return
    this.#context.isClosed = true
    this.#wrapping.flush()
    translating(() => this.#store?.close())
  }

  /** `close()`, at the end of the block of an `await using` declaration. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  get #contents(): Contents {
    return (this.#madeContents ??= new Contents(this.#store, this.location ?? '', this.#context, this.#wrapping))
  }

  get #records(): Records {
    return (this.#madeRecords ??= new Records(() => this.#contents.opened(), this.#types, this.#context))
  }

  get #payloads(): Payloads {
    return (this.#madePayloads ??= new Payloads(this.#wrapping, this.#types, this.#context))
  }

  get #history(): RunHistory {
    return new RunHistory(this.#records, this.#context.clock)
  }

  get #door(): Door {
    return (this.#madeDoor ??= new Door({
      wrapping: this.#wrapping,
      context: this.#context,
      types: this.#types,
      payloadOf: (value) => this.payload(value),
      records: this.#records,
      store: () => this.#contents.opened(),
    }))
  }

  #warn(): void {
    const warning = this.#store?.takeWarning()
    if (typeof warning === 'string') {
      this.#context.trouble.say(new EngramError('ERR_STORE_UNAVAILABLE', warning), this.location!)
    }
  }
}

/** By directory: memories on one directory share the runs under way as they share the store. */
const runs = new Map<string, RunningCalls>()

function runsAt(location: string): RunningCalls {
  let running = runs.get(location)
  if (running === undefined) runs.set(location, (running = new RunningCalls()))
  return running
}
