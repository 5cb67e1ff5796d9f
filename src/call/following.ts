import type { CallIdentity } from '../entry/call-identity.ts'
import type { Found, Missing } from '../entry/outcome.ts'
import { TURN, type Turn } from '../native/binding.ts'
import type { CallCounts } from '../report/function-stats.ts'
import type { CallContext, CalledFunction } from './context.ts'
import type { Freshness } from './freshness.ts'
import { enclosingRun } from './run-context.ts'
import type { CallRuns } from './runs.ts'
import { type KeyedCall, forgetRun } from './state.ts'

/** What a call does when its wait is over: give what it found, wait for yet another run, or run. */
type Next = Found | 'wait' | 'run'

/** Waits for the runs of equal calls that another process, another thread or another call of this thread has begun. */
export class Following {
  readonly #id: string
  readonly #waitTimeoutMs: number
  readonly #context: CallContext
  readonly #counts: CallCounts
  readonly #runs: CallRuns
  readonly #freshness: Freshness

  constructor({ id, options, context, counts }: CalledFunction, runs: CallRuns, freshness: Freshness) {
    this.#id = id
    this.#waitTimeoutMs = options.waitTimeoutMs
    this.#context = context
    this.#counts = counts
    this.#runs = runs
    this.#freshness = freshness
  }

  follow(call: KeyedCall): unknown {
    const run = this.#context.running.get(call.identity.mapKey)
    // A call that is itself part of a run may be what that run waits for: only the leases can tell.
    if (run !== undefined && enclosingRun() === undefined) return this.#runs.join(call, run)
    return this.#runs.isAsync || run !== undefined ? this.#followLater(call) : this.#followHere(call)
  }

  #followHere(call: KeyedCall): unknown {
    for (;;) {
      const turn = call.entries.leases.waitHere(call.identity, this.#patienceMs(call))
      if (turn === TURN.promised) return this.#followLater(call)
      const next = this.#takeTurn(call, turn)
      if (next === 'wait') continue
      if (next === 'run') return this.#runs.run(call, false)
      return next.isPromised ? Promise.resolve(next.value) : next.value
    }
  }

  #followLater(call: KeyedCall): Promise<unknown> {
    const result = this.#awaitTurn(call)
    const { running } = this.#context
    const { mapKey } = call.identity
    if (!running.has(mapKey)) running.set(mapKey, { call, result, isTracked: true })
    return result
  }

  async #awaitTurn(call: KeyedCall): Promise<unknown> {
    try {
      const next = await this.#afterWaiting(call)
      return next === 'run' ? await this.#runs.run(call, false) : next.value
    } finally {
      forgetRun(this.#context.running, call)
    }
  }

  async #afterWaiting(call: KeyedCall): Promise<Found | 'run'> {
    const turn = await call.entries.leases.wait(call.identity, this.#blocked(), this.#patienceMs(call))
    const next = this.#takeTurn(call, turn)
    return next === 'wait' ? this.#afterWaiting(call) : next
  }

  #patienceMs(call: KeyedCall): number {
    return call.startedAt + this.#waitTimeoutMs - performance.now()
  }

  /** Runs whose end this wait holds up. */
  #blocked(): CallIdentity[] {
    const blocked = []
    for (let run = enclosingRun(); run !== undefined; run = run.outer) blocked.push(run.identity)
    // Whether the call is part of these is not known.
    for (const run of this.#context.running.values()) if (!run.isTracked) blocked.push(run.call.identity)
    return blocked
  }

  #takeTurn(call: KeyedCall, turn: Turn): Next {
    if (turn !== TURN.lookAgain && turn !== TURN.granted) return 'run'
    const { entries, identity } = call
    call.lease = turn === TURN.granted ? entries.leases.granted(identity) : undefined
    try {
      const now = this.#context.clock()
      const outcome = entries.recallAgain(identity, now, call.lease)
      return outcome.isFound ? this.#found(call, outcome, now) : this.#missed(call, outcome)
    } catch (error) {
      // The call is over, and its lease with it.
      call.lease?.release('failed')
      throw error
    }
  }

  #found(call: KeyedCall, found: Found, now: number): Next {
    const staleness = this.#freshness.staleness(call.entries, found, now)
    if (staleness === undefined) return this.#joined(call, found)
    call.status = 'stale'
    call.reason = staleness
    call.lease = call.entries.leases.acquire(call.identity)
    return call.lease === undefined ? 'wait' : 'run'
  }

  #missed(call: KeyedCall, missing: Missing): Next {
    // What was granted stays so where the store could not be read.
    call.lease ??= missing.lease
    if (missing.failure !== undefined) this.#context.trouble.meet(missing.failure, this.#id)
    return missing.isHeld ? 'wait' : 'run'
  }

  #joined(call: KeyedCall, found: Found): Found {
    call.status = 'joined'
    call.reason = undefined
    call.cacheStatus = 'hit'
    call.savedMs = found.durationMs
    this.#counts.joined++
    this.#counts.savedMs += call.savedMs
    this.#runs.publish(call)
    return found
  }
}
