import { CachedCalls } from '../call/cached-calls.ts'
import { type CachedFunction, boundMethod, cachedFunction } from '../call/cached-function.ts'
import {
  type CallsOfMethod,
  type Decorated,
  type MemoryMethodDecorator,
  MethodCalls,
  type MethodOptions,
  cachedMethod,
  checkMethodOptions,
  decorated,
} from '../call/cached-method.ts'
import type { CallContext, CalledFunction } from '../call/context.ts'
import type { Observers } from '../call/event.ts'
import { type KeyInputs, countedParametersOf, keyInputsOf } from '../call/inputs.ts'
import { ReceiverCalls } from '../call/receiver-calls.ts'
import { countsArguments, usesReceiver } from '../code/calling.ts'
import type { ReceiverReach } from '../code/receiver-reach.ts'
import { CodeEntries, type OpenEntries } from '../entry/code-entries.ts'
import { FrontEntries } from '../entry/front-entries.ts'
import { FunctionEntries } from '../entry/function-entries.ts'
import { Fingerprints } from '../fingerprint/fingerprint.ts'
import { FunctionIdentities } from '../fingerprint/identity.ts'
import type { CodeStrategy, FingerprintOptions } from '../fingerprint/options.ts'
import { functionId, moduleOf } from '../function/id.ts'
import type { Parameter } from '../function/parameters.ts'
import { nameOf } from '../function/text.ts'
import { type AnyFunction, unwrapped } from '../function/wrapped.ts'
import { encodeKeyValue } from '../key/encoder.ts'
import { type Calling, type Identity, type Store, digestOfText } from '../native/binding.ts'
import {
  type CacheOptions,
  type ResolvedCacheOptions,
  mergedOptions,
  resolveCacheOptions,
} from '../option/cache-options.ts'
import { invalid } from '../option/check.ts'
import type { MemoryOptions, ResolvedMemoryOptions } from '../option/memory-options.ts'
import { HeapSink } from '../platform/byte-sink.ts'
import { CallCounts } from '../report/function-stats.ts'
import { statisticsName } from '../report/statistics.ts'
import { Realm } from '../value/realm.ts'
import type { TypeRegistry } from '../value/type-registry.ts'
import { type FamilyFunction, inputsOfFamilyCall, recordsOfFamilyCall, runFamilyCall } from './family-call.ts'

/** What calls of one identity did; several identities may have one name. */
export interface NamedCounts {
  readonly name: string
  readonly counts: CallCounts
}

/** What is called on objects: a decorated method, or a function that was wrapped. */
interface WrappedMethod {
  /** The calls on one object. Throws what keeps them from the cache. */
  on(receiver: unknown): CachedCalls
  /** The same under other options; what is not named stays. */
  with(options: CacheOptions): WrappedMethod
}

/** What became of a function when it was last wrapped, and what that depends on besides the function. */
interface LastWrapped {
  readonly file: string | undefined
  readonly name: string
  readonly options: CacheOptions<any>
  readonly cached: CachedFunction
}

/** A function whose calls are to be found again. */
interface Wrapped {
  /** Whose code is in the key. */
  readonly fn: AnyFunction
  /** What a miss runs. Default `fn`. */
  readonly run?: AnyFunction
  readonly identity: Identity
  readonly keyInputs: KeyInputs
  readonly options: ResolvedCacheOptions
  /** Where it was wrapped. */
  readonly file: string | undefined
  /** Of a method: what it reaches through `this`. */
  readonly receiver?: ReceiverReach
  /** What the inputs are called. Default: as the function's parameters. */
  readonly parameters?: readonly Parameter[]
  /** Default: those of the memory. */
  readonly observers?: Observers
  readonly recordsOf?: CalledFunction['recordsOf']
}

/** The functions and methods that one memory wraps. */
export class Wrapping {
  readonly #store: Store | undefined
  readonly #options: ResolvedMemoryOptions
  readonly #context: CallContext
  readonly #types: TypeRegistry
  readonly #fingerprints: Fingerprints
  /** None where the user's clock says when entries are used. */
  readonly #front: FrontEntries | undefined
  readonly #identities = new FunctionIdentities()
  /** A program may wrap within a loop, and `eval` wraps at each call. */
  readonly #last = new WeakMap<AnyFunction, LastWrapped>()
  /** By the function that took the method's place. */
  readonly #methods = new WeakMap<AnyFunction, WrappedMethod>()
  /** By identity. */
  readonly #counts = new Map<string, NamedCounts>()

