import { EngramError } from '../words/error.ts'

/** A pipeline that cannot be run as it is, or as it is asked to. */
export function pipelineError(message: string, cause?: unknown): EngramError {
  return new EngramError('ERR_PIPELINE', message, cause === undefined ? {} : { cause })
}

/** Names for a message: the first few. */
export function listed(names: Iterable<string>): string {
  const all = Array.from(names, (name) => `'${name}'`)
  if (all.length === 0) return 'none'
  return all.length > 10 ? `${all.slice(0, 10).join(', ')} and ${all.length - 10} more` : all.join(', ')
}
