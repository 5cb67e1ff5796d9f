import { copyContainers } from './data-copy.ts'
import { type DataKind, isContainer, kindOf } from './data-kind.ts'
import { viewedBy } from './view.ts'

/**
 * A copy that later changes of the value do not touch, and that has no views in it. Containers, Dates, regular expressions,
 * URLs and bytes are copied; Payloads, and whatever is no plain data, stand in it by reference. What stands at several places
 * of the value is one object in the copy, too. Of bytes that share a buffer each gets a buffer of its own.
 */
export function copyOf<T>(value: T): T {
  return copyContainers(value, copyOfLeaf) as T
}

function copyOfLeaf(part: object): object | undefined {
  const raw = viewedBy(part)?.raw
  if (raw !== undefined) return copyOf(raw)
  const kind = kindOf(part)
  if (kind === undefined || isContainer(kind)) return undefined
  return copies[kind](part as any)
}

const copies: { readonly [K in Exclude<DataKind, 'object' | 'array' | 'map' | 'set'>]: (value: any) => object } = {
  date: (date: Date) => new Date(date),
  regexp: ({ source, flags }: RegExp) => new RegExp(source, flags),
  url: ({ href }: URL) => new URL(href),
  buffer: (buffer: ArrayBuffer) => buffer.slice(0),
  bytes: copyOfBytes,
}

function copyOfBytes(bytes: NodeJS.ArrayBufferView): object {
  if (Buffer.isBuffer(bytes)) return Buffer.from(bytes)
  const { buffer, byteOffset, byteLength } = bytes
  const type = bytes.constructor as new (buffer: ArrayBufferLike) => object
  return new type(buffer.slice(byteOffset, byteOffset + byteLength))
}
