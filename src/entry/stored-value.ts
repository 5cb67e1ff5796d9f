import { type LoadedValue, outputDigest } from '../native/binding.ts'
import { PAYLOAD, type Scratch, acquireScratch, releaseScratch } from '../native/scratch.ts'
import { decodeValue } from '../value/decoder.ts'
import { encodeValue } from '../value/encoder.ts'
import type { LivePart } from '../value/live-parts.ts'
import type { Realm } from '../value/realm.ts'
import type { TypeRegistry } from '../value/type-registry.ts'

/** Bits of the first byte of every stored value. The structure bytes follow. */
const PROMISED = 1
/** It refers to what lies elsewhere: see `LiveParts`. */
const REFERENCES = 2

/** Bytes of a value that is kept in memory with the reference to it. */
const LONGEST_HELD = 256

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
  scratch.hold()
  return { length, buffers, byteLength: lengthOf(length, buffers) }
}

/** What the first byte of a stored value says of it. */
export function flagsIn(first: number): { isPromised: boolean; hasReferences: boolean } {
  return { isPromised: (first & PROMISED) !== 0, hasReferences: (first & REFERENCES) !== 0 }
}

/** A stored value that was read. */
export interface DecodedValue {
  readonly value: unknown
  readonly isPromised: boolean
  /** What it refers to; undefined where that is nothing. */
  readonly live: readonly LivePart[] | undefined
  /** Before compression. */
  readonly byteLength: number
}

/** Reads the value whose first byte is `bytes[start]`. Throws ERR_CORRUPT. */
export function decodeStored(
  { bytes, view, start, length }: Readonly<{ bytes: Buffer; view: DataView; start: number; length: number }>,
  buffers: readonly ArrayBuffer[],
  types: TypeRegistry,
  realm: Realm | undefined,
): DecodedValue {
  const first = bytes[start]!
  const decode = (): unknown => decodeValue(bytes, view, start + 1, start + length, types, buffers, realm)
  const { isPromised, hasReferences } = flagsIn(first)
  const byteLength = lengthOf(length, buffers)
  if (!hasReferences) return { value: decode(), isPromised, live: undefined, byteLength }
  const { value, parts: live } = types.live.within(decode)
  return { value, isPromised, live, byteLength }
}

/** The value in bytes that lie elsewhere than in the scratch. Throws ERR_CORRUPT. */
export function decodeLoaded(
  { structure, buffers }: LoadedValue,
  types: TypeRegistry,
  realm: Realm | undefined,
): DecodedValue {
  const view = new DataView(structure.buffer, structure.byteOffset, structure.byteLength)
  return decodeStored({ bytes: structure, view, start: 0, length: structure.length }, buffers, types, realm)
}

/** What a value is now, as it would be stored. */
export interface KnownValue {
  /** As the entry's `outputDigest` would say. */
  readonly digest: string
  /** As the entry's `byteLength` would say. */
  readonly byteLength: number
  /** Makes a copy, as a hit would give it; undefined where nothing was kept to make one of. */
  readonly copy: (() => unknown) | undefined
}

/** A value that is kept in memory, as it would be stored. */
export interface HeldValue extends KnownValue {
  readonly copy: () => unknown
}

/** Keeps a value as it is now. Throws ERR_UNSERIALIZABLE. */
export function heldValue(value: unknown, types: TypeRegistry, realm: Realm | undefined): HeldValue {
  return knownValue(value, types, realm, Infinity) as HeldValue
}

/** Keeps a value as it is now, unless it has more than so many bytes in buffers. Throws ERR_UNSERIALIZABLE. */
export function knownValue(
  value: unknown,
  types: TypeRegistry,
  realm: Realm | undefined,
  mostInBuffers: number,
): KnownValue {
  const scratch = acquireScratch()
  try {
    const { length, buffers, byteLength } = encodeStored(scratch, { value, isPromised: false }, types)
    const digest = outputDigest(length, buffers)
    if (byteLength - length > mostInBuffers) return { digest, byteLength, copy: undefined }
    const structure = Buffer.from(scratch.bytes.subarray(PAYLOAD, PAYLOAD + length))
    const kept = buffers.map(ownBuffer)
    const copy = (): unknown =>
      decodeLoaded({ structure, buffers: kept.map((buffer) => buffer.slice(0)) }, types, realm).value
    return { digest, byteLength, copy }
  } finally {
    releaseScratch(scratch)
  }
}

/** A value in the scratch, one byte to a character, which `decodeHeld` reads; undefined for one that is not small. */
export function heldBytes({ bytes }: Scratch, length: number): string | undefined {
  if (length > LONGEST_HELD || flagsIn(bytes[PAYLOAD]!).hasReferences) return undefined
  return bytes.toString('latin1', PAYLOAD, PAYLOAD + length)
}

/** A copy of a value by its bytes. Throws ERR_CORRUPT. */
export function decodeHeld(held: string, types: TypeRegistry, realm: Realm | undefined): unknown {
  const scratch = acquireScratch()
  try {
    const length = scratch.bytes.write(held, PAYLOAD, 'latin1')
    return decodeStored({ bytes: scratch.bytes, view: scratch.view, start: PAYLOAD, length }, [], types, realm).value
  } finally {
    releaseScratch(scratch)
  }
}

function ownBuffer({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
}

/** Bytes of a value, before compression. */
function lengthOf(structure: number, buffers: readonly { readonly byteLength: number }[]): number {
  let length = structure
  for (const buffer of buffers) length += buffer.byteLength
  return length
}
