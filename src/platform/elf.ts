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
 *
 * Every program asks it of the core. Asked for the file's size instead, or by methods of buffers, it would take 0.3 ms.
 */
export function isCutShort(file: string): boolean {
  if (process.platform !== 'linux') return false
  return reading(file, (read) => {
    const header = read(0, HEADER)
    if (header.length < HEADER) return true
    // Last in such a file is a table, of so many rows of such a length.
    const end = numberAt(header, 40, 8) + numberAt(header, 58, 2) * numberAt(header, 60, 2)
    return isElf(header) && read(end - 1, 1).length < 1
  })
}

const HEADER = 64
const LOADER = 3

/** The path of what loads a program: one of the parts that a table in the file lists, which tools may have moved to its end. */
function loaderOf(file: string): string | undefined {
  return reading(file, (read) => {
    const header = read(0, HEADER)
    if (header.length < HEADER || !isElf(header)) return undefined
    const [length, count] = [numberAt(header, 54, 2), numberAt(header, 56, 2)]
    const table = read(numberAt(header, 32, 8), length * count)
    for (let row = 0; row + length <= table.length; row += length)
      if (numberAt(table, row, 4) === LOADER) {
        const path = read(numberAt(table, row + 8, 8), numberAt(table, row + 32, 8))
        return String.fromCharCode(...path)
      }
    return undefined
  })
}

function isElf([first, second, third, fourth]: Uint8Array): boolean {
  return first === 0x7f && second === 0x45 && third === 0x4c && fourth === 0x46
}

/** A number of so many bytes, the lowest first. */
function numberAt(bytes: Uint8Array, place: number, length: number): number {
  let number = 0
  for (let at = place + length - 1; at >= place; at--) number = number * 256 + bytes[at]!
  return number
}

function reading<Result>(file: string, use: (read: (place: number, length: number) => Uint8Array) => Result): Result {
  const { closeSync, openSync, readSync } = builtin('node:fs')
  const descriptor = openSync(file, 'r')
  try {
    return use((place, length) => {
      const bytes = new Uint8Array(Math.min(length, 4096))
      return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, place))
    })
  } finally {
    closeSync(descriptor)
  }
}
