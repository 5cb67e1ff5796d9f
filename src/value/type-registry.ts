import { EngramError } from '../words/error.ts'
import { isBuiltinClass } from './builtin-class.ts'
import { LiveParts } from './live-parts.ts'
import { isStoredClass } from './own-classes.ts'
import type { PackageClass, PackageCodec } from './package-codec.ts'
import { PlainCodec } from './plain-codec.ts'
import type { ValueCodec } from './value-codec.ts'

/** Whose instances a codec is for: those of this prototype, or those whose prototypes it tells. */
type Owner = PackageClass['prototype']

/** The classes registered with one memory. */
export class TypeRegistry {
  readonly #byOwner = new Map<Owner, ValueCodec<unknown>>()
  readonly #byName = new Map<string, ValueCodec<unknown>>()
  /** What values of this memory refer to. */
  readonly live = new LiveParts()
  #provided = 0
  /** The keys of the first that are functions. */
  readonly #recognisers: ((prototype: object) => boolean)[] = []

  /** Registers a class; a name may be taken once, a class may be registered again under the same name. */
  register<T>(type: abstract new (...args: any[]) => T, codec: ValueCodec<T>): void {
    assertRegistrable(type)
    assertComplete(type, codec as ValueCodec<unknown>)
    this.#refuseTaken(type.prototype as object, codec.name)
    this.#add(type.prototype as object, codec as ValueCodec<unknown>)
  }

  /** Registers the classes of a package that `library` is or holds: all of them, or none where one cannot be. */
  registerPackage(library: object, codec: PackageCodec): void {
    const found = Array.from(classesOf(library, codec), ({ prototype, name, ...one }) => {
      return [prototype, { ...one, name: name === '' ? codec.name : `${codec.name}.${name}` }] as const
    })
    for (const [owner, { name }] of found) this.#refuseTaken(owner, name)
    for (const [owner, one] of found) this.#add(owner, one)
  }

  /** Gives a class of engram's own its codec, which is not one that the user registered. */
  provide<T>(type: abstract new (...args: any[]) => T, codec: ValueCodec<T>): void {
    this.#add(type.prototype as object, codec as ValueCodec<unknown>)
    this.#provided++
  }

  #refuseTaken(owner: Owner, name: string): void {
    const holder = this.#byName.get(name)
    if (holder === undefined || holder === this.#byOwner.get(owner)) return
    throw new EngramError(
      'ERR_INVALID_OPTION',
      `A codec named '${name}' is registered for another class; choose another name.`,
    )
  }

  #add(owner: Owner, codec: ValueCodec<unknown>): void {
    const previous = this.#byOwner.get(owner)
    if (previous !== undefined) this.#byName.delete(previous.name)
    else if (typeof owner === 'function') this.#recognisers.push(owner as (prototype: object) => boolean)
    this.#byOwner.set(owner, codec)
    this.#byName.set(codec.name, codec)
  }

  /** Whether no class is registered. */
  get isEmpty(): boolean {
    return this.#byName.size === this.#provided
  }

  /** The codec of values whose prototype is exactly this one: a subclass needs its own registration. */
  forPrototype(prototype: object): ValueCodec<unknown> | undefined {
    return this.#byOwner.get(prototype) ?? this.#recognised(prototype)
  }

  /** The same for keys, where instances that have no codec of their own count by their class and its code. */
  forKeys(prototype: object): ValueCodec<unknown> | undefined {
    const codec = this.forPrototype(prototype)
    return codec instanceof PlainCodec ? undefined : codec
  }

  forName(name: string): ValueCodec<unknown> | undefined {
    return this.#byName.get(name)
  }

  #recognised(prototype: object): ValueCodec<unknown> | undefined {
    if (this.#recognisers.length === 0) return undefined
    const owner = this.#recognisers.find((recognises) => recognises(prototype))
    return owner && this.#byOwner.get(owner)
  }
}

function classesOf(library: unknown, codec: PackageCodec): readonly PackageClass[] {
  const isObject = (typeof library === 'object' && library !== null) || typeof library === 'function'
  const classes = isObject ? codec.codecsOf(library) : []
  if (classes.length > 0) return classes
  throw new EngramError('ERR_INVALID_OPTION', `The codec '${codec.name}' is registered with ${codec.takes}.`)
}

/** @throws EngramError ERR_INVALID_OPTION for what is no class, or one that is built in. */
export function assertRegistrable(type: unknown): asserts type is Function {
  if (typeof type !== 'function' || typeof type.prototype !== 'object') {
    throw new EngramError('ERR_INVALID_OPTION', 'register(type, codec) needs a class as its first argument.')
  }
  if (isStoredClass(type) || isOfTheLanguage(type)) {
    throw new EngramError(
      'ERR_INVALID_OPTION',
      `${type.name} is built in: engram stores what is data of these classes by itself. Register classes of your own.`,
    )
  }
}

function assertComplete(type: Function, codec: Partial<ValueCodec<unknown>> | null): void {
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
