import { EngramError, type EngramErrorDetails } from '../words/error.ts'

/** A work, flow or app that cannot be made, or do, what it is asked to. */
export function workError(message: string, details: EngramErrorDetails = {}): EngramError {
  return new EngramError('ERR_WORK', message, details)
}
