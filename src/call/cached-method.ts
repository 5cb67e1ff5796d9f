import { isContainer, isPrimitive } from '../code/captured-value.ts'
import { ReceiverReach, ownsFunction } from '../code/receiver-reach.ts'
import { textOf } from '../function/text.ts'
import { type AnyFunction, noteWrapper } from '../function/wrapped.ts'
import { Receiver } from '../key/receiver.ts'
import type { CacheOptions } from '../option/cache-options.ts'
import { invalid } from '../option/check.ts'
import type { Trouble } from '../report/trouble.ts'
import type { TypeRegistry } from '../value/type-registry.ts'
import { EngramError } from '../words/error.ts'
import type { CachedCalls } from './cached-calls.ts'
import type { KeyInputs } from './inputs.ts'

/** How a method is cached. */
export interface MethodOptions extends CacheOptions<AnyFunction> {
  /**
   * Whether the state of `this` stays out of the key: calls on all instances of a class then share their entries. What a
   * method calls on `this` counts as code all the same. Default false: a registered instance counts by its codec, any
   * other one by the name of its class and its own enumerable properties.
   */
  ignoreThis?: boolean
}

/**
 * A decorator of methods, static ones and private ones too. It is one of the standard, and one of TypeScript's
 * `experimentalDecorators` as well.
 */
export interface MethodDecoratorOfMemory {
  /**
   * As the standard has it.
   *
   * @typeParam This - type of the class's instances, or of the class for a static method.
   * @typeParam F - type of the method, which it keeps.
   */
  <This, F extends (this: This, ...args: any[]) => unknown>(method: F, context: ClassMethodDecoratorContext<This, F>): F
  /** As `experimentalDecorators` has it. */
  (target: object, name: string | symbol, descriptor: PropertyDescriptor): PropertyDescriptor
}

/** Makes the calls of a method on one class; `name` is like `Shop.load`, `withThis` adds `this` to what counts. */
export type CallsOfMethod = (
  name: string,
  reach: ReceiverReach,
  withThis: (keyInputs: KeyInputs) => KeyInputs,
) => CachedCalls

/** What the wrappers of one memory's methods need of it. */
export interface MethodContext {
  readonly types: TypeRegistry
  readonly trouble: Trouble
  readonly ignoresThis: boolean
  /** See `Wrapped`. */
  readonly stamp: string | undefined
  readonly callsOf: CallsOfMethod
}

/** Throws ERR_INVALID_OPTION. */
export function checkedMethodOptions(options: MethodOptions): CacheOptions<AnyFunction> & { ignoreThis: boolean } {
  if (typeof options !== 'object' || options === null)
    throw invalid('cached(options) needs an object, and is called: `@memory.cached()`.')
  const { ignoreThis = false } = options
  if (typeof ignoreThis !== 'boolean') throw invalid(`The option 'ignoreThis' must be true or false.`)
  return { ...options, ignoreThis }
}

/** Tells what was decorated: both forms of decorators are called with it. Throws ERR_INVALID_OPTION for what is no method. */
export function decorated(
  target: unknown,
  context: unknown,
  descriptor: unknown,
): { method: AnyFunction; name: string; isStatic: boolean } {
  if (typeof context === 'object' && context !== null) {
    const { kind, name, static: isStatic } = context as ClassMethodDecoratorContext
    if (kind === 'method' && typeof target === 'function')
      return { method: target as AnyFunction, name: String(name), isStatic }
    throw noMethod(String(kind), String(name))
  }
  const method: unknown = (descriptor as PropertyDescriptor | undefined)?.value
  if (typeof method === 'function')
    return { method: method as AnyFunction, name: String(context), isStatic: typeof target === 'function' }
  throw noMethod(descriptor === undefined ? 'field' : 'getter or setter', String(context))
}

/** The method as its class will have it: sync where it is sync and async where it is async. */
export function cachedMethod(
  method: AnyFunction,
  name: string,
  isStatic: boolean,
  context: MethodContext,
): AnyFunction {
  const methodCalls = new MethodCalls(method, name, isStatic, context)
  const cached = function (this: unknown, ...args: unknown[]): unknown {
    const calls = methodCalls.of(this)
    return calls === undefined ? method.apply(this, args) : calls.call(this, args)
  }
  Object.defineProperty(cached, 'name', { value: method.name, configurable: true })
  Object.defineProperty(cached, 'length', { value: method.length, configurable: true })
  noteWrapper(cached, { fn: method, stamp: context.stamp })
  return cached
}

