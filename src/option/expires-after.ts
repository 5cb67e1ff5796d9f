import { EngramError } from '../words/error.ts'

/** Parts of an age, which add up; each 0 or more. */
export interface Age {
  /** Weeks, 0 or more; fractions count. Default 0. */
  weeks?: number | undefined
  /** Days, 0 or more; fractions count. Default 0. */
  days?: number | undefined
  /** Hours, 0 or more; fractions count. Default 0. */
  hours?: number | undefined
  /** Minutes, 0 or more; fractions count. Default 0. */
  minutes?: number | undefined
  /** Seconds, 0 or more; fractions count. Default 0. */
  seconds?: number | undefined
  /** Milliseconds, 0 or more; fractions count. Default 0. */
  milliseconds?: number | undefined
}

/** Milliseconds of each unit. */
const UNITS: Readonly<Record<keyof Age, number>> = {
  weeks: 604_800_000,
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1000,
  milliseconds: 1,
}

/**
 * A validation that takes entries up to this age: an entry is stale when its age is greater.
 *
 * @param clock - Milliseconds since the epoch, where it is called without the time. Default Date.now.
 * @throws EngramError ERR_INVALID_OPTION where a part is negative, not finite or of an unknown unit, or there is none.
 *
 * @example
 * ```ts
 * const prices = memory.cache(fetchPrices, { validate: expiresAfter({ hours: 12 }) })
 * ```
 */
export function expiresAfter(
  age: Age,
  clock: () => number = Date.now,
): (info: { createdAt: number }, now?: number) => boolean {
  const limit = totalOf(age)
  return (info, now = clock()) => now - info.createdAt <= limit
}

function totalOf(age: Age): number {
  const parts = Object.entries(age ?? {}).filter(([, amount]) => amount !== undefined)
  if (parts.length === 0) throw invalid('needs an age, such as { days: 1 }.')
  return parts.reduce((total, [unit, amount]) => total + millisecondsOf(unit, amount), 0)
}

function millisecondsOf(unit: string, amount: number): number {
  if (!Object.hasOwn(UNITS, unit))
    throw invalid(`got the unknown unit '${unit}'; the units are ${Object.keys(UNITS).join(', ')}.`)
  if (typeof amount !== 'number' || !(amount >= 0 && amount < Infinity)) {
    throw invalid(`needs a number of ${unit} of 0 or more, not ${String(amount)}.`)
  }
  return amount * UNITS[unit as keyof Age]
}

function invalid(reason: string): EngramError {
  return new EngramError('ERR_INVALID_OPTION', `expiresAfter ${reason}`)
}
