import type { LoadedValue } from '../native/binding.ts'
import { PAYLOAD, type Scratch, acquireScratch, releaseScratch } from '../native/scratch.ts'
import { decodeValue } from '../value/decoder.ts'
import { encodeValue } from '../value/encoder.ts'
import type { Realm } from '../value/realm.ts'
import type { TypeRegistry } from '../value/type-registry.ts'

/** Bits of the first byte of every stored value. The structure bytes follow. */
const PROMISED = 1
/** It refers to what lies elsewhere: see `LiveParts`. */
const REFERENCES = 2

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
  const { encoded } = types.live
  const length = encodeValue(scratch, PAYLOAD + 1, value, types, buffers) - PAYLOAD
  scratch.bytes[PAYLOAD] = (isPromised ? PROMISED : 0) | (types.live.encoded > encoded ? REFERENCES : 0)
  return { length, buffers, byteLength: buffers.reduce((sum, buffer) => sum + buffer.byteLength, length) }
}

/** Whether the function promised the value whose first byte is this. */
export function isPromisedBy(first: number): boolean {
  return (first & PROMISED) !== 0
}

/** Whether a value with this first byte refers to what lies elsewhere. */
export function hasReferences(first: number): boolean {
  return (first & REFERENCES) !== 0
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
