import type { Fingerprint } from '../fingerprint/fingerprint.ts'
import { EngramError } from '../words/error.ts'

/** Runs after which it is looked whether an instance changed while the function ran: who does it does it soon. */
const MOST_LOOKS = 8

/** Notices that an instance which a function captured changes by itself: then equal calls run again and again. */
export class HeldWatch {
  readonly #fingerprint: Fingerprint
  readonly #before: ReadonlyMap<string, string>
  #looks = 0

  constructor(fingerprint: Fingerprint) {
    this.#fingerprint = fingerprint
    this.#before = fingerprint.held()
  }

  /** What to tell the user, after the function ran. */
  look(): EngramError | undefined {
    if (this.#before.size === 0 || this.#looks++ >= MOST_LOOKS) return undefined
    for (const [path, digest] of this.#fingerprint.held())
      if ((this.#before.get(path) ?? digest) !== digest) return changed(path)
    return undefined
  }
}

function changed(path: string): EngramError {
  const message = `\`${path}\`, which is in the key, changed while the function ran, so an equal call runs again. If it does not matter, set \`captures: { ignore: ['${path}'] }\`.`
  return new EngramError('ERR_UNHASHABLE', message, { path })
}
