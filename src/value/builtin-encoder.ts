import type { ObjectKind } from './kinds.ts'
import type { MemoryEncoder } from './memory-encoder.ts'
import { KEYS_STEP, type PathStep, Refusal, VALUES_STEP } from './path.ts'
import { readyCodecFor } from './ready-codec.ts'
import * as wire from './wire.ts'

/** What the encoder offers to the writers of single types. Every writer returns the end of what it wrote. */
export interface BuiltinWriter {
  write(value: unknown, position: number): number
  byte(byte: number, position: number): number
  varint(value: number, position: number): number
  float(value: number, position: number): number
  string(text: string, position: number): number
  pairs(object: object, keys: readonly string[], position: number): number
  room(position: number, needed: number): void
  /** Around the parts of a container, with a step before each part. */
  enter(): void
  step(step: PathStep): void
  leave(): void
  remember(): MemoryEncoder
  refuseSymbols(object: object): void
}

/** Writes an object that is neither a record nor an array. */
export function writeBuiltin(
  writer: BuiltinWriter,
  value: object,
  kind: ObjectKind | undefined,
  position: number,
): number {
  switch (kind) {
    case undefined:
      throw new Refusal(classless(value))
    case 'Plain':
      return writeProperties(writer, value, wire.DICTIONARY, position)
    case 'NullPrototype':
      return writeProperties(writer, value, wire.NULL_PROTOTYPE, position)
    case 'Map':
      return writeMap(writer, value as Map<unknown, unknown>, position)
    case 'Set':
      return writeSet(writer, value as Set<unknown>, position)
    case 'Date':
      return writer.float(Date.prototype.getTime.call(value), writer.byte(wire.DATE, position))
    case 'RegExp':
      return writeRegExp(writer, value as RegExp, position)
    case 'Boxed':
      return writeBoxed(writer, value, position)
    case 'Error':
      return writeError(writer, value as Error, position)
    case 'URL':
      return writer.write((value as URL).href, writer.byte(wire.URL_OBJECT, position))
    case 'URLSearchParams':
      return writer.write(String(value), writer.byte(wire.URL_SEARCH_PARAMS, position))
    case 'ArrayBuffer':
    case 'SharedArrayBuffer':
      writer.remember().addBuffer(value as ArrayBufferLike)
      return writer.byte(wire.ARRAY_BUFFER, position)
    case 'Array':
      throw new Refusal('it is an array of another realm that V8 does not recognise.')
    default:
      writer.remember().addView(value as ArrayBufferView, kind)
      return writer.byte(wire.VIEW_KINDS.indexOf(kind), writer.byte(wire.VIEW, position))
  }
}

function classless(value: object): string {
  const constructor = (value as { constructor?: unknown }).constructor
  const name = typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'an unnamed class'
  const ready = readyCodecFor(value)
  if (ready !== undefined) return `it is an instance of ${name}. Register the class: ${ready}.`
  return `it is an instance of ${name}. Register the class with a codec, or return plain data.`
}

function writeProperties(writer: BuiltinWriter, value: object, tag: number, position: number): number {
  writer.refuseSymbols(value)
  return writer.pairs(value, Object.keys(value), writer.byte(tag, position))
}

function writeMap(writer: BuiltinWriter, map: Map<unknown, unknown>, position: number): number {
  const size = map.size
  position = writer.varint(size, writer.byte(wire.MAP, position))
  let i = 0
  writer.enter()
  for (const [key, value] of map) {
    if (i === size) break
    writer.step(KEYS_STEP + i)
    position = writer.write(key, position)
    writer.step(VALUES_STEP + i++)
    position = writer.write(value, position)
  }
  if (i !== map.size) throw changed()
  writer.leave()
  return position
}

function writeSet(writer: BuiltinWriter, set: Set<unknown>, position: number): number {
  const size = set.size
  position = writer.varint(size, writer.byte(wire.SET, position))
  let i = 0
  writer.enter()
  for (const value of set) {
    if (i === size) break
    writer.step(VALUES_STEP + i++)
    position = writer.write(value, position)
  }
  if (i !== set.size) throw changed()
  writer.leave()
  return position
}

function changed(): Refusal {
  return new Refusal('its size changed while it was read.')
}

function writeRegExp(writer: BuiltinWriter, pattern: RegExp, position: number): number {
  position = writer.write(pattern.source, writer.byte(wire.REGEXP, position))
  return writer.write(pattern.flags, position)
}

function writeBoxed(writer: BuiltinWriter, value: object, position: number): number {
  const primitive: unknown = value.valueOf()
  if (typeof primitive === 'symbol' || typeof primitive === 'object') throw new Refusal(classless(value))
  return writer.write(primitive, writer.byte(wire.BOXED, position))
}

function writeError(writer: BuiltinWriter, error: Error, position: number): number {
  writer.refuseSymbols(error)
  const hidden = wire.HIDDEN_ERROR_PROPERTIES.filter((key) => isHidden(error, key))
  position = writer.byte(errorKind(error), writer.byte(wire.ERROR, position))
  return writer.pairs(error, Object.keys(error), writer.pairs(error, hidden, position))
}

function isHidden(error: Error, key: string): boolean {
  return Object.hasOwn(error, key) && !Object.prototype.propertyIsEnumerable.call(error, key)
}

function errorKind(error: Error): number {
  const constructor = Object.getPrototypeOf(error).constructor as { name: string }
  const kind = wire.ERROR_KINDS.findIndex((name) => name === constructor.name)
  if (kind < 0) throw new Refusal(classless(error))
  return kind
}
