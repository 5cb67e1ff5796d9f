import { closureVariables } from '../code/closure.ts'
import { factsOf, readingOf } from '../code/facts.ts'
import { textOf } from '../function/text.ts'
import type { AnyFunction } from '../function/wrapped.ts'
import { digestOfText } from '../native/binding.ts'

/** Tells that a function is the same as another thread's: what it reaches and captured too, where that can be told. */
export interface CodeProof {
  /** Empty where it cannot be told. */
  readonly place: string
  /** Digest of its text. */
  readonly text: string
}

/** `place`: where its entries lie, or would, by its code. */
export function codeProof(fn: AnyFunction, place: string): CodeProof {
  return { place, text: digestOfText(textOf(fn)) }
}

/** Whether it sees more than its module: then others of the same text may see something else. */
export function isClosure(fn: AnyFunction): boolean {
  try {
    const [facts] = factsOf([fn], true, undefined)
    const reading = readingOf(fn)
    return typeof reading === 'string' || closureVariables(facts!, reading).length > 0
  } catch {
    return true
  }
}
