import { type ValueReader, corrupt } from './reader.ts'
import { type Fill, claimFill, fillInLoop } from './record-fill.ts'
import { SHAPE_KEYS_LIMIT, SHORT_RECORD, SHORT_STRING, SHORT_STRING_LIMIT, UTF16, shapeHash } from './wire.ts'

/** Constructs objects whose prototype is `Object.prototype`. */
type RecordConstructor = new () => Record<string, unknown>

/** The key list of records, as the decoder knows it. */
export interface ReadShape {
  readonly keys: readonly string[]
  /** V8 gives instances of one constructor room for their keys after having seen a few. */
  readonly Record: RecordConstructor
  /** False if a key means something on `Object.prototype`, so that assigning it would not create it. */
  readonly isAssignable: boolean
  fill: Fill
  /** Records of this shape read so far in the value at hand, as long as it matters. */
  uses: number
  /** Values read so far that have such records, as long as it matters. */
  values: number
}

interface CachedShape {
  readonly hash: number
  /** Count and keys as they were in the bytes. */
  readonly definition: Uint8Array
  readonly shape: ReadShape
}

const SLOTS = 1024
/** A value with this many records of a shape will have more. Deciding late is worse: V8 settles on the loop early. */
const USES_TO_CLAIM = 8
/** Small values that are read so often have their shapes read often. */
const VALUES_TO_CLAIM = 256

/** Remembers shapes by the bytes that define them, so that keys are not decoded again for every small value. */
export class ShapeCache {
  readonly #slots: (CachedShape | undefined)[] = new Array(SLOTS).fill(undefined)

  /** Reads a definition, from its hash on. */
  read(reader: ValueReader): ReadShape {
    const start = reader.take(4)
    const hash = reader.view.getUint32(start, true)
    const cached = this.#slots[hash & (SLOTS - 1)]
    if (cached !== undefined && cached.hash === hash && isNext(reader, cached.definition)) {
      reader.position += cached.definition.length
      return cached.shape
    }
    const shape = readShape(reader)
    const definition = Uint8Array.prototype.slice.call(reader.bytes, start + 4, reader.position)
    if (shapeHash(definition, 0, definition.length) !== hash) throw corrupt('the hash of a key list is wrong')
    this.#slots[hash & (SLOTS - 1)] = { hash, definition: new Uint8Array(definition), shape }
    return shape
  }
}

/** Counts a value with records of this shape, and gives it a function of its own if there were many. */
export function countValue(shape: ReadShape): void {
  shape.uses = 0
  if (++shape.values === VALUES_TO_CLAIM && shape.fill === fillInLoop) shape.fill = claimFill()
}

/** Counts a record, and gives its shape a function of its own if there will be many. */
export function countUse(shape: ReadShape): void {
  if (++shape.uses === USES_TO_CLAIM && shape.fill === fillInLoop) shape.fill = claimFill()
}

/** Definitions tell their own length, so equal bytes are the whole definition. */
function isNext(reader: ValueReader, definition: Uint8Array): boolean {
  const { bytes, position } = reader
  const length = definition.length
  if (length > reader.end - position) return false
  for (let i = 0; i < length; i++) if (bytes[position + i] !== definition[i]) return false
  return true
}

function readShape(reader: ValueReader): ReadShape {
  const count = reader.byte()
  if (count === 0 || count > SHAPE_KEYS_LIMIT) throw corrupt('a key list has a wrong length')
  const keys = Array.from({ length: count }, () => internalized(readKey(reader)))
  if (new Set(keys).size !== count) throw corrupt('a key list names a key twice')
  const isAssignable = keys.every((key) => !(key in Object.prototype))
  return { keys, Record: recordConstructor(), isAssignable, fill: fillInLoop, uses: 0, values: 0 }
}

function readKey(reader: ValueReader): string {
  const tag = reader.byte()
  if (tag >= SHORT_STRING && tag < SHORT_RECORD) return reader.latin1(tag - SHORT_STRING)
  if (tag !== UTF16) throw corrupt('a key is not a string')
  const length = reader.byte()
  if (length >= SHORT_STRING_LIMIT) throw corrupt('a key is too long for a key list')
  return reader.utf16(length)
}

/** The engine's own copy of a property name: stores under any other copy look it up each time. */
function internalized(key: string): string {
  return Object.keys({ [key]: true })[0]!
}

function recordConstructor(): RecordConstructor {
  const Record = function () {}
  Record.prototype = Object.prototype
  return Record as unknown as RecordConstructor
}
