import { isContainer, isPrimitive } from '../code/captured-value.ts'
import { ownsFunction } from '../code/class-chain.ts'
import { ReceiverReach } from '../code/receiver-reach.ts'
import { nameOf, textOf } from '../function/text.ts'
import { type AnyFunction, noteWrapper } from '../function/wrapped.ts'
import { Receiver } from '../key/receiver.ts'
import type { CacheOptions } from '../option/cache-options.ts'
import { invalid } from '../option/check.ts'
import type { Trouble } from '../report/trouble.ts'
import type { TypeRegistry } from '../value/type-registry.ts'
import { EngramError } from '../words/error.ts'
import type { CachedCalls } from './cached-calls.ts'
import { showProperties } from './function-properties.ts'
import type { KeyInputs } from './inputs.ts'

/** How a method is cached: as any function. */
export type MethodOptions = CacheOptions<AnyFunction>

/** What `cached(options)` is told of a method in plain JavaScript, where nothing is decorated. */
export interface MethodPlace {
  /** What is decorated; anything but a method is refused. Default 'method'. */
  kind?: 'method' | undefined
  /** Default: the function's own name. */
  name?: string | symbol | undefined
  /** Whether its `this` is a class. Default: told at each call. */
  static?: boolean | undefined
}

/**
 * A decorator of methods, static ones and private ones too. It is one of the standard, and one of TypeScript's
 * `experimentalDecorators` as well.
 */
export interface MemoryMethodDecorator {
  /**
   * As the standard has it.
   *
   * @typeParam This - type of the class's instances, or of the class for a static method.
   * @typeParam F - type of the method, which it keeps.
   */
  <This, F extends (this: This, ...args: any[]) => unknown>(method: F, context: ClassMethodDecoratorContext<This, F>): F
  /** In plain JavaScript: `Shop.prototype.prices = memory.cached()(Shop.prototype.prices, { name: 'prices' })`. */
  <F extends AnyFunction>(method: F, place?: MethodPlace): F
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
export function checkMethodOptions(options: MethodOptions): void {
  if (typeof options !== 'object' || options === null)
    throw invalid('cached(options) needs an options object; without options, write `@memory.cached()`.')
}

/** A method as its class has it. */
export interface Decorated {
  readonly method: AnyFunction
  readonly name: string
  /** Whether it is called on classes; undefined: each call tells. */
  readonly isStatic: boolean | undefined
}

/**
 * Tells what was decorated: both forms of decorators are called with it, and plain JavaScript with the method alone or
 * less of a context. Throws ERR_INVALID_OPTION for what is not a method.
 */
export function decorated(target: unknown, context: unknown, descriptor: unknown): Decorated {
  if (context === undefined && typeof target === 'function') return decorated(target, {}, undefined)
  if (typeof context === 'object' && context !== null) {
    const { kind = 'method', name, static: isStatic } = context as MethodPlace
    if (kind === 'method' && typeof target === 'function')
      return { method: target as AnyFunction, name: String(name ?? nameOf(target)), isStatic }
    throw noMethod(String(kind), String(name))
  }
  const method: unknown = (descriptor as PropertyDescriptor | undefined)?.value
  if (typeof method === 'function')
    return { method: method as AnyFunction, name: String(context), isStatic: typeof target === 'function' }
  throw noMethod(descriptor === undefined ? 'field' : 'getter or setter', String(context))
}

/** The method as its class will have it: sync where it is sync and async where it is async. */
export function cachedMethod(methodCalls: MethodCalls): AnyFunction {
  const { method, stamp } = methodCalls
  const cached = function (this: unknown, ...args: unknown[]): unknown {
    const calls = methodCalls.of(this)
    return calls === undefined ? method.apply(this, args) : calls.call(this, args)
  }
  Object.defineProperty(cached, 'name', { value: method.name, configurable: true })
  Object.defineProperty(cached, 'length', { value: method.length, configurable: true })
  showProperties(cached, method)
  noteWrapper(cached, { fn: method, stamp })
  return cached
}

/** The calls of one method, by the class that it is called on. */
export class MethodCalls {
  readonly method: AnyFunction
  readonly #name: string
  readonly #isStatic: boolean | undefined
  readonly #context: MethodContext
  /** null where nothing is cached. */
  readonly #byClass = new WeakMap<object, CachedCalls | null>()
  /** What is in it, which cannot be listed. */
  #made: WeakRef<CachedCalls>[] = []
  /** Of calls without an object. */
  #detached: CachedCalls | null | undefined

  constructor({ method, name, isStatic }: Decorated, context: MethodContext) {
    this.method = method
    this.#name = name
    this.#isStatic = isStatic
    this.#context = context
  }

