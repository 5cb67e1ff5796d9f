import type { PackageClass } from '../value/package-codec.ts'
import { classIn } from './library.ts'

/** A number of decimal digits, as decimal.js, bignumber.js and big.js have it. */
interface ExactNumber {
  /** Its sign: -1 or 1; NaN or null for what is no number. */
  readonly s: number | null
  readonly constructor: any
  toExponential(): string
}

/** What one of the three libraries is. */
export interface ExactLibrary {
  /** Of its class. */
  readonly name: string
  /** A method that the others do not have. */
  readonly method: string
  /** What says how a class divides, rounds and shows: its instances behave by it. */
  settingsOf(type: any): unknown
  /** A class of these settings, where clones of a class share its prototype. */
  clone?(type: any, settings: any): any
}

/** The class of exact numbers in `library`. */
export function exactNumberIn(library: object, exact: ExactLibrary): PackageClass[] {
  const { name, method, settingsOf } = exact
  const type: any = classIn(library, name, (prototype) => method in prototype && 'toExponential' in prototype)
  if (type === undefined) return []
  const clones = new ClonesOf(type, exact)
  return [
    {
      name: '',
      prototype: type.prototype as object,
      encode: (value: ExactNumber) =>
        value.constructor === type ? [exactText(value)] : [exactText(value), settingsOf(value.constructor)],
      decode: ([text, settings]) => new (settings === undefined ? type : clones.with(settings))(text),
      key: (value: ExactNumber) => [exactText(value), settingsOf(value.constructor)],
    },
  ]
}

/** All its digits, and the sign of a zero. */
export function exactText(value: ExactNumber): string {
  const text = value.toExponential()
  return value.s === -1 && !text.startsWith('-') ? `-${text}` : text
}

/** One class for all instances that are read of a clone. */
class ClonesOf {
  readonly #type: unknown
  readonly #exact: ExactLibrary
  readonly #bySettings = new Map<string, any>()

  constructor(type: unknown, exact: ExactLibrary) {
    this.#type = type
    this.#exact = exact
  }

  with(settings: unknown): any {
    const id = JSON.stringify(settings)
    const known = this.#bySettings.get(id)
    if (known !== undefined) return known
    const clone: unknown = this.#exact.clone!(this.#type, settings)
    this.#bySettings.set(id, clone)
    return clone
  }
}

/** These properties of a class. */
export function pick(type: any, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, type[name] as unknown]))
}
