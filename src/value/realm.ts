import { builtin, isInMainRealm } from '../platform/builtin.ts'
import { ERROR_KINDS, VIEW_KINDS } from './wire.ts'

/** The classes that each realm has of its own. */
const NAMES = [
  ...'Object Array Map Set Date RegExp Number String Boolean BigInt ArrayBuffer SharedArrayBuffer'.split(' '),
  ...'URL URLSearchParams Headers FormData Blob File DOMException'.split(' '),
  ...ERROR_KINDS,
  ...VIEW_KINDS,
]

type Scope = Readonly<Record<string, { readonly prototype: object } | undefined>>

/** By their global objects. */
const realms = new WeakMap<object, Realm>()
/** Global objects, by the prototypes of their functions. */
const scopes = new WeakMap<object, Scope>()
/** Global objects of other realms that were seen. */
const globals = new WeakSet<object>([globalThis])

let main: Readonly<Record<string, unknown>> | undefined

/** The global object of the realm that Node made, of which its own modules are: a test runner may have engram in another. */
export function mainGlobal(): Readonly<Record<string, unknown>> {
  return (main ??= findMain())
}

function findMain(): Readonly<Record<string, unknown>> {
  if (isInMainRealm()) return globalThis as Record<string, unknown>
  const { runInThisContext } = builtin('node:vm')
  // From Node 22 on, an assertion in Node ends the process where another realm is the first to read it.
  runInThisContext('DOMException')
  return runInThisContext('globalThis') as Readonly<Record<string, unknown>>
}

/** The global object that a function sees. */
export function globalOf(fn: Function): Readonly<Record<string, unknown>> {
  return foreignGlobalOf(fn) ?? (globalThis as Record<string, unknown>)
}

/** Undefined for a function of this realm, and for one whose realm cannot be seen. */
export function foreignGlobalOf(fn: Function): Readonly<Record<string, unknown>> | undefined {
  try {
    const own = functionPrototypeOf(fn)
    return own === undefined || own === Function.prototype ? undefined : scopeOf(own)
  } catch {
    // A proxy that throws, or a context that compiles no strings.
    return undefined
  }
}

/** Whether an object is the global one of a realm. */
export function isGlobal(object: unknown): boolean {
  return globals.has(object as object)
}

/**
 * Another realm than engram's: a `node:vm` context, as test runners make one for each file. What is decoded for its functions
 * is to be an instance of its classes.
 */
export class Realm {
  /** Its prototypes by those of this realm. */
  readonly #prototypes = new Map<unknown, object>()

  /** The realm of a function; undefined for this one, and for one that cannot be seen. */
  static of(fn: Function): Realm | undefined {
    const scope = foreignGlobalOf(fn)
    if (scope === undefined) return undefined
    let realm = realms.get(scope)
    if (realm === undefined) realms.set(scope, (realm = new Realm(scope as Scope)))
    return realm
  }

  private constructor(scope: Scope) {
    for (const name of NAMES) {
      const [familiar, foreign] = [(globalThis as unknown as Scope)[name], scope[name]]
      if (familiar !== undefined && typeof foreign === 'function') {
        this.#prototypes.set(familiar.prototype, (foreign as { prototype: object }).prototype)
      }
    }
  }

  /** Makes an object of this realm an instance of that one's class: what it holds does not depend on its prototype. */
  adopt(object: object): void {
    const prototype = this.#prototypes.get(Object.getPrototypeOf(object))
    if (prototype !== undefined) Object.setPrototypeOf(object, prototype)
    if (ArrayBuffer.isView(object)) this.adopt(object.buffer)
  }
}

/** The objects of one value on their way into another realm. They go when all of it is there. */
export class Crossing {
  readonly #realm: Realm
  readonly #staying = new Set<unknown>()
  readonly #guards: (() => void)[] = []

  constructor(realm: Realm) {
    this.#realm = realm
  }

  /** What a codec gave is as the codec made it, and may be in use elsewhere. */
  stay(object: unknown): void {
    this.#staying.add(object)
  }

  /** Freezes or seals an object: the last thing that can be done to it. */
  guard(act: (object: unknown) => unknown, object: unknown): void {
    this.#guards.push(() => act(object))
  }

  finish(objects: readonly unknown[]): void {
    for (const object of objects) if (!this.#staying.has(object)) this.#realm.adopt(object as object)
    for (const guard of this.#guards) guard()
  }
}

/** What all functions of a function's realm inherit from: a function itself, and the last one on the way. */
function functionPrototypeOf(fn: Function): Function | undefined {
  let last = fn
  for (let one = Object.getPrototypeOf(fn) as object | null; one !== null; one = Object.getPrototypeOf(one) as object) {
    if (typeof one === 'function') last = one
  }
  return last.constructor.prototype === last ? last : undefined
}

function scopeOf(functionPrototype: Function): Scope {
  let scope = scopes.get(functionPrototype)
  if (scope === undefined) {
    // It may be this one, of which not everything can be read before.
    mainGlobal()
    const make = functionPrototype.constructor as FunctionConstructor
    scope = make('return this')() as Scope
    scopes.set(functionPrototype, scope)
    globals.add(scope)
  }
  return scope
}
