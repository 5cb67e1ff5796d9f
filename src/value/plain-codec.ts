import { builtin } from '../platform/builtin.ts'
import { Refusal } from './path.ts'
import type { ValueCodec } from './value-codec.ts'

const { isProxy } = builtin('node:util/types')

/**
 * The codec of a class whose instances are their own properties and nothing else. An instance is there before its
 * properties are read, so that these may lead back to it. In keys its instances count as those of any other class.
 */
export class PlainCodec implements ValueCodec<object> {
  readonly name: string
  readonly #prototype: object

  constructor(name: string, prototype: object) {
    this.name = name
    this.#prototype = prototype
  }

  /** Throws where the instance holds what would be lost. */
  encode(instance: object): object {
    if (isProxy(instance))
      throw new Refusal('it is a proxy of an instance. Return the instance, or give its class a codec.')
    const properties = Object.getOwnPropertyDescriptors(instance)
    for (const key of Reflect.ownKeys(properties)) {
      const { value, enumerable } = properties[key as string]!
      if (typeof key === 'symbol' || enumerable !== true || !('value' in properties[key]!)) {
        throw new Refusal(
          `its property ${String(key)} is an accessor, not enumerable or named by a symbol. Give its class a codec.`,
        )
      }
      properties[key] = { value, enumerable, writable: true, configurable: true }
    }
    return Object.defineProperties({}, properties)
  }

  /** An instance without its properties. */
  begin(): object {
    return Object.create(this.#prototype) as object
  }

  /** Gives an instance the properties that `encode` found. */
  fill(instance: object, stored: object): object {
    return Object.defineProperties(instance, Object.getOwnPropertyDescriptors(stored))
  }

  decode(stored: object): object {
    return this.fill(this.begin(), stored)
  }
}
