import type { CallIdentity } from '../entry/call-identity.ts'
import type { Found, Missing } from '../entry/outcome.ts'
import { TURN, type Turn } from '../native/binding.ts'
import type { MissReason } from '../report/entry-info.ts'
import type { CallCounts } from '../report/function-stats.ts'
import { isGivenUp } from './abort-signals.ts'
import type { CallContext, CalledFunction } from './context.ts'
import { type Freshness, mayNotWait } from './freshness.ts'
import { enclosingRun } from './run-context.ts'
import type { CallRuns } from './runs.ts'
import { type KeyedCall, type Run } from './state.ts'

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

  /** Waits for the run that another caller has begun. */
  follow(call: KeyedCall): unknown {
    const run = this.#context.running.get(call.identity.mapKey)
    // A call that is itself part of a run may be what that run waits for: only the leases can tell.
    if (run !== undefined && enclosingRun() === undefined) return this.#join(call, run)
    return this.#runs.isAsync || run !== undefined ? this.#followLater(call) : this.#followHere(call)
  }

  /** Joins an equal call of this thread whose promise is under way, or runs. */
  joinOrRun(call: KeyedCall): unknown {
    const run = this.#context.running.get(call.identity.mapKey)
    if (run === undefined) return this.#runs.run(call)
    call.lease?.release('failed')
    return this.#join(call, run)
  }

  /** Gets a copy of what another caller's run gives. Where there can be none, or that caller gave its run up, tries for itself. */
  async #join(call: KeyedCall, run: Run): Promise<unknown> {
    run.call.isJoined = true
    try {
      await run.result
    } catch (error) {
      if (isGivenUp(run.call, call)) return this.#tryAgain(call)
      this.#noteJoined(call)
      throw error
    }
    const copy = copyOf(run.call)
    // A stream, a response, an iterator: it can be read once, and that is for who made it.
    if (copy === undefined) return this.#runs.run(call)
    call.cacheStatus = 'hit'
    call.savedMs = run.call.ranMs || run.call.savedMs
    call.byteLength = run.call.byteLength
    this.#noteJoined(call)
    return copy.value
  }

  /** As if the call began now: one of those that wait runs, the others join it. */
  async #tryAgain(call: KeyedCall): Promise<unknown> {
    call.lease = undefined
    if (call.status === 'refresh') return this.joinOrRun(call)
    const next = await this.#takeTurn(call, TURN.lookAgain)
    if (next === 'wait') return this.follow(call)
    return next === 'run' ? this.joinOrRun(call) : next.value
  }

  #followHere(call: KeyedCall): unknown {
    for (;;) {
      const turn = call.entries.leases.waitHere(call.identity, this.#patienceMs(call))
      if (turn === TURN.promised) return this.#followLater(call)
      const next = this.#takeTurn(call, turn)
      if (next === 'wait') continue
      if (next === 'run') return this.#runs.run(call)
      if (next instanceof Promise) return this.#followLater(call, next)
      return next.isPromised ? Promise.resolve(next.value) : next.value
    }
  }

  /** `next` is what the call is to do, where it had its turn already. */
  #followLater(call: KeyedCall, next?: Promise<Next>): Promise<unknown> {
    const result = this.#awaitTurn(call, next)
    const { running } = this.#context
    const { mapKey } = call.identity
    if (!running.has(mapKey)) running.set(mapKey, { call, result, isTracked: true })
    return result
  }

  async #awaitTurn(call: KeyedCall, begun: Promise<Next> | undefined): Promise<unknown> {
    try {
      const next = await this.#afterWaiting(call, begun)
      return next === 'run' ? await this.#runs.run(call) : next.value
    } finally {
      this.#context.running.forget(call)
    }
  }

  async #afterWaiting(call: KeyedCall, begun?: Promise<Next>): Promise<Found | 'run'> {
    const next = await (begun ?? this.#afterOneWait(call))
    return next === 'wait' ? this.#afterWaiting(call) : next
  }

  async #afterOneWait(call: KeyedCall): Promise<Next> {
    const turn = await call.entries.leases.wait(call.identity, this.#blocked(), this.#patienceMs(call))
    return this.#takeTurn(call, turn)
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

  /** A promise where `validate` gives one. */
  #takeTurn(call: KeyedCall, turn: Turn): Next | Promise<Next> {
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

  #found(call: KeyedCall, found: Found, now: number): Next | Promise<Next> {
    const staleness = this.#freshness.staleness(call.entries, found, now)
    if (!(staleness instanceof Promise)) return this.#judged(call, found, staleness)
    if (found.isPromised) return staleness.then((reason) => this.#judged(call, found, reason))
    this.#context.trouble.meet(mayNotWait('validate'), this.#id)
    return 'run'
  }

  #judged(call: KeyedCall, found: Found, staleness: MissReason | undefined): Next {
    if (staleness === undefined) return this.#foundByAnother(call, found)
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

  #foundByAnother(call: KeyedCall, found: Found): Found {
    call.reason = undefined
    call.cacheStatus = 'hit'
    call.savedMs = found.durationMs
    call.byteLength = found.byteLength
    this.#noteJoined(call)
    return found
  }

  /** Tells that the call is over, and what it was spared. */
  #noteJoined(call: KeyedCall): void {
    call.status = 'joined'
    this.#counts.noteJoined(call.savedMs, call.byteLength)
    this.#runs.publish(call)
  }
}

/** What a run gave, for one more caller; undefined where there cannot be another one of it. */
function copyOf({ entries, identity, cacheStatus, copy }: KeyedCall): { readonly value: unknown } | undefined {
  // What lies there otherwise is what this run was to replace.
  const isStored = cacheStatus === 'populated' || cacheStatus === 'hit'
  return (isStored ? entries.load(identity) : undefined) ?? (copy && { value: copy() })
}
