import { attachedNames, enumerableSymbols } from '../value/attached.ts'
import { propertySegment, within } from './failure.ts'

/** Types that have no enumerable properties of their own. An element of a typed array is one: to list them would take too long. */
const BARE = new Set<object>(
  [
    Map,
    Set,
    Date,
    RegExp,
    URL,
    URLSearchParams,
    Number,
    String,
    Boolean,
    BigInt,
    ArrayBuffer,
    SharedArrayBuffer,
    DataView,
  ].map(({ prototype }) => prototype),
)

/**
 * What somebody put on a Map, a Date and the like; undefined for nothing, and for what is none. Symbols are looked for where
 * there are names: to ask for them takes ten times as long, and nobody puts nothing but them there.
 */
export function attachedTo(value: object, prototype: object): object | undefined {
  if (!BARE.has(prototype)) return undefined
  const names = attachedNames(value)
  return names.length === 0 ? undefined : propertiesOf(value, names, enumerableSymbols(value))
}

/** Some properties of an object, as a plain object. */
export function propertiesOf(object: object, names: readonly string[], symbols: readonly symbol[] = []): object {
  const properties = Object.create(null) as Record<PropertyKey, unknown>
  let reading = ''
  try {
    for (const name of names) properties[(reading = name)] = object[name as keyof object]
  } catch (error) {
    throw within(error, propertySegment(reading))
  }
  for (const symbol of symbols) properties[symbol] = object[symbol as keyof object]
  return properties
}
