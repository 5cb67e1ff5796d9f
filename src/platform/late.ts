/**
 * Functions and classes of a part of the package that is loaded when one of them is first used.
 */
import { PASSED_ON } from './caller.ts'
import { ownScript } from './own-script.ts'

/** What can be called or constructed, or both. */
type Callable = ((...args: any[]) => unknown) & (new (...args: any[]) => object)

/** Gives a part of the package: what it exports, by name. */
export type LoadPart = () => Readonly<Record<string, unknown>>

/** A script of the package that is loaded late: gives its part, and bears the stamp of its build. */
export type PartScript = ((shared: object) => Readonly<Record<string, unknown>>) & { readonly stamp: string }

/**
 * The script of this name that `load` requires, if it is of the build that has this stamp; else the one that lies in the package,
 * as `load` may have read something that stands in for it. Throws what `changed` makes of there being none.
 */
export function scriptOfBuild(
  load: () => unknown,
  name: string,
  stamp: string,
  changed: (cause: unknown) => Error,
): PartScript {
  let cause: unknown
  for (const get of [load, () => ownScript(name)]) {
    try {
      const script = get() as PartScript | undefined
      if (script?.stamp === stamp) return script
    } catch (error) {
      cause ??= error
    }
  }
  throw changed(cause)
}

/**
 * What a part exports under a name, without loading it: whatever is done to the answer is done to that function or class,
 * and loads the part.
 */
export function late<T extends Function>(load: LoadPart, name: string): T {
  return new Late(load, name).proxy as unknown as T
}

class Late implements ProxyHandler<Callable> {
  readonly proxy: Callable
  readonly #load: LoadPart
  readonly #name: string
  #loaded: Callable | undefined
  /** Static methods, which see the class itself as `this`: its private members are its own. */
  #methods: Map<Function, Function> | undefined

  constructor(load: LoadPart, name: string) {
    this.#load = load
    this.#name = name
    this.proxy = new Proxy(standIn(name), this)
  }

  get #real(): Callable {
    return (this.#loaded ??= this.#load()[this.#name] as Callable)
  }

  apply(_: Callable, self: unknown, args: unknown[]): unknown {
    return Reflect.apply(this.#real, self, args)
  }

  construct(_: Callable, args: unknown[], made: Function): object {
    return Reflect.construct(this.#real, args, made === this.proxy ? this.#real : made) as object
  }

  get(_: Callable, key: PropertyKey, receiver: unknown): unknown {
    const real = this.#real
    if (receiver !== this.proxy) return Reflect.get(real, key, receiver)
    const own = Reflect.getOwnPropertyDescriptor(real, key)
    return isMethod(own) ? this.#method(own.value) : Reflect.get(real, key)
  }

  set(_: Callable, key: PropertyKey, value: unknown, receiver: unknown): boolean {
    return receiver === this.proxy ? Reflect.set(this.#real, key, value) : Reflect.set(this.#real, key, value, receiver)
  }

  has(_: Callable, key: PropertyKey): boolean {
    return Reflect.has(this.#real, key)
  }

  ownKeys(): (string | symbol)[] {
    return Reflect.ownKeys(this.#real)
  }

  getOwnPropertyDescriptor(target: Callable, key: PropertyKey): PropertyDescriptor | undefined {
    const own = Reflect.getOwnPropertyDescriptor(this.#real, key)
    // A proxy may only show what is fixed if what it stands before has it too.
    if (own?.configurable === false) Reflect.defineProperty(target, key, own)
    return own
  }

  defineProperty(target: Callable, key: PropertyKey, given: PropertyDescriptor): boolean {
    const isDefined = Reflect.defineProperty(this.#real, key, given)
    if (isDefined) this.getOwnPropertyDescriptor(target, key)
    return isDefined
  }

  deleteProperty(target: Callable, key: PropertyKey): boolean {
    return Reflect.deleteProperty(this.#real, key) && Reflect.deleteProperty(target, key)
  }

  getPrototypeOf(): object | null {
    return Reflect.getPrototypeOf(this.#real)
  }

  setPrototypeOf(_: Callable, prototype: object | null): boolean {
    return Reflect.setPrototypeOf(this.#real, prototype)
  }

  isExtensible(target: Callable): boolean {
    const isExtensible = Reflect.isExtensible(this.#real)
    if (!isExtensible) close(target, this.#real)
    return isExtensible
  }

  preventExtensions(target: Callable): boolean {
    Reflect.preventExtensions(this.#real)
    close(target, this.#real)
    return true
  }

  #method(method: Function): Function {
    this.#methods ??= new Map()
    let bound = this.#methods.get(method)
    if (bound === undefined) this.#methods.set(method, (bound = method.bind(this.#real) as Function))
    return bound
  }

  static {
    for (const pass of [this.prototype.apply, this.prototype.construct])
      Object.defineProperty(pass, 'name', { value: PASSED_ON })
  }
}

/** What a proxy stands before. Bound, it can be called and constructed, and has no `prototype`, which could not be hidden. */
function standIn(name: string): Callable {
  const target = Object.bind(undefined)
  // Node prints a proxy as what it stands before.
  Object.defineProperty(target, 'name', { value: name })
  return target as unknown as Callable
}

/** Whether it can be given bound: it is no class, and nobody fixed it. */
function isMethod(own: PropertyDescriptor | undefined): own is { value: Function } {
  return (
    own?.configurable === true && typeof own.value === 'function' && !Object.hasOwn(own.value as object, 'prototype')
  )
}

/** What cannot be extended is shown as it is, so the target becomes the same. */
function close(target: Callable, real: Callable): void {
  if (!Reflect.isExtensible(target)) return
  for (const key of Reflect.ownKeys(target)) if (!Object.hasOwn(real, key)) Reflect.deleteProperty(target, key)
  Object.defineProperties(target, Object.getOwnPropertyDescriptors(real))
  Reflect.setPrototypeOf(target, Reflect.getPrototypeOf(real))
  Reflect.preventExtensions(target)
}
