import { EngramError } from '../words/error.ts'
import type { Abortion } from './abortion.ts'
import { NonRecoverableError } from './non-recoverable-error.ts'
import { LONGEST_MS, type ResolvedRetry } from './retry.ts'
import { Attempt, type CallListener, type RunningCall, runWithin } from './running-call.ts'
import type { ResolvedTimeout } from './timeout.ts'

/** How a function is run. */
export interface AttemptRules {
  readonly retry: ResolvedRetry | undefined
  readonly timeout: ResolvedTimeout
  /** That of the run. */
  readonly abortion: Abortion
}

/** Runs one function until it gives something, or its last failure. */
export class Attempts {
  readonly #body: (call: RunningCall) => unknown
  readonly #rules: AttemptRules
  readonly #listener: CallListener
  #count = 0

  constructor(body: (call: RunningCall) => unknown, rules: AttemptRules, listener: CallListener) {
    this.#body = body
    this.#rules = rules
    this.#listener = listener
  }

  /** Attempts that were begun. */
  get count(): number {
    return this.#count
  }

  /** What the function gives. Throws what its last attempt threw, ERR_TIMEOUT, or the reason of the run's end. */
  async run(): Promise<unknown> {
    const { deadlineMs } = this.#rules.timeout
    const deadline = deadlineMs === undefined ? undefined : performance.now() + deadlineMs
    // oxlint-disable no-await-in-loop -- an attempt begins when the one before has failed
    for (;;) {
      try {
        return await this.#attempt(deadline)
      } catch (error) {
        if (!(await this.#mayRetry(error))) throw error
        await this.#pause(this.#rules.retry!.delayMs(this.#count - 1), deadline)
      }
    }
    // oxlint-enable no-await-in-loop
  }

  async #attempt(deadline: number | undefined): Promise<unknown> {
    const { abortion, timeout } = this.#rules
    if (abortion.isAborted) throw abortion.reason
    const attempt = new Attempt(++this.#count, this.#listener)
    const unfollow = abortion.whenAborted((reason) => attempt.abortion.abort(reason))
    const timers = [
      this.#timer(attempt, timeout.attemptMs, 'its timeout'),
      this.#timer(attempt, deadline && deadline - performance.now(), 'its deadline'),
    ]
    try {
      const result = runWithin(attempt, () => this.#body(attempt))
      return isThenable(result) ? await attempt.abortion.whileRunning(result) : result
    } finally {
      attempt.end()
      unfollow()
      for (const timer of timers) clearTimeout(timer)
    }
  }

  #timer(attempt: Attempt, ms: number | undefined, what: string): NodeJS.Timeout | undefined {
    // Timers would be over at once.
    if (ms === undefined || ms > LONGEST_MS) return undefined
    return setTimeout(() => attempt.abortion.abort(this.#tooLong(what)), Math.max(ms, 0))
  }

  #tooLong(what: string): EngramError {
    return new EngramError('ERR_TIMEOUT', `${this.#listener.name} took longer than ${what} allows.`)
  }

  async #mayRetry(error: unknown): Promise<boolean> {
    const { retry, abortion } = this.#rules
    if (retry === undefined || this.#count > retry.count || abortion.isAborted) return false
    if (error instanceof NonRecoverableError) return false
    if (retry.when === undefined) return true
    try {
      return (await retry.when(error, this.#count)) === true
    } catch {
      // The failure that it was asked about says more than its own.
      return false
    }
  }

  async #pause(ms: number, deadline: number | undefined): Promise<void> {
    const { abortion } = this.#rules
    if (deadline !== undefined && performance.now() + ms >= deadline) throw this.#tooLong('its deadline')
    let timer: NodeJS.Timeout | undefined
    try {
      await abortion.whileRunning(new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))))
    } finally {
      clearTimeout(timer)
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}
