import { builtin } from './builtin.ts'

/**
 * Whether the program that runs stands on musl, as on Alpine: it names what loads it near its beginning. Started by musl's
 * loader itself, it bears that one's name.
 */
export function isMusl(): boolean {
  if (process.platform !== 'linux') return false
  return (
    process.execPath.includes('ld-musl-') ||
    startOf(process.execPath, 2048).bytes.toString('latin1').includes('/ld-musl-')
  )
}

/**
 * Whether a library for Linux ends before its header says: half a download. The system maps what is not there, and ends the
 * process with a bus error where it is read. Elsewhere the system looks itself.
 */
export function isCutShort(file: string): boolean {
  if (process.platform !== 'linux') return false
  const { bytes, size } = startOf(file, 64)
  if (bytes.length < 64) return true
  if (bytes.toString('latin1', 0, 4) !== '\x7fELF') return false
  // Last in such a file is a table, of so many rows of such a length.
  return size < Number(bytes.readBigUInt64LE(40)) + bytes.readUInt16LE(58) * bytes.readUInt16LE(60)
}

function startOf(file: string, length: number): { bytes: Buffer; size: number } {
  const { closeSync, fstatSync, openSync, readSync } = builtin('node:fs')
  const descriptor = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(length)
    return { bytes: bytes.subarray(0, readSync(descriptor, bytes, 0, length, 0)), size: fstatSync(descriptor).size }
  } finally {
    closeSync(descriptor)
  }
}
