import { EngramError } from '../words/error.ts'

/**
 * Bytes, or a string with a unit: '500MB' (decimal) '10GiB' (binary) '2K' (binary, as in joblib). A string without a unit
 * is bytes. Negative is an error.
 */
export type ByteSize = number | string

const FORM = /^(?<amount>\d+(?:\.\d*)?|\.\d+) ?(?<unit>[KMGTP]?)(?<suffix>B|iB|)$/i
const POWERS = ['', 'K', 'M', 'G', 'T', 'P']

/**
 * Whole bytes of a size; what is left of a byte is dropped.
 *
 * @param option - Names the option in the error.
 * @throws EngramError ERR_INVALID_OPTION where the size is negative, not finite, over 2^53 - 1 or unreadable.
 */
export function parseByteSize(value: ByteSize, option: string): number {
  const bytes = typeof value === 'string' ? readText(value.trim()) : value
  if (typeof bytes === 'number' && bytes >= 0 && bytes <= Number.MAX_SAFE_INTEGER) return Math.floor(bytes)
  throw new EngramError(
    'ERR_INVALID_OPTION',
    `${option}: ${describe(value)} is not a size; give a number of bytes, 0 or more, or a string such as '500MB' or '10GiB'.`,
  )
}

function readText(text: string): number {
  const { amount, unit, suffix } = FORM.exec(text)?.groups ?? {}
  if (amount === undefined || unit === undefined || suffix === undefined) return Number.NaN
  // 'iB' without a prefix is not a unit.
  if (unit === '' && suffix.length === 2) return Number.NaN
  const base = suffix.length === 1 ? 1000 : 1024
  return Number(amount) * base ** POWERS.indexOf(unit.toUpperCase())
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value)
}
