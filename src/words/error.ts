/**
 * Stable codes of every error that engram throws, and of its warnings; programs and tests rely on these, never on the message.
 * docs/errors.md says of each what to do.
 */
export type EngramErrorCode =
  /** An argument or a captured value cannot enter a key: the call runs uncached. */
  | 'ERR_UNHASHABLE'
  /** A result cannot be stored: it is returned, and not stored. */
  | 'ERR_UNSERIALIZABLE'
  /** Nothing would tell a function from others. */
  | 'ERR_UNNAMED_FUNCTION'
  /** `ignore` or `hash` names a parameter that the function does not have. */
  | 'ERR_UNKNOWN_PARAMETER'
  /** An option, a filter or a codec is wrong, or misspelt. */
  | 'ERR_INVALID_OPTION'
  /** The directory cannot be used, or not be shared with the process that owns it. */
  | 'ERR_STORE_UNAVAILABLE'
  /** The directory, or an entry in it, is of a newer format. */
  | 'ERR_STORE_FORMAT'
  /** An entry was damaged; it is computed anew. */
  | 'ERR_CORRUPT'
  /** Of a payload whose entry is gone, or that is not stored. */
  | 'ERR_NOT_FOUND'
  /** Use after `close()`. */
  | 'ERR_CLOSED'
  /** A warning: a stale result was served (`staleWhileRevalidate`), and the function threw when it ran anew. */
  | 'ERR_REFRESH'
  /** The process that owns the directory is stopped, or hangs. */
  | 'ERR_OWNER_UNRESPONSIVE'
  /** Thrown when the package is loaded: its compiled core is missing, damaged or of another version, or there is none. */
  | 'ERR_NO_CORE'
  /** A part of the package that is loaded when it is needed is missing, or of another build than what runs. */
  | 'ERR_PACKAGE_CHANGED'
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
  /** What it comes from: an error of the system, or what user code threw. */
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
  /** 'EngramError', or that of a class derived from it. */
  override readonly name: string = 'EngramError'
  /** Stable machine-readable code. */
  readonly code: EngramErrorCode
  /** Where in the value the culprit sits: `args[0].items[3].callback`. Only where a value is at fault. */
  declare readonly path?: string

  /** Made by engram; an executor makes one to reject with ERR_UNSENDABLE or ERR_EXECUTOR. */
  constructor(code: EngramErrorCode, message: string, details: EngramErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.code = code
    if (details.path !== undefined) this.path = details.path
  }
}
