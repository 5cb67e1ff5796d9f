import { builtin } from '../platform/builtin.ts'
import type { ByteSink } from '../platform/byte-sink.ts'
import { hasHiddenRaw, isDense, isFractional, mayBeIrregular } from './array.ts'
import { type BuiltinWriter, writeBuiltin } from './builtin-encoder.ts'
import { Identities } from './identity.ts'
import { kindOf } from './kinds.ts'
import { MemoryEncoder } from './memory-encoder.ts'
import {
  ElementParts,
  InstanceParts,
  NO_PART,
  PairParts,
  type Parts,
  RecordParts,
  SparseParts,
  TemplateParts,
} from './parts.ts'
import { type PathStep, Refusal, formatPath, unserializable } from './path.ts'
import { PlainCodec } from './plain-codec.ts'
import { type KnownShape, ShapeIndex, isDescribable } from './shape-index.ts'
import type { TypeRegistry } from './type-registry.ts'
import { refuseSymbols } from './unstorable-keys.ts'
import * as wire from './wire.ts'
import { SLACK, ValueWriter } from './writer.ts'

const { isProxy } = builtin('node:util/types')

type Plain = Record<string, unknown>

const POLLUTABLE = {}
/** No number of an object. */
const NONE = -1

const shapes = new ShapeIndex()
let idle: Encoder | undefined
let sessions = 0

/**
 * Appends the structure bytes of `value` at `position` and returns their end. Large array buffers are appended to
 * `buffers`, in the order in which the decoder wants them back, as views of what is to be stored.
 *
 * @throws EngramError `ERR_UNSERIALIZABLE` with the path of the culprit, from `result` on.
 */
export function encodeValue(
  sink: ByteSink,
  position: number,
  value: unknown,
  types: TypeRegistry,
  buffers: Uint8Array[],
): number {
  const encoder = idle ?? new Encoder()
  // A codec or a getter may encode another value meanwhile: it finds no idle encoder and makes its own.
  idle = undefined
  try {
    return encoder.encode(sink, position, value, types, buffers)
  } finally {
    encoder.clear()
    idle = encoder
  }
}

class Encoder extends ValueWriter implements BuiltinWriter {
  #types!: TypeRegistry
  #depth = 0
  #shapeCount = 0
  #isPolluted = false
  #hasReferences = false
  #memory: MemoryEncoder | undefined
  /** Numbers of instances that their codec makes of their parts, while these are written. */
  #open: number[] = []
  #isUnrolling = false
  /** While unrolling: the parts of a container whose head was written last. */
  #begun: Parts | undefined
  #session = 0
  readonly #steps: PathStep[] = []
  readonly #identities = new Identities()

