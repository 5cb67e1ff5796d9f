import { getterOf } from '../platform/getter.ts'
import { encodeError } from './error.ts'
import { TAG_BOXED, TAG_DATE, TAG_PLATFORM, TAG_REGEXP, TAG_STRING, TAG_URL } from './tag.ts'
import { writeText } from './text.ts'
import type { EncodeValue, KeyWalk } from './walk.ts'

type EncodeBuiltin = (walk: KeyWalk, position: number, value: any, encodeValue: EncodeValue) => number

const sourceOf = getterOf<string>(RegExp.prototype, 'source')
const flagsOf = getterOf<string>(RegExp.prototype, 'flags')
const hrefOf = getterOf<string>(URL.prototype, 'href')

const ERRORS = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError]

/** Encoders of the built-in types whose content is not a matter of entries or bytes, by prototype. */
export const builtinEncoders: ReadonlyMap<object, EncodeBuiltin> = new Map<object, EncodeBuiltin>([
  [Date.prototype, encodeDate],
  [RegExp.prototype, encodeRegExp],
  [URL.prototype, encodeUrl],
  [URLSearchParams.prototype, encodeSearchParams],
  [Number.prototype, boxed(Number.prototype.valueOf)],
  [String.prototype, boxed(String.prototype.valueOf)],
  [Boolean.prototype, boxed(Boolean.prototype.valueOf)],
  [BigInt.prototype, boxed(BigInt.prototype.valueOf)],
  ...ERRORS.map((type) => [type.prototype, errorOf(type.name)] as const),
])

function encodeDate(walk: KeyWalk, position: number, value: Date, encodeValue: EncodeValue): number {
  // An invalid date's time is NaN, which has one form.
  return encodeValue(walk, walk.writeTag(position, TAG_DATE), Date.prototype.getTime.call(value))
}

/** With `lastIndex`: where a global or sticky expression goes on is part of what a function sees. */
function encodeRegExp(walk: KeyWalk, position: number, value: RegExp, encodeValue: EncodeValue): number {
  const source = writeText(walk, walk.writeTag(position, TAG_REGEXP), sourceOf(value))
  return encodeValue(walk, writeText(walk, source, flagsOf(value)), value.lastIndex)
}

function encodeUrl(walk: KeyWalk, position: number, value: URL): number {
  return writeText(walk, walk.writeTag(position, TAG_URL), hrefOf(value))
}

function encodeSearchParams(walk: KeyWalk, position: number, value: URLSearchParams): number {
  const start = writeText(walk, walk.writeTag(position, TAG_PLATFORM), 'URLSearchParams')
  return writeText(walk, walk.writeTag(start, TAG_STRING), URLSearchParams.prototype.toString.call(value))
}

function boxed(valueOf: () => unknown): EncodeBuiltin {
  return (walk, position, value, encodeValue) =>
    encodeValue(walk, walk.writeTag(position, TAG_BOXED), valueOf.call(value))
}

function errorOf(type: string): EncodeBuiltin {
  return (walk, position, value, encodeValue) => encodeError(walk, position, value, type, encodeValue)
}
