import { Originals } from '../code/originals.ts'
import { EngramError } from '../words/error.ts'
import { shortened } from '../words/phrase.ts'

const LONGEST = 1000

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
  /** Whether it is an instance of a class that is not registered, or holds one. */
  readonly isHeld: boolean
}

/** What lies where something else may be put, and must still be the same. */
export interface Member {
  readonly read: () => unknown
  readonly value: unknown
}

/** What cannot be seen. */
export interface Refusal {
  readonly what: string
  /** Under which it can be ignored. */
  readonly label: string | undefined
  /** Whether the function has a version already, which does not help. */
  readonly isVersioned: boolean
}

/** What a description leaves to be looked at again. */
export class Findings {
  readonly data: Datum[] = []
  readonly members: Member[] = []
  readonly watched: Watched[] = []
  /** Numbers of data that several functions share. */
  readonly shared = new Map<object, number>()
  /** What came with Node, and counts if it is replaced. */
  readonly originals = new Originals()
  /** What counts otherwise than people expect, with the fix. */
  readonly doubts: EngramError[] = []
  /** What cannot be seen, for which the calls are not cached. */
  refusal: Refusal | undefined
  /** False where a variable had no value yet. */
  isComplete = true
  readonly #said = new Set<string>()
  readonly #names = new Set<string>()
  readonly #isVersioned: boolean

  constructor(isVersioned: boolean) {
    this.#isVersioned = isVersioned
  }

  /** Notes a value that is read for each key; gives its number among these. */
  datum(label: string, read: () => unknown, isHeld: boolean): number {
    return this.data.push({ label, read, isHeld }) - 1
  }

  /** Whether a member of this name was not looked for before on the prototypes of the language. */
  isFirst(name: string): boolean {
    const { size } = this.#names
    return this.#names.add(name).size > size
  }

  /** Notes what does not count as it should. */
  doubt(what: string, fix: string): void {
    if (this.#said.has(what)) return
    this.#said.add(what)
    this.doubts.push(new EngramError('ERR_UNHASHABLE', `${shortened(what, LONGEST)}; ${fix}.`))
  }

  /** Notes what cannot be seen, and under which name a user may say that it does not matter. */
  refuse(what: string, label: string | undefined): void {
    this.refusal ??= { what: shortened(what, LONGEST), label, isVersioned: this.#isVersioned }
  }
}

/** What a user is told of what cannot be seen. */
export function refusalError({ what, label, isVersioned }: Refusal): EngramError {
  const ignoring = label === undefined ? `set \`captures: 'none'\`` : `set \`captures: { ignore: ['${label}'] }\``
  const naming = isVersioned ? '' : '; or say with `version` which code this is'
  const message = `${what}, so the call is not cached. Pass what matters of it as an argument; if it does not matter, ${ignoring}${naming}.`
  return new EngramError('ERR_UNHASHABLE', message, label === undefined ? {} : { path: label })
}
