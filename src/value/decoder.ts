import { EngramError } from '../words/error.ts'
import { readBuiltin, type BuiltinReader } from './builtin-decoder.ts'
import { ElementFilling, type Filling, RecordFilling } from './fillings.ts'
import { MemoryDecoder } from './memory-decoder.ts'
import { ValueReader, corrupt } from './reader.ts'
import { Crossing, type Realm } from './realm.ts'
import { type ReadShape, ShapeCache, countUse, countValue } from './shape-cache.ts'
import type { TypeRegistry } from './type-registry.ts'
import type { ValueCodec } from './value-codec.ts'
import * as wire from './wire.ts'

type Plain = Record<string, unknown>

/** Holds the place of an instance while its codec has not made it. */
const UNFINISHED = {}
/** That something is sealed is a level of its own here. */
const DEEPEST = 2 * wire.DEPTH_LIMIT

const shapeCache = new ShapeCache()
let idle: Decoder | undefined

/**
 * Reads the value whose structure bytes are `bytes[start..end)`; `view` is over the memory of `bytes`, and `buffers`
 * are the large array buffers that the encoder listed. They become part of the value. Its objects are of this realm,
 * or of the one that is given.
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
  realm?: Realm,
): unknown {
  const decoder = idle ?? new Decoder()
  // A codec may decode another value meanwhile: it finds no idle decoder and makes its own.
  idle = undefined
  try {
    return decoder.decode(bytes, view, start, end, types, buffers, realm)
  } catch (error) {
    if (error instanceof EngramError && error.code === 'ERR_CORRUPT') throw error
    throw corrupt('it cannot be made again', error)
  } finally {
    decoder.clear()
    idle = decoder
  }
}

class Decoder extends ValueReader implements BuiltinReader {
  #types!: TypeRegistry
  #depth = 0
  #unclaimed = 0
  #memory: MemoryDecoder | undefined
  readonly #shapes: ReadShape[] = []
  /** In the order of their first bytes; kept only if the value refers back to any, or they go to another realm. */
  #objects: unknown[] | undefined
  #crossing: Crossing | undefined
  #isUnrolling = false
  /** While unrolling: the container whose head was read last. */
  #begun: Filling | undefined

  decode(
    bytes: Buffer,
    view: DataView,
    start: number,
    end: number,
    types: TypeRegistry,
    buffers: readonly ArrayBuffer[],
    realm: Realm | undefined,
  ): unknown {
    if (start < 0 || end > bytes.length) throw corrupt('it ends too early')
    this.attach(bytes, view, start, end)
    this.#types = types
    this.#depth = 0
    this.#isUnrolling = false
    this.#begun = undefined
    this.#unclaimed = end - start
    const flags = this.byte()
    if (flags > wire.KNOWN_FLAGS) throw corrupt('its header is unknown')
    if ((flags & wire.FLAG_REFERENCES) !== 0 || realm !== undefined) this.#objects = []
    if (realm !== undefined) this.#crossing = new Crossing(realm)
    if ((flags & wire.FLAG_MEMORY) !== 0) this.#memory = MemoryDecoder.open(this, buffers)
    else if (buffers.length > 0) throw corrupt('it has more buffers than it mentions')
    const value = this.read()
    if (this.position !== this.end) throw corrupt('it has bytes that mean nothing')
    this.#memory?.finish()
    this.#crossing?.finish(this.#objects!)
    return value
  }

  clear(): void {
    this.detach()
    this.#memory = undefined
    this.#objects = undefined
    this.#crossing = undefined
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
        return readBuiltin(this, tag)
    }
  }

  /** Reads a value that is no object, where nothing else may stand. */
  primitive(): unknown {
    const tag = this.bytes[this.position] ?? wire.REFERENCE
    if (tag >= wire.SHORT_RECORD && (tag < wire.UNDEFINED || tag >= wire.REFERENCE))
      throw corrupt('a box holds an object')
    return this.read()
  }

  text(): string {
    const tag = this.byte()
    if (tag >= wire.SHORT_STRING && tag < wire.SHORT_RECORD) return this.latin1(tag - wire.SHORT_STRING)
    if (tag === wire.LATIN1) return this.latin1(this.varint())
    if (tag === wire.UTF16) return this.utf16(this.varint())
    throw corrupt('a string is missing')
  }

  met<T>(object: T): T {
    if (this.#objects !== undefined) this.#objects.push(object)
    return object
  }

  awaited(): (object: unknown) => unknown {
    const objects = this.#objects
    const number = objects?.push(UNFINISHED)
    return (object) => {
      if (objects !== undefined) objects[number! - 1] = object
      this.#crossing?.stay(object)
      return object
    }
  }

  /** After what says how the next object is kept. One such thing after the other would nest without end. */
  expectBearer(): void {
    const tag = this.bytes[this.position]
    const isObject = tag !== undefined && tag >= wire.SHORT_RECORD && (tag < wire.UNDEFINED || tag > wire.REFERENCE)
    if (!isObject || tag === wire.SEALED || tag === wire.FROZEN) throw corrupt('what is sealed is no object')
  }

  guard(tag: number): (object: unknown) => unknown {
    const act = tag === wire.FROZEN ? Object.freeze : Object.seal
    const crossing = this.#crossing
    if (crossing === undefined) return act
    return (object) => {
      crossing.guard(act, object)
      return object
    }
  }

  /** The length of an array, after the tag that is read here. */
  arrayLength(): number {
    const tag = this.byte()
    if (tag >= wire.SHORT_ARRAY && tag < wire.UNDEFINED) return this.#claim(tag - wire.SHORT_ARRAY)
    if (tag !== wire.ARRAY) throw corrupt('an array is missing')
    return this.#claim(this.varint())
  }

  codecOf(name: string): ValueCodec<unknown> {
    const codec = this.#types.forName(name)
    if (codec === undefined) throw corrupt(`it holds an instance of '${name}', which is not registered`)
    return codec
  }

  memory(): MemoryDecoder {
    if (this.#memory === undefined) throw corrupt('a buffer is missing')
    return this.#memory
  }

  /** Reads the parts of a container whose head is read; nothing of it may follow. */
  fillWith(filling: Filling): unknown {
    this.#enter()
    if (this.#isUnrolling) return (this.#begun = filling)
    if (this.#depth > wire.UNROLLED_FROM) return this.#unroll(filling)
    while (filling.next(this)) filling.put(this.read())
    this.#depth--
    return filling.finish()
  }

  /** As `fillWith`, with the containers within it in a list, so that no depth ends the stack. */
  #unroll(first: Filling): unknown {
    const outer: Filling[] = []
    this.#isUnrolling = true
    let filling = first
    for (;;) {
      if (filling.next(this)) {
        const part = this.read()
        if (this.#begun === undefined) {
          filling.put(part)
        } else {
          outer.push(filling)
          filling = this.#begun
          this.#begun = undefined
        }
        continue
      }
      this.#depth--
      const container = filling.finish()
      const next = outer.pop()
      if (next === undefined) {
        this.#isUnrolling = false
        return container
      }
      next.put(container)
      filling = next
    }
  }

  #enter(): void {
    if (++this.#depth > DEEPEST) throw corrupt('it is nested too deeply')
  }

  #reference(): unknown {
    const object = this.#objects?.[this.varint()]
    if (object === undefined || object === UNFINISHED) throw corrupt('it refers to an object that is not there')
    return object
  }

  #defineShape(): ReadShape {
    if (this.#shapes.length >= wire.SHAPES_LIMIT) throw corrupt('it has too many key lists')
    const shape = shapeCache.read(this)
    countValue(shape)
    this.#shapes.push(shape)
    return shape
  }

  #record(shape: ReadShape | undefined): Plain {
    if (shape === undefined) throw corrupt('a record has no key list')
    if (!shape.isAssignable) return this.fillWith(new RecordFilling(this.met({}), shape)) as Plain
    countUse(shape)
    const record = new shape.Record()
    if (this.#objects !== undefined) this.#objects.push(record)
    if (this.#depth >= wire.UNROLLED_FROM) return this.fillWith(new RecordFilling(record, shape)) as Plain
    this.#depth++
    shape.fill(this, shape.keys, record)
    this.#depth--
    return record
  }

  #array(length: number): unknown[] {
    const array = new Array<unknown>(this.#claim(length))
    if (this.#objects !== undefined) this.#objects.push(array)
    if (this.#depth >= wire.UNROLLED_FROM) return this.fillWith(new ElementFilling(array)) as unknown[]
    this.#depth++
    for (let i = 0; i < length; i++) {
      if (this.bytes[this.position] === wire.HOLE) this.byte()
      else array[i] = this.read()
    }
    this.#depth--
    return array
  }

  /**
   * Every element of every array has a byte of its own, so all lengths together are at most the bytes there are: without
   * the sum, arrays inside arrays could each claim the same bytes.
   */
  #claim(length: number): number {
    this.#unclaimed -= length
    if (this.#unclaimed < 0) throw corrupt('it ends too early')
    return length
  }

  #floats(): number[] {
    const length = this.count(8)
    const array: number[] = this.met(new Array<number>(length))
    const view = this.view
    let position = this.take(length * 8)
    for (let i = 0; i < length; i++, position += 8) array[i] = view.getFloat64(position, true)
    return array
  }
}
