import { translated } from '../native/binding.ts'
import { EngramError } from '../words/error.ts'
import { wordsOf } from '../words/phrase.ts'
import type { MissReason } from './entry-info.ts'

/** How a memory speaks of what goes wrong: a warning once per cause, or an error where the user asked for errors. */
export class Trouble {
  readonly #isThrown: boolean
  readonly #said = new Set<string>()

  constructor(onError: 'warn' | 'throw') {
    this.#isThrown = onError === 'throw'
  }

  /** Throws `error` where the user asked for errors, else says it. `about` is the function concerned. */
  meet(error: unknown, about: string): void {
    if (this.#isThrown) throw error
    this.say(error, about)
  }

  /** What `question` gives; `otherwise` where it fails: a store that cannot be read must not end a program that asks for figures. */
  answer<T>(question: () => T, otherwise: T, about: string): T {
    try {
      return question()
    } catch (error) {
      this.meet(translated(error), about)
      return otherwise
    }
  }

  /**
   * Warns as a Node process warning (`process.on('warning')`, `--no-warnings`): each cause once for each function.
   */
  say(error: unknown, about: string): void {
    const code = error instanceof EngramError ? error.code : 'ERR_STORE_UNAVAILABLE'
    const message = error instanceof EngramError ? error.message : wordsOf(error)
    const cause = `${code} ${about} ${message}`
    if (this.#said.has(cause)) return
    this.#said.add(cause)
    process.emitWarning(`${about}: ${message}`, { type: 'EngramWarning', code })
  }
}

/** Why an entry is run anew that was stored once. */
export function damaged(reason: MissReason): EngramError {
  if (reason === 'format') {
    return new EngramError(
      'ERR_STORE_FORMAT',
      'An entry was written by another version of engram; it is computed again.',
    )
  }
  const what = reason === 'dangling' ? 'A file of an entry is missing or truncated' : 'An entry is damaged'
  return new EngramError('ERR_CORRUPT', `${what}; it is computed again and replaced.`)
}

/** What a memory answers after `close()`. */
export function closed(): EngramError {
  return new EngramError('ERR_CLOSED', 'The memory is closed; open a new Memory to go on.')
}

/** What is said where a part of the package cannot be loaded, because of `cause`, or is of another build than what runs. */
export function packageChanged(cause: unknown): EngramError {
  const what =
    cause === undefined
      ? 'is of another build than what runs'
      : `cannot be loaded: ${wordsOf(cause).split('\n', 1).join()}`
  const message = `A part of engram ${what}. Was the package installed anew meanwhile? Then start the program again.`
  return new EngramError('ERR_PACKAGE_CHANGED', message, cause === undefined ? {} : { cause })
}
