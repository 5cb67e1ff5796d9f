import { type NativeReference, type Store, ANSWER, translating } from '../native/binding.ts'
import { type EntryInfo, type MissReason, entryInfoOf } from '../report/entry-info.ts'
import type { KeyChange } from '../report/explanation.ts'

/** One of the things that a key was made of. */
export interface KeyPart {
  readonly kind: 'code' | 'helper' | 'capture' | 'dependency' | 'argument'
  /** That of an argument begins with its position: `0.rows.length`. */
  readonly name: string
  /** A short text for it; empty where none was kept. */
  readonly text: string
}

/** An entry, with what its key was made of. */
export interface EntryDetails {
  readonly info: EntryInfo
  /** Bytes of the value without its large buffers. */
  readonly structureLength: number
  readonly arguments: readonly KeyPart[]
  readonly code: readonly KeyPart[]
}

/** A value as text, which may be its beginning only; or why there is none. */
export type Printed = { readonly text: string; readonly isCut: boolean } | { readonly reason: MissReason }

/** What differs between the keys of two entries: `before` is that of the one with the key `with`. */
export interface Comparison {
  readonly with: string
  readonly changes: readonly KeyChange[]
}

/** Looks into a store for who shows what is there: no use is noted, no value made, no code run. */
export class Inspection {
  readonly #store: () => Store | undefined

  constructor(store: () => Store | undefined) {
    this.#store = store
  }

  /**
   * The facts of entries grouped by function, some at a time, so that the first need not wait for the last.
   *
   * @param name - Of one function: its id, or what follows the `#` in it.
   */
  *pages(name?: string): Generator<EntryInfo[], void, undefined> {
    const walk = this.#store()?.walk(name)
    for (;;) {
      const page = walk && translating(() => walk.next())
      if (!page) return
      yield page.map(entryInfoOf)
    }
  }

  /** Entries whose keys begin with these hexadecimal digits, `most` at most. */
  find(digits: string, most: number): InspectedEntry[] {
    const found = translating(() => this.#store()?.find(digits, most)) ?? []
    return found.map((reference) => new InspectedEntry(reference))
  }
}

/** One entry of a store. */
export class InspectedEntry {
  /** Hexadecimal. */
  readonly key: string
  readonly #reference: NativeReference

  constructor(reference: NativeReference) {
    this.key = reference.key
    this.#reference = reference
  }

  /** Undefined where it is gone or damaged. */
  details(): EntryDetails | undefined {
    const details = translating(() => this.#reference.details())
    return details ? ({ ...details, info: entryInfoOf(details.entry) } as unknown as EntryDetails) : undefined
  }

  /** The first `most` bytes of its value as text. */
  printed(most: number): Printed {
    const printed = translating(() => this.#reference.print(most))
    return typeof printed === 'object' ? printed : { reason: REASONS[printed] ?? 'corrupt' }
  }

  /** What differs from another entry, or from the nearest one; undefined where that is gone, or none is near. */
  compared(other?: InspectedEntry): Comparison | undefined {
    const compared = translating(() => this.#reference.compare(other === undefined ? undefined : other.#reference))
    return (compared ?? undefined) as Comparison | undefined
  }
}

const REASONS: Readonly<Record<number, MissReason>> = {
  [ANSWER.absent]: 'absent',
  [ANSWER.corrupt]: 'corrupt',
  [ANSWER.dangling]: 'dangling',
  [ANSWER.format]: 'format',
}
