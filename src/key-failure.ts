import { EngramError } from './error.ts'
import { isIdentifier } from './identifier.ts'

const LONGEST_PATH = 40

/** Why a value has no canonical form. Gathers its path while it unwinds: a path that nobody needs costs nothing. */
export class KeyFailure extends Error {
  /** Innermost first. */
  readonly segments: string[] = []
}

/** The failure one container further out; `segment` is where that container holds the culprit. */
export function within(error: unknown, segment: string): KeyFailure {
  const failure = asFailure(error)
  failure.segments.push(segment)
  return failure
}

/** What the caller of the encoder sees. */
export function unhashable(error: unknown, root: string): EngramError {
  const failure = asFailure(error)
  const path = root + joined(failure.segments)
  const details = failure.cause === undefined ? { path } : { path, cause: failure.cause }
  return new EngramError('ERR_UNHASHABLE', `${path}: ${failure.message}`, details)
}

/** `.name` or `["odd name"]`. */
export function propertySegment(name: string): string {
  return isIdentifier(name) ? `.${name}` : `[${JSON.stringify(name)}]`
}

/** `.get("a")` where the key is text or a number, else the entry's place in the order of iteration. */
export function entrySegment(key: unknown, index: number): string {
  if (typeof key === 'string') return `.get(${JSON.stringify(key)})`
  return typeof key === 'number' ? `.get(${key})` : `.entries()[${index}][1]`
}

function asFailure(error: unknown): KeyFailure {
  if (error instanceof KeyFailure) return error
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return new KeyFailure('the call stack ended within the value; pass a flatter one or call from less deep.', {
      cause: error,
    })
  }
  const text = error instanceof Error ? error.message : String(error)
  return new KeyFailure(`reading the value threw: ${text}`, { cause: error })
}

/** A path of a deep value keeps both ends. */
function joined(segments: readonly string[]): string {
  const outermostFirst = segments.toReversed()
  if (outermostFirst.length <= LONGEST_PATH) return outermostFirst.join('')
  const half = LONGEST_PATH / 2
  return `${outermostFirst.slice(0, half).join('')}…${outermostFirst.slice(-half).join('')}`
}
