import { builtin } from '../platform/builtin.ts'
import { hasHiddenRaw, isIndex, mayHaveNames } from '../value/array.ts'
import { propertiesOf } from './attached.ts'
import { KeyFailure, propertySegment, within } from './failure.ts'
import { ElementParts, MapParts, SetParts, ValueParts, WholePart, encodeParts } from './parts.ts'
import { MOST_SHAPED, type Shape, type ShapeNode, shapeAt, shapeRoot, writeHeader } from './shape.ts'
import { SymbolParts, sharedSymbolsOf } from './shared-symbols.ts'
import { TAG_ARRAY, TAG_MAP, TAG_NAMED_ARRAY, TAG_PROXY, TAG_SET, TAG_UNREGISTERED } from './tag.ts'
import { type EncodeValue, type InstanceKind, type KeyWalk, UNROLLED_FROM } from './walk.ts'

const { isProxy } = builtin('node:util/types')

/** Up to this many bytes a loop in JavaScript is faster than a call into the engine. */
const SHORT = 40

/** Elements in order, then the named properties if there are any. */
export function encodeArray(walk: KeyWalk, position: number, array: object, encodeValue: EncodeValue): number {
  if (!Array.isArray(array))
    throw new KeyFailure('an object that inherits from Array.prototype is not an array; pass an array.')
  const levels = walk.enter(array)
  if (levels > 0) return walk.writeCycle(position, levels)
  const named = mayHaveNames(array) || hasHiddenRaw(array) ? namedPropertiesOf(array) : undefined
  const start = named === undefined ? position : walk.writeTag(position, TAG_NAMED_ARRAY)
  const end = walk.writeStart(start, TAG_ARRAY, array.length)
  if (named !== undefined || walk.depth > UNROLLED_FROM) {
    return encodeParts(walk, end, new ElementParts(array, named), encodeValue)
  }
  return encodeElements(walk, end, array, encodeValue)
}

function encodeElements(walk: KeyWalk, position: number, array: readonly unknown[], encodeValue: EncodeValue): number {
  const { length } = array
  let end = position
  let index = 0
  try {
    for (; index < length; index++) {
      const item: unknown = array[index]
      if (item === undefined && !Object.hasOwn(array, index)) break
      end = encodeValue(walk, end, item)
    }
  } catch (error) {
    throw within(error, `[${index}]`)
  }
  // What is left is sparse.
  if (index < length) return encodeParts(walk, end, new ElementParts(array, undefined, index), encodeValue)
  walk.leave()
  return end
}

/** Names come after all indices. `raw`, which the strings of a template have, is the one that counts without being enumerable. */
function namedPropertiesOf(array: readonly unknown[]): object | undefined {
  const names = Object.keys(array)
  let first = names.length
  while (first > 0 && !isIndex(names[first - 1] as string)) first--
  const named = names.slice(first)
  if (hasHiddenRaw(array)) named.push('raw')
  return named.length === 0 ? undefined : propertiesOf(array, named)
}

export function encodeObject(walk: KeyWalk, position: number, object: object, encodeValue: EncodeValue): number {
  const levels = walk.enter(object)
  if (levels > 0) return walk.writeCycle(position, levels)
  const omitted = walk.omits?.get(object)
  const named = sharedSymbolsOf(object)
  if (named !== undefined) {
    const parts = new SymbolParts(object, propertiesOf(object, namesOf(object, omitted)), named)
    return encodeParts(walk, writeNoClass(walk, position), parts, encodeValue)
  }
  const isRead = walk.depth <= UNROLLED_FROM && !walk.polluted && omitted === undefined
  if (!isRead && showsNothing(object)) {
    const form = walk.context.instances.proxyOf(object)
    return encodeParts(walk, walk.writeTag(position, TAG_PROXY), new WholePart(form), encodeValue)
  }
  if (walk.depth > UNROLLED_FROM) {
    const names = namesOf(object, omitted).sort()
    return encodeParts(walk, writeHeader(walk, position, names), new ValueParts(object, names), encodeValue)
  }
  const end = isRead
    ? encodeShaped(walk, position, object, encodeValue)
    : encodeTable(walk, position, object, namesOf(object, omitted), encodeValue)
  walk.leave()
  return end
}

/** The own properties of an instance that any code sees. */
export function encodeOwn(
  walk: KeyWalk,
  position: number,
  object: object,
  { omitted, builtin: content, isShaped }: InstanceKind,
  encodeValue: EncodeValue,
): number {
  const left = walk.omits?.get(object)
  if (isShaped && left === undefined && !walk.polluted) return encodeShaped(walk, position, object, encodeValue)
  const names = namesOf(object, omitted).filter((name) => left?.has(name) !== true)
  // Its elements are its content.
  const counted = content === undefined ? names : names.filter((name) => !/^\d+$/.test(name))
  return encodeTable(walk, position, object, counted, encodeValue)
}

