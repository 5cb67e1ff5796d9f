import type { LoadedValue } from '../native/binding.ts'
import { PAYLOAD, type Scratch, acquireScratch, releaseScratch } from '../native/scratch.ts'
import { decodeValue } from '../value/decoder.ts'
import { encodeValue } from '../value/encoder.ts'
import type { Realm } from '../value/realm.ts'
import type { TypeRegistry } from '../value/type-registry.ts'

/** The first byte of every stored value: how the function handed it over. The structure bytes follow. */
const RETURNED = 0
export const PROMISED = 1

/** What a run gave. */
export interface RunResult {
  readonly value: unknown
  readonly isPromised: boolean
  /** Milliseconds since the epoch. */
  readonly endedAt: number
  readonly durationMs: number
}

/** A value on its way to the core. */
export interface EncodedValue {
  /** Bytes in the scratch, from `PAYLOAD` on. */
  readonly length: number
  /** The parts that are kept out of them. */
  readonly buffers: Uint8Array[]
  /** As the entry's `byteLength` will say. */
  readonly byteLength: number
}

/** Puts a value into the scratch as it is stored. Throws ERR_UNSERIALIZABLE. */
export function encodeStored(
  scratch: Scratch,
  { value, isPromised }: Pick<RunResult, 'value' | 'isPromised'>,
  types: TypeRegistry,
): EncodedValue {
  const buffers: Uint8Array[] = []
  scratch.bytes[PAYLOAD] = isPromised ? PROMISED : RETURNED
  const length = encodeValue(scratch, PAYLOAD + 1, value, types, buffers) - PAYLOAD
  return { length, buffers, byteLength: buffers.reduce((sum, buffer) => sum + buffer.byteLength, length) }
}

/** The value in bytes that lie elsewhere than in the scratch. */
export function decodeLoaded(
  { structure, buffers }: LoadedValue,
  types: TypeRegistry,
  realm: Realm | undefined,
): unknown {
  const view = new DataView(structure.buffer, structure.byteOffset, structure.byteLength)
  return decodeValue(structure, view, 1, structure.length, types, buffers, realm)
}

/** Makes copies of a value as it is now, each as a hit would give it. Throws ERR_UNSERIALIZABLE. */
export function copierOf(value: unknown, types: TypeRegistry, realm: Realm | undefined): () => unknown {
  const scratch = acquireScratch()
  try {
    const { length, buffers } = encodeStored(scratch, { value, isPromised: true }, types)
    const structure = Buffer.from(scratch.bytes.subarray(PAYLOAD, PAYLOAD + length))
    const kept = buffers.map(ownBuffer)
    return () => decodeLoaded({ structure, buffers: kept.map((buffer) => buffer.slice(0)) }, types, realm)
  } finally {
    releaseScratch(scratch)
  }
}

function ownBuffer({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
}
