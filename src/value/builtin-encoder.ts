import { bytesOfBlob } from './blob-bytes.ts'
import { builtinName } from './builtin-class.ts'
import { errorClassesOf } from './error-kind.ts'
import type { MemoryEncoder } from './memory-encoder.ts'
import type { ObjectKind } from './own-classes.ts'
import { FormParts, MapParts, PairParts, type PartWriter, type Parts, SetParts } from './parts.ts'
import { Refusal } from './path.ts'
import { readyCodecFor } from './ready-codec.ts'
import { temporalText } from './temporal.ts'
import { refuseAttached, refuseSymbols } from './unstorable-keys.ts'
import { nameOfClass, unstorableKindOf } from './unstorable.ts'
import * as wire from './wire.ts'

/** What the encoder offers to the writers of single types. Every writer returns the end of what it wrote. */
export interface BuiltinWriter extends PartWriter {
  write(value: unknown, position: number): number
  byte(byte: number, position: number): number
  float(value: number, position: number): number
  room(position: number, needed: number): void
  /** Writes the parts of a container whose head is written: the last thing to do for it. */
  parts(parts: Parts, position: number): number
  remember(): MemoryEncoder
}

/** Writes an object that is neither a record nor an array. */
export function writeBuiltin(
  writer: BuiltinWriter,
  value: object,
  kind: ObjectKind | undefined,
  position: number,
): number {
  refuseAttached(value, kind)
  switch (kind) {
    case undefined:
      throw unstorable(value)
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
    case 'DOMException':
      return writeDomException(writer, value as DOMException, position)
    case 'Headers':
      return writeHeaders(writer, value as Headers, position)
    case 'FormData':
      return writeFormData(writer, value as FormData, position)
    case 'Blob':
      return writeBlob(writer, value as Blob, writer.byte(wire.BLOB, position))
    case 'File':
      return writeFile(writer, value as File, position)
    default:
      return isTemporal(kind) ? writeTemporal(writer, value, kind, position) : writeView(writer, value, kind, position)
  }
}

/** What to do about an object that has no kind. */
function unstorable(value: object): Refusal {
  const ready = readyCodecFor(value)
  if (ready !== undefined)
    return new Refusal(`it is an instance of ${nameOfClass(value)}. Register the class: ${ready}.`)
  const kind = unstorableKindOf(value)
  if (kind !== undefined) return new Refusal(`it is ${kind.what}. ${kind.asResult}.`)
  return new Refusal(
    `it is an instance of ${nameOfClass(value)}. Register the class with a codec, or return plain data.`,
  )
}

function isTemporal(kind: wire.TemporalKind | wire.ViewKind): kind is wire.TemporalKind {
  return (wire.TEMPORAL_KINDS as readonly string[]).includes(kind)
}

function writeView(writer: BuiltinWriter, value: object, kind: wire.ViewKind, position: number): number {
  writer.remember().addView(value as ArrayBufferView, kind)
  return writer.byte(wire.VIEW_KINDS.indexOf(kind), writer.byte(wire.VIEW, position))
}

function writeProperties(writer: BuiltinWriter, value: object, tag: number, position: number): number {
  refuseSymbols(value)
  return writer.parts(new PairParts(value, Object.keys(value)), writer.byte(tag, position))
}

function writeMap(writer: BuiltinWriter, map: Map<unknown, unknown>, position: number): number {
  return writer.parts(new MapParts(map), writer.varint(map.size, writer.byte(wire.MAP, position)))
}

function writeSet(writer: BuiltinWriter, set: Set<unknown>, position: number): number {
  return writer.parts(new SetParts(set), writer.varint(set.size, writer.byte(wire.SET, position)))
}

function writeRegExp(writer: BuiltinWriter, pattern: RegExp, position: number): number {
  position = writer.write(pattern.source, writer.byte(wire.REGEXP, position))
  return writer.write(pattern.flags, position)
}

function writeBoxed(writer: BuiltinWriter, value: object, position: number): number {
  const primitive: unknown = value.valueOf()
  if (typeof primitive === 'symbol' || typeof primitive === 'object') throw unstorable(value)
  return writer.write(primitive, writer.byte(wire.BOXED, position))
}

/** An error of a program's class as the nearest one of the language, with the name that its class gives it. */
function writeError(writer: BuiltinWriter, error: Error, position: number): number {
  const { kind } = errorClassesOf(error)!
  refuseSymbols(error)
  const hidden = wire.HIDDEN_ERROR_PROPERTIES.filter((key) => isHidden(error, key) || isInherited(error, key))
  position = writer.byte(wire.ERROR_KINDS.indexOf(kind), writer.byte(wire.ERROR, position))
  return writer.parts(new PairParts(error, hidden, Object.keys(error)), position)
}

function isHidden(error: Error, key: string): boolean {
  return Object.hasOwn(error, key) && !Object.prototype.propertyIsEnumerable.call(error, key)
}

/** Whether an error has its name or message from a class of a program. */
function isInherited(error: Error, key: string): boolean {
  if ((key !== 'name' && key !== 'message') || Object.hasOwn(error, key)) return false
  let holder = Object.getPrototypeOf(error) as object
  while (!Object.hasOwn(holder, key)) holder = Object.getPrototypeOf(holder) as object
  return builtinName(holder) === '' && typeof (error as unknown as Record<string, unknown>)[key] === 'string'
}

function writeDomException(writer: BuiltinWriter, error: DOMException, position: number): number {
  refuseSymbols(error)
  position = writer.write(error.message, writer.byte(wire.DOM_EXCEPTION, position))
  position = writer.write(error.name, position)
  const hidden = wire.HIDDEN_ERROR_PROPERTIES.filter((key) => isHidden(error, key))
  return writer.parts(new PairParts(error, hidden, Object.keys(error)), position)
}

function writeHeaders(writer: BuiltinWriter, headers: Headers, position: number): number {
  const entries = [...headers]
  position = writer.varint(entries.length, writer.byte(wire.HEADERS, position))
  for (const text of entries.flat()) position = writer.write(text, position)
  return position
}

function writeFormData(writer: BuiltinWriter, form: FormData, position: number): number {
  const entries = [...form]
  return writer.parts(new FormParts(entries), writer.varint(entries.length, writer.byte(wire.FORM_DATA, position)))
}

function writeFile(writer: BuiltinWriter, file: File, position: number): number {
  position = writer.write(file.name, writer.byte(wire.FILE, position))
  writer.room(position, 8)
  return writeBlob(writer, file, writer.float(file.lastModified, position))
}

function writeBlob(writer: BuiltinWriter, blob: Blob, position: number): number {
  const bytes = bytesOfBlob(blob)
  if (bytes === undefined) {
    throw new Refusal('its bytes are not in memory. Return `new Blob([await blob.arrayBuffer()])`, or its bytes.')
  }
  writer.remember().addBuffer(bytes.buffer)
  return writer.write(blob.type, position)
}

function writeTemporal(writer: BuiltinWriter, value: object, kind: wire.TemporalKind, position: number): number {
  position = writer.byte(wire.TEMPORAL_KINDS.indexOf(kind), writer.byte(wire.TEMPORAL, position))
  return writer.write(temporalText(value, kind), position)
}
