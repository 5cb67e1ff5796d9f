import { types } from 'node:util'
import { HeapSink } from '../../src/platform/byte-sink.ts'
import { bytesOfBlob } from '../../src/value/blob-bytes.ts'
import { decodeValue } from '../../src/value/decoder.ts'
import { encodeValue } from '../../src/value/encoder.ts'
import { TypeRegistry } from '../../src/value/type-registry.ts'

/** A value as it is stored. */
export interface Encoded {
  bytes: Buffer
  buffers: ArrayBuffer[]
}

export const noTypes = new TypeRegistry()

export function encode(value: unknown, registry = noTypes, capacity = 16): Encoded {
  const sink = new HeapSink(capacity)
  const buffers: Uint8Array[] = []
  const end = encodeValue(sink, 5, value, registry, buffers)
  const bytes = Buffer.from(sink.bytes.subarray(5, end))
  return { bytes, buffers: buffers.map((buffer) => new Uint8Array(buffer).buffer) }
}

export function decode({ bytes, buffers }: Encoded, registry = noTypes): unknown {
  // Other bytes stand on both sides, as in the scratch.
  const padded = Buffer.concat([Buffer.alloc(3, 0xb1), bytes, Buffer.alloc(8, 0xb1)])
  const view = new DataView(padded.buffer, padded.byteOffset, padded.byteLength)
  return decodeValue(padded, view, 3, 3 + bytes.length, registry, buffers)
}

export function roundTrip<T>(value: T, registry = noTypes): T {
  return decode(encode(value, registry), registry) as T
}

/** Objects that stand for each other, expected ones first. */
type Pairs = Map<object, object>

/** Why two values differ in anything that a program can see, or undefined. Equal parts must be shared equally. */
export function difference(
  actual: unknown,
  expected: unknown,
  path = 'value',
  pairs: Pairs = new Map<object, object>(),
): string | undefined {
  if (!isObject(actual) || !isObject(expected)) return Object.is(actual, expected) ? undefined : `${path} is another`
  if (pairs.has(expected)) return pairs.get(expected) === actual ? undefined : `${path} is not shared alike`
  if ([...pairs.values()].includes(actual)) return `${path} is shared with another`
  pairs.set(expected, actual)
  if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) return `${path} has another prototype`
  return differentContent(actual, expected, path, pairs) ?? differentProperties(actual, expected, path, pairs)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function differentContent(actual: object, expected: object, path: string, pairs: Pairs): string | undefined {
  if (ArrayBuffer.isView(expected) && ArrayBuffer.isView(actual)) {
    if (actual.byteLength !== expected.byteLength) return `${path} has another length`
    if (!bytesOf(actual).equals(bytesOf(expected))) return `${path} has other bytes`
    return undefined
  }
  return difference(contentOf(actual), contentOf(expected), `${path}'s content`, pairs)
}

function bytesOf(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength)
}

/** What an object holds besides properties. */
function contentOf(value: object): unknown {
  if (value instanceof Map) return [...value].flat()
  if (value instanceof Set) return [...value]
  if (value instanceof Date) return value.getTime()
  if (value instanceof URL || value instanceof URLSearchParams) return String(value)
  if (value instanceof RegExp) return `${value} ${value.lastIndex}`
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return Buffer.from(value).toString('hex')
  if (types.isBoxedPrimitive(value)) return value.valueOf()
  return contentOfTheWeb(value)
}

function contentOfTheWeb(value: object): unknown {
  if (value instanceof Headers || value instanceof FormData) return [...value]
  if (value instanceof DOMException) return [value.name, value.message, value.code]
  if (!(value instanceof Blob)) return undefined
  const bytes = Buffer.from(bytesOfBlob(value)!).toString('hex')
  return value instanceof File ? [bytes, value.type, value.name, value.lastModified] : [bytes, value.type]
}

function differentProperties(actual: object, expected: object, path: string, pairs: Pairs): string | undefined {
  if (Object.isFrozen(actual) !== Object.isFrozen(expected)) return `${path} is frozen or not`
  if (Object.isSealed(actual) !== Object.isSealed(expected)) return `${path} is sealed or not`
  // The web's objects keep what they are in properties named by symbols, which name one process's handles.
  if (ArrayBuffer.isView(expected) || /Headers|FormData|Blob|File/.test(expected.constructor?.name)) return undefined
  const keys = Reflect.ownKeys(actual)
  const expectedKeys = Reflect.ownKeys(expected)
  if (expected instanceof Error) {
    keys.sort()
    expectedKeys.sort()
  }
  if (keys.join() !== expectedKeys.join()) return `${path} has the keys ${keys.join()} for ${expectedKeys.join()}`
  for (const key of keys) {
    const a = Object.getOwnPropertyDescriptor(actual, key)!
    const b = Object.getOwnPropertyDescriptor(expected, key)!
    if (a.enumerable !== b.enumerable) return `${path}.${String(key)} is enumerable or not`
    // Read, and not taken from the descriptors: the stack of an error is an accessor in newer engines.
    const [left, right] = [Reflect.get(actual, key), Reflect.get(expected, key)]
    const found = difference(left, right, `${path}.${String(key)}`, pairs)
    if (found !== undefined) return found
  }
  return undefined
}
