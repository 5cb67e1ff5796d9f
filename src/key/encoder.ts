import type { ByteSink } from '../platform/byte-sink.ts'
import type { ValueCodec } from '../value/value-codec.ts'
import { EngramError } from '../words/error.ts'
import { attachedTo } from './attached.ts'
import { builtinEncoders } from './builtin.ts'
import { byteKinds, writeBytes } from './bytes.ts'
import { encodeArray, encodeMap, encodeObject, encodeSet, writeNoClass } from './container.ts'
import { LONGEST_COUNT, writeCount } from './count.ts'
import { encodeDerivedError } from './error.ts'
import { KeyFailure, unhashable, within } from './failure.ts'
import { WholePart, encodeParts } from './parts.ts'
import { encodePlatformObject } from './platform-object.ts'
import { familiarPrototype } from './realm.ts'
import { Receiver } from './receiver.ts'
import { refusal } from './refusal.ts'
import { StandIn, givenHashes, hashes } from './stand-in.ts'
import {
  TAG_ARGUMENTS,
  TAG_ARRAY,
  TAG_BIGINT,
  TAG_FALSE,
  TAG_FUNCTION,
  TAG_INSTANCE,
  TAG_NULL,
  TAG_NUMBER,
  TAG_RECEIVER,
  TAG_STAND_IN,
  TAG_STRING,
  TAG_TRUE,
  TAG_UNDEFINED,
} from './tag.ts'
import { writeText } from './text.ts'
import { encodeMet, encodeUnregistered, formOfHeld } from './unregistered.ts'
import { type KeyContext, KeyWalk } from './walk.ts'
import { Without } from './without.ts'

export type { DigestView, InstanceKind, InstanceReader, KeyContext } from './walk.ts'

/** The walk that the next call takes; none while one is under way, so that user code may encode in turn. */
let idle: KeyWalk | undefined = new KeyWalk()

/**
 * Appends the canonical form of a call's arguments to `sink` from `position` on and returns its end. Trailing
 * undefined arguments are as if absent, unless their number counts. Equal arguments give equal bytes in every process and on every machine;
 * docs/keys.md says what is equal.
 *
 * @throws EngramError ERR_UNHASHABLE with the culprit's path (`args[0].items[3].callback`).
 */
export function encodeArguments(
  sink: ByteSink,
  position: number,
  args: ArrayLike<unknown>,
  context: KeyContext,
  isNumberCounted = false,
): number {
  const walk = beginWalk(sink, position, context)
  let index = 0
  try {
    let count = args.length
    const least = isNumberCounted ? count : 0
    while (count > least && args[count - 1] === undefined) count--
    const bytes = walk.reserve(position, 1 + LONGEST_COUNT)
    bytes[position] = TAG_ARGUMENTS
    let end = writeCount(bytes, position + 1, count)
    for (; index < count; index++) end = encodeValue(walk, end, args[index])
    return endWalk(walk, end)
  } catch (error) {
    throw failArgument(error, args, index)
  }
}

/**
 * Appends the canonical form of one value: a dependency, `this`, an option. `root` names it in paths.
 *
 * @throws EngramError ERR_UNHASHABLE with the culprit's path, which begins with `root`.
 */
export function encodeKeyValue(
  sink: ByteSink,
  position: number,
  value: unknown,
  root: string,
  context: KeyContext,
): number {
  const walk = beginWalk(sink, position, context)
  try {
    return endWalk(walk, encodeValue(walk, position, value))
  } catch (error) {
    throw failWalk(error, root)
  }
}

function beginWalk(sink: ByteSink, position: number, context: KeyContext): KeyWalk {
  const walk = idle ?? new KeyWalk()
  idle = undefined
  walk.begin(sink, position, context)
  return walk
}

function endWalk(walk: KeyWalk, position: number): number {
  const end = walk.finish(position)
  idle = walk
  return end
}

