import { Found } from '../entry/found.ts'
import type { CallIdentity, FunctionStore } from '../entry/function-entries.ts'
import type { AnyFunction } from '../function/wrapped.ts'
import { TURN } from '../native/binding.ts'
import type { ResolvedCacheOptions } from '../option/cache-options.ts'
import type { Mode } from '../option/memory-options.ts'
import type { CallObservers } from '../report/call-event.ts'
import type { MissReason } from '../report/entry-info.ts'
import type { CallCounts } from '../report/function-stats.ts'
import { type Trouble, closed } from '../report/trouble.ts'
import { EngramError } from '../words/error.ts'
import { wordsOf } from '../words/phrase.ts'
import { enclosingRun, runAs } from './run-context.ts'
import { type Call, type Run, eventOf } from './state.ts'

/** What the calls of all functions of a memory share. */
export interface CallContext {
  readonly mode: Mode
  readonly clock: () => number
  readonly trouble: Trouble
  readonly observers: CallObservers
  /** Runs under way in this thread that equal calls may join, by call key. */
  readonly running: Map<string, Run>
  /** Tells the user what the store has to say. */
  readonly warn: () => void
  /** False where every wrapper is transparent. */
  readonly isCaching: boolean
  isClosed: boolean
}

/** The runs of one function: once at a time for each key, stored, and told of. */
export class CallRuns {
  readonly #fn: AnyFunction
  readonly #id: string
  readonly #options: ResolvedCacheOptions
  readonly #context: CallContext
  readonly #counts: CallCounts
  readonly #isWriting: boolean
  /** A call of such a function returns a promise without being run. */
  readonly #isAsync: boolean

  constructor(fn: AnyFunction, id: string, options: ResolvedCacheOptions, context: CallContext, counts: CallCounts) {
    this.#fn = fn
    this.#id = id
    this.#options = options
    this.#context = context
    this.#counts = counts
    this.#isWriting = context.mode !== 'readOnly'
    this.#isAsync = Object.prototype.toString.call(fn) === '[object AsyncFunction]'
  }

  /** Why an entry of this age and with these facts does not count; undefined when it does. */
  staleness(createdAt: number, now: number, identity: CallIdentity | undefined): MissReason | undefined {
    const { maxAgeMs, validate } = this.#options
    if (now - createdAt > maxAgeMs) return 'expired'
    if (validate === undefined) return undefined
    try {
      const info = identity!.store.info(identity!)
      return info !== undefined && validate(info) ? undefined : 'rejected'
    } catch {
      return 'rejected'
    }
  }

  /** Runs, or joins an equal call of this thread whose promise is under way. */
  run(call: Call, mayJoin: boolean): unknown {
    const run = mayJoin ? this.#context.running.get(call.identity!.mapKey) : undefined
    if (run !== undefined) {
      this.#release(call, false)
      return this.#join(call, run)
    }
    this.#count(call)
    return this.perform(call)
  }

  /** Waits for the run that another process, another thread or another call of this thread has begun. */
  follow(call: Call): unknown {
    const run = this.#context.running.get(call.identity!.mapKey)
    // A call that is itself part of a run may be what that run waits for: only the leases can tell.
    if (run !== undefined && enclosingRun() === undefined) return this.#join(call, run)
    return this.#isAsync || run !== undefined ? this.#followLater(call) : this.#followHere(call)
  }

