import ms, { type StringValue } from 'ms'
import { EngramError } from '../words/error.ts'

/**
 * Milliseconds, or a string with a unit: '250ms' '30s' '15m' '24h' '7d' '2w'. A string without a unit is milliseconds.
 * Negative is an error.
 */
export type Duration =
  | number
  // For editors to complete.
  | `${1 | 2 | 5 | 10 | 15 | 30}${'ms' | 's' | 'm' | 'h' | 'd' | 'w'}`
  | '24h'
  | '7d'
  | '90d'
  | (string & {})

/**
 * Milliseconds of a duration.
 *
 * @param option - Names the option in the error.
 * @throws EngramError ERR_INVALID_OPTION where the duration is negative, not finite or unreadable.
 */
export function parseDuration(value: Duration, option: string): number {
  const milliseconds = typeof value === 'string' ? readText(value) : value
  if (typeof milliseconds === 'number' && milliseconds >= 0 && milliseconds < Infinity) return milliseconds
  throw new EngramError(
    'ERR_INVALID_OPTION',
    `${option}: ${describe(value)} is not a duration; give a number of milliseconds, 0 or more, or a string such as '250ms' or '24h'.`,
  )
}

/** `ms` itself throws for empty and very long strings, and returns undefined for what it cannot read. */
function readText(text: string): number {
  try {
    return ms(text.trim() as StringValue) ?? Number.NaN
  } catch {
    return Number.NaN
  }
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value)
}