  constructor(store: Store | undefined, options: ResolvedMemoryOptions, context: CallContext, types: TypeRegistry) {
    this.#store = store
    this.#options = options
    this.#context = context
    this.#types = types
    this.#fingerprints = new Fingerprints(types)
    this.#front = store === undefined || options.clock !== Date.now ? undefined : new FrontEntries(store)
  }

  /** What calls did so far. */
  counts(): Iterable<NamedCounts> {
    return this.#counts.values()
  }

  /** Has the core hear of all uses. */
  flush(): void {
    this.#front?.flush()
    this.#context.statistics?.flush()
  }

  /**
   * What opens a memory of the same entries in another thread; undefined where nothing is written, or where classes are registered,
   * which are known here alone.
   */
  reopening(): MemoryOptions | undefined {
    const { location, mode, project, domain, limits, durability, compression, explainValues } = this.#options
    if (this.#store === undefined || mode === 'readOnly' || !this.#types.isEmpty) return undefined
    const { maxBytes, maxEntries, maxAgeMs: maxAge } = limits
    return {
      location,
      project,
      domain,
      limits: { maxBytes, maxEntries, maxAge },
      durability,
      compression,
      explainValues,
      mode: 'readWrite',
      verbose: 0,
    }
  }

  /** As `Memory.cache`; `file` is where it was called. */
  wrap<F extends AnyFunction>(given: F, options: CacheOptions<F>, file: string | undefined): CachedFunction<F> {
    if (typeof given !== 'function') throw invalid('cache(fn) needs a function.')
    const fn = unwrapped(given)
    const last = this.#last.get(fn)
    if (last !== undefined && last.file === file && last.name === nameOf(fn) && areSame(last.options, options)) {
      return last.cached as unknown as CachedFunction<F>
    }
    const calls = this.#callsOfFunction(fn, options, file)
    const cached = cachedFunction<F>(calls, (other) => this.wrap(fn, mergedOptions(options, other), file))
    if (calls instanceof ReceiverCalls) this.#methods.set(cached, this.#wrappedMethod(calls, options, file))
    this.#last.set(fn, { file, name: nameOf(fn), options: { ...options }, cached: cached as unknown as CachedFunction })
    return cached
  }

  #callsOfFunction(fn: AnyFunction, options: CacheOptions<any>, file: string | undefined): CachedCalls | ReceiverCalls {
    const resolved = resolveCacheOptions(options, this.#options)
    this.#checkDeps(resolved)
    const identity = this.#identities.of(fn, resolved, { kind: 'memory', module: moduleOf(file) })
    const wrapped = { fn, identity, keyInputs: keyInputsOf(fn, identity.name, resolved, file), options: resolved, file }
    const plain = this.#callsOf(wrapped)
    return usesReceiver(fn) ? this.#receiving(plain, wrapped) : plain
  }

  #wrappedMethod(calls: ReceiverCalls, options: CacheOptions<any>, file: string | undefined): WrappedMethod {
    const rewrap = (other: CacheOptions): WrappedMethod => {
      const merged = mergedOptions(options, other)
      return this.#wrappedMethod(this.#callsOfFunction(calls.fn, merged, file) as ReceiverCalls, merged, file)
    }
    return { on: (receiver) => calls.on(receiver), with: rewrap }
  }

