import { EngramError } from '../words/error.ts'
import { MemoryDecoder } from './memory-decoder.ts'
import { ValueReader, corrupt } from './reader.ts'
import { type ReadShape, ShapeCache, countUse } from './shape-cache.ts'
import type { TypeRegistry } from './type-registry.ts'
import * as wire from './wire.ts'

type Plain = Record<string, unknown>

/** Holds the place of an instance while its codec has not made it. */
const UNFINISHED = {}
/** Arrays with a larger gap than this get elements by hash, so that a length alone allocates nothing. */
const GAP = 1024

const shapeCache = new ShapeCache()
let idle: Decoder | undefined

/**
 * Reads the value whose structure bytes are `bytes[start..end)`; `view` is over the memory of `bytes`, and `buffers`
 * are the large array buffers that the encoder listed. They become part of the value.
 *
 * @throws EngramError `ERR_CORRUPT` for bytes that no encoder wrote, an instance whose class is not registered, and
 * a codec that throws.
 */
export function decodeValue(
  bytes: Buffer,
  view: DataView,
  start: number,
  end: number,
  types: TypeRegistry,
  buffers: readonly ArrayBuffer[],
): unknown {
  const decoder = idle ?? new Decoder()
  // A codec may decode another value meanwhile: it finds no idle decoder and makes its own.
  idle = undefined
  try {
    return decoder.decode(bytes, view, start, end, types, buffers)
  } catch (error) {
    if (error instanceof EngramError && error.code === 'ERR_CORRUPT') throw error
    throw corrupt('it cannot be made again', error)
  } finally {
    decoder.clear()
    idle = decoder
  }
}

class Decoder extends ValueReader {
  #types!: TypeRegistry
  #depth = 0
  #unclaimed = 0
  #memory: MemoryDecoder | undefined
  readonly #shapes: ReadShape[] = []
  /** In the order of their first bytes; kept only if the value refers back to any. */
  #objects: unknown[] | undefined

  decode(
    bytes: Buffer,
    view: DataView,
    start: number,
    end: number,
    types: TypeRegistry,
    buffers: readonly ArrayBuffer[],
  ): unknown {
    if (start < 0 || end > bytes.length) throw corrupt('it ends too early')
    this.attach(bytes, view, start, end)
    this.#types = types
    this.#depth = 0
    this.#unclaimed = end - start
    const flags = this.byte()
    if (flags > wire.KNOWN_FLAGS) throw corrupt('its header is unknown')
    if ((flags & wire.FLAG_REFERENCES) !== 0) this.#objects = []
    if ((flags & wire.FLAG_MEMORY) !== 0) this.#openMemory(buffers)
    else if (buffers.length > 0) throw corrupt('it has more buffers than it mentions')
    const value = this.read()
    if (this.position !== this.end) throw corrupt('it has bytes that mean nothing')
    this.#memory?.finish()
    return value
  }

  clear(): void {
    this.detach()
    this.#memory = undefined
    this.#objects = undefined
    // Setting a length leaves compiled code, which costs more than the test.
    if (this.#shapes.length > 0) this.#shapes.length = 0
  }

  read(): unknown {
    const position = this.position
    if (position >= this.end) throw corrupt('it ends too early')
    const tag = this.bytes[position]!
    this.position = position + 1
    if (tag < wire.SHORT_STRING) return tag
    if (tag < wire.SHORT_RECORD) return this.latin1(tag - wire.SHORT_STRING)
    if (tag < wire.SHORT_ARRAY) return this.#record(this.#shapes[tag - wire.SHORT_RECORD])
    if (tag < wire.UNDEFINED) return this.#array(tag - wire.SHORT_ARRAY)
    // Frequent ones do not have to be looked for.
    if (tag === wire.FLOAT64) return this.float()
    if (tag === wire.INT16) return this.view.getInt16(this.take(2), true)
    return this.#tagged(tag)
  }

  /** Knows all tags, those too that `read` knows: with fewer V8 may put this into it, and decoding takes half as long again. */
  #tagged(tag: number): unknown {
    switch (tag) {
      case wire.UNDEFINED:
        return undefined
      case wire.NULL:
        return null
      case wire.FALSE:
        return false
      case wire.TRUE:
        return true
      case wire.UINT8:
        return this.byte()
      case wire.INT8:
        return (this.byte() << 24) >> 24
      case wire.INT16:
        return this.view.getInt16(this.take(2), true)
      case wire.INT32:
        return this.view.getInt32(this.take(4), true)
      case wire.FLOAT64:
        return this.float()
      case wire.LATIN1:
        return this.latin1(this.varint())
      case wire.UTF16:
        return this.utf16(this.varint())
      case wire.BIGINT:
        return this.bigint()
      case wire.REFERENCE:
        return this.#reference()
      case wire.SHAPE:
        return this.#record(this.#defineShape())
      case wire.RECORD:
        return this.#record(this.#shapes[this.varint()])
      case wire.ARRAY:
        return this.#array(this.varint())
      case wire.FLOATS:
        return this.#floats()
      default:
        return this.#object(tag)
    }
  }

