import type { ByteSink } from '../platform/byte-sink.ts'
import * as wire from './wire.ts'

/** Strings longer than this are written by one native call, shorter ones by a loop. */
const LOOPED = 24
/** Room that every value may use without asking. */
export const SLACK = 64
const WIDE = /[^\x00-\xff]/

/** Writes primitives at a position and returns their end. */
export class ValueWriter {
  bytes!: Buffer
  view!: DataView
  /** Up to here a value may be written without asking for room. */
  limit = 0
  #sink!: ByteSink

  attach(sink: ByteSink): void {
    this.#sink = sink
    this.bytes = sink.bytes
    this.view = sink.view
    this.limit = this.bytes.length - SLACK
  }

  /** Makes room for `needed` bytes and the slack that the next values rely on. */
  room(position: number, needed: number): void {
    if (position + needed + SLACK > this.bytes.length) {
      this.#sink.grow(position, needed + 2 * SLACK)
      this.attach(this.#sink)
    }
  }

  byte(byte: number, position: number): number {
    this.bytes[position] = byte
    return position + 1
  }

  /** Seven bits a byte, low bits first; up to 2^53 - 1. */
  varint(value: number, position: number): number {
    const bytes = this.bytes
    while (value > 0x7fffffff) {
      bytes[position++] = (value % 128) | 0x80
      value = Math.floor(value / 128)
    }
    for (; value > 0x7f; value >>>= 7) bytes[position++] = (value & 0x7f) | 0x80
    bytes[position] = value
    return position + 1
  }

  float(value: number, position: number): number {
    this.view.setFloat64(position, value, true)
    return position + 8
  }

  string(text: string, position: number): number {
    const length = text.length
    if (length > LOOPED) return this.#longString(text, position)
    const bytes = this.bytes
    let end = position + 1
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i)
      if (unit > 0xff) return this.#longString(text, position)
      bytes[end++] = unit
    }
    bytes[position] = wire.SHORT_STRING + length
    return end
  }

  number(value: number, position: number): number {
    const bytes = this.bytes
    const integer = value | 0
    if (integer !== value || (integer === 0 && 1 / value < 0)) {
      bytes[position] = wire.FLOAT64
      this.view.setFloat64(position + 1, value, true)
      return position + 9
    }
    if (integer >= 0 && integer < 0x100) {
      if (integer < wire.SMALL_INTEGER_LIMIT) return this.byte(integer, position)
      bytes[position] = wire.UINT8
      bytes[position + 1] = integer
      return position + 2
    }
    if (integer < 0 && integer >= -0x80) {
      bytes[position] = wire.INT8
      bytes[position + 1] = integer
      return position + 2
    }
    if (integer >= -0x8000 && integer < 0x8000) {
      bytes[position] = wire.INT16
      this.view.setInt16(position + 1, integer, true)
      return position + 3
    }
    bytes[position] = wire.INT32
    this.view.setInt32(position + 1, integer, true)
    return position + 5
  }

  /** The end of an array of numbers written as doubles, or 0 if it holds anything else. */
  floats(value: readonly unknown[], position: number): number {
    const length = value.length
    this.room(position, length * 8)
    const view = this.view
    position = this.varint(length, this.byte(wire.FLOATS, position))
    for (let i = 0; i < length; i++, position += 8) {
      const element = value[i]
      if (typeof element !== 'number') return 0
      view.setFloat64(position, element, true)
    }
    return position
  }

  bigint(value: bigint, position: number): number {
    const digits = (value < 0n ? -value : value).toString(16)
    const magnitude = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex').reverse()
    this.room(position, magnitude.length)
    position = this.byte(wire.BIGINT, position)
    position = this.varint(magnitude.length, this.byte(value < 0n ? 1 : 0, position))
    this.bytes.set(magnitude, position)
    return position + magnitude.length
  }

  #longString(text: string, position: number): number {
    const isWide = WIDE.test(text)
    this.room(position, text.length * 2)
    if (isWide) {
      position = this.varint(text.length, this.byte(wire.UTF16, position))
      return position + this.bytes.write(text, position, 'utf16le')
    }
    position =
      text.length < wire.SHORT_STRING_LIMIT
        ? this.byte(wire.SHORT_STRING + text.length, position)
        : this.varint(text.length, this.byte(wire.LATIN1, position))
    return position + this.bytes.write(text, position, 'latin1')
  }
}