  encode(sink: ByteSink, start: number, value: unknown, types: TypeRegistry, buffers: Uint8Array[]): number {
    this.#begin(sink, types)
    try {
      this.room(start, 1)
      const end = this.write(value, start + 1)
      this.bytes[start] = (this.#hasReferences ? wire.FLAG_REFERENCES : 0) | (this.#memory ? wire.FLAG_MEMORY : 0)
      return this.#memory === undefined ? end : this.#memory.finish(this, end, buffers)
    } catch (error) {
      throw this.#explained(error)
    }
  }

  clear(): void {
    this.#identities.clear()
    this.#memory = undefined
  }

  /** Writes one value of any type; the bytes up to `position` are complete. */
  write(value: unknown, position: number): number {
    if (position > this.limit) this.room(position, SLACK)
    // Not a switch: V8 would call for the name of the type and compare names.
    if (typeof value === 'string') return this.string(value, position)
    if (typeof value === 'number') return this.number(value, position)
    if (typeof value === 'object')
      return value === null ? this.byte(wire.NULL, position) : this.#object(value, position)
    if (typeof value === 'boolean') return this.byte(value ? wire.TRUE : wire.FALSE, position)
    if (typeof value === 'undefined') return this.byte(wire.UNDEFINED, position)
    if (typeof value === 'bigint') return this.bigint(value, position)
    if (typeof value === 'function') throw new Refusal('it is a function. Return data, not code.')
    throw new Refusal('it is a symbol. Return a string instead.')
  }

  step(step: PathStep): void {
    this.#steps[this.#depth - 1] = step
  }

  hole(position: number): number {
    if (position > this.limit) this.room(position, SLACK)
    return this.byte(wire.HOLE, position)
  }

  /** Writes the parts of a container whose head is written; nothing of it may follow. */
  parts(parts: Parts, position: number): number {
    this.#enter()
    if (this.#isUnrolling) {
      this.#begun = parts
      return position
    }
    if (this.#depth > wire.UNROLLED_FROM) return this.#unroll(parts, position)
    for (;;) {
      this.room(position, 0)
      position = parts.next(this, position)
      if (parts.part === NO_PART) break
      position = this.write(parts.part, position)
    }
    this.#depth--
    return position
  }

  finishInstance(): void {
    this.#open.pop()
  }

  /** As `parts`, with the containers within it in a list, so that no depth ends the stack. */
  #unroll(first: Parts, position: number): number {
    const outer: Parts[] = []
    this.#isUnrolling = true
    let parts: Parts | undefined = first
    while (parts !== undefined) {
      this.room(position, 0)
      position = parts.next(this, position)
      if (parts.part === NO_PART) {
        this.#depth--
        parts = outer.pop()
        continue
      }
      position = this.write(parts.part, position)
      if (this.#begun === undefined) continue
      outer.push(parts)
      parts = this.#begun
      this.#begun = undefined
    }
    this.#isUnrolling = false
    return position
  }

  #enter(): void {
    if (this.#depth >= wire.DEPTH_LIMIT) {
      throw new Refusal(`it is nested deeper than ${wire.DEPTH_LIMIT} levels. Flatten it, for example into an array.`)
    }
    this.#depth++
  }

  /** Lists bytes for the memory section. */
  remember(): MemoryEncoder {
    return (this.#memory ??= new MemoryEncoder())
  }

  #begin(sink: ByteSink, types: TypeRegistry): void {
    this.#types = types
    this.#session = ++sessions
    this.#depth = 0
    this.#shapeCount = 0
    this.#hasReferences = false
    this.#isPolluted = hasEnumerable(POLLUTABLE)
    if (this.#open.length > 0) this.#open = []
    this.#isUnrolling = false
    this.#begun = undefined
    this.attach(sink)
  }

  #object(value: object, position: number): number {
    const number = this.#identities.meet(value)
    if (number >= 0) return this.#reference(number, position)
    if (Object.isSealed(value)) position = this.byte(Object.isFrozen(value) ? wire.FROZEN : wire.SEALED, position)
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype) return this.#plain(value, position)
    if (prototype === Array.prototype && Array.isArray(value)) return this.#array(value, position)
    return this.#other(value, prototype, position)
  }

