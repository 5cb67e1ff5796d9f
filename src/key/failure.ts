import { EngramError } from '../words/error.ts'
import { pathOf, quoted, wordsOf } from '../words/phrase.ts'

export { propertySegment } from '../words/phrase.ts'

/** Why a value has no canonical form. Gathers its path while it unwinds: a path that nobody needs costs nothing. */
export class KeyFailure extends Error {
  /** Innermost first. */
  readonly segments: string[] = []
}

/** The failure one container further out; `segment` is where that container holds the culprit, empty for its own place. */
export function within(error: unknown, segment: string): KeyFailure {
  const failure = asFailure(error)
  if (segment !== '') failure.segments.push(segment)
  return failure
}

/** What the caller of the encoder sees. */
export function unhashable(error: unknown, root: string): EngramError {
  const failure = asFailure(error)
  const path = pathOf(root, failure.segments.toReversed())
  const details = failure.cause === undefined ? { path } : { path, cause: failure.cause }
  // What says what something is goes on from its path.
  const colon = failure.message.startsWith('is ') ? '' : ':'
  return new EngramError('ERR_UNHASHABLE', `${path}${colon} ${failure.message}`, details)
}

/** `.get("a")` where the key is text or a number, else the entry's place in the order of iteration. */
export function entrySegment(key: unknown, index: number): string {
  if (typeof key === 'string') return `.get(${quoted(key)})`
  return typeof key === 'number' ? `.get(${key})` : `.entries()[${index}][1]`
}

function asFailure(error: unknown): KeyFailure {
  if (is(error, KeyFailure)) return error
  if (is(error, RangeError) && /call stack/i.test(error.message)) {
    return new KeyFailure('the call stack ended within the value; pass a flatter one or call from less deep.', {
      cause: error,
    })
  }
  return new KeyFailure(`reading the value threw: ${wordsOf(error)}`, { cause: error })
}

/** Proxies can be thrown too, and may throw when they are asked what they are. */
function is<T>(error: unknown, type: abstract new (...args: never) => T): error is T {
  try {
    return error instanceof type
  } catch {
    return false
  }
}
