import { EngramError } from '../words/error.ts'
import { builtinName, isBuiltinClass } from './builtin-class.ts'
import type { ValueCodec } from './value-codec.ts'

/** Private names in the text of a class, and what compilers write for them. Strings and comments count too. */
const PRIVATE = /#[\p{ID_Start}$_]|classPrivate|\.set\(this,/u

/**
 * The codec of a class whose instances are their own properties and nothing else.
 *
 * @throws EngramError ERR_INVALID_OPTION for a class that shows that they are more.
 */
export function plainCodecOf(type: Function): ValueCodec<object> {
  const prototype = type.prototype as object
  for (const one of lineOf(prototype)) refuseHidden(one, type.name)
  if (type.name === '') throw needsCodec('A class without a name', 'nothing tells it from others')
  return {
    name: type.name,
    encode: ownPropertiesOf,
    decode: (stored: object) =>
      Object.defineProperties(Object.create(prototype), Object.getOwnPropertyDescriptors(stored)),
  }
}

/** The prototypes of the class and of those that it extends, but for that of all objects. */
function lineOf(prototype: object): object[] {
  const line: object[] = []
  for (let one: object | null = prototype; one !== null; one = Object.getPrototypeOf(one) as object | null) {
    if (builtinName(one) !== 'Object') line.push(one)
  }
  return line
}

function refuseHidden(prototype: object, name: string): void {
  const type: unknown = Object.hasOwn(prototype, 'constructor') ? prototype.constructor : undefined
  if (typeof type !== 'function') throw needsCodec(name, 'it inherits from what is no class')
  if (isBuiltinClass(type)) throw needsCodec(name, `it extends ${type.name}, whose content is not in properties`)
  if (PRIVATE.test(Function.prototype.toString.call(type))) {
    throw needsCodec(name, `${type.name === name ? 'it' : type.name} has private fields, or seems to`)
  }
}

function needsCodec(name: string, reason: string): EngramError {
  const remedy = `register(${name || 'Class'}, { name, encode, decode })`
  return new EngramError(
    'ERR_INVALID_OPTION',
    `${name} cannot be registered without a codec: ${reason}. Use ${remedy}.`,
  )
}

/** Throws where an instance holds what would be lost. */
function ownPropertiesOf(instance: object): object {
  const properties: Record<string, unknown> = {}
  for (const key of Reflect.ownKeys(instance)) {
    const { value, enumerable, get, set } = Object.getOwnPropertyDescriptor(instance, key)!
    if (typeof key === 'symbol' || enumerable !== true || get !== undefined || set !== undefined) {
      throw new TypeError(
        `its property ${String(key)} needs a codec: it is an accessor, not enumerable or named by a symbol`,
      )
    }
    Object.defineProperty(properties, key, { value, enumerable, writable: true, configurable: true })
  }
  return properties
}
