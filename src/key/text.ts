import { LONGEST_COUNT, countLength, writeCount } from './count.ts'
import type { KeyWalk } from './walk.ts'

declare global {
  interface String {
    /** In every Node that engram runs on, but only in the library of ES2024. */
    isWellFormed(): boolean
  }
}

/**
 * Up to this many code units a loop in JavaScript is faster than a call into Node, and the length takes one byte in any
 * alphabet.
 */
const SHORT = 42
/** From this length on, counting the bytes is cheaper than reserving three for each code unit. */
const COUNTED = 4096

/** Length in bytes, then the bytes: UTF-8, where a lone surrogate is encoded like any other code point. */
export function writeText(walk: KeyWalk, position: number, text: string): number {
  const { length } = text
  if (length > SHORT) return writeLongText(walk, position, text)
  const bytes = walk.reserve(position, 1 + length * 3)
  const from = position + 1
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index)
    if (unit > 0x7f) return writeWide(bytes, position, text)
    bytes[from + index] = unit
  }
  bytes[position] = length
  return from + length
}

function writeLongText(walk: KeyWalk, position: number, text: string): number {
  const { length } = text
  // Node writes U+FFFD in place of a lone surrogate, which would make two texts one.
  if (!text.isWellFormed()) return writeWide(walk.reserve(position, LONGEST_COUNT + length * 3), position, text)
  const most = length < COUNTED ? length * 3 : Buffer.byteLength(text)
  const bytes = walk.reserve(position, LONGEST_COUNT + most)
  const from = position + countLength(length)
  return placeText(bytes, position, from, from + bytes.write(text, from, most, 'utf8'))
}

function writeWide(bytes: Uint8Array, position: number, text: string): number {
  const from = position + countLength(text.length)
  let end = from
  for (let index = 0; index < text.length; index++) {
    const point = text.codePointAt(index) as number
    if (point > 0xffff) index++
    end = writePoint(bytes, end, point)
  }
  return placeText(bytes, position, from, end)
}

function writePoint(bytes: Uint8Array, end: number, point: number): number {
  if (point < 0x80) {
    bytes[end++] = point
    return end
  }
  if (point < 0x800) {
    bytes[end++] = 0xc0 | (point >> 6)
  } else {
    if (point < 0x10000) {
      bytes[end++] = 0xe0 | (point >> 12)
    } else {
      bytes[end++] = 0xf0 | (point >> 18)
      bytes[end++] = 0x80 | ((point >> 12) & 0x3f)
    }
    bytes[end++] = 0x80 | ((point >> 6) & 0x3f)
  }
  bytes[end++] = 0x80 | (point & 0x3f)
  return end
}

/** Puts the length before bytes that were written where those of an all-ASCII text would start. */
function placeText(bytes: Uint8Array, position: number, from: number, end: number): number {
  const length = end - from
  const start = position + countLength(length)
  if (start !== from) bytes.copyWithin(start, from, end)
  writeCount(bytes, position, length)
  return start + length
}
