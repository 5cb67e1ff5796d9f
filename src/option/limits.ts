import { type ByteSize, parseByteSize } from './byte-size.ts'
import { checkKnown, invalid } from './check.ts'
import { type Duration, parseDuration } from './duration.ts'

/** How much a store may hold. What was used least recently leaves first. What is not named, or Infinity, is not limited. */
export interface Limits {
  /** Bytes of values before compression, or a string: '500MB' '10GiB'. 0 or more. Default: no limit; of a memory that names none 10 GiB. */
  maxBytes?: ByteSize | undefined
  /** An integer, 0 or more. Default: no limit. */
  maxEntries?: number | undefined
  /** Milliseconds since an entry was last used, or a string: '30d'. Checked on writes, at most once a minute. Default: no limit. */
  maxAge?: Duration | undefined
}

/** Checked limits; what is not limited is infinite. */
export interface ResolvedLimits {
  readonly maxBytes: number
  readonly maxEntries: number
  readonly maxAgeMs: number
}

const KNOWN = ['maxBytes', 'maxEntries', 'maxAge']

/** Checks limits; `most` are the bytes where none are named. @throws EngramError ERR_INVALID_OPTION */
export function resolveLimits(limits: Limits, option: string, most = Infinity): ResolvedLimits {
  checkKnown(limits, KNOWN)
  const { maxBytes = most, maxEntries, maxAge } = limits
  return {
    maxBytes: limited(maxBytes, (size) => parseByteSize(size, `${option}.maxBytes`)),
    maxEntries: limited(maxEntries, (count) => checkCount(count, `${option}.maxEntries`)),
    maxAgeMs: limited(maxAge, (age) => parseDuration(age, `${option}.maxAge`)),
  }
}

function limited<T>(limit: T | undefined, read: (limit: T) => number): number {
  return limit === undefined || limit === Infinity ? Infinity : read(limit)
}

function checkCount(value: unknown, option: string): number {
  if (typeof value === 'number' && value >= 0 && Number.isInteger(value)) return value
  throw invalid(`The option '${option}' must be an integer, 0 or more.`)
}
