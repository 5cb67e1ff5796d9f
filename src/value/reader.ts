import { EngramError } from '../words/error.ts'
import { OUT_OF_BAND_BYTES } from './wire.ts'

/** The error for bytes that no encoder wrote. */
export function corrupt(reason: string, cause?: unknown): EngramError {
  const details = cause === undefined ? {} : { cause }
  const message = `The stored value is damaged: ${reason}. Run the function again to replace it.`
  return new EngramError('ERR_CORRUPT', message, details)
}

/** Buffer methods that Node has and its types do not list. */
type SlicingBuffer = Buffer & {
  latin1Slice(start: number, end: number): string
  ucs2Slice(start: number, end: number): string
}

/** Short strings are cut out of a longer text, which is made from this many bytes at once. */
const WINDOW = 8 * 1024
/** Longer strings are made on their own, so that none keeps much more than itself in memory. */
const WINDOWED = 256
/** Up to this length, and in fewer bytes than these, characters one by one are faster than a window. */
const SPELLED = 6
const SMALL = 40

/** Reads primitives one after the other and never beyond `end`. */
export class ValueReader {
  bytes!: Buffer
  view!: DataView
  position = 0
  end = 0
  #window = ''
  #windowStart = 0
  #windowEnd = 0

  attach(bytes: Buffer, view: DataView, start: number, end: number): void {
    this.bytes = bytes
    this.view = view
    this.position = start
    this.end = end
    this.#windowEnd = 0
  }

  detach(): void {
    this.#window = ''
    this.#windowEnd = 0
  }

  byte(): number {
    const position = this.position
    if (position >= this.end) throw corrupt('it ends too early')
    this.position = position + 1
    return this.bytes[position]!
  }

  /** The position of the next `count` bytes, which are then read. */
  take(count: number): number {
    const position = this.position
    if (count > this.end - position) throw corrupt('it ends too early')
    this.position = position + count
    return position
  }

  varint(): number {
    let value = this.byte()
    if (value < 0x80) return value
    value &= 0x7f
    for (let scale = 128; ; scale *= 128) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (value > Number.MAX_SAFE_INTEGER) throw corrupt('a number is out of range')
      if (byte < 0x80) {
        if (byte === 0) throw corrupt('a number is longer than it needs to be')
        return value
      }
    }
  }

  /** A count of things of which each takes at least `width` bytes: what is counted must be there. */
  count(width: number): number {
    const count = this.varint()
    if (count > (this.end - this.position) / width) throw corrupt('it ends too early')
    return count
  }

  float(): number {
    return this.view.getFloat64(this.take(8), true)
  }

  latin1(length: number): string {
    const start = this.position
    const end = start + length
    if (end > this.end) throw corrupt('it ends too early')
    this.position = end
    if (start >= this.#windowStart && end <= this.#windowEnd) {
      return this.#window.slice(start - this.#windowStart, end - this.#windowStart)
    }
    return this.#outsideWindow(start, length)
  }

  utf16(length: number): string {
    const start = this.take(length * 2)
    return (this.bytes as SlicingBuffer).ucs2Slice(start, this.position)
  }

  bigint(): bigint {
    const sign = this.byte()
    if (sign > 1) throw corrupt('a bigint has no sign')
    const length = this.count(1)
    if (length === 0) throw corrupt('a bigint has no digits')
    const start = this.take(length)
    const magnitude = BigInt(
      `0x${Buffer.from(this.bytes.subarray(start, start + length))
        .reverse()
        .toString('hex')}`,
    )
    return sign === 1 ? -magnitude : magnitude
  }

  #outsideWindow(start: number, length: number): string {
    const bytes = this.bytes as SlicingBuffer
    if (length > WINDOWED) return bytes.latin1Slice(start, start + length)
    if (length <= SPELLED && this.end - start < SMALL) return shortText(bytes, start, length)
    this.#windowStart = start
    this.#windowEnd = Math.min(start + WINDOW, this.end)
    this.#window = bytes.latin1Slice(start, this.#windowEnd)
    return this.#window.slice(0, length)
  }
}

/** Few characters are put together faster than a native call returns. */
function shortText(bytes: Buffer, start: number, length: number): string {
  let text = ''
  for (let i = start; i < start + length; i++) text += String.fromCharCode(bytes[i]!)
  return text
}

/** Whether a range of this length is stored among the structure bytes. */
export function isInBand(byteLength: number): boolean {
  return byteLength < OUT_OF_BAND_BYTES
}
