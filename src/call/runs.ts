import type { CommitOptions } from '../entry/function-entries.ts'
import type { AnyFunction } from '../function/wrapped.ts'
import type { ResolvedCacheOptions } from '../option/cache-options.ts'
import type { CallCounts } from '../report/function-stats.ts'
import { closed } from '../report/trouble.ts'
import { EngramError } from '../words/error.ts'
import { Admission } from './admission.ts'
import type { CallContext, CalledFunction } from './context.ts'
import { type Observers, publishCall } from './event.ts'
import { isPromise, isThenable } from './promise.ts'
import { runAs } from './run-context.ts'
import { type Call, type KeyedCall } from './state.ts'
import { StoredElsewhere } from './stored-elsewhere.ts'

/** The runs of one function: joined by equal calls of this thread, stored, and told of. */
export class CallRuns {
  readonly #fn: AnyFunction
  readonly #id: string
  readonly #options: ResolvedCacheOptions
  readonly #context: CallContext
  readonly #counts: CallCounts
  readonly #observers: Observers
  readonly #isWriting: boolean
  readonly #recordsOf: CalledFunction['recordsOf']
  /** A call of such a function returns a promise without being run. */
  readonly isAsync: boolean

  constructor({ fn, id, options, context, counts, observers, recordsOf }: CalledFunction) {
    this.#fn = fn
    this.#id = id
    this.#options = options
    this.#context = context
    this.#counts = counts
    this.#observers = observers
    this.#recordsOf = recordsOf
    this.#isWriting = context.mode !== 'readOnly'
    this.isAsync = Object.prototype.toString.call(fn) === '[object AsyncFunction]'
  }

  /** Runs, whatever is under way. */
  run(call: KeyedCall): unknown {
    this.#counts.noteRun(call.status === 'stale')
    return this.#perform(call)
  }

  /** Runs without the cache, and tells of the call when it is over. `cacheStatus` says why. */
  runUncached({ self, args, cacheStatus }: Pick<Call, 'self' | 'args' | 'cacheStatus'>): unknown {
    const startedAt = performance.now()
    const call: Call = {
      self,
      args,
      startedAt,
      status: 'bypass',
      reason: undefined,
      cacheStatus,
      savedMs: 0,
      byteLength: 0,
    }
    let isOver = true
    try {
      const result: unknown = this.#fn.apply(self, args)
      if (!isPromise(result)) return result
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
      if (isPromise(result)) {
        isOver = false
        return this.#lead(call, result, startedAt)
      }
      call.ranMs = performance.now() - startedAt
      this.#keepReturned(call, result)
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
      await this.#keepPromised(call, value)
      return value
    } finally {
      this.#context.running.forget(call)
      this.#end(call)
    }
  }

  #keepReturned(call: KeyedCall, value: unknown): void {
    if (!this.#isWriting) return
    try {
      if (isThenable(value)) throw lazy()
      const admission = this.#admissionOf(call, value)
      if (this.#commit(call, value, false, admission?.ask)) call.cacheStatus = 'populated'
      admission?.refuseLater()
    } catch (error) {
      this.#noteFailure(call, error)
    } finally {
      call.lease?.release('unstored')
    }
  }

  async #keepPromised(call: KeyedCall, value: unknown): Promise<void> {
    try {
      if (this.#isWriting && (await this.#admitAndCommit(call, value))) call.cacheStatus = 'populated'
    } catch (error) {
      this.#noteFailure(call, error)
    } finally {
      // As the value is now: its first caller may change it.
      if (call.isJoined && call.cacheStatus !== 'populated') call.copy = call.entries.copierOf(value)
      // Who stored it elsewhere did not hold the lease: the next one looks again, and finds it.
      call.lease?.release(value instanceof StoredElsewhere ? 'failed' : 'unstored')
    }
  }

  async #admitAndCommit(call: KeyedCall, value: unknown): Promise<boolean> {
    if (value instanceof StoredElsewhere) {
      call.byteLength = value.byteLength
      return true
    }
    const admission = this.#admissionOf(call, value)
    const isStored = this.#commit(call, value, true, admission?.ask)
    if (admission?.later === undefined) return isStored
    return (await admission.later) && this.#commit(call, value, true)
  }

  #noteFailure(call: KeyedCall, error: unknown): void {
    call.cacheStatus = 'putFailure'
    this.#context.trouble.meet(error, this.#id)
  }

  #admissionOf({ ranMs }: KeyedCall, value: unknown): Admission | undefined {
    const { storeIf } = this.#options
    return storeIf && new Admission((byteLength) => storeIf(value, { durationMs: ranMs, byteLength }))
  }

  /** False when nothing was stored. An entry that is of no use gives way; one that appeared meanwhile stays. */
  #commit(call: KeyedCall, value: unknown, isPromised: boolean, admit?: CommitOptions['admit']): boolean {
    if (this.#context.isClosed) throw closed()
    const changed = call.files?.find(({ file, form }) => !file.isStill(form))
    if (changed !== undefined) {
      this.#context.trouble.say(changedMeanwhile(changed.file.path), this.#id)
      return false
    }
    const { entries, identity, lease, ranMs: durationMs } = call
    const isRefresh = call.reason !== 'absent'
    const result = { value, isPromised, endedAt: this.#context.clock(), durationMs }
    const records = this.#recordsOf?.(call.args, durationMs)
    const byteLength = entries.commit(identity, result, { isRefresh, lease, admit, records })
    call.byteLength = byteLength ?? 0
    return byteLength !== undefined
  }

  /** A run that threw leaves its lease to the next one. */
  #end(call: KeyedCall): void {
    call.lease?.release('failed')
    const changed = call.entries.held?.look()
    if (changed !== undefined) this.#context.trouble.say(changed, this.#id)
    this.publish(call)
  }
}

/** Under the key of what was in the file before, its result would be found once that is there again. */
function changedMeanwhile(path: string): EngramError {
  const what = `The file ${path} was changed during a call whose key its content is in, so the result is not stored`
  const fix = 'Where the function itself writes it, pass the path, and return fileOf(path).'
  return new EngramError('ERR_INPUT_CHANGED', `${what}. ${fix}`)
}

/** Of a query that runs when it is awaited, and runs again for each that awaits it. */
function lazy(): EngramError {
  const fix = 'Await it in the function (`async () => await query`): what it gives is stored then.'
  const what = 'The result has a method `then` and is no promise, as queries have that run when they are awaited'
  return new EngramError('ERR_UNSERIALIZABLE', `${what}, so it is not stored. ${fix}`)
}
