import { EngramError } from '../words/error.ts'

/** A pipeline that cannot be run as it is, or as it is asked to. */
export function pipelineError(message: string, cause?: unknown): EngramError {
  return new EngramError('ERR_PIPELINE', message, cause === undefined ? {} : { cause })
}

export { listed } from '../words/phrase.ts'
