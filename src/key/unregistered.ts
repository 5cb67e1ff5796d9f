/**
 * Instances of classes that are not registered: by their classes and their state. What is met twice within one stands
 * there by its number, so that graphs of objects take no more room than they have parts.
 */
import { builtin } from '../platform/builtin.ts'
import { containers } from '../value/own-classes.ts'
import { readyCodecFor } from '../value/ready-codec.ts'
import { builtinEncoders } from './builtin.ts'
import { byteKinds } from './bytes.ts'
import { encodeOwn, encodeProxy, writeNoClass } from './container.ts'
import { LONGEST_COUNT, writeCount } from './count.ts'
import { KeyFailure, propertySegment, within } from './failure.ts'
import { TAG_FUNCTION, TAG_MET, TAG_UNREGISTERED } from './tag.ts'
import { writeText } from './text.ts'
import type { EncodeValue, InstanceKind, KeyWalk } from './walk.ts'

const { isProxy } = builtin('node:util/types')

const PLAIN = { classes: [], holders: [], builtin: undefined, omitted: undefined, isShaped: true }

/** A function was met in an instance, and nothing is known of the functions there. */
class HoldsFunction extends KeyFailure {}

/** Encodes a value as one of a built-in type; undefined for a type that is not known. */
export type EncodeKnown = (walk: KeyWalk, position: number, value: object, prototype: object) => number | undefined

/** An instance; `encodeKnown` writes what its built-in parent holds. */
export function encodeUnregistered(
  walk: KeyWalk,
  position: number,
  value: object,
  prototype: object,
  encodeValue: EncodeValue,
  encodeKnown: EncodeKnown,
): number {
  const { instances } = walk.context
  const parts = instances.partsOf(value)
  if (parts !== undefined) return encodeValue(walk, writeNoClass(walk, position), parts)
  const encode = walk.met === undefined ? encodeOutermost : encodeState
  try {
    return encode(walk, position, value, instances.kindOf(value, prototype), encodeValue, encodeKnown)
  } catch (error) {
    const ready = error instanceof HoldsFunction ? undefined : readyCodecFor(value)
    if (ready === undefined) throw error
    throw new KeyFailure(`is an instance that cannot be told from others as it is; register its class: ${ready}.`, {
      cause: error,
    })
  }
}

function encodeOutermost(
  walk: KeyWalk,
  position: number,
  value: object,
  kind: InstanceKind,
  encodeValue: EncodeValue,
  encodeKnown: EncodeKnown,
): number {
  const mark = walk.mark()
  walk.met = new Map([[value, 0]])
  try {
    const end = encodeState(walk, position, value, kind, encodeValue, encodeKnown)
    walk.met = undefined
    return end
  } catch (error) {
    if (!(error instanceof HoldsFunction)) throw error
    walk.backTo(mark)
    return writeText(walk, walk.writeTag(position, TAG_UNREGISTERED), walk.context.instances.formOf(value))
  }
}

/** Whether instances of what derives from a built-in type can be told by its content. */
export function hasContent(prototype: object): boolean {
  return containers.has(prototype) || byteKinds.has(prototype) || builtinEncoders.has(prototype)
}

/** What lies within an instance; undefined: it is encoded as it is elsewhere. */
export function encodeMet(
  walk: KeyWalk,
  position: number,
  value: object,
  encodeValue: EncodeValue,
): number | undefined {
  const met = walk.met!
  const number = met.get(value)
  if (number !== undefined) return walk.writeStart(position, TAG_MET, number)
  met.set(value, met.size)
  if (isProxy(value)) return encodeProxy(walk, position, value, encodeValue)
  const named = walk.context.instances.symbolsOf(value)
  return named === undefined ? undefined : encodeNamedBySymbols(walk, position, value, named, encodeValue)
}

/** A plain object as an instance of no class. */
function encodeNamedBySymbols(
  walk: KeyWalk,
  position: number,
  value: object,
  named: Record<string, unknown>,
  encodeValue: EncodeValue,
): number {
  const { isUnrolling } = walk
  walk.isUnrolling = false
  let end = writeNoClass(walk, position)
  walk.enter(value)
  end = encodeOwn(walk, end, value, PLAIN, encodeValue)
  end = encodeHidden(walk, end, named, encodeValue)
  walk.leave()
  walk.isUnrolling = isUnrolling
  return end
}

/** A function within an instance. */
export function formOfHeld(walk: KeyWalk, fn: Function): string {
  const { formOfHeld: form } = walk.context
  if (form === undefined) throw new HoldsFunction('it holds a function.')
  return form(fn, walk.holders)
}

/** Its parts are written one after the other, however deep it lies. */
function encodeState(
  walk: KeyWalk,
  position: number,
  value: object,
  kind: InstanceKind,
  encodeValue: EncodeValue,
  encodeKnown: EncodeKnown,
): number {
  const { isUnrolling } = walk
  walk.isUnrolling = false
  let end = walk.writeTag(position, TAG_UNREGISTERED)
  end = writeClasses(walk, end, kind)
  for (const holder of kind.holders) end = encodeValue(walk, end, contentOf(holder))
  if (kind.builtin !== undefined) end = encodeContent(walk, end, value, kind.builtin, encodeValue, encodeKnown)
  walk.enter(value)
  end = encodeOwn(walk, end, value, kind, encodeValue)
  end = encodeHidden(walk, end, walk.context.instances.hiddenOf(value, kind), encodeValue)
  walk.leave()
  walk.isUnrolling = isUnrolling
  return end
}

/** What its built-in parent holds, or was made with. */
function encodeContent(
  walk: KeyWalk,
  position: number,
  value: object,
  prototype: object,
  encodeValue: EncodeValue,
  encodeKnown: EncodeKnown,
): number {
  return (
    encodeKnown(walk, position, value, prototype) ?? encodeValue(walk, position, walk.context.instances.madeWith(value))
  )
}

/** What an object that belongs to no class lends; what is named by symbols, by their descriptions. */
function contentOf(holder: object): Record<string, unknown> {
  const content = Object.fromEntries(Object.entries(holder))
  for (const name of Object.getOwnPropertyNames(holder)) {
    const { enumerable, value } = Object.getOwnPropertyDescriptor(holder, name)!
    if (enumerable === false && value !== undefined && typeof value !== 'function') content[name] = value as unknown
  }
  for (const symbol of Object.getOwnPropertySymbols(holder))
    content[`[${symbol.description ?? ''}]`] = (holder as Record<symbol, unknown>)[symbol]
  return content
}

function writeClasses(walk: KeyWalk, position: number, { classes, holders }: InstanceKind): number {
  const { formOfHeld: held, formOfFunction } = walk.context
  let end = writeCount(walk.reserve(position, LONGEST_COUNT), position, classes.length)
  for (const one of classes) {
    walk.reserve(end, 1)[end] = TAG_FUNCTION
    end = writeText(walk, end + 1, held === undefined ? formOfFunction(one) : held(one, []))
  }
  return writeCount(walk.reserve(end, LONGEST_COUNT), end, holders.length)
}

/** Private fields, and properties that nobody lists. */
function encodeHidden(
  walk: KeyWalk,
  position: number,
  hidden: Record<string, unknown> | undefined,
  encodeValue: EncodeValue,
): number {
  const names = hidden === undefined ? [] : Object.keys(hidden)
  let end = writeCount(walk.reserve(position, LONGEST_COUNT), position, names.length)
  for (const name of names) {
    try {
      end = encodeValue(walk, writeText(walk, end, name), hidden![name])
    } catch (error) {
      throw within(error, propertySegment(name))
    }
  }
  return end
}