  #object(tag: number): unknown {
    switch (tag) {
      case wire.DICTIONARY:
        return this.#dictionary(this.#met({}))
      case wire.NULL_PROTOTYPE:
        return this.#dictionary(this.#met(Object.create(null) as Plain))
      case wire.SPARSE_ARRAY:
        return this.#sparseArray()
      case wire.MAP:
        return this.#map()
      case wire.SET:
        return this.#set()
      case wire.DATE:
        return this.#met(new Date(this.float()))
      case wire.REGEXP:
        return this.#regExp()
      case wire.BOXED:
        return this.#boxed()
      case wire.ERROR:
        return this.#error()
      case wire.URL_OBJECT:
        return this.#met(new URL(this.#text()))
      case wire.URL_SEARCH_PARAMS:
        return this.#met(new URLSearchParams(this.#text()))
      case wire.ARRAY_BUFFER:
        return this.#met(this.#remembered().buffer())
      case wire.VIEW:
        return this.#met(this.#remembered().view(this.byte()))
      case wire.INSTANCE:
        return this.#instance()
      default:
        throw corrupt('it has a part of an unknown kind')
    }
  }

  /** Gives an object its number; to be called before any part of the object is read. */
  #met<T>(object: T): T {
    if (this.#objects !== undefined) this.#objects.push(object)
    return object
  }

  #enter(): void {
    if (++this.#depth > wire.DEPTH_LIMIT) throw corrupt('it is nested too deeply')
  }

  #reference(): unknown {
    const object = this.#objects?.[this.varint()]
    if (object === undefined || object === UNFINISHED) throw corrupt('it refers to an object that is not there')
    return object
  }

  #defineShape(): ReadShape {
    if (this.#shapes.length >= wire.SHAPES_LIMIT) throw corrupt('it has too many key lists')
    const shape = shapeCache.read(this)
    shape.uses = 0
    this.#shapes.push(shape)
    return shape
  }

  #record(shape: ReadShape | undefined): Plain {
    if (shape === undefined) throw corrupt('a record has no key list')
    if (!shape.isAssignable) return this.#definedRecord(shape)
    countUse(shape)
    const record = new shape.Record()
    if (this.#objects !== undefined) this.#objects.push(record)
    this.#enter()
    shape.fill(this, shape.keys, record)
    this.#depth--
    return record
  }

  #definedRecord(shape: ReadShape): Plain {
    const record = this.#met({})
    this.#enter()
    for (const key of shape.keys) define(record, key, this.read(), true)
    this.#depth--
    return record
  }

  #dictionary<T extends object>(object: T): T {
    const count = this.count(2)
    this.#enter()
    for (let i = 0; i < count; i++) {
      const key = this.#text()
      if (key in object) this.#refuseRepeated(object, key)
      if (key in Object.prototype) define(object, key, this.read(), true)
      else (object as Plain)[key] = this.read()
    }
    this.#depth--
    return object
  }

  #refuseRepeated(object: object, key: string): void {
    if (Object.hasOwn(object, key)) throw corrupt('an object has a key twice')
  }

  #array(length: number): unknown[] {
    // Every element of every array has a byte of its own, so all lengths together are at most the bytes there are:
    // without the sum, arrays inside arrays could each claim the same bytes.
    this.#unclaimed -= length
    if (this.#unclaimed < 0) throw corrupt('it ends too early')
    const array = new Array<unknown>(length)
    if (this.#objects !== undefined) this.#objects.push(array)
    this.#enter()
    for (let i = 0; i < length; i++) {
      if (this.bytes[this.position] === wire.HOLE) this.byte()
      else array[i] = this.read()
    }
    this.#depth--
    return array
  }

  #floats(): number[] {
    const length = this.count(8)
    const array: number[] = this.#met(new Array<number>(length))
    const view = this.view
    let position = this.take(length * 8)
    for (let i = 0; i < length; i++, position += 8) array[i] = view.getFloat64(position, true)
    return array
  }

  #sparseArray(): unknown[] {
    const length = this.varint()
    if (length > 0xffffffff) throw corrupt('an array is too long')
    const count = this.count(2)
    const array = this.#met(emptyArray(length))
    this.#enter()
    for (let i = 0, next = 0; i < count; i++) {
      const index = this.varint()
      if (index < next || index >= length) throw corrupt('the elements of an array are out of order')
      array[index] = this.read()
      next = index + 1
    }
    this.#depth--
    return this.#dictionary(array)
  }

  #map(): Map<unknown, unknown> {
    const map = this.#met(new Map<unknown, unknown>())
    const count = this.count(2)
    this.#enter()
    for (let i = 0; i < count; i++) {
      const key = this.read()
      map.set(key, this.read())
    }
    this.#depth--
    if (map.size !== count) throw corrupt('a Map has a key twice')
    return map
  }

  #set(): Set<unknown> {
    const set = this.#met(new Set<unknown>())
    const count = this.count(1)
    this.#enter()
    for (let i = 0; i < count; i++) set.add(this.read())
    this.#depth--
    if (set.size !== count) throw corrupt('a Set has a value twice')
    return set
  }

  #text(): string {
    const tag = this.byte()
    if (tag >= wire.SHORT_STRING && tag < wire.SHORT_RECORD) return this.latin1(tag - wire.SHORT_STRING)
    if (tag === wire.LATIN1) return this.latin1(this.varint())
    if (tag === wire.UTF16) return this.utf16(this.varint())
    throw corrupt('a string is missing')
  }

  #regExp(): RegExp {
    const source = this.#text()
    return this.#met(new RegExp(source, this.#text()))
  }

  #boxed(): unknown {
    // The primitive's own bytes hold no object, so that taking the number afterwards keeps the order.
    const primitive = this.read()
    if (primitive === null || primitive === undefined || typeof primitive === 'object') throw corrupt('a box is empty')
    return this.#met(Object(primitive) as unknown)
  }

  #error(): Error {
    const name = wire.ERROR_KINDS[this.byte()]
    if (name === undefined) throw corrupt('an error is of an unknown kind')
    const error = this.#met(name === 'AggregateError' ? new AggregateError([]) : new globalThis[name]())
    for (const key of Object.getOwnPropertyNames(error)) delete (error as unknown as Plain)[key]
    this.#hiddenProperties(error)
    return this.#dictionary(error)
  }

  #hiddenProperties(error: Error): void {
    const count = this.count(2)
    this.#enter()
    for (let i = 0; i < count; i++) {
      const key = this.#text()
      if (!wire.HIDDEN_ERROR_PROPERTIES.includes(key)) throw corrupt('an error has an unknown part')
      this.#refuseRepeated(error, key)
      define(error, key, this.read(), false)
    }
    this.#depth--
  }

  #instance(): unknown {
    const number = this.#objects?.push(UNFINISHED)
    this.#enter()
    const name = this.#text()
    const stored = this.read()
    this.#depth--
    const codec = this.#types.forName(name)
    if (codec === undefined) throw corrupt(`it holds an instance of '${name}', which is not registered`)
    const instance: unknown = codec.decode(stored)
    if (number !== undefined) this.#objects![number - 1] = instance
    return instance
  }

  #remembered(): MemoryDecoder {
    if (this.#memory === undefined) throw corrupt('a buffer is missing')
    return this.#memory
  }

  /** The section stands after the structure, and its length after the section. */
  #openMemory(buffers: readonly ArrayBuffer[]): void {
    const lengthStart = this.end - 4
    if (lengthStart < this.position) throw corrupt('it ends too early')
    const length = this.view.getUint32(lengthStart, true)
    if (length > lengthStart - this.position) throw corrupt('it ends too early')
    const section = new ValueReader()
    section.attach(this.bytes, this.view, lengthStart - length, lengthStart)
    this.#memory = new MemoryDecoder(section, buffers)
    this.end = lengthStart - length
  }
}

function define(object: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(object, key, { value, enumerable, writable: true, configurable: true })
}

function emptyArray(length: number): unknown[] {
  const array: unknown[] = []
  if (length > GAP) {
    array[length - 1] = undefined
    delete array[length - 1]
  } else {
    array.length = length
  }
  return array
}
