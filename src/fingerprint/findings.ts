import { EngramError } from '../words/error.ts'
import { shortened } from '../words/phrase.ts'

const LONGEST_DOUBT = 1000

/** A variable that others may assign: it must be looked at before every call. */
export interface Watched {
  readonly fn: Function
  readonly name: string
  readonly value: unknown
}

/** A value whose content may change. */
export interface Datum {
  readonly label: string
  readonly read: () => unknown
}

/** What lies where something else may be put, and must still be the same. */
export interface Member {
  readonly read: () => unknown
  readonly value: unknown
}

/** What a description leaves to be looked at again. */
export class Findings {
  readonly data: Datum[] = []
  readonly members: Member[] = []
  readonly watched: Watched[] = []
  /** What could not be covered, with the fix. */
  readonly doubts: EngramError[] = []
  /** False where a variable had no value yet. */
  isComplete = true
  readonly #doubted = new Set<string>()

  /** Notes a value that is read for each key; gives its number among these. */
  datum(label: string, read: () => unknown): number {
    return this.data.push({ label, read }) - 1
  }

  /** Notes what could not be covered. `fix` goes before those that there are for everything. */
  doubt(what: string, fix = ''): void {
    if (this.#doubted.has(what)) return
    this.#doubted.add(what)
    const message = `${shortened(what, LONGEST_DOUBT)}; ${fix}pass it as an argument, name it in \`deps\` or \`version\`, or set \`captures: 'none'\`.`
    this.doubts.push(new EngramError('ERR_UNHASHABLE', message))
  }
}
