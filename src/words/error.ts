/** Stable codes of every error that engram throws; programs and tests rely on these, never on the message. */
export type EngramErrorCode =
  | 'ERR_UNHASHABLE'
  | 'ERR_UNSERIALIZABLE'
  | 'ERR_UNNAMED_FUNCTION'
  | 'ERR_UNKNOWN_PARAMETER'
  | 'ERR_INVALID_OPTION'
  | 'ERR_STORE_UNAVAILABLE'
  | 'ERR_STORE_FORMAT'
  | 'ERR_CORRUPT'
  /** Of a payload whose entry is gone, or that is not stored. */
  | 'ERR_NOT_FOUND'
  | 'ERR_CLOSED'
  /** A warning: a stale result was served (`staleWhileRevalidate`), and the function threw when it ran anew. */
  | 'ERR_REFRESH'
  | 'ERR_OWNER_UNRESPONSIVE'
  /** Thrown when the package is loaded: its compiled core is missing, or of another version. */
  | 'ERR_NO_CORE'
  /** A pipeline that cannot be run as it is, or as it is asked to. */
  | 'ERR_PIPELINE'
  /** A task, workflow or launch plan that cannot be made, or called, as it is. */
  | 'ERR_TASK'
  /** A step, task or work took longer than its `timeout`. */
  | 'ERR_TIMEOUT'
  /** What a function throws that is not to be tried again: `NonRecoverableError`. */
  | 'ERR_NON_RECOVERABLE'
  /** A warning: a call could not be sent to the executor of its run, and ran here. An executor rejects with it. */
  | 'ERR_UNSENDABLE'
  /** What ran a call elsewhere (a thread) ended before the call did. */
  | 'ERR_EXECUTOR'
  /**
   * A value that is too large to be copied was changed after it was given to a run, and before the run used it. As a warning: a
   * file was changed during a call that was given it as `fileOf(path)`, and the result is not stored.
   */
  | 'ERR_INPUT_CHANGED'
  /** A work, flow, app or drive that cannot be made, or used, as it is. */
  | 'ERR_WORK'

/** What an error may carry besides its code and message. */
export interface EngramErrorDetails {
  /** Where in the value: `args[0].items[3].callback`. */
  path?: string | undefined
  cause?: unknown
}

/**
 * Every error of engram.
 *
 * @example
 * ```ts
 * try {
 *   memory.cache(load, { maxAge: '3 fortnights' })
 * } catch (error) {
 *   if (error instanceof EngramError && error.code === 'ERR_INVALID_OPTION') console.error(error.message)
 * }
 * ```
 */
export class EngramError extends Error {
  override readonly name: string = 'EngramError'
  /** Stable machine-readable code. */
  readonly code: EngramErrorCode
  /** Where in the value the culprit sits: `args[0].items[3].callback`. Only where a value is at fault. */
  declare readonly path?: string

  constructor(code: EngramErrorCode, message: string, details: EngramErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.code = code
    if (details.path !== undefined) this.path = details.path
  }
}
