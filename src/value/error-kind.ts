import { builtin } from '../platform/builtin.ts'
import { builtinName, classNameOf } from './builtin-class.ts'
import { ERROR_KINDS } from './wire.ts'

const { types } = builtin('node:util')

export type ErrorKind = (typeof ERROR_KINDS)[number]

/** What an error is: the nearest class of the language, and the classes of a program between, from its own outwards. */
export interface ErrorClasses {
  readonly kind: ErrorKind
  /** Prototypes; none for an error of the language. */
  readonly derived: readonly object[]
}

/** Undefined for what is no error. Those that a function made without `super` (`util.inherits`) are errors too. */
export function errorClassesOf(value: object): ErrorClasses | undefined {
  const derived: object[] = []
  let prototype = Object.getPrototypeOf(value) as object | null
  while (prototype !== null) {
    const name = builtinName(prototype)
    const kind = ERROR_KINDS.find((one) => one === name)
    if (kind !== undefined) {
      // An object that only borrowed the prototype of an error is none.
      return derived.length > 0 || types.isNativeError(value) ? { kind, derived } : undefined
    }
    if (name !== '' || classNameOf(prototype) === '') return undefined
    derived.push(prototype)
    prototype = Object.getPrototypeOf(prototype) as object | null
  }
  return undefined
}