function namesOf(object: object, omitted: ReadonlySet<string> | undefined): string[] {
  const names = Object.keys(object)
  return omitted === undefined ? names : names.filter((name) => !omitted.has(name))
}

/** By what it stands before, and what it does. */
export function encodeProxy(walk: KeyWalk, position: number, proxy: object, encodeValue: EncodeValue): number {
  walk.reserve(position, 1)[position] = TAG_PROXY
  return encodeValue(walk, position + 1, walk.context.instances.proxyOf(proxy))
}

/** A proxy without properties may make them up as it is asked. */
function showsNothing(object: object): boolean {
  return isProxy(object) && Object.keys(object).length === 0
}

function encodeShaped(walk: KeyWalk, position: number, object: object, encodeValue: EncodeValue): number {
  const base = walk.heldEnd
  const node = holdValues(walk, object)
  if (node !== undefined && node.parent === undefined && showsNothing(object))
    return encodeProxy(walk, position, object, encodeValue)
  const end =
    node === undefined
      ? encodeTable(walk, position, object, Object.keys(object), encodeValue)
      : encodeRecord(walk, position, shapeAt(walk, position, node), base, encodeValue)
  walk.heldEnd = base
  return end
}

/**
 * Reads the object's values in the order in which it lists them and finds the node of its names. Reading within for-in
 * costs V8 no lookups. Undefined: the object is to be encoded as a table.
 */
function holdValues(walk: KeyWalk, object: object): ShapeNode | undefined {
  const { held, heldEnd } = walk
  let node: ShapeNode | undefined = shapeRoot()
  let count = 0
  let reading = ''
  try {
    for (const name in object) {
      reading = name
      const recent: ShapeNode | undefined = node.recent
      node = recent !== undefined && recent.name === name ? recent : node.child(name)
      if (node === undefined || count === MOST_SHAPED) {
        held.fill(undefined, heldEnd, heldEnd + count)
        return undefined
      }
      held[heldEnd + count++] = object[name as keyof object]
    }
  } catch (error) {
    throw within(error, propertySegment(reading))
  }
  walk.heldEnd = heldEnd + count
  return node
}

function encodeRecord(walk: KeyWalk, position: number, shape: Shape, base: number, encodeValue: EncodeValue): number {
  const { header, order } = shape
  const { held } = walk
  let end = writeHead(walk, position, header)
  let index = 0
  try {
    for (; index < order.length; index++) {
      const place = base + (order[index] as number)
      const value = held[place]
      held[place] = undefined
      end = encodeValue(walk, end, value)
    }
  } catch (error) {
    throw within(error, propertySegment(shape.names[index] as string))
  }
  return end
}

function writeHead(walk: KeyWalk, position: number, header: Uint8Array): number {
  const { length } = header
  const bytes = walk.reserve(position, length)
  if (length > SHORT) bytes.set(header, position)
  else for (let index = 0; index < length; index++) bytes[position + index] = header[index] as number
  return position + length
}

function encodeTable(
  walk: KeyWalk,
  position: number,
  object: object,
  unsorted: string[],
  encodeValue: EncodeValue,
): number {
  const names = unsorted.sort()
  let end = writeHeader(walk, position, names)
  let reading = ''
  try {
    for (const name of names) {
      reading = name
      end = encodeValue(walk, end, object[name as keyof object])
    }
  } catch (error) {
    throw within(error, propertySegment(reading))
  }
  return end
}

/** An object that is of no class. */
export function writeNoClass(walk: KeyWalk, position: number): number {
  const end = walk.writeTag(position, TAG_UNREGISTERED)
  walk.reserve(end, 2).fill(0, end, end + 2)
  return end + 2
}

export function encodeSet(
  walk: KeyWalk,
  position: number,
  set: ReadonlySet<unknown>,
  encodeValue: EncodeValue,
): number {
  const levels = walk.enter(set)
  if (levels > 0) return walk.writeCycle(position, levels)
  const parts = new SetParts(set)
  return encodeParts(walk, walk.writeStart(position, TAG_SET, parts.size), parts, encodeValue)
}

export function encodeMap(
  walk: KeyWalk,
  position: number,
  map: ReadonlyMap<unknown, unknown>,
  encodeValue: EncodeValue,
): number {
  const levels = walk.enter(map)
  if (levels > 0) return walk.writeCycle(position, levels)
  const parts = new MapParts(map)
  return encodeParts(walk, walk.writeStart(position, TAG_MAP, parts.size), parts, encodeValue)
}
