import { noteFamiliar } from '../function/wrapped.ts'
import { EngramError } from '../words/error.ts'

/**
 * Thrown by a step, task or work whose failure another attempt would not mend: it is not tried again, whatever `retry` says.
 *
 * @example
 * ```ts
 * const load = step(async function load(url: string) {
 *   const response = await fetch(url)
 *   if (response.status === 404) throw new NonRecoverableError(`${url} does not exist`)
 *   return response.json()
 * }, { retry: 3 })
 * ```
 */
export class NonRecoverableError extends EngramError {
  /** 'NonRecoverableError'. */
  override readonly name = 'NonRecoverableError'
  declare readonly code: 'ERR_NON_RECOVERABLE'

  /** @param options - `cause`: what it comes from. */
  constructor(message: string, options: ErrorOptions = {}) {
    super('ERR_NON_RECOVERABLE', message, 'cause' in options ? { cause: options.cause } : {})
  }
}

// What engram does with it changes no result.
noteFamiliar(NonRecoverableError)
