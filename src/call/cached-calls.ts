import type { CodeStores } from '../entry/code-entries.ts'
import { type Found, Missing } from '../entry/found.ts'
import type { FrontEntry } from '../entry/front-entries.ts'
import type { CallIdentity, FunctionStore } from '../entry/function-entries.ts'
import type { AnyFunction } from '../function/wrapped.ts'
import type { ResolvedCacheOptions } from '../option/cache-options.ts'
import type { Lookup, MissReason } from '../report/entry-info.ts'
import type { Explanation } from '../report/explanation.ts'
import type { CallCounts, FunctionStats } from '../report/function-stats.ts'
import { closed, damaged } from '../report/trouble.ts'
import type { KeyInputs } from './inputs.ts'
import { type CallContext, CallRuns } from './runs.ts'
import { beginCall, eventOf } from './state.ts'

/** The calls of one function: the algorithm of docs/design.md. */
export class CachedCalls {
  readonly fn: AnyFunction
  readonly id: string
  readonly #counts: CallCounts
  readonly #runs: CallRuns
  /** None where nothing is cached: then every call runs. */
  readonly #stores: CodeStores | undefined
  readonly #context: CallContext
  readonly #options: ResolvedCacheOptions
  readonly #keyInputs: KeyInputs
  /** Reading is what `mode` forbids in 'refresh'. */
  readonly #isReading: boolean
  readonly #isWriting: boolean
  /** Whether running each time is what the user wants. */
  readonly #isTransparent: boolean

  constructor(
    fn: AnyFunction,
    id: string,
    stores: CodeStores | undefined,
    keyInputs: KeyInputs,
    options: ResolvedCacheOptions,
    context: CallContext,
    counts: CallCounts,
  ) {
    this.fn = fn
    this.id = id
    this.#stores = stores
    this.#keyInputs = keyInputs
    this.#options = options
    this.#context = context
    this.#counts = counts
    this.#runs = new CallRuns(fn, id, options, context, counts)
    this.#isReading = context.mode !== 'refresh'
    this.#isWriting = context.mode !== 'readOnly'
    this.#isTransparent = !context.isCaching || options.strategy === false
  }

  /** Stands for the function's code in the keys of functions that call it, where the user said that something else does. */
  get stamp(): string | undefined {
    const { strategy, version } = this.#options
    return strategy === 'inputHash' ? JSON.stringify([this.id, version]) : undefined
  }