/** The calls of one method, by the class that it is called on. */
class MethodCalls {
  readonly #method: AnyFunction
  readonly #name: string
  readonly #isStatic: boolean
  readonly #context: MethodContext
  readonly #byClass = new WeakMap<object, CachedCalls | null>()
  /** Of calls without an object. */
  #detached: CachedCalls | null | undefined

  constructor(method: AnyFunction, name: string, isStatic: boolean, context: MethodContext) {
    this.#method = method
    this.#name = name
    this.#isStatic = isStatic
    this.#context = context
  }

  /** Undefined where nothing is cached, which has been said. */
  of(self: unknown): CachedCalls | undefined {
    const start = this.#startOf(self)
    let calls = start === undefined ? this.#detached : this.#byClass.get(start)
    if (calls === undefined) {
      calls = this.#make(start)
      if (start === undefined) this.#detached = calls
      else this.#byClass.set(start, calls)
    }
    return calls ?? undefined
  }

  #startOf(self: unknown): object | undefined {
    if (isPrimitive(self)) return undefined
    return this.#isStatic ? (self as object) : ((Object.getPrototypeOf(self) as object | null) ?? undefined)
  }

  #make(start: object | undefined): CachedCalls | null {
    const { callsOf, trouble } = this.#context
    const isStatic = this.#isStatic && typeof start === 'function'
    const reach = new ReceiverReach(this.#method, start, isStatic)
    const name = `${this.#homeOf(reach)}${this.#name}`
    try {
      return callsOf(name, reach, (keyInputs) => (args, self) => {
        const counted = keyInputs(args)
        return counted && [this.#receiver(self, reach, isStatic), ...counted]
      })
    } catch (error) {
      trouble.meet(error, name)
      return null
    }
  }

  /** The class that has the method, with a dot; an empty text where nothing tells. */
  #homeOf({ classes }: ReceiverReach): string {
    const holding = (one: Function): object => (this.#isStatic ? one : (one.prototype as object))
    const home =
      classes.find((one) => ownsFunction(holding(one), this.#method)) ??
      classes.find((one) => textOf(one).includes(textOf(this.#method))) ??
      classes[0]
    return home === undefined ? '' : `${home.name || 'anonymous'}.`
  }

  #receiver(self: unknown, reach: ReceiverReach, isStatic: boolean): Receiver {
    const { types, ignoresThis } = this.#context
    if (isPrimitive(self)) return new Receiver('', ignoresThis ? undefined : self)
    const receiver = self as object
    const codec = isStatic ? undefined : types.forPrototype(Object.getPrototypeOf(receiver) as object)
    if (ignoresThis) return new Receiver('', reach.functionsOf(receiver))
    const [own] = reach.classes
    const className = isStatic ? `class ${own?.name ?? ''}` : (own?.name ?? '')
    if (codec !== undefined) return new Receiver(className, receiver)
    const hidden =
      isContainer(receiver) && !Array.isArray(receiver) ? 'what its methods read' : reach.hiddenOf(receiver)
    if (hidden !== undefined) throw unseen(hidden, className)
    try {
      return new Receiver(className, reach.stateOf(receiver))
    } catch (cause) {
      throw new EngramError('ERR_UNHASHABLE', `this: reading it threw: ${String(cause)} ${FIX}`, {
        path: 'this',
        cause,
      })
    }
  }
}

const FIX =
  'Register the class (memory.register), set `ignoreThis: true` if it does not matter, or pass what counts as an argument.'

function unseen(what: string, className: string): EngramError {
  const message = `this: ${what} of ${className || 'this object'} cannot be seen, so the call is not cached. ${FIX}`
  return new EngramError('ERR_UNHASHABLE', message, { path: 'this' })
}

function noMethod(kind: string, name: string): EngramError {
  return invalid(
    `memory.cached() is for methods; ${name} is a ${kind}. Give a getter a method that it calls, and decorate that.`,
  )
}
