import { checkKnown, invalid } from '../option/check.ts'
import { type Duration, parseDuration } from '../option/duration.ts'

/**
 * A duration bounds each attempt, `deadline` all of them with the waits between. The signal of `currentContext()` is aborted;
 * code that ignores it goes on unheard, and code that does not let go of the thread is not interrupted. The call fails with
 * ERR_TIMEOUT. Durations are milliseconds, or strings such as '30s'.
 */
export type Timeout =
  | Duration
  | {
      /** Of each attempt. Default no limit. */
      maxRuntime?: Duration
      /** Of all attempts, with the waits between. Default no limit. */
      deadline?: Duration
    }

/** Checked, in milliseconds; undefined for no limit. */
export interface ResolvedTimeout {
  readonly attemptMs: number | undefined
  readonly deadlineMs: number | undefined
}

export const NO_TIMEOUT: ResolvedTimeout = { attemptMs: undefined, deadlineMs: undefined }

/** @throws EngramError ERR_INVALID_OPTION */
export function resolveTimeout(timeout: Timeout | undefined): ResolvedTimeout {
  if (timeout === undefined) return NO_TIMEOUT
  if (typeof timeout !== 'object') return { attemptMs: positive(timeout, 'timeout'), deadlineMs: undefined }
  checkKnown(timeout, ['maxRuntime', 'deadline'])
  const { maxRuntime, deadline } = timeout
  return {
    attemptMs: maxRuntime === undefined ? undefined : positive(maxRuntime, 'timeout.maxRuntime'),
    deadlineMs: deadline === undefined ? undefined : positive(deadline, 'timeout.deadline'),
  }
}

function positive(duration: Duration, option: string): number {
  const milliseconds = parseDuration(duration, option)
  if (milliseconds === 0) throw invalid(`The option '${option}' must be longer than 0.`)
  return milliseconds
}
