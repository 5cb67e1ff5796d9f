import { EngramError, type EngramErrorDetails } from '../words/error.ts'

/** A task, workflow or launch plan that cannot be made, or called, as it is. */
export function taskError(message: string, details: EngramErrorDetails = {}): EngramError {
  return new EngramError('ERR_TASK', message, details)
}
