import { isClass } from '../code/captured-value.ts'
import { textOf } from '../function/text.ts'
import { type AnyFunction, noteWrapper, wrappedIn } from '../function/wrapped.ts'

/** What programs call functions by: to look these up through a proxy would take as long as a hit. */
const CALLING = ['call', 'apply', 'bind'] as const

/**
 * Shows the properties of a function on its wrapper: what the wrapper does not have itself is read from the function at
 * the time, and written to it. Those that are functions run with the function as their `this`.
 */
export function showProperties(wrapper: AnyFunction, fn: AnyFunction): void {
  for (const name of CALLING) {
    Object.defineProperty(wrapper, name, { value: Function.prototype[name], configurable: true, writable: true })
  }
  Object.setPrototypeOf(wrapper, new Proxy({}, new PropertiesShown(wrapper, fn)))
}

class PropertiesShown implements ProxyHandler<object> {
  readonly #wrapper: AnyFunction
  readonly #fn: AnyFunction
  /** By the functions that they stand for, so that a property is the same each time. */
  readonly #calling = new WeakMap<AnyFunction, AnyFunction>()

  constructor(wrapper: AnyFunction, fn: AnyFunction) {
    this.#wrapper = wrapper
    this.#fn = fn
  }

  get(_target: object, name: string | symbol): unknown {
    const value: unknown = Reflect.get(this.#fn, name)
    return this.#isMethod(name, value) ? this.#callingOn(value) : value
  }

  set(_target: object, name: string | symbol, value: unknown): boolean {
    return Reflect.set(this.#fn, name, value)
  }

  has(_target: object, name: string | symbol): boolean {
    return Reflect.has(this.#fn, name)
  }

  getPrototypeOf(): object | null {
    return Reflect.getPrototypeOf(this.#fn)
  }

  /** What every function has, and what has no use for a `this`, is given as it is. */
  #isMethod(name: string | symbol, value: unknown): value is AnyFunction {
    if (typeof value !== 'function' || name === 'constructor') return false
    if (value === Reflect.get(Function.prototype, name)) return false
    const text = textOf(value)
    return !isClass(text) && /\bthis\b|\bsuper\b|\[native code\]|\\u/.test(text)
  }

  #callingOn(method: AnyFunction): AnyFunction {
    let calling = this.#calling.get(method)
    if (calling === undefined) {
      const apply = (target: AnyFunction, self: unknown, args: unknown[]): unknown =>
        Reflect.apply(target, self === this.#wrapper ? this.#fn : self, args)
      calling = new Proxy(method, { apply })
      noteWrapper(calling, wrappedIn(method) ?? { fn: method, stamp: undefined })
      this.#calling.set(method, calling)
    }
    return calling
  }
}
