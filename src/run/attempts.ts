import { isThenable } from '../call/promise.ts'
import { EngramError } from '../words/error.ts'
import type { Abortion } from './abortion.ts'
import { NonRecoverableError } from './non-recoverable-error.ts'
import { LONGEST_MS, type ResolvedRetry } from './retry.ts'
import { Attempt, type CallListener, runWithin } from './running-call.ts'
import type { ResolvedTimeout } from './timeout.ts'

/** How a function is run. */
export interface AttemptRules {
  readonly retry: ResolvedRetry | undefined
  readonly timeout: ResolvedTimeout
  /** That of the run. */
  readonly abortion: Abortion
  /**
   * Waits until an attempt may begin, where another place has to be free for it; what is returned says that it is over. The body
   * then says when its time begins: `Attempt.begin`.
   */
  readonly enter?: (() => Promise<() => void>) | undefined
}

/** Runs one function until it gives something, or its last failure. */
export class Attempts {
  readonly #body: (call: Attempt) => unknown
  readonly #rules: AttemptRules
  readonly #listener: CallListener
  #count = 0
  /** When all attempts have to be over. What is waited for before the first does not count. */
  #deadline: number | undefined

  constructor(body: (call: Attempt) => unknown, rules: AttemptRules, listener: CallListener) {
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
    // oxlint-disable no-await-in-loop -- an attempt begins when the one before has failed
    for (;;) {
      try {
        return await (this.#rules.enter === undefined ? this.#attempt() : this.#entered(this.#rules.enter))
      } catch (error) {
        if (!(await this.#mayRetry(error))) throw error
        await this.#pause(this.#rules.retry!.delayMs(this.#count - 1))
      }
    }
    // oxlint-enable no-await-in-loop
  }

  async #entered(enter: () => Promise<() => void>): Promise<unknown> {
    const leave = await enter()
    try {
      return await this.#attempt()
    } finally {
      leave()
    }
  }

  async #attempt(): Promise<unknown> {
    const { abortion, timeout, enter } = this.#rules
    if (abortion.isAborted) throw abortion.reason
    const attempt = new Attempt(++this.#count, this.#listener)
    const unfollow = abortion.whenAborted((reason) => attempt.abortion.abort(reason))
    const timers: (NodeJS.Timeout | undefined)[] = []
    const begin = (): void => {
      const { attemptMs, deadlineMs } = timeout
      const deadline = (this.#deadline ??= deadlineMs && performance.now() + deadlineMs)
      timers.push(this.#timer(attempt, attemptMs, 'its timeout'))
      timers.push(this.#timer(attempt, deadline && deadline - performance.now(), 'its deadline'))
    }
    if (enter === undefined) begin()
    else attempt.whenBegun(begin)
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

  async #pause(ms: number): Promise<void> {
    const { abortion } = this.#rules
    if (this.#deadline !== undefined && performance.now() + ms >= this.#deadline) throw this.#tooLong('its deadline')
    let timer: NodeJS.Timeout | undefined
    try {
      await abortion.whileRunning(new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))))
    } finally {
      clearTimeout(timer)
    }
  }
}