  /** Of a function that uses `this`: what it is called on counts. */
  #receiving(plain: CachedCalls, wrapped: Wrapped): ReceiverCalls {
    const { fn, identity, keyInputs, options } = wrapped
    const place = { method: fn, name: identity.name, isStatic: undefined }
    const methods = new MethodCalls(place, {
      types: this.#types,
      trouble: this.#context.trouble,
      ignoresThis: options.ignoreThis,
      stamp: plain.stamp,
      callsOf: (_title, receiver, withThis) => this.#callsOf({ ...wrapped, keyInputs: withThis(keyInputs), receiver }),
    })
    return new ReceiverCalls(plain, methods)
  }

  /** As `Memory.cached`; `file` is where it was called. */
  decorator(options: MethodOptions, file: string | undefined): MemoryMethodDecorator {
    checkMethodOptions(options)
    // What is wrong with options is said where they stand, not at the first method or its first call.
    resolveCacheOptions(options, this.#options)
    const decorator = (target: unknown, given: unknown, descriptor?: PropertyDescriptor): unknown => {
      const { calls, method } = this.#wrapMethod(decorated(target, given, descriptor), options, file)
      const wrapper = cachedMethod(calls)
      this.#methods.set(wrapper, method)
      return descriptor === undefined ? wrapper : { ...descriptor, value: wrapper }
    }
    return decorator as MemoryMethodDecorator
  }

  /** As `Memory.of`. */
  of(method: AnyFunction, receiver: unknown): CachedFunction {
    const wrapped = this.#methods.get(method)
    if (wrapped !== undefined) return this.#bound(wrapped, receiver)
    throw invalid(
      'of(method, receiver) needs a method that this memory has wrapped, by `cached` or, where it uses `this`, by `cache`.',
    )
  }

  #bound(wrapped: WrappedMethod, receiver: unknown): CachedFunction {
    const rewrap = (options: CacheOptions): CachedFunction => this.#bound(wrapped.with(options), receiver)
    return boundMethod(wrapped.on(receiver), receiver, rewrap)
  }

  #wrapMethod(
    place: Decorated,
    options: MethodOptions,
    file: string | undefined,
  ): { calls: MethodCalls; method: WrappedMethod } {
    const { method, name } = place
    const resolved = resolveCacheOptions(options, this.#options)
    keyInputsOf(method, name, resolved, file)
    const callsOf: CallsOfMethod = (title, receiver, withThis) => {
      const identity = this.#identities.of(method, resolved, { kind: 'memory', module: moduleOf(file), name: title })
      const keyInputs = withThis(keyInputsOf(method, identity.name, resolved, file))
      return this.#callsOf({ fn: method, identity, keyInputs, options: resolved, file, receiver })
    }
    const calls = new MethodCalls(place, {
      types: this.#types,
      trouble: this.#context.trouble,
      ignoresThis: resolved.ignoreThis,
      stamp: stampOf(method, functionId(name, moduleOf(file)), resolved),
      callsOf,
    })
    const rewrap = (other: CacheOptions): WrappedMethod =>
      this.#wrapMethod(place, mergedOptions(options, other), file).method
    return { calls, method: { on: (receiver) => calls.ofOrThrow(receiver), with: rewrap } }
  }

  /** The entries of values that were stored by themselves; undefined where nothing is cached. */
  payloads(): FunctionEntries | undefined {
    if (this.#store === undefined) return undefined
    const { project, domain } = this.#options
    const scope = { ...(project !== undefined && { project }), ...(domain !== undefined && { domain }) }
    const identity: Identity = { name: 'payload', kind: 'memory', strategy: 'custom', ...scope }
    const native = this.#store.function(identity, this.#storing())
    const explaining = { keepsValues: false, parameters: () => undefined }
    const [front, code, held] = [undefined, undefined, undefined]
    return new FunctionEntries({ native, identity, keys: this.#fingerprints.keys, explaining, front, code, held })
  }

  /** The calls of a family's function: see `Door`. */
  family({ kind, fn, inputs, options, file }: FamilyFunction, observers: Observers): CachedCalls {
    if (typeof fn !== 'function') throw invalid(`A ${kind} needs a function.`)
    const resolved = resolveCacheOptions(options, this.#options)
    const identity = this.#identities.of(fn, resolved, { kind, module: moduleOf(file) })
    const parameters = inputs.map((name) => ({ name, rest: false, properties: [] }))
    const family = {
      run: runFamilyCall,
      keyInputs: inputsOfFamilyCall,
      parameters,
      observers,
      recordsOf: recordsOfFamilyCall,
    }
    return this.#callsOf({ fn, identity, options: resolved, file, ...family })
  }

  #callsOf(wrapped: Wrapped): CachedCalls {
    const { fn, run = fn, identity, options, keyInputs, recordsOf, observers = this.#context.observers } = wrapped
    const isCached = options.strategy !== false && !this.#context.isClosed
    const entries = isCached && this.#store ? this.#entriesOf(this.#store, wrapped) : undefined
    const counts = this.#countsOf(identity)
    const called = { fn: run, id: identity.name, options, context: this.#context, counts, observers, recordsOf }
    return new CachedCalls(called, entries, keyInputs)
  }

  /** What a function captured is read at its first call: before, its module may not have run to its end. */
  #entriesOf(store: Store, { fn, identity, options, file, receiver, parameters }: Wrapped): CodeEntries {
    const { strategy, captures, ignoredCaptures, deps } = options
    const calling = this.#calling(options)
    const explaining = {
      keepsValues: this.#options.explainValues,
      parameters: () => parameters ?? countedParametersOf(fn, options, { hasThis: receiver !== undefined, file }),
    }
    const realm = Realm.of(fn)
    const open: OpenEntries = (digest, code, held) => {
      const whole = { ...identity, ...(digest !== undefined && { code: digest }) }
      const native = store.function(whole, calling)
      const { keys } = this.#fingerprints
      // What a family gives are no arguments: their number is fixed.
      const isNumberCounted = parameters === undefined && countsArguments(fn)
      const front = realm === undefined ? this.#front : undefined
      return new FunctionEntries({
        native,
        identity: whole,
        keys,
        explaining,
        front,
        code,
        held,
        isNumberCounted,
        realm,
      })
    }
    const name = nameOf(fn) || 'anonymous'
    const isCounted = identity.code !== undefined
    const isVersioned = strategy === 'inputHash' && options.version !== undefined
    if (!isCounted && deps.length === 0 && !(isVersioned && captures === 'auto'))
      return new CodeEntries(name, open, undefined)
    if (isCounted || deps.length > 0) store.openAhead()
    const fingerprint: Omit<FingerprintOptions, 'keys' | 'covers'> = {
      strategy: strategy as CodeStrategy,
      captures,
      ignored: ignoredCaptures,
      isPassed: false,
      file,
      deps,
      ...(receiver !== undefined && { receiver }),
    }
    const make = () => {
      const made = isCounted
        ? this.#fingerprints.of(fn, { ...fingerprint, covers: 'code' })
        : this.#fingerprints.ofUncounted(fn, fingerprint, isVersioned)
      for (const doubt of made?.doubts ?? []) this.#context.trouble.say(doubt, identity.name)
      return made
    }
    return new CodeEntries(name, open, make)
  }

  /** What was named has to be there: throws ERR_UNHASHABLE. What functions reach is known at the first call. */
  #checkDeps({ deps }: ResolvedCacheOptions): void {
    for (const [index, dep] of deps.entries())
      if (typeof dep !== 'function') encodeKeyValue(new HeapSink(64), 0, dep, `deps[${index}]`, this.#fingerprints.keys)
  }

  #calling({ singleFlight }: ResolvedCacheOptions): Calling {
    const reach = singleFlight === 'process' ? 'process' : 'shared'
    // Who stores nothing has nothing for others to wait for.
    const isLeading = singleFlight !== false && this.#options.mode !== 'readOnly'
    return { ...(isLeading && { singleFlight: reach }), ...this.#storing() }
  }

  /** How results are stored. */
  #storing(): Pick<Calling, 'isPower' | 'compression' | 'packsBuffers'> {
    const { durability, compression } = this.#options
    return {
      isPower: durability === 'power',
      compression: compression.inline,
      packsBuffers: compression.blobs === 'zstd',
    }
  }

  #countsOf(identity: Identity): CallCounts {
    const text = JSON.stringify(identity)
    let named = this.#counts.get(text)
    if (named === undefined) {
      const { name } = identity
      const counts = new CallCounts(statisticsName(identity), this.#context.statistics)
      this.#counts.set(text, (named = { name, counts }))
    }
    return named.counts
  }
}

/** Whether options say the same. An array or object in them may have changed in place, so it never does. */
function areSame(some: CacheOptions<any>, others: CacheOptions<any>): boolean {
  if (typeof others !== 'object' || others === null) return false
  const names = Object.keys(others) as (keyof CacheOptions)[]
  if (names.length !== Object.keys(some).length) return false
  return names.every((name) => Object.is(some[name], others[name]) && typeof others[name] !== 'object')
}

/** Its class is not known yet, so that its text tells it from another class's method of the same name. */
function stampOf(
  method: AnyFunction,
  id: string,
  { name, strategy, version }: ResolvedCacheOptions,
): string | undefined {
  if (strategy !== 'inputHash') return undefined
  return JSON.stringify([name ?? id, version, digestOfText(method.toString())])
}
