import { readFileSync, writeFileSync } from 'node:fs'
import { filesIn } from './files.ts'

/** Of a record in RocksDB's log: checksum, length, type. */
const HEAD = 7

/**
 * Has a small store say that a later engram made it: the row of its format, which lies in RocksDB's log until there are many rows,
 * gets a higher number and its record the checksum for it.
 */
export function raiseFormat(location: string): void {
  for (const file of filesIn(location).filter((path) => path.endsWith('.log'))) {
    const bytes = readFileSync(file)
    const at = bytes.indexOf('mformat\u0004\u0001\0\0\0')
    if (at === -1) continue
    bytes[at + 8] = 99
    resign(bytes, at)
    writeFileSync(file, bytes)
    return
  }
  throw new Error('the format is in no log')
}

/** The record that has this byte gets the checksum of what it says now. */
function resign(bytes: Buffer, within: number): void {
  let start = 0
  for (;;) {
    const length = bytes.readUInt16LE(start + 4)
    const end = start + HEAD + length
    if (end > within) {
      bytes.writeUInt32LE(masked(crc32c(bytes.subarray(start + 6, end))), start)
      return
    }
    start = end
  }
}

/** As RocksDB stores checksums. */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}

function crc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1
  }
  return ~crc >>> 0
}
