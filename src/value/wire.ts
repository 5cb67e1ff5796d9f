/**
 * The bytes of the structure format, shared by the value encoder and the value decoder. The reference list is the
 * core's `codec/tags.rs`; a golden test compares the two. See docs/format.md, "Structure bytes".
 */

/** Header bits: what follows the structure, and what the reader must keep track of. */
export const FLAG_REFERENCES = 1
export const FLAG_MEMORY = 2
export const KNOWN_FLAGS = FLAG_REFERENCES | FLAG_MEMORY

// One-byte forms: the low bits carry the value.
export const SMALL_INTEGER = 0x00
export const SMALL_INTEGER_LIMIT = 64
export const SHORT_STRING = 0x40
export const SHORT_STRING_LIMIT = 64
export const SHORT_RECORD = 0x80
export const SHORT_RECORD_LIMIT = 32
export const SHORT_ARRAY = 0xa0
export const SHORT_ARRAY_LIMIT = 16

export const UNDEFINED = 0xb0
export const NULL = 0xb1
export const FALSE = 0xb2
export const TRUE = 0xb3
/** A missing element; only inside arrays. */
export const HOLE = 0xb4
export const UINT8 = 0xb5
export const INT8 = 0xb6
export const INT16 = 0xb7
export const INT32 = 0xb8
export const FLOAT64 = 0xb9
/** Sign byte, length in bytes, magnitude in little-endian bytes. */
export const BIGINT = 0xba
export const LATIN1 = 0xbb
export const UTF16 = 0xbc
/** The object met as the n-th, counted from 0 in the order of their first bytes. */
export const REFERENCE = 0xbd
/** Defines the next shape: hash, key count, keys; a record of it follows. */
export const SHAPE = 0xbe
export const RECORD = 0xbf
/** A plain object with its keys spelled out. */
export const DICTIONARY = 0xc0
export const NULL_PROTOTYPE = 0xc1
export const ARRAY = 0xc2
/** An array of numbers only, as IEEE doubles. */
export const FLOATS = 0xc3
/** Length, elements by index, properties by name. */
export const SPARSE_ARRAY = 0xc4
export const MAP = 0xc5
export const SET = 0xc6
export const DATE = 0xc7
export const REGEXP = 0xc8
/** An object around the primitive that follows. */
export const BOXED = 0xc9
/** Kind, hidden properties by name, enumerable properties by name. */
export const ERROR = 0xca
export const URL_OBJECT = 0xcb
export const URL_SEARCH_PARAMS = 0xcc
/** Both stand for the next entry of the memory section. */
export const ARRAY_BUFFER = 0xcd
export const VIEW = 0xce
/** An instance of a registered class: name, stored value. */
export const INSTANCE = 0xcf
/** The object that follows is sealed or frozen. */
export const SEALED = 0xd0
export const FROZEN = 0xd1
/** The strings of a template: an array, and its property `raw`, which is not enumerable. */
export const TEMPLATE = 0xd2
/** Message, name, hidden properties by name, enumerable properties by name. */
export const DOM_EXCEPTION = 0xd3
/** Count, name and value each. */
export const HEADERS = 0xd4
/** Count, name and value each; a value is a text or a File. */
export const FORM_DATA = 0xd5
/** Type; the bytes are the next entry of the memory section. */
export const BLOB = 0xd6
/** Name, time of the last change as a double, then as a Blob. */
export const FILE = 0xd7
/** Kind, and a text of all that it is. */
export const TEMPORAL = 0xd8

/** Order is format: the position of a name is its number on disk. */
export const ERROR_KINDS = [
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'AggregateError',
] as const

/** Order is format: the position of a name is its number on disk. */
export const TEMPORAL_KINDS = [
  'Instant',
  'ZonedDateTime',
  'PlainDate',
  'PlainTime',
  'PlainDateTime',
  'PlainYearMonth',
  'PlainMonthDay',
  'Duration',
] as const
export type TemporalKind = (typeof TEMPORAL_KINDS)[number]

/** Own properties of errors that are not enumerable and yet stored. */
export const HIDDEN_ERROR_PROPERTIES: readonly string[] = ['stack', 'message', 'cause', 'errors', 'name']

/** Order is format: the position of a name is its number on disk. */
export const VIEW_KINDS = [
  'DataView',
  'Buffer',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float16Array',
] as const
export type ViewKind = (typeof VIEW_KINDS)[number]

/** Bytes per element, by view kind. */
export const ELEMENT_SIZES: readonly number[] = [1, 1, 1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8, 2]

/** Bits of a range in the memory section. */
export const RANGE_OUT_OF_BAND = 1
export const RANGE_SHARED = 2

/** A range of this many bytes or more is stored apart from the structure bytes. */
export const OUT_OF_BAND_BYTES = 64 * 1024
/** Objects with more keys are dictionaries. */
export const SHAPE_KEYS_LIMIT = 32
/** Further key lists of one value are dictionaries. */
export const SHAPES_LIMIT = 1024
/** How many containers deep a value may be. */
export const DEPTH_LIMIT = 10_000
/** From this depth on, containers wait in a list and not on the stack, which may be half full already. */
export const UNROLLED_FROM = 200

/** FNV-1a over the definition of a shape after its hash: how decoders find a shape that they know. */
export function shapeHash(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return hash >>> 0
}
