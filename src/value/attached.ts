import { builtin } from '../platform/builtin.ts'
import { isIndex } from './array.ts'

const { isStringObject } = builtin('node:util/types')

/** Names of the properties that somebody put on an object of a type that lists none of its own. */
export function attachedNames(object: object): readonly string[] {
  const names = Object.keys(object)
  // Those of a text are its characters.
  return names.length > 0 && isStringObject(object) ? names.filter((name) => !isIndex(name)) : names
}

/** Undefined where there are none. */
export function enumerableSymbols(object: object): readonly symbol[] | undefined {
  const symbols = Object.getOwnPropertySymbols(object)
  if (symbols.length === 0) return undefined
  const listed = symbols.filter((one) => Object.prototype.propertyIsEnumerable.call(object, one))
  return listed.length === 0 ? undefined : listed
}
