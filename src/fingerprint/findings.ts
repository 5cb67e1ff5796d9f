import type { EngramError } from '../words/error.ts'

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

/** A function that lies where another may be put. */
export interface Member {
  readonly read: () => unknown
  readonly value: unknown
}

/** What descriptions leave to be looked at again. */
export interface Findings {
  readonly data: Datum[]
  readonly members: Member[]
  readonly watched: Watched[]
  /** What could not be covered, with the fix. */
  readonly doubts: EngramError[]
  /** Names for people, of what is said under the alias of a variable. They are in no key. */
  readonly shown: Map<unknown, string>
  /** False where a variable had no value yet. */
  isComplete: boolean
}
