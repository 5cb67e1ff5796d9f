import { readyCodecFor } from '../value/ready-codec.ts'
import { KeyFailure } from './failure.ts'
import { TAG_BOXED, TAG_DATE, TAG_ERROR, TAG_REGEXP, TAG_URL } from './tag.ts'
import { writeText } from './text.ts'
import type { EncodeValue, KeyWalk } from './walk.ts'

type EncodeBuiltin = (walk: KeyWalk, position: number, value: any, encodeValue: EncodeValue) => number

const ERRORS = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError]

/** Written by name and in this order where an error has them; what else it owns and shows follows. */
const ERROR_PARTS = ['message', 'name', 'cause', 'errors']

/** Encoders of the built-in types whose content is not a matter of entries or bytes, by prototype. */
export const builtinEncoders: ReadonlyMap<object, EncodeBuiltin> = new Map<object, EncodeBuiltin>([
  [Date.prototype, encodeDate],
  [RegExp.prototype, encodeRegExp],
  [URL.prototype, encodeUrl],
  [Number.prototype, boxed(Number.prototype.valueOf)],
  [String.prototype, boxed(String.prototype.valueOf)],
  [Boolean.prototype, boxed(Boolean.prototype.valueOf)],
  [BigInt.prototype, boxed(BigInt.prototype.valueOf)],
  ...ERRORS.map((type) => [type.prototype, errorOf(type.name)] as const),
])

function encodeDate(walk: KeyWalk, position: number, value: Date, encodeValue: EncodeValue): number {
  // An invalid date's time is NaN, which has one form.
  return encodeValue(walk, writeTag(walk, position, TAG_DATE), Date.prototype.getTime.call(value))
}

/** With `lastIndex`: where a global or sticky expression goes on is part of what a function sees. */
function encodeRegExp(walk: KeyWalk, position: number, value: RegExp, encodeValue: EncodeValue): number {
  const source = writeText(walk, writeTag(walk, position, TAG_REGEXP), value.source)
  return encodeValue(walk, writeText(walk, source, value.flags), value.lastIndex)
}

function encodeUrl(walk: KeyWalk, position: number, value: URL): number {
  return writeText(walk, writeTag(walk, position, TAG_URL), value.href)
}

function boxed(valueOf: () => unknown): EncodeBuiltin {
  return (walk, position, value, encodeValue) =>
    encodeValue(walk, writeTag(walk, position, TAG_BOXED), valueOf.call(value))
}

/** The stack is left out: it holds paths and line numbers. */
function errorOf(type: string): EncodeBuiltin {
  return (walk, position, value, encodeValue) => {
    const levels = walk.enter(value)
    if (levels > 0) return walk.writeCycle(position, levels)
    const start = writeText(walk, writeTag(walk, position, TAG_ERROR), type)
    const end = encodeValue(walk, start, errorContent(value))
    walk.leave()
    return end
  }
}

function errorContent(error: Error): object {
  const content = Object.create(null) as Record<string, unknown>
  for (const part of ERROR_PARTS) {
    if (part in error) content[part] = error[part as keyof Error]
  }
  for (const name of Object.keys(error)) {
    if (name !== 'stack') content[name] = error[name as keyof Error]
  }
  return content
}

function writeTag(walk: KeyWalk, position: number, tag: number): number {
  walk.reserve(position, 1)[position] = tag
  return position + 1
}

/** What to do about a value that can have no canonical form. */
export function refusal(value: object | symbol): KeyFailure {
  if (typeof value === 'symbol') return new KeyFailure('a symbol has no value to hash; pass a string.')
  const advice = ADVICE.find(([type]) => value instanceof type)?.[1]
  if (advice !== undefined) return new KeyFailure(advice)
  if (typeof (value as Iterator<unknown>).next === 'function') {
    return new KeyFailure('an iterator is used up by reading it; pass an array of its items.')
  }
  const name = className(value)
  const ready = readyCodecFor(value)
  if (ready !== undefined) return new KeyFailure(`${name} is not a registered class; register it: ${ready}.`)
  return new KeyFailure(
    `${name} is not a registered class; register it: memory.register(${name}, { name, encode, decode }).`,
  )
}

const ADVICE: readonly (readonly [abstract new (...args: never) => object, string])[] = [
  [Promise, 'a promise has no value yet; await it before the call.'],
  [WeakMap, 'the entries of a WeakMap cannot be listed; pass a Map.'],
  [WeakSet, 'the items of a WeakSet cannot be listed; pass a Set.'],
  [WeakRef, 'the target of a WeakRef may be collected; pass the object.'],
]

function className(value: object): string {
  const name: unknown = value.constructor?.name
  return typeof name === 'string' && name !== '' ? name : 'an unnamed class'
}