  /** See `Wrapped`. */
  get stamp(): string | undefined {
    return this.#context.stamp
  }

  /** For a call on `self`. Undefined where nothing is cached, which has been said. */
  of(self: unknown): CachedCalls | undefined {
    const start = this.#startOf(self)
    let calls = this.#known(start)
    if (calls === undefined) {
      const reach = this.#reachFrom(start, self)
      try {
        calls = this.#make(reach)
      } catch (error) {
        this.#context.trouble.meet(error, this.#titleIn(reach))
        calls = null
      }
      this.#keep(start, calls)
    }
    return calls ?? undefined
  }

  /** The same, but throws what keeps the calls from the cache. */
  ofOrThrow(self: unknown): CachedCalls {
    const start = this.#startOf(self)
    let calls = this.#known(start)
    if (calls) return calls
    calls = this.#make(this.#reachFrom(start, self))
    this.#keep(start, calls)
    return calls
  }

  /** Those of all classes that it was called on so far. */
  made(): CachedCalls[] {
    return [this.#detached, ...this.#made.map((one) => one.deref())].filter((calls) => calls != null)
  }

  #known(start: object | undefined): CachedCalls | null | undefined {
    return start === undefined ? this.#detached : this.#byClass.get(start)
  }

  #keep(start: object | undefined, calls: CachedCalls | null): void {
    if (start === undefined) {
      this.#detached = calls
      return
    }
    this.#byClass.set(start, calls)
    this.#made = this.#made.filter((one) => one.deref() !== undefined)
    if (calls !== null) this.#made.push(new WeakRef(calls))
  }

  #isStaticOn(self: unknown): boolean {
    return this.#isStatic ?? typeof self === 'function'
  }

  #startOf(self: unknown): object | undefined {
    if (isPrimitive(self)) return undefined
    return this.#isStaticOn(self) ? (self as object) : ((Object.getPrototypeOf(self) as object | null) ?? undefined)
  }

  #reachFrom(start: object | undefined, self: unknown): ReceiverReach {
    return new ReceiverReach(this.method, start, this.#isStaticOn(self) && typeof start === 'function')
  }

  #make(reach: ReceiverReach): CachedCalls {
    return this.#context.callsOf(this.#titleIn(reach), reach, (keyInputs) => (args, self) => {
      const counted = keyInputs(args)
      return counted && [this.#receiver(self, reach), ...counted]
    })
  }

  /** The name of the method behind that of the class that has it, where something tells that. */
  #titleIn({ classes, isStatic }: ReceiverReach): string {
    const holding = (one: Function): object => (isStatic ? one : (one.prototype as object))
    const home =
      classes.find((one) => ownsFunction(holding(one), this.method)) ??
      classes.find((one) => textOf(one).includes(textOf(this.method))) ??
      classes[0]
    return home === undefined ? this.#name : `${home.name || 'anonymous'}.${this.#name}`
  }

  #receiver(self: unknown, reach: ReceiverReach): Receiver {
    const { types, ignoresThis } = this.#context
    const isStatic = this.#isStaticOn(self) && typeof self === 'function'
    if (isPrimitive(self)) return new Receiver('', ignoresThis ? undefined : self)
    const receiver = self as object
    const codec = isStatic ? undefined : types.forKeys(Object.getPrototypeOf(receiver) as object)
    if (ignoresThis) return new Receiver('', reach.functionsOf(receiver))
    const [own] = reach.classes
    const className = isStatic ? `class ${own?.name ?? ''}` : (own?.name ?? '')
    if (codec !== undefined) return new Receiver(className, receiver)
    const host = reach.hostOf(receiver)
    if (host !== undefined)
      throw new EngramError('ERR_UNHASHABLE', `this is ${host}, whose state cannot be seen. ${FIX}`, { path: 'this' })
    try {
      // What its methods read is no property.
      if (isContainer(receiver) && !Array.isArray(receiver)) return new Receiver(className, receiver)
      const state = reach.stateOf(receiver)
      const hidden = reach.hiddenOf(receiver)
      return hidden === undefined ? new Receiver(className, state) : new Receiver(className, [state, hidden], true)
    } catch (cause) {
      throw new EngramError('ERR_UNHASHABLE', `this: reading it threw: ${String(cause)}. ${FIX}`, {
        path: 'this',
        cause,
      })
    }
  }
}

const FIX =
  'Register the class (memory.register), set `ignoreThis: true` if its state does not matter, or pass what matters as an argument.'

function noMethod(kind: string, name: string): EngramError {
  return invalid(
    `memory.cached() decorates methods; ${name} is a ${kind}. For a getter, decorate a method that the getter calls.`,
  )
}
