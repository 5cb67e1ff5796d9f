import { builtin } from '../platform/builtin.ts'
import { builtinName } from '../value/builtin-class.ts'

const { types } = builtin('node:util')

/** What has members, that may have members in turn. */
export type ContainerKind = 'object' | 'array' | 'map' | 'set'
/** Kinds of objects that are plain data: `bytes` are typed arrays, Buffers and DataViews. */
export type DataKind = ContainerKind | 'date' | 'regexp' | 'url' | 'buffer' | 'bytes'

type Primitive = string | number | boolean | bigint | null | undefined

/** Whether a value is data that has no parts: symbols and functions are no data. */
export function isPrimitive(value: unknown): value is Primitive {
  if (value === null) return true
  const type = typeof value
  return type !== 'object' && type !== 'function' && type !== 'symbol'
}

/** The kind of an object: undefined for instances of classes that are no plain data, and for functions. */
export function kindOf(value: object): DataKind | undefined {
  if (typeof value === 'function') return undefined
  const prototype: object | null = Object.getPrototypeOf(value)
  if (prototype === null || prototype === Object.prototype) return 'object'
  const kind = kindOfPrototype(prototype)
  return kind !== undefined && isMadeAs(kind, value) ? kind : undefined
}

export function isContainer(kind: DataKind | undefined): kind is ContainerKind {
  return kind === 'object' || kind === 'array' || kind === 'map' || kind === 'set'
}

const kindsByClass: Readonly<Record<string, DataKind>> = {
  Object: 'object',
  Array: 'array',
  Map: 'map',
  Set: 'set',
  Date: 'date',
  RegExp: 'regexp',
  ArrayBuffer: 'buffer',
  DataView: 'bytes',
}

const NONE = 'none'
const kindsByPrototype = new WeakMap<object, DataKind | typeof NONE>([
  [URL.prototype, 'url'],
  [Buffer.prototype, 'bytes'],
])

/** By the class and not by what `instanceof` says: of any realm, as modules of test runners have, and of no subclass. */
function kindOfPrototype(prototype: object): DataKind | undefined {
  let kind = kindsByPrototype.get(prototype)
  if (kind === undefined) {
    const name = builtinName(prototype)
    const ofClass = Object.hasOwn(kindsByClass, name) ? kindsByClass[name] : undefined
    kind = ofClass ?? (/^(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array$/.test(name) ? 'bytes' : NONE)
    kindsByPrototype.set(prototype, kind)
  }
  return kind === NONE ? undefined : kind
}

/** An object can have a prototype without being what it promises: `Object.create(Map.prototype)`, or a Proxy of a Map. */
function isMadeAs(kind: DataKind, value: object): boolean {
  if (kind === 'array') return Array.isArray(value)
  if (kind === 'map') return types.isMap(value)
  if (kind === 'set') return types.isSet(value)
  if (kind === 'date') return types.isDate(value)
  if (kind === 'regexp') return types.isRegExp(value)
  if (kind === 'buffer') return types.isArrayBuffer(value)
  if (kind === 'bytes') return ArrayBuffer.isView(value)
  return kind !== 'url' || isUrl(value)
}

/** The address is a getter that knows its own kind of object. */
function isUrl(value: object): boolean {
  try {
    return typeof Reflect.get(URL.prototype, 'href', value) === 'string'
  } catch {
    return false
  }
}
