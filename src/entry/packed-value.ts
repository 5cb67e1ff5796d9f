import { PAYLOAD, acquireScratch, releaseScratch } from '../native/scratch.ts'
import type { TypeRegistry } from '../value/type-registry.ts'
import { decodeLoaded, encodeStored } from './stored-value.ts'

/** Bytes that a value may have which travels itself, and not as a reference. */
const LONGEST = 4 << 10

/** A small value as text; undefined for a larger one. Throws ERR_UNSERIALIZABLE. */
export function packed(value: unknown, types: TypeRegistry): string | undefined {
  const scratch = acquireScratch()
  try {
    const { length, byteLength } = encodeStored(scratch, { value, isPromised: false }, types)
    if (byteLength > LONGEST) return undefined
    return Buffer.from(scratch.bytes.subarray(PAYLOAD, PAYLOAD + length)).toString('base64')
  } finally {
    releaseScratch(scratch)
  }
}

/** What `packed` made a text of. Throws ERR_CORRUPT. */
export function unpacked(text: string, types: TypeRegistry): unknown {
  return decodeLoaded({ structure: Buffer.from(text, 'base64'), buffers: [] }, types, undefined).value
}
