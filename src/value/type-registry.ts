import { EngramError } from '../words/error.ts'
import { isBuiltinClass } from './builtin-class.ts'
import { isStoredClass } from './kinds.ts'

/**
 * How instances of a class are stored and what stands for them in a key. What a codec throws keeps a result from being
 * stored (ERR_UNSERIALIZABLE) or an argument from being hashed (ERR_UNHASHABLE); thrown by `decode`, the entry counts as
 * damaged, and the function runs again.
 */
export interface ValueCodec<T> {
  /** Stable name under which instances are stored; renaming it makes stored instances unreadable. */
  name: string
  /** Turns an instance into a value that engram can store; other registered instances may be in it. */
  encode(value: T): unknown
  /** Makes an instance again from what `encode` returned. */
  decode(stored: any): T
  /** What stands for the instance in a key: any value that can be hashed. Default: what `encode` returns. */
  key?: ((value: T) => unknown) | undefined
}

/** The classes registered with one memory. */
export class TypeRegistry {
  readonly #byPrototype = new Map<object, ValueCodec<unknown>>()
  readonly #byName = new Map<string, ValueCodec<unknown>>()

  /** Registers a class; a name may be taken once, a class may be registered again under the same name. */
  register<T>(type: abstract new (...args: any[]) => T, codec: ValueCodec<T>): void {
    validate(type, codec as ValueCodec<unknown>)
    const holder = this.#byName.get(codec.name)
    const previous = this.#byPrototype.get(type.prototype as object)
    if (holder !== undefined && holder !== previous) {
      throw new EngramError(
        'ERR_INVALID_OPTION',
        `A codec named '${codec.name}' is registered for another class; choose another name.`,
      )
    }
    if (previous !== undefined) this.#byName.delete(previous.name)
    this.#byPrototype.set(type.prototype as object, codec as ValueCodec<unknown>)
    this.#byName.set(codec.name, codec as ValueCodec<unknown>)
  }

  /** Whether no class is registered. */
  get isEmpty(): boolean {
    return this.#byName.size === 0
  }

  /** The codec of values whose prototype is exactly this one: a subclass needs its own registration. */
  forPrototype(prototype: object): ValueCodec<unknown> | undefined {
    return this.#byPrototype.get(prototype)
  }

  forName(name: string): ValueCodec<unknown> | undefined {
    return this.#byName.get(name)
  }
}

function validate(type: unknown, codec: Partial<ValueCodec<unknown>> | undefined): void {
  if (typeof type !== 'function' || typeof type.prototype !== 'object') {
    throw new EngramError('ERR_INVALID_OPTION', 'register(type, codec) needs a class as its first argument.')
  }
  if (isStoredClass(type) || isOfTheLanguage(type)) {
    throw new EngramError(
      'ERR_INVALID_OPTION',
      `${type.name} is built in: engram stores what is data of these classes by itself. Register classes of your own.`,
    )
  }
  if (typeof codec?.name !== 'string' || codec.name === '') {
    throw new EngramError('ERR_INVALID_OPTION', `The codec of ${type.name} needs a name.`)
  }
  if (typeof codec.encode !== 'function' || typeof codec.decode !== 'function') {
    throw new EngramError('ERR_INVALID_OPTION', `The codec '${codec.name}' needs the functions encode and decode.`)
  }
}

/** The formatters of `Intl` are no data of their own, but a codec may know what they were made with. */
function isOfTheLanguage(type: Function): boolean {
  const { prototype } = type as { prototype: object }
  const tag: unknown = Object.getOwnPropertyDescriptor(prototype, Symbol.toStringTag)?.value
  return isBuiltinClass(type) && !(typeof tag === 'string' && tag.startsWith('Intl.'))
}
