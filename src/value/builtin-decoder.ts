import {
  type Filling,
  FormFilling,
  MadeFilling,
  MapFilling,
  PairFilling,
  type PartReader,
  SetFilling,
  SparseFilling,
  TemplateFilling,
} from './fillings.ts'
import type { MemoryDecoder } from './memory-decoder.ts'
import { PlainCodec } from './plain-codec.ts'
import { corrupt } from './reader.ts'
import { temporalOf } from './temporal.ts'
import type { ValueCodec } from './value-codec.ts'
import * as wire from './wire.ts'

type Plain = Record<string, unknown>

/** Arrays with a larger gap than this get elements by hash, so that a length alone allocates nothing. */
const GAP = 1024

/** What the decoder offers to the readers of single types. */
export interface BuiltinReader extends PartReader {
  float(): number
  primitive(): unknown
  arrayLength(): number
  /** Gives an object its number; to be called before any part of the object is read. */
  met<T>(object: T): T
  /** The same for an object that is there only when its parts are; gives what notes it then. */
  awaited(): (object: unknown) => unknown
  /** Reads the parts of a container; the last thing to do for it. */
  fillWith(filling: Filling): unknown
  /** Refuses what follows unless it is an object that bears an attribute. */
  expectBearer(): void
  /** What freezes or seals an object, by the tag that says so. */
  guard(tag: number): (object: unknown) => unknown
  codecOf(name: string): ValueCodec<unknown>
  memory(): MemoryDecoder
}

/** Reads an object that is neither a record nor an array, after its tag. */
export function readBuiltin(reader: BuiltinReader, tag: number): unknown {
  switch (tag) {
    case wire.DICTIONARY:
      return reader.fillWith(new PairFilling(reader.met({})))
    case wire.NULL_PROTOTYPE:
      return reader.fillWith(new PairFilling(reader.met(Object.create(null) as Plain)))
    case wire.SPARSE_ARRAY:
      return readSparseArray(reader)
    case wire.MAP:
      return readMap(reader)
    case wire.SET:
      return readSet(reader)
    case wire.DATE:
      return reader.met(new Date(reader.float()))
    case wire.REGEXP:
      return readRegExp(reader)
    case wire.BOXED:
      return readBoxed(reader)
    case wire.ERROR:
      return readError(reader)
    case wire.URL_OBJECT:
      return reader.met(new URL(reader.text()))
    case wire.URL_SEARCH_PARAMS:
      return reader.met(new URLSearchParams(reader.text()))
    case wire.ARRAY_BUFFER:
      return reader.met(reader.memory().buffer())
    case wire.VIEW:
      return reader.met(reader.memory().view(reader.byte()))
    case wire.INSTANCE:
      return readInstance(reader)
    case wire.SEALED:
    case wire.FROZEN:
      reader.expectBearer()
      return reader.fillWith(new MadeFilling(reader.guard(tag)))
    case wire.TEMPLATE:
      return reader.fillWith(new TemplateFilling(reader.met(new Array<unknown>(reader.arrayLength()))))
    default:
      return readWeb(reader, tag)
  }
}

function readWeb(reader: BuiltinReader, tag: number): unknown {
  switch (tag) {
    case wire.DOM_EXCEPTION:
      return readDomException(reader)
    case wire.HEADERS:
      return readHeaders(reader)
    case wire.FORM_DATA: {
      const form = reader.met(new FormData())
      return reader.fillWith(new FormFilling(form, reader.count(2)))
    }
    case wire.BLOB:
      return reader.met(new Blob([reader.memory().bytes()], { type: reader.text() }))
    case wire.FILE:
      return readFile(reader)
    case wire.TEMPORAL:
      return readTemporal(reader)
    default:
      throw corrupt('it has a part of an unknown kind')
  }
}

function readSparseArray(reader: BuiltinReader): unknown {
  const length = reader.varint()
  if (length > 0xffffffff) throw corrupt('an array is too long')
  return reader.fillWith(new SparseFilling(reader.met(emptyArray(length)), length))
}

function readMap(reader: BuiltinReader): unknown {
  const map = reader.met(new Map<unknown, unknown>())
  return reader.fillWith(new MapFilling(map, reader.count(2)))
}

function readSet(reader: BuiltinReader): unknown {
  const set = reader.met(new Set<unknown>())
  return reader.fillWith(new SetFilling(set, reader.count(1)))
}

function readRegExp(reader: BuiltinReader): RegExp {
  const source = reader.text()
  return reader.met(new RegExp(source, reader.text()))
}

function readBoxed(reader: BuiltinReader): unknown {
  const primitive = reader.primitive()
  if (primitive === null || primitive === undefined) throw corrupt('a box is empty')
  return reader.met(Object(primitive) as unknown)
}

function readError(reader: BuiltinReader): unknown {
  const name = wire.ERROR_KINDS[reader.byte()]
  if (name === undefined) throw corrupt('an error is of an unknown kind')
  const error = reader.met(name === 'AggregateError' ? new AggregateError([]) : new globalThis[name]())
  return reader.fillWith(new PairFilling(bare(error), true))
}

function readDomException(reader: BuiltinReader): unknown {
  const message = reader.text()
  const error = reader.met(new DOMException(message, reader.text()))
  return reader.fillWith(new PairFilling(bare(error), true))
}

/** Without what came with its making. */
function bare<T extends object>(error: T): T {
  for (const key of Object.getOwnPropertyNames(error)) delete (error as Plain)[key]
  return error
}

function readHeaders(reader: BuiltinReader): Headers {
  const headers = reader.met(new Headers())
  for (let left = reader.count(2); left > 0; left--) {
    const name = reader.text()
    headers.append(name, reader.text())
  }
  return headers
}

function readFile(reader: BuiltinReader): File {
  const name = reader.text()
  const lastModified = reader.float()
  return reader.met(new File([reader.memory().bytes()], name, { lastModified, type: reader.text() }))
}

function readTemporal(reader: BuiltinReader): object {
  const kind = wire.TEMPORAL_KINDS[reader.byte()]
  if (kind === undefined) throw corrupt('a time is of an unknown kind')
  return reader.met(temporalOf(kind, reader.text()))
}

function readInstance(reader: BuiltinReader): unknown {
  const note = reader.awaited()
  const codec = reader.codecOf(reader.text())
  if (codec instanceof PlainCodec) {
    const instance = note(codec.begin()) as object
    return reader.fillWith(new MadeFilling((stored) => codec.fill(instance, stored as object)))
  }
  return reader.fillWith(new MadeFilling((stored) => note(codec.decode(stored))))
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
