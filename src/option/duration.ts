import type { StringValue } from 'ms'
import { require } from '../platform/builtin.ts'
import { EngramError } from '../words/error.ts'

/**
 * Milliseconds, or text: '250ms' '30s' '15m' '24h' '7d' '2w'. Text without a unit is milliseconds. Negative is an
 * error.
 */
export type Duration = number | string

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
    `${option}: ${describe(value)} is no duration; give milliseconds of 0 or more, or text such as '250ms' or '24h'.`,
  )
}

/** `ms` itself refuses empty and very long text by throwing, and unreadable text by undefined. */
function readText(text: string): number {
  // Only those who write durations as text wait for the parser to be loaded.
  const ms = require('ms') as typeof import('ms')
  try {
    return ms(text.trim() as StringValue) ?? Number.NaN
  } catch {
    return Number.NaN
  }
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value)
}
