import type { EngramError } from '../words/error.ts'

/** What the command line ends with. */
export const EXIT = {
  /** It did what it was asked. */
  done: 0,
  /** Damage was found, a run failed, or the store could not be read or written. */
  failed: 1,
  /** It was asked for what there is not, or in words that it does not know. */
  misused: 2,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What was asked for cannot be done as it was said: the command ends with 2. */
export class Misuse extends Error {
  override readonly name = 'Misuse'
}

const MISUSES: readonly unknown[] = ['ERR_INVALID_OPTION', 'ERR_UNKNOWN_PARAMETER', 'ERR_PIPELINE', 'ERR_TASK']

/** The exit code for what was thrown. Errors of engram count by their code: they may be of another copy, that of a program. */
export function exitCodeOf(thrown: unknown): ExitCode {
  if (thrown instanceof Misuse) return EXIT.misused
  if (!isEngramError(thrown)) return EXIT.failed
  return MISUSES.includes(thrown.code) ? EXIT.misused : EXIT.failed
}

function isEngramError(thrown: unknown): thrown is EngramError {
  return thrown instanceof Error && thrown.name === 'EngramError' && 'code' in thrown
}
