/**
 * State of an object that no loop over its properties shows.
 */
import { type KnownKind, instanceKindOf } from './instance-kind.ts'
import { fieldsOf } from './reflection.ts'

/** Properties that every error has, or that its form as an error has. */
const OF_ERRORS = new Set(['stack', 'message', 'cause', 'errors', 'name'])

/**
 * Private fields, what weak maps keep of the object, and properties that are not enumerable or named by a symbol;
 * undefined where there are none. Of an accessor, its functions.
 *
 * @throws where private fields cannot be read.
 */
export function hiddenStateOf(
  object: object,
  kind = instanceKindOf(object, Object.getPrototypeOf(object) as object),
): Record<string, unknown> | undefined {
  const found: [string, unknown][] = []
  collectUnlisted(object, kind, found)
  if (kind.hasPrivates) found.push(...fieldsOf(object))
  for (const [name, keeper] of kind.keepers)
    if (keeper.has(object)) found.push([`${name} keeps`, 'get' in keeper ? keeper.get(object) : true])
  return found.length === 0 ? undefined : recordOf(found)
}

/** What a plain object has under symbols that a copy of it would have; undefined for nothing, and for other objects. */
export function namedBySymbols(object: object): Record<string, unknown> | undefined {
  const prototype = Object.getPrototypeOf(object) as object | null
  if (prototype !== null && prototype !== Object.prototype) return undefined
  const symbols = Object.getOwnPropertySymbols(object).filter((one) => isEnumerable(object, one))
  return symbols.length === 0 ? undefined : recordOf(symbols.map((one) => [nameOfSymbol(one), contentOf(object, one)]))
}

function nameOfSymbol({ description = '' }: symbol): string {
  return `[${description}]`
}

function isEnumerable(object: object, key: PropertyKey): boolean {
  return Object.prototype.propertyIsEnumerable.call(object, key)
}

/** Where all names are listed, V8 has them at hand: to ask for names and symbols at once takes thirty times as long. */
function collectUnlisted(object: object, { builtin, omitted }: KnownKind, found: [string, unknown][]): void {
  const names = Object.getOwnPropertyNames(object)
  if (names.length !== Object.keys(object).length) {
    for (const name of names) {
      if (isEnumerable(object, name) || omitted?.has(name) === true) continue
      if (builtin !== undefined && (name === 'length' || name === 'lastIndex' || OF_ERRORS.has(name))) continue
      found.push([name, contentOf(object, name)])
    }
  }
  for (const symbol of Object.getOwnPropertySymbols(object))
    found.push([nameOfSymbol(symbol), contentOf(object, symbol)])
}

function contentOf(object: object, key: PropertyKey): unknown {
  const { value, get, set } = Object.getOwnPropertyDescriptor(object, key)!
  return get === undefined && set === undefined ? (value as unknown) : [get, set]
}

/** Several may have one name, as private fields of a class and of its parent. */
function recordOf(found: readonly [string, unknown][]): Record<string, unknown> {
  const record = Object.create(null) as Record<string, unknown>
  for (const [name, value] of found) {
    let key = name
    for (let copy = 2; key in record; copy++) key = `${name} (${copy})`
    record[key] = value
  }
  return record
}
