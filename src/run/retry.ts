import { checkFunction, checkKnown, invalid } from '../option/check.ts'
import { type Duration, parseDuration } from '../option/duration.ts'

/** Before retry k, from 0: `min(base * factor ** k, cap)`. */
export interface Backoff {
  /** Milliseconds, or a string such as '1s'. */
  base: Duration
  /** From 1 on. Default 2. */
  factor?: number
  /** The longest wait. Default none. */
  cap?: Duration
  /** Waits a random time from half of that to all of it, so that those who failed together do not come back together. Default false. */
  jitter?: boolean
}

/** When a function is run again after a failure. */
export interface RetryOptions {
  /** Attempts after the first, an integer from 0 on. */
  count: number
  /** Default: `{ base: '1s' }`, so 1, 2, 4 … seconds. */
  backoff?: Backoff
  /** Asked after each failure; false, or a throw, ends it. `attempt` is the one that failed, from 1. Default: always. */
  when?: (error: unknown, attempt: number) => boolean | PromiseLike<boolean>
}

/** So many attempts after the first, 2^k seconds apart; or all of it. */
export type Retry = number | RetryOptions

/** Checked. */
export interface ResolvedRetry {
  readonly count: number
  /** How long to wait before retry k, from 0, in milliseconds. */
  readonly delayMs: (k: number) => number
  readonly when: RetryOptions['when']
}

/** @throws EngramError ERR_INVALID_OPTION */
export function resolveRetry(retry: Retry | undefined): ResolvedRetry | undefined {
  if (retry === undefined) return undefined
  const options = typeof retry === 'number' ? { count: retry } : retry
  checkKnown(options, ['count', 'backoff', 'when'])
  const { count, backoff = { base: 1000 }, when } = options
  if (!(Number.isInteger(count) && count >= 0) && count !== Infinity)
    throw invalid(`The option 'retry' must be a number of attempts, 0 or more, or { count, backoff, when }.`)
  checkFunction(when, 'retry.when')
  return count === 0 ? undefined : { count, delayMs: delaysOf(backoff), when }
}

function delaysOf(backoff: Backoff): ResolvedRetry['delayMs'] {
  checkKnown(backoff, ['base', 'factor', 'cap', 'jitter'])
  const { base, factor = 2, cap, jitter = false } = backoff
  const baseMs = parseDuration(base, 'retry.backoff.base')
  const capMs = cap === undefined ? LONGEST_MS : Math.min(parseDuration(cap, 'retry.backoff.cap'), LONGEST_MS)
  if (!(typeof factor === 'number' && factor >= 1 && factor < Infinity))
    throw invalid(`The option 'retry.backoff.factor' must be a number from 1 on.`)
  if (typeof jitter !== 'boolean') throw invalid(`The option 'retry.backoff.jitter' must be true or false.`)
  return (k) => {
    const delay = Math.min(baseMs * factor ** k, capMs)
    return jitter ? delay * (0.5 + Math.random() / 2) : delay
  }
}

/** What timers can wait for: 24 days. */
export const LONGEST_MS = 2 ** 31 - 1
