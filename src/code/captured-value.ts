import { textOf } from '../function/text.ts'
import { builtin } from '../platform/builtin.ts'

const types = builtin('node:util/types')

const FROZEN_DEPTH = 8

export function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function')
}

export function isClass(text: string): boolean {
  return text.startsWith('class')
}

/** The exports of a module, whichever way a loader made them: who calls one does not hand over the others. */
export function isExports(value: object): boolean {
  return types.isModuleNamespaceObject(value) || '__esModule' in value
}

/** Whether a compiler of modules put the exports of a package there, which are a function. */
export function isDefault(holder: object, fn: Function): boolean {
  return Object.getOwnPropertyDescriptor(holder, 'default')?.value === fn
}

/** Values whose methods read their content, not their properties. */
export function isContainer(value: object): boolean {
  return (
    Array.isArray(value) ||
    ArrayBuffer.isView(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isMap(value) ||
    types.isSet(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value) ||
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isPromise(value) ||
    types.isBoxedPrimitive(value) ||
    types.isNativeError(value) ||
    value instanceof URL ||
    madeWith(value) !== undefined
  )
}

/** Whether somebody put a property on a container, which is no part of its content. */
export function isPutOn(container: object, name: string): boolean {
  if (!Object.hasOwn(container, name) || types.isNativeError(container)) return false
  return name !== 'length' && name !== 'lastIndex' && !/^\d+$/.test(name)
}

/** Whether a method named like `push` changes a value of this kind. */
export function isChangedByMethods(value: object): boolean {
  return isContainer(value) && !types.isRegExp(value) && !types.isPromise(value)
}

/** What stands for objects of the platform that have no form as values; undefined for one that may be more than this. */
export function standIn(value: object): unknown {
  const parts = madeWith(value)
  return parts !== undefined && isBare(value) ? parts : undefined
}

/** Whether no class derives from that of an object of the platform, and nobody put something on it. */
function isBare(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null
  const isOwn =
    prototype === TextDecoder.prototype ||
    prototype === TextEncoder.prototype ||
    prototype === URLSearchParams.prototype ||
    (typeof prototype?.constructor === 'function' &&
      /\{\s*\[native code\]\s*\}\s*$/.test(textOf(prototype.constructor)))
  return isOwn && Object.keys(value).length === 0
}

/** What an object of the platform was made with. */
export function madeWith(value: object): unknown {
  if (types.isRegExp(value)) return ['RegExp', value.source, value.flags]
  if (value instanceof TextDecoder) return ['TextDecoder', value.encoding, value.fatal, value.ignoreBOM]
  if (value instanceof TextEncoder) return ['TextEncoder']
  if (value instanceof URLSearchParams) return ['URLSearchParams', value.toString()]
  // A proxy may throw when it is asked for a name that it does not know.
  const name = Object.prototype.toString.call(value)
  if (!name.startsWith('[object Intl.')) return undefined
  const { resolvedOptions } = value as { resolvedOptions?: unknown }
  return typeof resolvedOptions === 'function' ? [name, { ...(resolvedOptions.call(value) as object) }] : undefined
}

/** Whether nothing can change the value any more. `seen` are parts that are looked at once. */
export function isDeepFrozen(value: unknown, depth = 0, seen = new Set<unknown>()): boolean {
  if (isPrimitive(value) || seen.has(value)) return true
  if (typeof value === 'function' || depth > FROZEN_DEPTH || !Object.isFrozen(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return false
  seen.add(value)
  // One by one: a list of a million descriptors takes seconds.
  return Reflect.ownKeys(value as object).every((key) => {
    const property = Object.getOwnPropertyDescriptor(value, key)!
    return 'value' in property && isDeepFrozen(property.value, depth + 1, seen)
  })
}

/** What reading gives; undefined where it throws. */
export function attempt(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return undefined
  }
}
