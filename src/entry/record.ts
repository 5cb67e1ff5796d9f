import type { NativeRecordRow, RecordId } from '../native/binding.ts'
import { PAYLOAD, acquireScratch, releaseScratch } from '../native/scratch.ts'
import type { TypeRegistry } from '../value/type-registry.ts'
import { EngramError } from '../words/error.ts'
import { decodeLoaded, encodeStored } from './stored-value.ts'

/** The longest value of a row, as it is stored, in bytes. */
const LONGEST_VALUE = 32 << 10

/** A row of something that a family keeps: of a record, or of one of its parts. */
export interface RecordRow {
  readonly record: RecordId
  /** Which part of the record, as one call of a run. Default: the record itself. */
  readonly part?: string
  /** Anything that could be a result, if it is small. */
  readonly value: unknown
}

/** Rows on their way to the core. Throws ERR_UNSERIALIZABLE. */
export function encodeRows(rows: readonly RecordRow[], types: TypeRegistry): NativeRecordRow[] {
  return rows.map(({ value, ...row }) => ({ ...row, value: encodeRow(value, types) }))
}

/** The value of one. Throws ERR_UNSERIALIZABLE. */
export function encodeRow(value: unknown, types: TypeRegistry): Buffer {
  const scratch = acquireScratch()
  try {
    const { length, byteLength } = encodeStored(scratch, { value, isPromised: false }, types)
    if (byteLength <= LONGEST_VALUE) return Buffer.from(scratch.bytes.subarray(PAYLOAD, PAYLOAD + length))
    const fix = 'Keep what is large as a payload, and the payload in the record.'
    throw new EngramError(
      'ERR_UNSERIALIZABLE',
      `A record has ${byteLength} bytes, and may have ${LONGEST_VALUE}. ${fix}`,
    )
  } finally {
    releaseScratch(scratch)
  }
}

/** What a row's value was. Throws ERR_CORRUPT. */
export function decodeRow(structure: Buffer, types: TypeRegistry): unknown {
  return decodeLoaded({ structure, buffers: [] }, types, undefined).value
}
