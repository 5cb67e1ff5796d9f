import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// The log of RocksDB: records of checksum (4 bytes), length (2), kind (1) and payload, which do not cross blocks. A
// payload is a batch: sequence number (8), count (4), then operations of kind (1), key and, but for removals, value,
// each with its length before it.
const BLOCK = 32 * 1024
const HEADER = 7
const WHOLE_RECORD = 1
const BATCH_HEADER = 12
const REMOVAL = 0
/** The first byte of the rows of entries. */
const ENTRY = 'e'.charCodeAt(0)

/**
 * Changes what the index of a closed store holds for its entries, so that the index itself finds nothing wrong with it.
 * For stores of few small entries, which lie in one block of the log.
 */
export function alterEntries(location: string, alter: (frame: Buffer) => Buffer): void {
  let altered = 0
  for (const path of logsOf(location)) {
    const log = readFileSync(path)
    if (log.length > BLOCK) throw new Error('the log is too long to be rewritten')
    const records = payloadsOf(log).map((payload) => {
      const changed = alterBatch(payload, (frame) => {
        altered++
        return alter(frame)
      })
      return record(changed)
    })
    writeFileSync(path, Buffer.concat(records))
  }
  if (altered === 0) throw new Error('the log holds no entry')
}

function logsOf(location: string): string[] {
  const index = join(location, 'index')
  return readdirSync(index)
    .filter((name) => name.endsWith('.log'))
    .map((name) => join(index, name))
}

function payloadsOf(log: Buffer): Buffer[] {
  const payloads = []
  for (let at = 0; at + HEADER <= log.length && log[at + 6] === WHOLE_RECORD;) {
    const end = at + HEADER + log.readUInt16LE(at + 4)
    payloads.push(log.subarray(at + HEADER, end))
    at = end
  }
  return payloads
}

function record(payload: Buffer): Buffer {
  const header = Buffer.alloc(HEADER)
  header.writeUInt32LE(maskedChecksum(Buffer.concat([Buffer.of(WHOLE_RECORD), payload])), 0)
  header.writeUInt16LE(payload.length, 4)
  header[6] = WHOLE_RECORD
  return Buffer.concat([header, payload])
}

function alterBatch(batch: Buffer, alter: (frame: Buffer) => Buffer): Buffer {
  const parts = [batch.subarray(0, BATCH_HEADER)]
  for (let at = BATCH_HEADER; at < batch.length;) {
    const kind = batch[at]!
    const key = text(batch, at + 1)
    parts.push(batch.subarray(at, key.end))
    at = key.end
    if (kind === REMOVAL) continue
    const value = text(batch, at)
    const bytes = key.bytes[0] === ENTRY ? alter(Buffer.from(value.bytes)) : value.bytes
    parts.push(varint(bytes.length), bytes)
    at = value.end
  }
  return Buffer.concat(parts)
}

/** Bytes with their length before them. */
function text(buffer: Buffer, at: number): { bytes: Buffer; end: number } {
  let length = 0
  for (let shift = 0; ; shift += 7) {
    const byte = buffer[at++]!
    length |= (byte & 0x7f) << shift
    if (byte < 0x80) break
  }
  return { bytes: buffer.subarray(at, at + length), end: at + length }
}

function varint(value: number): Buffer {
  const bytes = []
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80)
  return Buffer.of(...bytes, value)
}

/** CRC-32C, turned and moved as RocksDB does with the checksums that it stores. */
function maskedChecksum(bytes: Buffer): number {
  let crc = 0xffff_ffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1
  }
  crc = ~crc >>> 0
  return (((crc >>> 15) | (crc << 17)) + 0xa282_ead8) >>> 0
}
