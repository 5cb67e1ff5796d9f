import type { CallIdentity } from '../entry/call-identity.ts'
import type { FunctionEntries } from '../entry/function-entries.ts'

/** The stored result of one call, as something small: it is loaded when it is used, and only then. */
export class CallReference {
  readonly #entries: FunctionEntries
  readonly #identity: CallIdentity

  constructor(entries: FunctionEntries, identity: CallIdentity) {
    this.#entries = entries
    this.#identity = identity
  }

  /** Hexadecimal call key. */
  get key(): string {
    return this.#identity.key
  }

  /** Whether there is an entry. Loads nothing. */
  exists(): boolean {
    return this.#entries.info(this.#identity) !== undefined
  }

  /** A copy of the result, each time a new one; undefined where there is none that is of use. */
  load(): { readonly value: unknown } | undefined {
    return this.#entries.load(this.#identity)
  }
}
