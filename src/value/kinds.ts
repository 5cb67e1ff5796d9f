import { builtin } from '../platform/builtin.ts'
import { builtinName } from './builtin-class.ts'
import { errorClassesOf } from './error-kind.ts'
import { type ObjectKind, ownKinds } from './own-classes.ts'
import { temporalKindOf } from './temporal.ts'
import { webKindOf } from './web-kind.ts'
import { ERROR_KINDS, VIEW_KINDS, type ViewKind } from './wire.ts'

const { types } = builtin('node:util')

/** What an object is, by its prototype and by what the engine says: a prototype alone may be borrowed. */
export function kindOf(value: object, prototype: unknown): ObjectKind | undefined {
  const kind = ownKinds.get(prototype)
  if (kind !== undefined) return isGenuine(value, kind) ? kind : undefined
  const genuine = webKindOf(value, prototype as object) ?? temporalKindOf(value, prototype as object)
  if (genuine !== undefined) return genuine
  const foreign = foreignKind(value, prototype)
  if (foreign !== undefined && isGenuine(value, foreign)) return foreign
  return errorClassesOf(value) === undefined ? undefined : 'Error'
}

function isGenuine(value: object, kind: ObjectKind): boolean {
  switch (kind) {
    case 'Array':
      return Array.isArray(value)
    case 'Map':
      return types.isMap(value)
    case 'Set':
      return types.isSet(value)
    case 'Date':
      return types.isDate(value)
    case 'RegExp':
      return types.isRegExp(value)
    case 'Boxed':
      return types.isBoxedPrimitive(value)
    case 'Error':
      return types.isNativeError(value)
    case 'ArrayBuffer':
      return types.isArrayBuffer(value)
    case 'SharedArrayBuffer':
      return types.isSharedArrayBuffer(value)
    case 'Plain':
    case 'NullPrototype':
      return !isExotic(value)
    case 'URL':
    case 'URLSearchParams':
      return !ownKinds.has(value)
    default:
      return ArrayBuffer.isView(value)
  }
}

/** Objects of another realm (node:vm) have other prototypes of the same names, directly above their instances. */
function foreignKind(value: object, prototype: unknown): ObjectKind | undefined {
  const above: unknown = prototype === null ? null : Object.getPrototypeOf(prototype)
  const name = prototype === null ? '' : builtinName(prototype as object)
  if (above === null) return name === 'Object' ? 'Plain' : undefined
  if (types.isNativeError(value)) return ERROR_KINDS.some((kind) => kind === name) ? 'Error' : undefined
  if (ArrayBuffer.isView(value)) return name !== 'Buffer' && isViewKind(name) ? name : undefined
  if (Object.getPrototypeOf(above) !== null) return undefined
  return (
    FOREIGN.find((kind) => kind === name && isGenuine(value, kind)) ??
    (types.isBoxedPrimitive(value) && BOXES.includes(name) ? 'Boxed' : undefined)
  )
}

const FOREIGN: readonly ObjectKind[] = ['Array', 'Map', 'Set', 'Date', 'RegExp', 'ArrayBuffer', 'SharedArrayBuffer']
const BOXES: readonly string[] = ['Number', 'String', 'Boolean', 'BigInt']

function isViewKind(name: string): name is ViewKind {
  return VIEW_KINDS.some((kind) => kind === name)
}

/** Objects with hidden contents that a prototype taken away or changed does not show. */
function isExotic(value: object): boolean {
  return (
    types.isMap(value) ||
    types.isSet(value) ||
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isBoxedPrimitive(value) ||
    types.isPromise(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isNativeError(value) ||
    ArrayBuffer.isView(value) ||
    Array.isArray(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value) ||
    types.isGeneratorObject(value) ||
    types.isExternal(value)
  )
}
