import type { AnyFunction, ResolvedCacheOptions } from './cache-options.ts'
import type { CallEvent, CallObservers } from './call-event.ts'
import type { Lookup, MissReason } from './entry-info.ts'
import { EngramError } from './error.ts'
import type { CallCounts, FunctionStats } from './function-stats.ts'
import { type CallIdentity, Found, type FunctionStore, Missing } from './function-store.ts'
import type { KeyInputs } from './function-identity.ts'
import type { Mode } from './memory-options.ts'
import type { Trouble } from './trouble.ts'

/** What the calls of all functions of a memory share. */
export interface CallContext {
  readonly mode: Mode
  readonly clock: () => number
  readonly trouble: Trouble
  readonly observers: CallObservers
  /** Runs under way in this thread, by call key. */
  readonly running: Map<string, Promise<unknown>>
  isClosed: boolean
}

/** One call, from its lookup to its event. */
interface Call {
  readonly self: unknown
  readonly args: unknown[]
  readonly startedAt: number
  status: CallEvent['status']
  reason?: MissReason
  cacheStatus: CallEvent['cacheStatus']
  identity?: CallIdentity
  savedMs: number
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
  }

  call(self: unknown, args: unknown[]): unknown {
    const store = this.#store
    if (store === undefined || this.#context.isClosed) return this.#bypass(self, args)
    if (!this.#isReading) return this.#refresh(self, args, true)
    const isObserved = this.#context.observers.areListening
    const startedAt = isObserved ? performance.now() : 0
    const now = this.#context.clock()
    let found: Found | Missing
    try {
      const inputs = this.#keyInputs(args)
      if (inputs === undefined) return this.#bypass(self, args)
      found = store.recall(inputs, now, isObserved || this.#options.validate !== undefined)
    } catch (error) {
      return this.#bypass(self, args, error)
    }
    if (found instanceof Missing) return this.#miss(self, args, found)
    const staleness = this.#staleness(found.createdAt, now, found.identity)
    if (staleness !== undefined) return this.#stale(self, args, staleness)
    this.#counts.hits++
    this.#counts.savedMs += found.durationMs
    if (isObserved) {
      const savedMs = found.durationMs
      this.#publish({ self, args, startedAt, status: 'hit', cacheStatus: 'hit', identity: found.identity!, savedMs })
    }
    return found.isPromised ? Promise.resolve(found.value) : found.value
  }

  refresh(self: unknown, args: unknown[]): unknown {
    if (this.#store === undefined || this.#context.isClosed) return this.#bypass(self, args)
    return this.#refresh(self, args, false)
  }

  lookup(args: unknown[]): Lookup {
    const inputs = this.#store && this.#openInputs(args)
    if (inputs === undefined) return { status: 'miss', reason: 'absent', key: '' }
    const store = this.#store!
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
    const inputs = this.#store && this.#openInputs(args)
    return inputs === undefined ? '' : this.#store!.key(inputs)
  }

  forget(args: unknown[]): boolean {
    const inputs = this.#store && this.#openInputs(args)
    return inputs === undefined ? false : this.#store!.forget(this.#store!.identify(inputs))
  }

  clear(): number {
    this.#refuseClosed()
    return this.#store?.clear() ?? 0
  }

  stats(): FunctionStats {
    this.#refuseClosed()
    return this.#counts.with(this.#store?.totals() ?? { entries: 0, byteLength: 0 })
  }

  #openInputs(args: unknown[]): readonly unknown[] | undefined {
    this.#refuseClosed()
    return this.#keyInputs(args)
  }

  #refuseClosed(): void {
    if (this.#context.isClosed) throw closed()
  }

  /** Runs without the cache: because it is off, or because `error` keeps this call from it. */
  #bypass(self: unknown, args: unknown[], error?: unknown): unknown {
    const trouble = error ?? (this.#store !== undefined && this.#context.isClosed ? closed() : undefined)
    if (trouble !== undefined) this.#context.trouble.meet(trouble, this.id)
    const call = this.#begin(self, args, 'bypass')
    call.cacheStatus = 'disabled'
    const result = this.fn.apply(self, args)
    this.#publish(call)
    return result
  }

  #refresh(self: unknown, args: unknown[], mayJoin: boolean): unknown {
    const call = this.#begin(self, args, 'refresh')
    call.reason = 'refresh'
    try {
      const inputs = this.#keyInputs(args)
      if (inputs === undefined) return this.#bypass(self, args)
      call.identity = this.#store!.identify(inputs)
    } catch (error) {
      return this.#bypass(self, args, error)
    }
    return this.#run(call, mayJoin)
  }

  #miss(self: unknown, args: unknown[], found: Missing): unknown {
    const call = this.#begin(self, args, 'miss')
    call.reason = found.reason
    call.identity = found.identity
    if (found.failure !== undefined) {
      this.#context.trouble.meet(found.failure, this.id)
      call.cacheStatus = 'lookupFailure'
    }
    return this.#run(call, true)
  }

  #stale(self: unknown, args: unknown[], reason: MissReason): unknown {
    const call = this.#begin(self, args, 'stale')
    call.reason = reason
    call.identity = this.#store!.identify(this.#keyInputs(args)!)
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
    const { running } = this.#context
    const mapKey = call.identity!.mapKey
    const leader = running.get(mapKey)
    if (mayJoin && leader !== undefined) return this.#join(call, leader)
    this.#count(call)
    const startedAt = performance.now()
    const result = this.fn.apply(call.self, call.args)
    if (!isThenable(result)) {
      this.#keep(call, result, performance.now() - startedAt, false)
      return result
    }
    const run = this.#await(call, result, startedAt, mapKey)
    running.set(mapKey, run)
    return run
  }

  async #await(call: Call, result: PromiseLike<unknown>, startedAt: number, mapKey: string): Promise<unknown> {
    try {
      const value = await result
      this.#keep(call, value, performance.now() - startedAt, true)
      return value
    } finally {
      this.#context.running.delete(mapKey)
    }
  }

  /** Shares another caller's run. The value is a copy of one's own, unless it could not be stored. */
  async #join(call: Call, leader: Promise<unknown>): Promise<unknown> {
    const startedAt = performance.now()
    const value = await leader
    call.status = 'joined'
    call.cacheStatus = 'hit'
    call.savedMs = performance.now() - startedAt
    this.#counts.joined++
    this.#counts.savedMs += call.savedMs
    this.#publish(call)
    const copy = this.#store!.reload(call.identity!)
    return copy === undefined ? value : copy.value
  }

  #keep(call: Call, value: unknown, durationMs: number, isPromised: boolean): void {
    try {
      if (this.#isWriting) this.#commit(call, value, durationMs, isPromised)
    } finally {
      this.#publish(call)
    }
  }

  #commit(call: Call, value: unknown, durationMs: number, isPromised: boolean): void {
    const { storeIf } = this.#options
    const admit = storeIf && ((byteLength: number) => storeIf(value, { durationMs, byteLength }))
    // An entry that this caller could not use must not stay because another could.
    const isRefresh = call.reason !== 'absent'
    try {
      if (this.#context.isClosed) throw closed()
      const endedAt = this.#context.clock()
      const run = { endedAt, durationMs, isPromised, isRefresh }
      const isStored = this.#store!.commit(call.identity!, value, run, admit)
      call.cacheStatus = isStored ? 'populated' : 'skipped'
    } catch (error) {
      call.cacheStatus = 'putFailure'
      this.#context.trouble.meet(error, this.id)
    }
  }

  #begin(self: unknown, args: unknown[], status: Call['status']): Call {
    return { self, args, startedAt: performance.now(), status, cacheStatus: 'miss', savedMs: 0 }
  }

  #count(call: Call): void {
    if (call.status === 'stale') this.#counts.stale++
    else this.#counts.misses++
  }

  #publish(call: Call): void {
    const { observers } = this.#context
    if (!observers.areListening) return
    const { status, cacheStatus, savedMs, reason } = call
    observers.publish({
      status,
      ...(reason !== undefined && { reason }),
      name: this.id,
      key: call.identity?.key ?? '',
      durationMs: performance.now() - call.startedAt,
      savedMs,
      cacheStatus,
    })
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

/** What a memory answers after `close()`. */
export function closed(): EngramError {
  return new EngramError('ERR_CLOSED', 'The memory is closed; open a new Memory to go on.')
}