  #followHere(call: Call): unknown {
    const until = call.startedAt + this.#options.waitTimeoutMs
    for (;;) {
      const turn = call.identity!.store.waitHere(call.identity!, until - performance.now())
      if (turn === TURN.promised) return this.#followLater(call)
      const found = this.#takeTurn(call, turn)
      if (found === 'held') continue
      if (found === 'run') return this.run(call, false)
      return found.isPromised ? Promise.resolve(found.value) : found.value
    }
  }

  #followLater(call: Call): Promise<unknown> {
    const result = this.#awaitTurn(call)
    const { running } = this.#context
    const { mapKey } = call.identity!
    if (!running.has(mapKey)) running.set(mapKey, { call, result, isTracked: true })
    return result
  }

  async #awaitTurn(call: Call): Promise<unknown> {
    try {
      const found = await this.#turnOf(call)
      return found === 'run' ? await this.run(call, false) : found.value
    } finally {
      this.#forgetRun(call)
    }
  }

  async #turnOf(call: Call): Promise<Found<FunctionStore> | 'run'> {
    const patienceMs = call.startedAt + this.#options.waitTimeoutMs - performance.now()
    const turn = await call.identity!.store.wait(call.identity!, this.#blocked(), patienceMs)
    const found = this.#takeTurn(call, turn)
    return found === 'held' ? this.#turnOf(call) : found
  }

  /** Runs whose end this wait holds up. */
  #blocked(): CallIdentity[] {
    const blocked = []
    for (let run = enclosingRun(); run !== undefined; run = run.outer) blocked.push(run.identity)
    // Whether the call is part of these is not known.
    for (const run of this.#context.running.values()) if (!run.isTracked) blocked.push(run.call.identity!)
    return blocked
  }

  /** What a call does now that its wait is over: what it found, wait for yet another run, or run. */
  #takeTurn(call: Call, turn: number): Found<FunctionStore> | 'held' | 'run' {
    if (turn !== TURN.lookAgain && turn !== TURN.granted) return 'run'
    const now = this.#context.clock()
    const found = call.identity!.store.again(call.identity!, now, turn === TURN.granted)
    if (found instanceof Found) {
      const staleness = this.staleness(found.createdAt, now, call.identity)
      if (staleness === undefined) return this.#joined(call, found)
      call.status = 'stale'
      call.reason = staleness
      call.isLeading = call.identity!.store.acquire(call.identity!)
    } else {
      call.isLeading = !found.isHeld
      if (found.failure !== undefined) this.#meet(call, found.failure)
    }
    return call.isLeading ? 'run' : 'held'
  }

  /** Tells of a failure. Where that throws, the call is over, and its lease with it. */
  #meet(call: Call, failure: EngramError): void {
    try {
      this.#context.trouble.meet(failure, this.#id)
    } catch (error) {
      this.#release(call, false)
      throw error
    }
  }

  #joined(call: Call, found: Found<FunctionStore>): Found<FunctionStore> {
    call.status = 'joined'
    call.cacheStatus = 'hit'
    call.savedMs = found.durationMs
    delete call.reason
    this.#counts.joined++
    this.#counts.savedMs += call.savedMs
    this.#publish(call)
    return found
  }

  /** Runs the function, stores what it gives, and tells of the call when it is over, however it ends. */
  perform(call: Call): unknown {
    let isOver = true
    const startedAt = performance.now()
    try {
      const { identity } = call
      const isTracked = call.isShared && identity !== undefined
      const apply = () => this.#fn.apply(call.self, call.args)
      const result = isTracked ? runAs(identity, apply) : apply()
      if (isThenable(result)) {
        isOver = false
        return this.#lead(call, result, startedAt, isTracked)
      }
      this.#keep(call, result, startedAt, false)
      return result
    } finally {
      if (isOver) this.#end(call)
    }
  }

  /** Lets equal calls join until the promise is settled. A refresh takes the place of a run that is older. */
  #lead(call: Call, pending: PromiseLike<unknown>, startedAt: number, isTracked: boolean): Promise<unknown> {
    const { identity } = call
    if (call.isLeading && !this.#isAsync) identity!.store.promised(identity!)
    const result = this.#await(call, pending, startedAt)
    if (identity !== undefined) this.#context.running.set(identity.mapKey, { call, result, isTracked })
    return result
  }

  async #await(call: Call, pending: PromiseLike<unknown>, startedAt: number): Promise<unknown> {
    try {
      const value = await pending
      this.#keep(call, value, startedAt, true)
      return value
    } finally {
      this.#forgetRun(call)
      this.#end(call)
    }
  }

  #forgetRun(call: Call): void {
    const { running } = this.#context
    const mapKey = call.identity?.mapKey
    if (mapKey !== undefined && running.get(mapKey)?.call === call) running.delete(mapKey)
  }

  /** Shares another caller's run. The value is a copy of one's own, unless it could not be stored. */
  async #join(call: Call, run: Run): Promise<unknown> {
    call.status = 'joined'
    this.#counts.joined++
    try {
      const value = await run.result
      call.cacheStatus = 'hit'
      call.savedMs = run.call.ranMs || run.call.savedMs
      this.#counts.savedMs += call.savedMs
      // What lies there otherwise is what this run was to replace.
      const isStored = run.call.cacheStatus === 'populated' || run.call.cacheStatus === 'hit'
      const copy = isStored ? call.identity!.store.reload(call.identity!) : undefined
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
      else this.#release(call, true)
      call.isLeading = false
    } catch (error) {
      call.cacheStatus = 'putFailure'
      this.#release(call, true)
      this.#context.trouble.meet(error, this.#id)
    }
  }

  /** False when nothing was stored. An entry that is of no use gives way; one that appeared meanwhile stays. */
  #commit(call: Call, identity: CallIdentity, value: unknown, isPromised: boolean): boolean {
    const durationMs = call.ranMs
    const isRefresh = call.reason !== 'absent'
    const { storeIf } = this.#options
    const admit = storeIf && ((byteLength: number) => this.#admits(value, { durationMs, byteLength }))
    const run = { endedAt: this.#context.clock(), durationMs, isPromised, isRefresh }
    return identity.store.commit(identity, value, run, admit)
  }

  #admits(value: unknown, info: { durationMs: number; byteLength: number }): boolean {
    try {
      return this.#options.storeIf!(value, info)
    } catch (cause) {
      throw new EngramError('ERR_INVALID_OPTION', `storeIf threw, so nothing is stored: ${wordsOf(cause)}`, { cause })
    }
  }

  /** Gives the lease up with nothing stored. `isInVain`: nor would anything be after another run. */
  #release(call: Call, isInVain: boolean): void {
    if (!call.isLeading) return
    call.isLeading = false
    try {
      call.identity!.store.release(call.identity!, isInVain)
    } catch (error) {
      // Without a store there is no lease either.
      this.#context.trouble.say(error, this.#id)
    }
  }

  #count(call: Call): void {
    if (call.status === 'stale') this.#counts.stale++
    else this.#counts.misses++
  }

  /** A run that threw leaves its lease to the next one. */
  #end(call: Call): void {
    this.#release(call, false)
    this.#publish(call)
  }

  #publish(call: Call): void {
    const { observers } = this.#context
    if (observers.areListening) observers.publish(eventOf(call, this.#id))
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
