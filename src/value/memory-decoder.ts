import { ValueReader, corrupt, isInBand } from './reader.ts'
import { ELEMENT_SIZES, RANGE_OUT_OF_BAND, RANGE_SHARED, VIEW_KINDS } from './wire.ts'

type ViewConstructor = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => ArrayBufferView

/** Hands out the array buffers and views of a value, in the order of the structure. */
export class MemoryDecoder {
  readonly #ranges: ArrayBufferLike[] = []
  readonly #section: ValueReader

  /** Cuts off the section, which stands after the structure, and its length after the section. */
  static open(reader: ValueReader, buffers: readonly ArrayBuffer[]): MemoryDecoder {
    const lengthStart = reader.end - 4
    if (lengthStart < reader.position) throw corrupt('it ends too early')
    const length = reader.view.getUint32(lengthStart, true)
    if (length > lengthStart - reader.position) throw corrupt('it ends too early')
    const section = new ValueReader()
    section.attach(reader.bytes, reader.view, lengthStart - length, lengthStart)
    reader.end = lengthStart - length
    return new MemoryDecoder(section, buffers)
  }

  /** Reads all ranges of the section; its entries are read one by one as the structure mentions them. */
  constructor(section: ValueReader, buffers: readonly ArrayBuffer[]) {
    this.#section = section
    let used = 0
    for (let count = section.count(2); count > 0; count--) {
      const flags = section.byte()
      if (flags > (RANGE_OUT_OF_BAND | RANGE_SHARED)) throw corrupt('a buffer is of an unknown kind')
      const byteLength = section.varint()
      const isShared = (flags & RANGE_SHARED) !== 0
      const isInside = (flags & RANGE_OUT_OF_BAND) === 0
      this.#ranges.push(
        isInside ? readInBand(section, byteLength, isShared) : outOfBand(buffers[used++], byteLength, isShared),
      )
    }
    if (used !== buffers.length) throw corrupt('it has more buffers than it mentions')
  }

  buffer(): ArrayBufferLike {
    return this.#range()
  }

  /** The bytes of what is no ArrayBuffer itself. */
  bytes(): Uint8Array {
    return new Uint8Array(this.#range())
  }

  view(kind: number): ArrayBufferView {
    const elementSize = ELEMENT_SIZES[kind]
    if (elementSize === undefined) throw corrupt('a view is of an unknown kind')
    const buffer = this.#range()
    const offset = this.#section.varint()
    const byteLength = this.#section.varint()
    if (byteLength > buffer.byteLength - offset) throw corrupt('a view is larger than its buffer')
    if (offset % elementSize !== 0 || byteLength % elementSize !== 0) throw corrupt('a view is not aligned')
    return makeView(kind, buffer, offset, byteLength / elementSize)
  }

  /** Everything must have been used. */
  finish(): void {
    if (this.#section.position !== this.#section.end) throw corrupt('it has bytes that mean nothing')
  }

  #range(): ArrayBufferLike {
    const range = this.#ranges[this.#section.varint()]
    if (range === undefined) throw corrupt('a buffer is missing')
    return range
  }
}

function readInBand(section: ValueReader, byteLength: number, isShared: boolean): ArrayBufferLike {
  if (!isInBand(byteLength)) throw corrupt('a large buffer is among the small ones')
  const start = section.take(byteLength)
  const buffer = isShared ? new SharedArrayBuffer(byteLength) : new ArrayBuffer(byteLength)
  new Uint8Array(buffer).set(section.bytes.subarray(start, start + byteLength))
  return buffer
}

function outOfBand(buffer: ArrayBuffer | undefined, byteLength: number, isShared: boolean): ArrayBufferLike {
  if (buffer === undefined || isInBand(byteLength) || buffer.byteLength !== byteLength) {
    throw corrupt('a large buffer is missing or of another length')
  }
  if (!isShared) return buffer
  const shared = new SharedArrayBuffer(byteLength)
  new Uint8Array(shared).set(new Uint8Array(buffer))
  return shared
}

function makeView(kind: number, buffer: ArrayBufferLike, offset: number, length: number): ArrayBufferView {
  const name = VIEW_KINDS[kind]!
  if (name === 'Buffer') return Buffer.from(buffer as ArrayBuffer, offset, length)
  const View = (globalThis as unknown as Record<string, ViewConstructor | undefined>)[name]
  if (View === undefined) throw corrupt(`this version of Node has no ${name}`)
  return new View(buffer, offset, length)
}