/** A method's `this` stands before its arguments. */
function failArgument(error: unknown, args: ArrayLike<unknown>, index: number): unknown {
  if (!Receiver.is(args[0])) return failWalk(error, `args[${index}]`)
  if (index > 0) return failWalk(error, `args[${index - 1}]`)
  const { message, path, cause } = failWalk(error, 'this')
  const fix = 'Register the class of `this`, set `ignoreThis: true`, or pass what counts as an argument.'
  return new EngramError('ERR_UNHASHABLE', `${message} ${fix}`, { path: path!, ...(cause !== undefined && { cause }) })
}

/** The walk is dropped with everything that it holds. */
function failWalk(error: unknown, root: string): EngramError {
  idle = new KeyWalk()
  return unhashable(error, root)
}

function encodeValue(walk: KeyWalk, position: number, value: unknown): number {
  if (typeof value === 'string') {
    walk.reserve(position, 1)[position] = TAG_STRING
    return writeText(walk, position + 1, value)
  }
  if (typeof value === 'number') return writeNumber(walk, position, value)
  if (typeof value === 'object') {
    return value === null ? walk.writeTag(position, TAG_NULL) : encodeReference(walk, position, value)
  }
  if (typeof value === 'boolean') return walk.writeTag(position, value ? TAG_TRUE : TAG_FALSE)
  if (typeof value === 'undefined') return walk.writeTag(position, TAG_UNDEFINED)
  if (typeof value === 'bigint') return writeText(walk, walk.writeTag(position, TAG_BIGINT), value.toString(16))
  if (typeof value === 'function') return encodeFunction(walk, position, value)
  return encodeSymbol(walk, position, value as symbol)
}

function writeNumber(walk: KeyWalk, position: number, value: number): number {
  walk.reserve(position, 9)[position] = TAG_NUMBER
  const { view } = walk.sink
  if (Number.isNaN(value)) {
    // The bits of a NaN may differ from one to the next; these stand for all.
    view.setUint32(position + 1, 0, true)
    view.setUint32(position + 5, 0x7ff80000, true)
  } else {
    view.setFloat64(position + 1, value, true)
  }
  return position + 9
}

/** By prototype: it tells a built-in type from a class derived from it. */
function encodeReference(walk: KeyWalk, position: number, value: object): number {
  if (hashes.areGiven) {
    const hash = givenHashes.get(value)
    if (hash !== undefined) return writeStandIn(walk, position, hash)
  }
  if (walk.met !== undefined) {
    const end = encodeMet(walk, position, value, encodeValue)
    if (end !== undefined) return end
  }
  const prototype = Object.getPrototypeOf(value) as object | null
  if (prototype === Object.prototype || prototype === null) return encodeObject(walk, position, value, encodeValue)
  if (prototype === Array.prototype) return encodeArray(walk, position, value, encodeValue)
  if (value instanceof StandIn) return writeStandIn(walk, position, value)
  if (value instanceof Receiver) return encodeReceiver(walk, position, value)
  if (value instanceof Without) return encodeWithout(walk, position, value)
  const codec = walk.context.types.forKeys(prototype)
  if (codec !== undefined) return encodeInstance(walk, position, value, codec)
  return encodeBuiltin(walk, position, value, prototype) ?? encodeForeign(walk, position, value, prototype)
}

/** With what was put on it, where there is something: as an object of no class that was made of both. */
function encodeBuiltin(walk: KeyWalk, position: number, value: object, prototype: object): number | undefined {
  const attached = attachedTo(value, prototype)
  if (attached === undefined) return encodeKnown(walk, position, value, prototype)
  const levels = walk.enter(value)
  if (levels > 0) return walk.writeCycle(position, levels)
  const { isUnrolling } = walk
  walk.isUnrolling = false
  const start = walk.writeStart(writeNoClass(walk, position), TAG_ARRAY, 2)
  const between = encodeValue(walk, start, attached)
  walk.leave()
  const end = encodeKnown(walk, between, value, prototype)
  walk.isUnrolling = isUnrolling
  return end
}