  call(self: unknown, args: unknown[]): unknown {
    const stores = this.#stores
    if (stores === undefined || this.#context.isClosed) return this.#bypass(self, args)
    if (!this.#isReading) return this.#refresh(self, args, true)
    const isObserved = this.#context.observers.areListening
    const startedAt = isObserved ? performance.now() : 0
    let now = 0
    let inputs: readonly unknown[] | undefined
    let found: Found<FunctionStore> | Missing<FunctionStore> | undefined
    try {
      inputs = this.#keyInputs(args, self)
      if (inputs !== undefined) {
        const store = stores.current()
        const wantsIdentity = isObserved || this.#options.validate !== undefined
        const kept = wantsIdentity ? undefined : store.find(inputs)
        if (kept !== undefined && this.#isYoung(kept)) return this.#repeat(store, kept)
        now = this.#context.clock()
        found = store.recall(inputs, now, wantsIdentity)
      }
    } catch (error) {
      return this.#bypass(self, args, error)
    }
    if (found === undefined) return this.#bypass(self, args)
    if (found instanceof Missing) return this.#miss(self, args, found)
    const staleness = this.#runs.staleness(found.createdAt, now, found.identity)
    if (staleness !== undefined)
      return this.#stale(self, args, staleness, found.identity ?? stores.current().identify(inputs!))
    this.#counts.hits++
    this.#counts.savedMs += found.durationMs
    if (isObserved) {
      const savedMs = found.durationMs
      const identity = found.identity!
      this.#publish({ self, args, startedAt, status: 'hit', cacheStatus: 'hit', identity, ranMs: 0, savedMs })
    }
    return found.isPromised ? Promise.resolve(found.value) : found.value
  }

  #isYoung(entry: FrontEntry): boolean {
    const { maxAgeMs } = this.#options
    return maxAgeMs === Number.POSITIVE_INFINITY || this.#context.clock() - entry.createdAt <= maxAgeMs
  }

  #repeat(store: FunctionStore, entry: FrontEntry): unknown {
    store.note(entry)
    this.#counts.hits++
    this.#counts.savedMs += entry.durationMs
    return entry.isPromised ? Promise.resolve(entry.copy()) : entry.copy()
  }

  refresh(self: unknown, args: unknown[]): unknown {
    if (this.#stores === undefined || this.#context.isClosed) return this.#bypass(self, args)
    return this.#refresh(self, args, false)
  }

  lookup(args: unknown[]): Lookup {
    const inputs = this.#openInputs(args)
    if (inputs === undefined) return { status: 'miss', reason: 'absent', key: '' }
    const store = this.#stores!.current()
    if (!this.#isReading) return { status: 'miss', reason: 'refresh', key: store.identify(inputs).key }
    const found = store.peek(inputs)
    if (found instanceof Missing) {
      if (found.failure !== undefined) this.#context.trouble.meet(found.failure, this.id)
      return { status: 'miss', reason: found.reason, key: found.identity.key }
    }
    const { createdAt, identity } = found
    const staleness = this.#runs.staleness(createdAt, this.#context.clock(), identity)
    if (staleness !== undefined) return { status: 'stale', reason: staleness, key: identity.key }
    const info = store.info(identity)
    return info === undefined ? { status: 'miss', reason: 'absent', key: identity.key } : { status: 'hit', info }
  }

  /** Why this call would run: of a miss, what differs from the nearest entry. */
  explain(args: unknown[]): Explanation {
    const looked = this.lookup(args)
    const state = this.#stores?.state ?? []
    if (looked.status === 'hit') return { status: 'hit', changed: [], state }
    const { status, reason } = looked
    const isNew = reason === 'absent' && looked.key !== ''
    const store = isNew ? this.#stores!.current() : undefined
    const changed = store?.explain(store.identify(this.#keyInputs(args)!)) ?? []
    return { status, reason, changed, state }
  }

  key(args: unknown[]): string {
    const inputs = this.#openInputs(args)
    return inputs === undefined ? '' : this.#stores!.current().key(inputs)
  }

  forget(args: unknown[]): boolean {
    const inputs = this.#openInputs(args)
    if (inputs === undefined || !this.#isWriting) return false
    const store = this.#stores!.current()
    return store.forget(store.identify(inputs))
  }

  clear(): number {
    this.#refuseClosed()
    return this.#isWriting ? (this.#stores?.current().clear() ?? 0) : 0
  }

  stats(): FunctionStats {
    this.#refuseClosed()
    return this.#counts.with(this.#totals())
  }

  /** For reports: a store that cannot be read must not end a program that asks for figures. */
  #totals(): { entries: number; byteLength: number } {
    try {
      if (this.#stores !== undefined) return this.#stores.current().totals()
    } catch (error) {
      this.#context.trouble.meet(error, this.id)
    }
    return { entries: 0, byteLength: 0 }
  }

  #openInputs(args: unknown[]): readonly unknown[] | undefined {
    this.#refuseClosed()
    return this.#stores === undefined ? undefined : this.#keyInputs(args)
  }

  #refuseClosed(): void {
    if (this.#context.isClosed) throw closed()
  }

  /** Runs without the cache: because it is off, or because `error` keeps this call from it. */
  #bypass(self: unknown, args: unknown[], error?: unknown): unknown {
    const trouble = error ?? (this.#context.isClosed && !this.#isTransparent ? closed() : undefined)
    if (trouble !== undefined) this.#context.trouble.meet(trouble, this.id)
    // Transparent: unless somebody waits for its end, a promise is the function's own.
    if (!this.#context.observers.areListening) return this.fn.apply(self, args)
    const call = beginCall(self, args, 'bypass')
    call.cacheStatus = error === undefined ? 'disabled' : 'lookupFailure'
    return this.#runs.perform(call)
  }

  #refresh(self: unknown, args: unknown[], mayJoin: boolean): unknown {
    const call = beginCall(self, args, 'refresh')
    call.reason = 'refresh'
    call.cacheStatus = 'skipped'
    try {
      const inputs = this.#keyInputs(args, self)
      if (inputs !== undefined) call.identity = this.#stores!.current().identify(inputs)
    } catch (error) {
      return this.#bypass(self, args, error)
    }
    return call.identity === undefined ? this.#bypass(self, args) : this.#runs.run(call, mayJoin)
  }

  #miss(self: unknown, args: unknown[], found: Missing<FunctionStore>): unknown {
    const call = beginCall(self, args, 'miss')
    call.reason = found.reason
    call.identity = found.identity
    call.isShared = found.isShared
    if (found.hasWarning) this.#context.warn()
    if (found.isHeld) return this.#runs.follow(call)
    call.isLeading = found.failure === undefined
    if (found.reason !== 'absent') {
      // A damaged entry is a miss that mends itself: said, never thrown.
      this.#context.trouble.say(found.failure ?? damaged(found.reason), this.id)
    } else if (found.failure !== undefined) {
      this.#context.trouble.meet(found.failure, this.id)
      call.cacheStatus = 'lookupFailure'
    }
    return this.#runs.run(call, true)
  }

  #stale(self: unknown, args: unknown[], reason: MissReason, identity: CallIdentity): unknown {
    const call = beginCall(self, args, 'stale')
    call.reason = reason
    call.identity = identity
    call.isLeading = identity.store.acquire(identity)
    return call.isLeading ? this.#runs.run(call, true) : this.#runs.follow(call)
  }

  #publish(call: Parameters<typeof eventOf>[0]): void {
    const { observers } = this.#context
    if (observers.areListening) observers.publish(eventOf(call, this.id))
  }
}
