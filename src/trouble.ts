import { EngramError } from './error.ts'

/** How a memory speaks of what goes wrong: a warning once per cause, or an error where the user asked for errors. */
export class Trouble {
  readonly #isThrown: boolean
  readonly #said = new Set<string>()

  constructor(onError: 'warn' | 'throw') {
    this.#isThrown = onError === 'throw'
  }

  /**
   * Throws `error`, or warns of it as a Node process warning (`process.on('warning')`, `--no-warnings`). `about` is the
   * function concerned: each cause is said once for each function.
   */
  meet(error: unknown, about: string): void {
    if (this.#isThrown) throw error
    const code = error instanceof EngramError ? error.code : 'ERR_STORE_UNAVAILABLE'
    const message = error instanceof Error ? error.message : String(error)
    const cause = `${code} ${about} ${message}`
    if (this.#said.has(cause)) return
    this.#said.add(cause)
    process.emitWarning(`${about}: ${message}`, { type: 'EngramWarning', code })
  }
}
