import type { AnyFunction, ResolvedCacheOptions } from './cache-options.ts'
import { type Call, type Run, beginCall, eventOf } from './call.ts'
import type { CallObservers } from './call-event.ts'
import type { Lookup, MissReason } from './entry-info.ts'
import { EngramError } from './error.ts'
import type { CallCounts, FunctionStats } from './function-stats.ts'
import { type CallIdentity, type Found, type FunctionStore, Missing } from './function-store.ts'
import type { KeyInputs } from './function-identity.ts'
import type { Mode } from './memory-options.ts'
import { type Trouble, closed, damaged } from './trouble.ts'

/** What the calls of all functions of a memory share. */
export interface CallContext {
  readonly mode: Mode
  readonly clock: () => number
  readonly trouble: Trouble
  readonly observers: CallObservers
  /** Runs under way in this thread that equal calls may join, by call key. */
  readonly running: Map<string, Run>
  /** False where every wrapper is transparent. */
  readonly isCaching: boolean
  isClosed: boolean
}

/** The calls of one function: the algorithm of docs/design.md. */
export class CachedCalls {
  readonly fn: AnyFunction
  readonly id: string
  readonly #counts: CallCounts
  /** None where nothing is cached: then every call runs. */
  readonly #store: FunctionStore | undefined
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
    store: FunctionStore | undefined,
    keyInputs: KeyInputs,
    options: ResolvedCacheOptions,
    context: CallContext,
    counts: CallCounts,
  ) {
    this.fn = fn
    this.id = id
    this.#store = store
    this.#keyInputs = keyInputs
    this.#options = options
    this.#context = context
    this.#counts = counts
    this.#isReading = context.mode !== 'refresh'
    this.#isWriting = context.mode !== 'readOnly'
    this.#isTransparent = !context.isCaching || options.strategy === false
  }

  call(self: unknown, args: unknown[]): unknown {
    const store = this.#store
    if (store === undefined || this.#context.isClosed) return this.#bypass(self, args)
    if (!this.#isReading) return this.#refresh(self, args, true)
    const isObserved = this.#context.observers.areListening
    const startedAt = isObserved ? performance.now() : 0
    const now = this.#context.clock()
    let inputs: readonly unknown[] | undefined
    let found: Found | Missing | undefined
    try {
      inputs = this.#keyInputs(args)
      if (inputs !== undefined) found = store.recall(inputs, now, isObserved || this.#options.validate !== undefined)
    } catch (error) {
      return this.#bypass(self, args, error)
    }
    if (found === undefined) return this.#bypass(self, args)
    if (found instanceof Missing) return this.#miss(self, args, found)
    const staleness = this.#staleness(found.createdAt, now, found.identity)
    if (staleness !== undefined) return this.#stale(self, args, staleness, found.identity ?? store.identify(inputs!))
    this.#counts.hits++
    this.#counts.savedMs += found.durationMs
    if (isObserved) {
      const savedMs = found.durationMs
      const identity = found.identity!
      this.#publish({ self, args, startedAt, status: 'hit', cacheStatus: 'hit', identity, ranMs: 0, savedMs })
    }
    return found.isPromised ? Promise.resolve(found.value) : found.value
  }

  refresh(self: unknown, args: unknown[]): unknown {
    if (this.#store === undefined || this.#context.isClosed) return this.#bypass(self, args)
    return this.#refresh(self, args, false)
  }

  lookup(args: unknown[]): Lookup {
    const inputs = this.#openInputs(args)
    if (inputs === undefined) return { status: 'miss', reason: 'absent', key: '' }
    const store = this.#store!
    if (!this.#isReading) return { status: 'miss', reason: 'refresh', key: store.identify(inputs).key }
    const found = store.peek(inputs)
    if (found instanceof Missing) {
      if (found.failure !== undefined) this.#context.trouble.meet(found.failure, this.id)
      return { status: 'miss', reason: found.reason, key: found.identity.key }
    }
    const { createdAt, identity } = found
    const staleness = this.#staleness(createdAt, this.#context.clock(), identity)
    if (staleness !== undefined) return { status: 'stale', reason: staleness, key: identity.key }
    const info = store.info(identity)
    return info === undefined ? { status: 'miss', reason: 'absent', key: identity.key } : { status: 'hit', info }
  }

  key(args: unknown[]): string {
    const inputs = this.#openInputs(args)
    return inputs === undefined ? '' : this.#store!.key(inputs)
  }

  forget(args: unknown[]): boolean {
    const inputs = this.#openInputs(args)
    return inputs !== undefined && this.#isWriting && this.#store!.forget(this.#store!.identify(inputs))
  }

  clear(): number {
    this.#refuseClosed()
    return this.#isWriting ? (this.#store?.clear() ?? 0) : 0
  }

  stats(): FunctionStats {
    this.#refuseClosed()
    return this.#counts.with(this.#totals())
  }

  /** For reports: a store that cannot be read must not end a program that asks for figures. */
  #totals(): { entries: number; byteLength: number } {
    try {
      if (this.#store !== undefined) return this.#store.totals()
    } catch (error) {
      this.#context.trouble.meet(error, this.id)
    }
    return { entries: 0, byteLength: 0 }
  }

  #openInputs(args: unknown[]): readonly unknown[] | undefined {
    this.#refuseClosed()
    return this.#store === undefined ? undefined : this.#keyInputs(args)
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
    return this.#perform(call)
  }

  #refresh(self: unknown, args: unknown[], mayJoin: boolean): unknown {
    const call = beginCall(self, args, 'refresh')
    call.reason = 'refresh'
    call.cacheStatus = 'skipped'
    try {
      const inputs = this.#keyInputs(args)
      if (inputs !== undefined) call.identity = this.#store!.identify(inputs)
    } catch (error) {
      return this.#bypass(self, args, error)
    }
    return call.identity === undefined ? this.#bypass(self, args) : this.#run(call, mayJoin)
  }

  #miss(self: unknown, args: unknown[], found: Missing): unknown {
    const call = beginCall(self, args, 'miss')
    call.reason = found.reason
    call.identity = found.identity
    if (found.reason !== 'absent') {
      // A damaged entry is a miss that mends itself: said, never thrown.
      this.#context.trouble.say(found.failure ?? damaged(found.reason), this.id)
    } else if (found.failure !== undefined) {
      this.#context.trouble.meet(found.failure, this.id)
      call.cacheStatus = 'lookupFailure'
    }
    return this.#run(call, true)
  }

  #stale(self: unknown, args: unknown[], reason: MissReason, identity: CallIdentity): unknown {
    const call = beginCall(self, args, 'stale')
    call.reason = reason
    call.identity = identity
    return this.#run(call, true)
  }

  /** Why an entry of this age and with these facts does not count; undefined when it does. */
  #staleness(createdAt: number, now: number, identity: CallIdentity | undefined): MissReason | undefined {
    const { maxAgeMs, validate } = this.#options
    if (now - createdAt > maxAgeMs) return 'expired'
    if (validate === undefined) return undefined
    try {
      const info = this.#store!.info(identity!)
      return info !== undefined && validate(info) ? undefined : 'rejected'
    } catch {
      return 'rejected'
    }
  }

  #run(call: Call, mayJoin: boolean): unknown {
    const run = mayJoin ? this.#context.running.get(call.identity!.mapKey) : undefined
    if (run !== undefined) return this.#join(call, run)
    this.#count(call)
    return this.#perform(call)
  }

  /** Runs the function, stores what it gives, and tells of the call when it is over, however it ends. */
  #perform(call: Call): unknown {
    let isOver = true
    const startedAt = performance.now()
    try {
      const result = this.fn.apply(call.self, call.args)
      if (isThenable(result)) {
        isOver = false
        return this.#lead(call, result, startedAt)
      }
      this.#keep(call, result, startedAt, false)
      return result
    } finally {
      if (isOver) this.#publish(call)
    }
  }

  /** Lets equal calls join until the promise is settled. A refresh takes the place of a run that is older. */
  #lead(call: Call, pending: PromiseLike<unknown>, startedAt: number): Promise<unknown> {
    const result = this.#await(call, pending, startedAt)
    if (call.identity !== undefined) this.#context.running.set(call.identity.mapKey, { call, result })
    return result
  }

  async #await(call: Call, pending: PromiseLike<unknown>, startedAt: number): Promise<unknown> {
    try {
      const value = await pending
      this.#keep(call, value, startedAt, true)
      return value
    } finally {
      const { running } = this.#context
      const mapKey = call.identity?.mapKey
      if (mapKey !== undefined && running.get(mapKey)?.call === call) running.delete(mapKey)
      this.#publish(call)
    }
  }

  /** Shares another caller's run. The value is a copy of one's own, unless it could not be stored. */
  async #join(call: Call, run: Run): Promise<unknown> {
    call.status = 'joined'
    this.#counts.joined++
    try {
      const value = await run.result
      call.cacheStatus = 'hit'
      call.savedMs = run.call.ranMs
      this.#counts.savedMs += call.savedMs
      // What lies there otherwise is what this run was to replace.
      const copy = run.call.cacheStatus === 'populated' ? this.#store!.reload(call.identity!) : undefined
      return copy === undefined ? value : copy.value
    } finally {
      this.#publish(call)
    }
  }

  #keep(call: Call, value: unknown, startedAt: number, isPromised: boolean): void {
    call.ranMs = performance.now() - startedAt
    if (call.identity === undefined || !this.#isWriting) return
    try {
      if (this.#context.isClosed) throw closed()
      if (this.#commit(call, call.identity, value, isPromised)) call.cacheStatus = 'populated'
    } catch (error) {
      call.cacheStatus = 'putFailure'
      this.#context.trouble.meet(error, this.id)
    }
  }

  /** False when nothing was stored. An entry that is of no use gives way; one that appeared meanwhile stays. */
  #commit(call: Call, identity: CallIdentity, value: unknown, isPromised: boolean): boolean {
    const durationMs = call.ranMs
    const isRefresh = call.reason !== 'absent'
    const { storeIf } = this.#options
    const admit = storeIf && ((byteLength: number) => this.#admits(value, { durationMs, byteLength }))
    const run = { endedAt: this.#context.clock(), durationMs, isPromised, isRefresh }
    return this.#store!.commit(identity, value, run, admit)
  }

  #admits(value: unknown, info: { durationMs: number; byteLength: number }): boolean {
    try {
      return this.#options.storeIf!(value, info)
    } catch (cause) {
      throw new EngramError('ERR_INVALID_OPTION', `storeIf threw, so nothing is stored: ${String(cause)}`, { cause })
    }
  }

  #count(call: Call): void {
    if (call.status === 'stale') this.#counts.stale++
    else this.#counts.misses++
  }

  #publish(call: Call): void {
    const { observers } = this.#context
    if (observers.areListening) observers.publish(eventOf(call, this.id))
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}
