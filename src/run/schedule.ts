import { builtin } from '../platform/builtin.ts'
import { Dependents } from './dependents.ts'
import { ReadyQueue } from './ready-queue.ts'

/** What became of a call when it was performed. */
export type Performed = 'done' | 'failed' | 'skipped' | 'cancelled' | WaitsFor

/** It turned out to need another call first: it is performed again when that is done. */
export interface WaitsFor {
  readonly waitsFor: number
}

/**
 * What a failure does to the rest.
 *
 * - `stop`: what runs is aborted, and nothing starts.
 * - `finish`: what runs may end, and nothing starts.
 * - `continue`: all runs that does not depend on it.
 */
export type FailureRule = 'stop' | 'finish' | 'continue'

/** Calls in their order, each by its place. */
export interface ScheduledCalls {
  readonly count: number
  /** Which calls it needs. Asked once. */
  needsOf(call: number): readonly number[]
  readonly concurrency: number
  readonly onFailure: FailureRule
  /** At once where that can be. Never throws nor rejects. */
  perform(call: number): Performed | Promise<Performed>
  /** A call that is not performed, as one that it needs was skipped, failed or was not performed itself. */
  omit(call: number, state: 'skipped' | 'cancelled'): void
  /** Whether nothing is to be started any more. */
  isAborted(): boolean
  /** Aborts what runs. */
  stop(): void
}

/** How long calls may follow each other before others get their turn, in milliseconds. */
const BUSY_MS = 50

const WAITING = 0
const STARTED = 1
const DONE = 2
const SKIPPED = 3
/** It failed, or was not performed for a failure of another. */
const BROKEN = 4

/** Performs calls as those that they need are done, the first ones first. */
export class Schedule {
  readonly #calls: ScheduledCalls
  readonly #ready = new ReadyQueue()
  /** For each call, how many that it needs are not done. */
  readonly #missing: Uint32Array
  readonly #dependents: Dependents
  readonly #states: Uint8Array
  #running = 0
  /** Since when it has not let others go on, in milliseconds. */
  #busySince = 0
  #isResting = false
  #left: number
  #mayStart = true
  #finish: () => void = () => undefined

  constructor(calls: ScheduledCalls) {
    const { count } = calls
    this.#calls = calls
    this.#left = count
    this.#missing = new Uint32Array(count)
    this.#states = new Uint8Array(count)
    this.#dependents = new Dependents(count)
    for (let call = 0; call < count; call++) {
      const distinct = new Set(calls.needsOf(call))
      this.#missing[call] = distinct.size
      for (const one of distinct) this.#dependents.add(one, call)
      if (distinct.size === 0) this.#ready.add(call)
    }
  }

  /** Ends when all calls have. */
  async run(): Promise<void> {
    if (this.#left === 0) return
    await new Promise<void>((resolve) => {
      this.#finish = resolve
      this.#busySince = performance.now()
      this.#start()
    })
  }

  #start(): void {
    if (this.#isResting) return
    if (this.#calls.isAborted()) this.#mayStart = false
    while (this.#mayStart && this.#running < this.#calls.concurrency) {
      const call = this.#ready.take()
      if (call === undefined) break
      if (this.#states[call] !== WAITING) continue
      this.#states[call] = STARTED
      this.#perform(call)
      if (performance.now() - this.#busySince > BUSY_MS) return this.#rest()
    }
    if (this.#running > 0) return
    // What never became ready depends on what did not end well, or may not start.
    for (let call = 0; call < this.#states.length; call++)
      if (this.#states[call] === WAITING) this.#omit(call, 'cancelled')
    if (this.#left === 0) this.#finish()
  }

  #perform(call: number): void {
    const performed = this.#calls.perform(call)
    if (!(performed instanceof Promise)) return this.#ended(call, performed)
    this.#running++
    void performed.then((later) => this.#endedLater(call, later))
  }

  #endedLater(call: number, performed: Performed): void {
    this.#running--
    this.#ended(call, performed)
    this.#start()
  }

  #ended(call: number, performed: Performed): void {
    if (typeof performed === 'object') this.#wait(call, performed.waitsFor)
    else this.#settle(call, performed)
  }

  /** Lets timers and signals have their turn: ten thousand calls that only find results give no other. */
  #rest(): void {
    this.#isResting = true
    builtin('node:timers').setImmediate(() => {
      this.#isResting = false
      this.#busySince = performance.now()
      this.#start()
    })
  }

  #settle(call: number, performed: Exclude<Performed, WaitsFor>): void {
    this.#left--
    if (performed === 'done') {
      this.#states[call] = DONE
      for (const dependent of this.#dependents.of(call))
        if (--this.#missing[dependent]! === 0) this.#ready.add(dependent)
      return
    }
    this.#states[call] = performed === 'skipped' ? SKIPPED : BROKEN
    this.#omitDependents(call, performed === 'skipped' ? 'skipped' : 'cancelled')
    if (performed !== 'failed' || this.#calls.onFailure === 'continue') return
    this.#mayStart = false
    if (this.#calls.onFailure === 'stop') this.#calls.stop()
  }

  /** A list, as a chain may be longer than a stack is deep. */
  #omitDependents(of: number, state: 'skipped' | 'cancelled'): void {
    const left = this.#dependents.of(of)
    for (let call = left.pop(); call !== undefined; call = left.pop()) {
      if (this.#states[call] !== WAITING) continue
      this.#omit(call, state)
      left.push(...this.#dependents.of(call))
    }
  }

  #omit(call: number, state: 'skipped' | 'cancelled'): void {
    this.#states[call] = state === 'skipped' ? SKIPPED : BROKEN
    this.#left--
    this.#calls.omit(call, state)
  }

  #wait(call: number, other: number): void {
    const state = this.#states[other]
    this.#states[call] = WAITING
    if (state === DONE) this.#ready.add(call)
    else if (state === SKIPPED || state === BROKEN) {
      const omitted = state === SKIPPED ? 'skipped' : 'cancelled'
      this.#omit(call, omitted)
      this.#omitDependents(call, omitted)
    } else {
      this.#missing[call] = 1
      this.#dependents.add(other, call)
    }
  }
}
