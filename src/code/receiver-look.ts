/**
 * Where an object has what it is made of.
 */
import { textOf } from '../function/text.ts'
import { builtin } from '../platform/builtin.ts'
import { isClass } from './captured-value.ts'
import { instanceKindOf } from './instance-kind.ts'

const types = builtin('node:util/types')

export function isEnumerable(receiver: object, name: string): boolean {
  return Object.prototype.propertyIsEnumerable.call(receiver, name)
}

/** Whether a loop over its properties shows them all. To ask for names and symbols at once takes several times as long. */
export function isListed(receiver: object): boolean {
  return (
    Object.getOwnPropertyNames(receiver).length === Object.keys(receiver).length &&
    Object.getOwnPropertySymbols(receiver).length === 0
  )
}

/** Whether a receiver is more than its properties and private fields: then all of it counts, or cannot be seen. */
export function isKeptElsewhere(receiver: object): boolean {
  if (types.isProxy(receiver)) return true
  if (typeof receiver === 'function') return !isClass(textOf(receiver))
  const prototype = Object.getPrototypeOf(receiver) as object | null
  if (prototype === null || prototype === Object.prototype || prototype === Array.prototype) return false
  const { builtin: native, host, keepers } = instanceKindOf(receiver, prototype)
  return native !== undefined || host !== undefined || [...keepers.values()].some((keeper) => keeper.has(receiver))
}
