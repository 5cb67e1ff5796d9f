import type { PackageCodec } from '../value/package-codec.ts'
import { type ClassCodec, classesIn } from './library.ts'

/** `bsonType` is what instances say that they are. */
function codecOf(name: string, rest: Pick<ClassCodec, 'encode' | 'decode' | 'key'>, bsonType = name): ClassCodec {
  return {
    name,
    marks: (prototype) => prototype._bsontype === bsonType && isUuid(prototype) === (name === 'UUID'),
    ...rest,
  }
}

/** A UUID says that it is Binary, which it is derived from. */
const isUuid = (prototype: object): boolean => 'toHexString' in prototype && 'toBinary' in prototype

const byValue = {
  encode: ({ value }: any) => value as unknown,
  decode: (value: unknown, type: any) => new type(value) as unknown,
}

const byBits = {
  encode: ({ low, high, unsigned }: any) => [low, high, unsigned],
  decode: ([low, high, unsigned]: any, type: any) => type.fromBits(low, high, unsigned),
}

const alone = {
  encode: () => undefined,
  decode: (_: unknown, type: any) => new type() as unknown,
}

const binary = {
  encode: (value: any) => [value.buffer.subarray(0, value.position), value.sub_type],
  decode: ([bytes, subType]: any, type: any) => new type(bytes, subType) as unknown,
  // Whether they are in a Buffer says nothing of the value.
  key: (value: any) => [Uint8Array.from(value.buffer.subarray(0, value.position)), value.sub_type],
}

const codecs = (): ClassCodec[] => [
  codecOf('ObjectId', { encode: (value) => value.toHexString(), decode: (hex, type) => new type(hex) }),
  codecOf('UUID', { encode: (value) => value.toHexString(), decode: (hex, type) => new type(hex) }, 'Binary'),
  codecOf('Binary', binary),
  // Not its number alone: 1.0 and 1.00 have other digits.
  codecOf('Decimal128', {
    encode: (value) => value.bytes,
    decode: (bytes, type) => new type(bytes),
    key: (value) => Uint8Array.from(value.bytes),
  }),
  codecOf('Long', byBits),
  codecOf('Timestamp', byBits),
  codecOf('Double', byValue),
  codecOf('Int32', byValue),
  codecOf('BSONSymbol', byValue),
  codecOf('BSONRegExp', {
    encode: ({ pattern, options }) => [pattern, options],
    decode: ([pattern, options], type) => new type(pattern, options),
  }),
  codecOf('Code', {
    encode: ({ code, scope }) => [code, scope],
    decode: ([code, scope], type) => new type(code, scope),
  }),
  codecOf('DBRef', {
    encode: ({ collection, oid, db, fields }) => [collection, oid, db, fields],
    decode: ([collection, id, db, fields], type) => new type(collection, id, db, fields),
  }),
  codecOf('MinKey', alone),
  codecOf('MaxKey', alone),
]

/**
 * bson, and what mongodb and mongoose export of it: `memory.register(ObjectId, bson)`, or the package with all its types
 * (`import * as BSON from 'bson'`).
 */
export const bson: PackageCodec = {
  name: 'bson',
  takes: 'a class of bson such as `ObjectId`, or the package itself',
  codecsOf: (library) => classesIn(library, codecs()),
}
