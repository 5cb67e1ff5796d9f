import type { AnyFunction } from '../function/wrapped.ts'
import type { ResolvedCacheOptions } from '../option/cache-options.ts'
import type { CallCounts } from '../report/function-stats.ts'
import { closed } from '../report/trouble.ts'
import { EngramError } from '../words/error.ts'
import { wordsOf } from '../words/phrase.ts'
import type { CallContext, CalledFunction } from './context.ts'
import { type Observers, publishCall } from './event.ts'
import { runAs } from './run-context.ts'
import { type Call, type KeyedCall, type Run, forgetRun } from './state.ts'

/** The runs of one function: joined by equal calls of this thread, stored, and told of. */
export class CallRuns {
  readonly #fn: AnyFunction
  readonly #id: string
  readonly #options: ResolvedCacheOptions
  readonly #context: CallContext
  readonly #counts: CallCounts
  readonly #observers: Observers
  readonly #isWriting: boolean
  /** A call of such a function returns a promise without being run. */
  readonly isAsync: boolean

  constructor({ fn, id, options, context, counts, observers }: CalledFunction) {
    this.#fn = fn
    this.#id = id
    this.#options = options
    this.#context = context
    this.#counts = counts
    this.#observers = observers
    this.#isWriting = context.mode !== 'readOnly'
    this.isAsync = Object.prototype.toString.call(fn) === '[object AsyncFunction]'
  }

  /** Runs, or joins an equal call of this thread whose promise is under way. */
  run(call: KeyedCall, mayJoin: boolean): unknown {
    const run = mayJoin ? this.#context.running.get(call.identity.mapKey) : undefined
    if (run !== undefined) {
      call.lease?.release('failed')
      return this.join(call, run)
    }
    if (call.status === 'stale') this.#counts.stale++
    else this.#counts.misses++
    return this.#perform(call)
  }

  /** Runs without the cache, and tells of the call when it is over. `cacheStatus` says why. */
  runUncached({ self, args, cacheStatus }: Pick<Call, 'self' | 'args' | 'cacheStatus'>): unknown {
    const startedAt = performance.now()
    const call: Call = { self, args, startedAt, status: 'bypass', reason: undefined, cacheStatus, savedMs: 0 }
    let isOver = true
    try {
      const result: unknown = this.#fn.apply(self, args)
      if (!isThenable(result)) return result
      isOver = false
      return this.#awaitUncached(call, result)
    } finally {
      if (isOver) this.publish(call)
    }
  }

  async #awaitUncached(call: Call, pending: PromiseLike<unknown>): Promise<unknown> {
    try {
      return await pending
    } finally {
      this.publish(call)
    }
  }

  /** Shares another caller's run. The value is a copy of one's own, unless it could not be stored. */
  async join(call: KeyedCall, run: Run): Promise<unknown> {
    call.status = 'joined'
    this.#counts.joined++
    try {
      const value = await run.result
      call.cacheStatus = 'hit'
      call.savedMs = run.call.ranMs || run.call.savedMs
      this.#counts.savedMs += call.savedMs
      // What lies there otherwise is what this run was to replace.
      const isStored = run.call.cacheStatus === 'populated' || run.call.cacheStatus === 'hit'
      const copy = isStored ? call.entries.load(call.identity) : undefined
      return copy === undefined ? value : copy.value
    } finally {
      this.publish(call)
    }
  }

  publish(call: Call): void {
    publishCall(this.#observers, call, this.#id)
  }

  /** Runs the function, stores what it gives, and tells of the call when it is over, however it ends. */
  #perform(call: KeyedCall): unknown {
    let isOver = true
    const startedAt = performance.now()
    try {
      const apply = (): unknown => this.#fn.apply(call.self, call.args)
      const result = call.isShared ? runAs(call.identity, apply) : apply()
      if (isThenable(result)) {
        isOver = false
        return this.#lead(call, result, startedAt)
      }
      call.ranMs = performance.now() - startedAt
      this.#keep(call, result, false)
      return result
    } finally {
      if (isOver) this.#end(call)
    }
  }

  /** Lets equal calls join until the promise is settled. A refresh takes the place of a run that is older. */
  #lead(call: KeyedCall, pending: PromiseLike<unknown>, startedAt: number): Promise<unknown> {
    if (!this.isAsync) call.lease?.promised()
    const result = this.#await(call, pending, startedAt)
    this.#context.running.set(call.identity.mapKey, { call, result, isTracked: call.isShared })
    return result
  }

  async #await(call: KeyedCall, pending: PromiseLike<unknown>, startedAt: number): Promise<unknown> {
    try {
      const value = await pending
      call.ranMs = performance.now() - startedAt
      this.#keep(call, value, true)
      return value
    } finally {
      forgetRun(this.#context.running, call)
      this.#end(call)
    }
  }

  #keep(call: KeyedCall, value: unknown, isPromised: boolean): void {
    if (!this.#isWriting) return
    try {
      if (this.#context.isClosed) throw closed()
      if (this.#commit(call, value, isPromised)) call.cacheStatus = 'populated'
    } catch (error) {
      call.cacheStatus = 'putFailure'
      this.#context.trouble.meet(error, this.#id)
    } finally {
      call.lease?.release('unstored')
    }
  }

  /** False when nothing was stored. An entry that is of no use gives way; one that appeared meanwhile stays. */
  #commit(call: KeyedCall, value: unknown, isPromised: boolean): boolean {
    const { entries, identity, lease, ranMs: durationMs } = call
    const isRefresh = call.reason !== 'absent'
    const { storeIf } = this.#options
    const admit = storeIf && ((byteLength: number) => this.#admits(value, { durationMs, byteLength }))
    const result = { value, isPromised, endedAt: this.#context.clock(), durationMs }
    return entries.commit(identity, result, { isRefresh, lease, admit })
  }

  #admits(value: unknown, info: { durationMs: number; byteLength: number }): boolean {
    try {
      return this.#options.storeIf!(value, info)
    } catch (cause) {
      throw new EngramError('ERR_INVALID_OPTION', `storeIf threw, so nothing is stored: ${wordsOf(cause)}`, { cause })
    }
  }

  /** A run that threw leaves its lease to the next one. */
  #end(call: KeyedCall): void {
    call.lease?.release('failed')
    const changed = call.entries.held?.look()
    if (changed !== undefined) this.#context.trouble.say(changed, this.#id)
    this.publish(call)
  }
}

/** What throws when it is asked is the caller's as it is. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
  } catch {
    return false
  }
}
