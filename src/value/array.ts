import { builtin } from '../platform/builtin.ts'

const { isDeepStrictEqual } = builtin('node:util')

/** Beyond this length holes are worth an index each; up to it they are marked one by one. */
const MARKED_HOLES = 1024

/** Up to this length listing the keys is the quickest way to find properties besides the elements. */
const LISTED = 32

/** A number that a double stores best. */
export function isFractional(value: unknown): boolean {
  return typeof value === 'number' && !Number.isInteger(value)
}

/** Whether a property's name is an element's index. */
export function isIndex(key: string): boolean {
  const index = Number(key)
  return index >= 0 && index < 0xffffffff && Number.isInteger(index) && String(index) === key
}

/** False only for arrays that have no properties besides their elements, and few holes if any. */
export function mayBeIrregular(value: unknown[]): boolean {
  const length = value.length
  if (length < LISTED) return Object.keys(value).length !== length || Object.getOwnPropertySymbols(value).length > 0
  if (length > MARKED_HOLES && hasHole(value)) return true
  // Deep equality counts own enumerable properties without making a key of each element, and is true only if there
  // are none: the copy has the elements alone.
  return !isDeepStrictEqual(value, ([] as unknown[]).concat(value))
}

function hasHole(value: unknown[]): boolean {
  for (let i = 0; i < value.length; i++) if (value[i] === undefined && !(i in value)) return true
  return false
}

/** Whether an array with these keys is stored element by element. */
export function isDense(value: unknown[], keys: readonly string[]): boolean {
  const isNamed = keys.length > 0 && !isIndex(keys[keys.length - 1]!)
  return !isNamed && (value.length <= MARKED_HOLES || keys.length === value.length)
}
