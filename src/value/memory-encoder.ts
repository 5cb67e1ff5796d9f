import { builtin } from '../platform/builtin.ts'
import { Refusal } from './path.ts'
import { ELEMENT_SIZES, OUT_OF_BAND_BYTES, RANGE_OUT_OF_BAND, RANGE_SHARED, VIEW_KINDS, type ViewKind } from './wire.ts'

const { isSharedArrayBuffer } = builtin('node:util/types')

/** The parts of the encoder that the memory section needs. */
export interface MemoryWriter {
  readonly bytes: Buffer
  readonly view: DataView
  byte(byte: number, position: number): number
  varint(value: number, position: number): number
  room(position: number, needed: number): void
}

/** An array buffer or a view in the value, in the order of the structure. */
interface Entry {
  readonly start: number
  readonly end: number
  readonly elementSize: number
  readonly isView: boolean
  range: Range | undefined
}

/** Bytes of one array buffer that are stored, and come back as one array buffer. */
interface Range {
  readonly buffer: ArrayBufferLike
  start: number
  end: number
  number: number
}

/** What a value shows of one array buffer. */
interface Exposure {
  readonly buffer: ArrayBufferLike
  /** Referenced itself, so all of it can be reached. */
  isWhole: boolean
  readonly typed: Entry[]
  /** Buffers: perhaps cut out of Node's pool, which is full of other people's bytes. */
  readonly pieces: Entry[]
}

/** An array buffer of this size is stored whole when a typed array shows a part of it. */
const KEPT_WHOLE = 1024

/**
 * Decides which bytes of the array buffers in a value are stored: an array buffer that the value references, whole;
 * otherwise what its views cover. Typed arrays and DataViews of one array buffer keep sharing one, from the first
 * byte to the last that any of them shows. Buffers share where they overlap, since Node puts unrelated ones side by
 * side into its pool.
 */
export class MemoryEncoder {
  readonly #entries: Entry[] = []
  readonly #exposures = new Map<ArrayBufferLike, Exposure>()

  addBuffer(buffer: ArrayBufferLike): void {
    const exposure = this.#expose(buffer)
    exposure.isWhole = true
    const entry = { start: 0, end: buffer.byteLength, elementSize: 1, isView: false, range: undefined }
    exposure.typed.push(entry)
    this.#entries.push(entry)
  }

  addView(view: ArrayBufferView, kind: ViewKind): void {
    const exposure = this.#expose(view.buffer)
    const start = view.byteOffset
    const elementSize = ELEMENT_SIZES[VIEW_KINDS.indexOf(kind)]!
    const entry = { start, end: start + view.byteLength, elementSize, isView: true, range: undefined }
    const group = kind === 'Buffer' ? exposure.pieces : exposure.typed
    group.push(entry)
    this.#entries.push(entry)
  }

  /** Writes ranges, entries and the section's length after the structure. */
  finish(writer: MemoryWriter, position: number, buffers: Uint8Array[]): number {
    const start = position
    const ranges = [...this.#exposures.values()].flatMap(rangesOf)
    position = writer.varint(ranges.length, position)
    ranges.forEach((range, number) => {
      range.number = number
      position = writeRange(writer, range, position, buffers)
    })
    for (const entry of this.#entries) position = writeEntry(writer, entry, position)
    writer.room(position, 4)
    writer.view.setUint32(position, position - start, true)
    return position + 4
  }

  #expose(buffer: ArrayBufferLike): Exposure {
    const known = this.#exposures.get(buffer)
    if (known !== undefined) return known
    const { resizable, growable } = buffer as { resizable?: boolean; growable?: boolean }
    if (resizable === true || growable === true) {
      throw new Refusal('its memory is resizable. Return a copy of fixed size, for example with slice().')
    }
    const exposure = { buffer, isWhole: false, typed: [], pieces: [] }
    this.#exposures.set(buffer, exposure)
    return exposure
  }
}

function rangesOf(exposure: Exposure): Range[] {
  const { buffer, typed, pieces } = exposure
  const isKeptWhole = exposure.isWhole || (pieces.length === 0 && buffer.byteLength <= KEPT_WHOLE)
  if (isKeptWhole) return [cover(buffer, [...typed, ...pieces], 0, buffer.byteLength)]
  const clusters = pieces.map((piece) => [piece])
  if (typed.length > 0) clusters.push(typed)
  return merged(clusters).map((entries) => cover(buffer, entries, alignedStart(entries), endOf(entries)))
}

/** Joins the clusters that overlap. */
function merged(clusters: Entry[][]): Entry[][] {
  const sorted = clusters.map((entries) => ({ entries, start: startOf(entries), end: endOf(entries) }))
  sorted.sort((a, b) => a.start - b.start || a.end - b.end)
  const result: { entries: Entry[]; end: number }[] = []
  for (const { entries, start, end } of sorted) {
    const last = result.at(-1)
    if (last === undefined || start >= last.end) result.push({ entries: [...entries], end })
    else {
      last.entries.push(...entries)
      last.end = Math.max(last.end, end)
    }
  }
  return result.map((cluster) => cluster.entries)
}

function cover(buffer: ArrayBufferLike, entries: readonly Entry[], start: number, end: number): Range {
  const range = { buffer, start, end, number: 0 }
  for (const entry of entries) entry.range = range
  return range
}

/** Every view must still be aligned to its elements when counted from here. */
function alignedStart(entries: readonly Entry[]): number {
  const start = startOf(entries)
  const alignment = entries.reduce((largest, entry) => Math.max(largest, entry.elementSize), 1)
  return start - (start % alignment)
}

function startOf(entries: readonly Entry[]): number {
  return entries.reduce((least, entry) => Math.min(least, entry.start), Infinity)
}

function endOf(entries: readonly Entry[]): number {
  return entries.reduce((most, entry) => Math.max(most, entry.end), 0)
}

function writeRange(writer: MemoryWriter, range: Range, position: number, buffers: Uint8Array[]): number {
  const { buffer } = range
  const content = new Uint8Array(buffer, range.start, range.end - range.start)
  const isShared = isSharedArrayBuffer(buffer)
  const isOutOfBand = content.length >= OUT_OF_BAND_BYTES
  writer.room(position, isOutOfBand ? 16 : content.length)
  position = writer.byte((isShared ? RANGE_SHARED : 0) | (isOutOfBand ? RANGE_OUT_OF_BAND : 0), position)
  position = writer.varint(content.length, position)
  if (isOutOfBand) {
    // Native code reads these later: other threads must not write to them meanwhile.
    buffers.push(isShared ? new Uint8Array(content) : content)
    return position
  }
  writer.bytes.set(content, position)
  return position + content.length
}

function writeEntry(writer: MemoryWriter, entry: Entry, position: number): number {
  const range = entry.range!
  writer.room(position, 32)
  position = writer.varint(range.number, position)
  if (!entry.isView) return position
  position = writer.varint(entry.start - range.start, position)
  return writer.varint(entry.end - entry.start, position)
}