function encodeKnown(walk: KeyWalk, position: number, value: object, prototype: object): number | undefined {
  const kind = byteKinds.get(prototype)
  if (kind !== undefined) return writeBytes(walk, position, kind, value)
  if (prototype === Map.prototype) return encodeMap(walk, position, value as Map<unknown, unknown>, encodeValue)
  if (prototype === Set.prototype) return encodeSet(walk, position, value as Set<unknown>, encodeValue)
  const encode = builtinEncoders.get(prototype)
  return encode === undefined
    ? encodePlatformObject(walk, position, value, prototype, encodeValue)
    : encode(walk, position, value, encodeValue)
}

/** Built-in types of another realm (node:vm) are the same types. */
function encodeForeign(walk: KeyWalk, position: number, value: object, prototype: object): number {
  const familiar = familiarPrototype(prototype)
  if (familiar === Object.prototype) return encodeObject(walk, position, value, encodeValue)
  if (familiar === Array.prototype) return encodeArray(walk, position, value, encodeValue)
  const end = familiar === undefined ? undefined : encodeBuiltin(walk, position, value, familiar)
  if (end !== undefined) return end
  const derived = encodeDerivedError(walk, position, value, encodeValue)
  return derived ?? encodeUnregistered(walk, position, value, prototype, encodeValue, encodeContent)
}

/** What a built-in type holds from which a class derives. */
function encodeContent(walk: KeyWalk, position: number, value: object, prototype: object): number | undefined {
  if (prototype === Array.prototype) return encodeArray(walk, position, value, encodeValue)
  return encodeKnown(walk, position, value, prototype)
}

function encodeWithout(walk: KeyWalk, position: number, without: Without): number {
  const { omits, met } = walk
  walk.omits = without.omits()
  if (without.isGraph) walk.met ??= new Map()
  const end = encodeValue(walk, position, without.value)
  walk.omits = omits
  walk.met = met
  return end
}

function encodeInstance(walk: KeyWalk, position: number, value: object, codec: ValueCodec<unknown>): number {
  const levels = walk.enter(value)
  if (levels > 0) return walk.writeCycle(position, levels)
  const content = codec.key?.(value) ?? codec.encode(value)
  // It would become a cycle mark, and every instance the same bytes.
  if (content === value)
    throw new KeyFailure(`the codec '${codec.name}' returned the instance itself; return its content.`)
  const start = writeText(walk, walk.writeTag(position, TAG_INSTANCE), codec.name)
  return encodeParts(walk, start, new WholePart(content), encodeValue)
}

function encodeReceiver(walk: KeyWalk, position: number, { className, state, isInParts }: Receiver): number {
  try {
    return encodeValue(walk, writeText(walk, walk.writeTag(position, TAG_RECEIVER), className), state)
  } catch (error) {
    if (!isInParts) throw error
    const failure = within(error, '')
    // A path leads into the object, and not into the list that is made of it.
    if (failure.segments.pop() === '[1]') failure.segments.pop()
    throw failure
  }
}

function writeStandIn(walk: KeyWalk, position: number, value: StandIn): number {
  return writeText(walk, walk.writeTag(position, TAG_STAND_IN), value.form())
}

/** Within an instance by its description, as properties there that are named by one. */
function encodeSymbol(walk: KeyWalk, position: number, value: symbol): number {
  if (walk.met === undefined || value.description === undefined) throw refusal(value)
  return writeText(walk, walk.writeTag(position, TAG_STAND_IN), `symbol ${value.description}`)
}

/** By its fingerprint. */
function encodeFunction(walk: KeyWalk, position: number, value: Function): number {
  const form = walk.met === undefined ? walk.context.formOfFunction(value) : formOfHeld(walk, value)
  return writeText(walk, walk.writeTag(position, TAG_FUNCTION), form)
}
