import { builtin } from '../platform/builtin.ts'
import { getterOf } from '../platform/getter.ts'
import { LONGEST_COUNT, writeCount } from './count.ts'
import { KeyFailure } from './failure.ts'
import { TAG_BYTES, TAG_BYTES_DIGEST } from './tag.ts'
import type { KeyWalk } from './walk.ts'

const { types } = builtin('node:util')

/** Binary data of this many bytes and more enters as its digest, and is hashed where it lies. */
export const DIGEST_FROM = 4096

const DIGEST_LENGTH = 32
const DIGEST_FORM = 2 + 8 + DIGEST_LENGTH

/** Second byte of a binary value's form. As fixed as the tags. */
const KINDS: readonly (readonly [name: string, kind: number])[] = [
  ['ArrayBuffer', 0],
  ['SharedArrayBuffer', 1],
  ['DataView', 2],
  ['Buffer', 3],
  ['Int8Array', 4],
  ['Uint8Array', 5],
  ['Uint8ClampedArray', 6],
  ['Int16Array', 7],
  ['Uint16Array', 8],
  ['Int32Array', 9],
  ['Uint32Array', 10],
  ['BigInt64Array', 11],
  ['BigUint64Array', 12],
  ['Float16Array', 13],
  ['Float32Array', 14],
  ['Float64Array', 15],
]

/** Kind by prototype. Float16Array is not in every Node that engram runs on. */
export const byteKinds: ReadonlyMap<object, number> = new Map(
  KINDS.flatMap(([name, kind]) => {
    const type = (globalThis as Record<string, unknown>)[name]
    return typeof type === 'function' ? [[type.prototype as object, kind] as const] : []
  }),
)

const ofView = placesOf(DataView.prototype)
const ofArray = placesOf(Object.getPrototypeOf(Uint8Array.prototype) as object)

/** Where a view lies in its buffer, whatever a class derived from its own says. */
function placesOf(prototype: object) {
  return {
    buffer: getterOf<ArrayBufferLike>(prototype, 'buffer'),
    offset: getterOf<number>(prototype, 'byteOffset'),
    length: getterOf<number>(prototype, 'byteLength'),
  }
}

export function writeBytes(walk: KeyWalk, position: number, kind: number, value: object): number {
  const view = bytesOf(value)
  return view.length < DIGEST_FROM ? writeInline(walk, position, kind, view) : writeDigest(walk, position, kind, view)
}

function writeInline(walk: KeyWalk, position: number, kind: number, view: Uint8Array): number {
  const bytes = walk.reserve(position, 2 + LONGEST_COUNT + view.length)
  bytes[position] = TAG_BYTES
  bytes[position + 1] = kind
  const start = writeCount(bytes, position + 2, view.length)
  bytes.set(view, start)
  return start + view.length
}

function writeDigest(walk: KeyWalk, position: number, kind: number, view: Uint8Array): number {
  const bytes = walk.reserve(position, DIGEST_FORM)
  bytes[position] = TAG_BYTES_DIGEST
  bytes[position + 1] = kind
  walk.sink.view.setBigUint64(position + 2, BigInt(view.length), true)
  // Another thread may write into shared memory while it is read: only a copy can be hashed safely.
  const steady = types.isSharedArrayBuffer(view.buffer) ? new Uint8Array(view) : view
  walk.context.digestView(steady, walk.sink, position + DIGEST_FORM - DIGEST_LENGTH)
  return position + DIGEST_FORM
}

/** The bytes of a buffer or of the part of it that a view shows. */
function bytesOf(value: object): Uint8Array {
  if (types.isAnyArrayBuffer(value)) return new Uint8Array(value)
  if (!ArrayBuffer.isView(value))
    throw new KeyFailure('an object that inherits from a buffer is not a buffer; pass a buffer.')
  const prototype = Object.getPrototypeOf(value) as object
  if (prototype === Buffer.prototype || prototype === Uint8Array.prototype) return value as Uint8Array
  const { buffer, offset, length } = types.isDataView(value) ? ofView : ofArray
  return new Uint8Array(buffer(value), offset(value), length(value))
}