  #reference(number: number, position: number): number {
    if (this.#open.includes(number)) {
      throw new Refusal('it leads back to the instance that contains it. Let the codec of its class break the cycle.')
    }
    this.#hasReferences = true
    return this.varint(number, this.byte(wire.REFERENCE, position))
  }

  #plain(value: object, position: number): number {
    if (Object.getOwnPropertySymbols(value).length > 0) refuseSymbols(value)
    const shape = this.#isPolluted ? undefined : shapes.find(value)
    if (shape !== undefined && shape.definedBy === this.#session) {
      position =
        shape.number < wire.SHORT_RECORD_LIMIT
          ? this.byte(wire.SHORT_RECORD + shape.number, position)
          : this.varint(shape.number, this.byte(wire.RECORD, position))
      return this.#fields(value, shape.keys, position)
    }
    return this.#newShape(value, shape, position)
  }

  #newShape(value: object, known: KnownShape | undefined, position: number): number {
    const keys = known?.keys ?? Object.keys(value)
    if (keys.length === 0 && isProxy(value))
      throw new Refusal('it is a proxy, which makes up what it shows as it is asked. Return plain data.')
    const isShaped = this.#shapeCount < wire.SHAPES_LIMIT && !this.#isPolluted
    if (!isShaped || (known === undefined && !isDescribable(keys))) {
      return this.parts(new PairParts(value, keys), this.byte(wire.DICTIONARY, position))
    }
    const shape = known ?? shapes.add(keys)
    shape.definedBy = this.#session
    shape.number = this.#shapeCount++
    this.room(position, shape.definition.length)
    this.bytes.set(shape.definition, position)
    return this.#fields(value, shape.keys, position + shape.definition.length)
  }

  /** Reading in `for in` is what V8 makes fastest; a getter that changes the keys meanwhile is caught. */
  #fields(value: object, keys: readonly string[], position: number): number {
    if (this.#depth >= wire.UNROLLED_FROM) return this.parts(new RecordParts(value, keys), position)
    this.#depth++
    const depth = this.#depth - 1
    let at = ''
    let i = 0
    try {
      for (const key in value) {
        if (keys[i++] !== key) throw new Refusal('its keys changed while it was read.')
        at = key
        position = this.write((value as Plain)[key], position)
      }
    } catch (error) {
      // The path is put together on the way out, so that it costs the others nothing.
      this.#steps[depth] = at
      throw error
    }
    if (i !== keys.length) throw new Refusal('its keys changed while it was read.')
    this.#depth--
    return position
  }

  #array(value: unknown[], position: number): number {
    const length = value.length
    if (mayBeIrregular(value)) {
      refuseSymbols(value)
      const keys = Object.keys(value)
      if (!isDense(value, keys)) {
        position = this.varint(length, this.byte(wire.SPARSE_ARRAY, position))
        return this.parts(new SparseParts(value, keys), position)
      }
    }
    if (hasHiddenRaw(value)) return this.#template(value, position)
    if (isFractional(value[0]) && isFractional(value[length - 1])) {
      const end = this.floats(value, position)
      if (end > 0) return end
    }
    return this.#elements(value, length, this.#arrayHead(length, position))
  }

  #arrayHead(length: number, position: number): number {
    return length < wire.SHORT_ARRAY_LIMIT
      ? this.byte(wire.SHORT_ARRAY + length, position)
      : this.varint(length, this.byte(wire.ARRAY, position))
  }

  #template(value: unknown[] & { raw: unknown }, position: number): number {
    position = this.#arrayHead(value.length, this.byte(wire.TEMPLATE, position))
    return this.parts(new TemplateParts(value, value.raw), position)
  }

  #elements(value: unknown[], length: number, position: number): number {
    if (this.#depth >= wire.UNROLLED_FROM) return this.parts(new ElementParts(value, length), position)
    this.#depth++
    const depth = this.#depth - 1
    let i = 0
    try {
      for (; i < length; i++) {
        const element = value[i]
        if (element === undefined && !(i in value)) {
          position = this.hole(position)
        } else {
          position = this.write(element, position)
        }
      }
    } catch (error) {
      this.#steps[depth] = i
      throw error
    }
    this.#depth--
    return position
  }

  #other(value: object, prototype: unknown, position: number): number {
    const codec = prototype === null ? undefined : this.#types.forPrototype(prototype as object)
    if (codec !== undefined) {
      this.#open.push(codec instanceof PlainCodec ? NONE : this.#identities.count - 1)
      position = this.write(codec.name, this.byte(wire.INSTANCE, position))
      return this.parts(new InstanceParts(codec, value), position)
    }
    const kind = kindOf(value, prototype)
    return kind === 'Array' ? this.#array(value as unknown[], position) : writeBuiltin(this, value, kind, position)
  }

  #explained(error: unknown): unknown {
    const path = formatPath('result', this.#steps.slice(0, this.#depth))
    if (error instanceof Refusal) return unserializable(path, error.message)
    if (error instanceof RangeError) return unserializable(path, 'it is nested too deeply or too large.', error)
    return unserializable(path, 'reading it threw an error; see its cause.', error)
  }
}

function hasEnumerable(object: object): boolean {
  for (const _ in object) return true
  return false
}
