import { workError } from './error.ts'
import { arrayMethods } from './tracked-array.ts'
import { type Tracker, noteView } from './view.ts'

type Fields = Record<PropertyKey, unknown>

/** The view of a plain object or an array. */
export function recordView(raw: object, tracker: Tracker): object {
  // A Proxy must give what is frozen in its target as it is there, without views: that of a frozen object is a copy.
  const isFrozen = Object.isFrozen(raw)
  const target = isFrozen ? shallowCopy(raw) : raw
  const traps = isFrozen ? new FrozenTraps(raw, tracker) : new RecordTraps(raw, tracker)
  const view = new Proxy(target, traps)
  traps.view = view
  noteView(view, traps)
  return view
}

function shallowCopy(raw: object): object {
  return Array.isArray(raw) ? raw.slice() : Object.assign(Object.create(Object.getPrototypeOf(raw)), raw)
}

class RecordTraps implements ProxyHandler<object> {
  readonly raw: object
  readonly tracker: Tracker
  readonly isArray: boolean
  view: object | undefined

  constructor(raw: object, tracker: Tracker) {
    this.raw = raw
    this.tracker = tracker
    this.isArray = Array.isArray(raw)
  }

  get(target: Fields, key: PropertyKey): unknown {
    const value = target[key]
    if (typeof value === 'object') return value === null ? null : this.#part(target, key, value)
    return this.isArray && typeof value === 'function' ? (arrayMethods.get(value) ?? value) : value
  }

  getOwnPropertyDescriptor(target: object, key: PropertyKey): PropertyDescriptor | undefined {
    const descriptor = Reflect.getOwnPropertyDescriptor(target, key)
    const value: unknown = descriptor?.value
    if (typeof value === 'object' && value !== null) descriptor!.value = this.#part(target, key, value)
    return descriptor
  }

  set(target: Fields, key: PropertyKey, value: unknown, receiver: unknown): boolean {
    // An object that has the view for its prototype: the property is its own.
    if (receiver !== this.view) return Reflect.set(target, key, value, receiver)
    if (typeof key === 'symbol') throw noData('a property with a symbol for a name')
    const isThere = Object.hasOwn(target, key)
    // Sets the prototype, and no property, in objects that have one.
    if (key === '__proto__' && !isThere && key in target) return false
    const before = isThere ? target[key] : undefined
    const adopted = this.tracker.adopted(value, target, key)
    if (isThere && Object.is(before, adopted)) return true
    if (!Reflect.set(target, key, adopted)) return false
    // The length of an array may have been given as a text.
    if (!isThere || !Object.is(before, target[key])) this.tracker.changed()
    return true
  }

  deleteProperty(target: object, key: PropertyKey): boolean {
    const isThere = Object.hasOwn(target, key)
    const isDone = Reflect.deleteProperty(target, key)
    if (isThere && isDone) this.tracker.changed()
    return isDone
  }

  defineProperty(target: Fields, key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    const before = Reflect.getOwnPropertyDescriptor(target, key)
    checkDescriptor(key, descriptor, before)
    if (!('value' in descriptor) && before !== undefined) return true
    const value = this.tracker.adopted(descriptor.value, target, key)
    const was = before?.value
    const isDone = Reflect.defineProperty(target, key, { ...descriptor, value })
    if (isDone && (before === undefined || !Object.is(was, target[key]))) this.tracker.changed()
    return isDone
  }

  setPrototypeOf(target: object, prototype: object | null): boolean {
    return prototype === Object.getPrototypeOf(target)
  }

  preventExtensions(): boolean {
    throw workError('What is tracked cannot be frozen in place. Freeze it before it becomes a part of the state.')
  }

  #part(target: object, key: PropertyKey, value: object): object {
    // Frozen by who holds it, after the view was made: it must be given as it is, and changes in there are not seen.
    if (!Object.isExtensible(target) && isFixed(target, key)) return value
    return this.tracker.view(value)
  }
}

/** Its target is a copy, which nothing may change. */
class FrozenTraps extends RecordTraps {
  override set(target: Fields, key: PropertyKey, value: unknown, receiver: unknown): boolean {
    return receiver === this.view ? false : Reflect.set(target, key, value, receiver)
  }

  override deleteProperty(): boolean {
    return false
  }

  override defineProperty(): boolean {
    return false
  }
}

function isFixed(target: object, key: PropertyKey): boolean {
  const { writable, configurable } = Reflect.getOwnPropertyDescriptor(target, key) ?? {}
  return writable === false && configurable === false
}

/** Throws where the property would not be one of plain data: enumerable, and free to be changed. */
function checkDescriptor(
  key: PropertyKey,
  descriptor: PropertyDescriptor,
  before: PropertyDescriptor | undefined,
): void {
  if (typeof key === 'symbol') throw noData('a property with a symbol for a name')
  const { get, set } = descriptor
  if (get !== undefined || set !== undefined) throw noData('a property with a getter or setter')
  const { enumerable, writable, configurable } = { ...(before ?? ABSENT), ...descriptor }
  const isKept = before !== undefined && enumerable === before.enumerable && configurable === before.configurable
  const isOpen = enumerable === true && configurable === true
  if (writable !== true || !(isKept || isOpen))
    throw noData('a property that is not enumerable, writable and configurable')
}

const ABSENT = { enumerable: false, writable: false, configurable: false }

function noData(what: string): Error {
  return workError(`${what[0]!.toUpperCase()}${what.slice(1)} is no plain data, so state has none.`)
}
