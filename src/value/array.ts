import { builtin } from '../platform/builtin.ts'

const { isDeepStrictEqual, types } = builtin('node:util')

/** Beyond this length holes are worth an index each; up to it they are marked one by one. */
const MARKED_HOLES = 1024

/** Up to this length listing the keys is the quickest way to find properties besides the elements, */
const LISTED_KEYS = 4
/** and up to this length listing the values, which makes no strings. */
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
  if (Object.getOwnPropertySymbols(value).length > 0) return true
  return mayHaveNames(value) || (length > MARKED_HOLES && hasHole(value))
}

/** False only for arrays without enumerable properties named by strings, but for their elements. */
export function mayHaveNames(value: readonly unknown[]): boolean {
  const length = value.length
  if (length <= LISTED_KEYS) return Object.keys(value).length !== length
  if (length <= LISTED) return Object.values(value).length !== length
  // What a proxy does meanwhile might ask in turn.
  if (types.isProxy(value)) return true
  probe.length = length
  isProbed = false
  isDeepStrictEqual(value, probe)
  return !isProbed
}

/**
 * To compare an array with. Node compares how many properties both have besides elements first, for which V8 lists no index,
 * and reads elements only if these are as many: none. Whatever else it may do leaves this unread.
 */
const probe: unknown[] = []
let isProbed = false
Object.defineProperty(probe, 0, {
  enumerable: true,
  get: () => {
    isProbed = true
    return undefined
  },
})

/** Whether an array is the strings of a template: their `raw` is not enumerable. */
export function hasHiddenRaw(value: readonly unknown[]): value is unknown[] & { readonly raw: unknown } {
  if ((value as { raw?: unknown }).raw === undefined) return false
  return Object.hasOwn(value, 'raw') && !Object.prototype.propertyIsEnumerable.call(value, 'raw')
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
