import { builtin } from './builtin.ts'

/**
 * Whether the program that runs stands on musl, as on Alpine: it names what loads it. Started by musl's loader itself, it bears
 * that one's name. Node's own report says it too, and takes 5 ms.
 */
export function isMusl(): boolean {
  if (process.platform !== 'linux') return false
  return process.execPath.includes('ld-musl-') || (loaderOf(process.execPath)?.includes('ld-musl-') ?? false)
}

/**
 * Whether a library for Linux ends before its header says: half a download. The system maps what is not there, and ends the
 * process with a bus error where it is read. Elsewhere the system looks itself.
 */
export function isCutShort(file: string): boolean {
  if (process.platform !== 'linux') return false
  return reading(file, (read, size) => {
    const header = read(0, HEADER)
    if (header.length < HEADER) return true
    // Last in such a file is a table, of so many rows of such a length.
    return isElf(header) && size < at(header, 40) + header.readUInt16LE(58) * header.readUInt16LE(60)
  })
}

const HEADER = 64
const LOADER = 3

/** The path of what loads a program: one of the parts that a table in the file lists, which tools may have moved to its end. */
function loaderOf(file: string): string | undefined {
  return reading(file, (read) => {
    const header = read(0, HEADER)
    if (header.length < HEADER || !isElf(header)) return undefined
    const [length, count] = [header.readUInt16LE(54), header.readUInt16LE(56)]
    const table = read(at(header, 32), length * count)
    for (let row = 0; row + length <= table.length; row += length)
      if (table.readUInt32LE(row) === LOADER) return read(at(table, row + 8), at(table, row + 32)).toString('latin1')
    return undefined
  })
}

function isElf(header: Buffer): boolean {
  return header.toString('latin1', 0, 4) === '\x7fELF'
}

/** A number of eight bytes. */
function at(bytes: Buffer, place: number): number {
  return Number(bytes.readBigUInt64LE(place))
}

function reading<Result>(
  file: string,
  use: (read: (at: number, length: number) => Buffer, size: number) => Result,
): Result {
  const { closeSync, fstatSync, openSync, readSync } = builtin('node:fs')
  const descriptor = openSync(file, 'r')
  try {
    return use((place, length) => {
      const bytes = Buffer.alloc(Math.min(length, 4096))
      return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, place))
    }, fstatSync(descriptor).size)
  } finally {
    closeSync(descriptor)
  }
}
