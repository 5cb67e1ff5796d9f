import { EngramError } from '../words/error.ts'

/** A misspelt option must not be quietly without effect. */
export function checkKnown(options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw invalid('The options must be an object.')
  for (const option of Object.keys(options)) {
    if (known.includes(option)) continue
    throw invalid(`Unknown option '${option}'. The options are ${known.toSorted().join(', ')}.`)
  }
}

export function checkString(value: unknown, option: string): void {
  if (value === undefined || (typeof value === 'string' && value !== '')) return
  throw invalid(`The option '${option}' must be a non-empty string.`)
}

export function checkBoolean(value: unknown, option: string): void {
  if (typeof value !== 'boolean') throw invalid(`The option '${option}' must be true or false.`)
}

export function checkFunction(value: unknown, option: string): void {
  if (value === undefined || typeof value === 'function') return
  throw invalid(`The option '${option}' must be a function.`)
}

export function invalid(message: string): EngramError {
  return new EngramError('ERR_INVALID_OPTION', message)
}
