/**
 * Functions that instances hold: they are looked at with those that the function reaches, and stand by their numbers.
 */
import { isPrimitive } from '../code/captured-value.ts'
import { chainOf, classOf } from '../code/class-chain.ts'
import { textOf } from '../function/text.ts'
import { encodeKeyValue } from '../key/encoder.ts'
import { KeyFailure } from '../key/failure.ts'
import { familiarPrototype } from '../key/realm.ts'
import { hasContent } from '../key/unregistered.ts'
import { builtin } from '../platform/builtin.ts'
import { HeapSink } from '../platform/byte-sink.ts'
import { containers } from '../value/own-classes.ts'
import type { TypeRegistry } from '../value/type-registry.ts'
import type { DescriptionContext } from './context.ts'

const types = builtin('node:util/types')

/** Containers that are looked through for instances, and parts of them, at most: what is larger is data. */
const MOST_SEARCHED = 10_000
const MOST_PARTS = 100_000
const PLAIN = new Set<unknown>([Object.prototype, null, ...containers])

/** Whether a value is or holds an instance of a class that is not registered, as far as a search goes. */
export function holdsInstances(value: object, registry: TypeRegistry): boolean {
  const waiting: object[] = [value]
  const met = new Set<object>(waiting)
  let parts = 0
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (types.isProxy(one)) return true
    if (!isPlain(one)) {
      if (isInstance(Object.getPrototypeOf(one) as object, registry)) return true
      continue
    }
    for (const part of partsOf(one)) {
      if (parts++ === MOST_PARTS) return false
      if (isPrimitive(part) || typeof part === 'function' || met.has(part as object)) continue
      if (met.size >= MOST_SEARCHED) return false
      met.add(part as object)
      waiting.push(part as object)
    }
  }
  return false
}

export function isPlain(value: object): boolean {
  return PLAIN.has(Object.getPrototypeOf(value))
}

/** Has the functions within a value looked at. What cannot be read is said when the value is described. */
export function noteFunctionsIn(read: () => unknown, { reach, options }: DescriptionContext): void {
  const formOfHeld = (fn: Function, holders: readonly object[]): string => {
    if (holders.some((one) => isMadeBy(fn, one))) reach.noteMade(fn)
    reach.noteExposed(fn)
    return numberForm(reach.numberOf(fn))
  }
  try {
    encodeKeyValue(new HeapSink(1024), 0, read(), '', { ...options.keys, formOfHeld })
  } catch {}
}

/** Whether an instance's class makes a function for each instance: an arrow function then has the instance as its `this`. */
export function isMadeBy(fn: Function, instance: object): boolean {
  const text = textOf(fn)
  return chainOf(Object.getPrototypeOf(instance) as object).some((one) => {
    const owner = classOf(one)
    return owner !== undefined && textOf(owner).includes(text)
  })
}

/** Throws KeyFailure for a function that was not met. */
export function numberForm(number: number | undefined): string {
  if (number === undefined) throw new KeyFailure('this function was not there before.')
  return `${number}`
}

function* partsOf(container: object): Iterable<unknown> {
  if (types.isMap(container)) {
    yield* container.keys()
    yield* container.values()
  } else if (types.isSet(container) || Array.isArray(container)) {
    yield* container
  } else {
    const names = Object.getOwnPropertyNames(container)
    for (const name of names.slice(0, MOST_SEARCHED))
      yield Object.getOwnPropertyDescriptor(container, name)?.value as unknown
  }
}

function isInstance(prototype: object, registry: TypeRegistry): boolean {
  return registry.forKeys(prototype) === undefined && !hasContent(familiarPrototype(prototype) ?? prototype)
}
