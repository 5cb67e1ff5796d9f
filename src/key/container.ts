import { builtin } from '../platform/builtin.ts'
import { shortened } from '../words/phrase.ts'
import { LONGEST_COUNT, writeCount } from './count.ts'
import { KeyFailure, entrySegment, propertySegment, within } from './failure.ts'
import { sortRanges } from './order.ts'
import { MOST_SHAPED, type Shape, type ShapeNode, shapeAt, shapeRoot, writeHeader } from './shape.ts'
import { TAG_ARRAY, TAG_HOLES, TAG_MAP, TAG_PROXY, TAG_SET } from './tag.ts'
import type { EncodeValue, InstanceKind, KeyWalk } from './walk.ts'

const { isProxy } = builtin('node:util/types')

/** Elements in order. Named properties of an array do not count: to find them, all indices would have to be listed. */
export function encodeArray(walk: KeyWalk, position: number, array: object, encodeValue: EncodeValue): number {
  if (!Array.isArray(array))
    throw new KeyFailure('an object that inherits from Array.prototype is not an array; pass an array.')
  const levels = walk.enter(array)
  if (levels > 0) return walk.writeCycle(position, levels)
  const { length } = array
  let end = writeStart(walk, position, TAG_ARRAY, length)
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
  if (index < length) end = encodeSparse(walk, end, array, index, encodeValue)
  walk.leave()
  return end
}

/** From the first hole on: visits what is there, so that the length of a sparse array costs nothing. */
function encodeSparse(
  walk: KeyWalk,
  position: number,
  array: readonly unknown[],
  from: number,
  encodeValue: EncodeValue,
): number {
  const { length } = array
  let end = position
  let next = from
  for (const name of Object.keys(array)) {
    const index = Number(name)
    if (!(index >= next && index < length && String(index) === name)) continue
    if (index > next) end = writeStart(walk, end, TAG_HOLES, index - next)
    try {
      end = encodeValue(walk, end, array[index])
    } catch (error) {
      throw within(error, `[${index}]`)
    }
    next = index + 1
  }
  return next < length ? writeStart(walk, end, TAG_HOLES, length - next) : end
}

export function encodeObject(walk: KeyWalk, position: number, object: object, encodeValue: EncodeValue): number {
  const levels = walk.enter(object)
  if (levels > 0) return walk.writeCycle(position, levels)
  refuseSymbols(object)
  const omitted = walk.omits?.get(object)
  const end =
    walk.polluted || omitted !== undefined
      ? encodeTable(walk, position, object, namesOf(object, omitted), encodeValue)
      : encodeShaped(walk, position, object, encodeValue)
  walk.leave()
  return end
}

/** The own properties of an instance that any code sees. */
export function encodeOwn(
  walk: KeyWalk,
  position: number,
  object: object,
  { omitted, builtin, isShaped }: InstanceKind,
  encodeValue: EncodeValue,
): number {
  const left = walk.omits?.get(object)
  if (isShaped && left === undefined && !walk.polluted) return encodeShaped(walk, position, object, encodeValue)
  const names = namesOf(object, omitted).filter((name) => left?.has(name) !== true)
  // Its elements are its content.
  const counted = builtin === undefined ? names : names.filter((name) => !/^\d+$/.test(name))
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

function encodeShaped(walk: KeyWalk, position: number, object: object, encodeValue: EncodeValue): number {
  const base = walk.heldEnd
  const node = holdValues(walk, object)
  // One without properties may make them up as it is asked.
  if (node !== undefined && node.parent === undefined && isProxy(object))
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
  walk.reserve(position, header.length).set(header, position)
  let end = position + header.length
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

function refuseSymbols(object: object): void {
  const symbols = Object.getOwnPropertySymbols(object)
  for (let index = 0; index < symbols.length; index++) {
    const symbol = symbols[index] as symbol
    if (!Object.prototype.propertyIsEnumerable.call(object, symbol)) continue
    throw within(
      new KeyFailure('a property named by a symbol cannot be hashed; name it by a string.'),
      `[${shortened(String(symbol))}]`,
    )
  }
}

export function encodeSet(
  walk: KeyWalk,
  position: number,
  set: ReadonlySet<unknown>,
  encodeValue: EncodeValue,
): number {
  const levels = walk.enter(set)
  if (levels > 0) return walk.writeCycle(position, levels)
  const starts: number[] = []
  const { size } = set
  let end = writeStart(walk, position, TAG_SET, size)
  try {
    for (const item of set) {
      starts.push(end)
      end = encodeValue(walk, end, item)
    }
  } catch (error) {
    throw within(error, `.values()[${starts.length - 1}]`)
  }
  return finishEntries(walk, starts, size, end)
}

export function encodeMap(
  walk: KeyWalk,
  position: number,
  map: ReadonlyMap<unknown, unknown>,
  encodeValue: EncodeValue,
): number {
  const levels = walk.enter(map)
  if (levels > 0) return walk.writeCycle(position, levels)
  const starts: number[] = []
  const { size } = map
  let end = writeStart(walk, position, TAG_MAP, size)
  for (const [key, value] of map) {
    starts.push(end)
    end = encodeEntry(walk, end, key, value, starts.length - 1, encodeValue)
  }
  return finishEntries(walk, starts, size, end)
}

function encodeEntry(
  walk: KeyWalk,
  position: number,
  key: unknown,
  value: unknown,
  index: number,
  encodeValue: EncodeValue,
): number {
  let inKey = true
  try {
    const end = encodeValue(walk, position, key)
    inKey = false
    return encodeValue(walk, end, value)
  } catch (error) {
    throw within(error, inKey ? `.entries()[${index}][0]` : entrySegment(key, index))
  }
}

function finishEntries(walk: KeyWalk, starts: readonly number[], size: number, end: number): number {
  // User code (a getter, a codec) may add to what is being read: the count before the entries would be wrong.
  if (starts.length !== size) throw new KeyFailure('its entries changed while they were read.')
  sortRanges(walk, starts, end)
  walk.leave()
  return end
}

function writeStart(walk: KeyWalk, position: number, tag: number, count: number): number {
  const bytes = walk.reserve(position, 1 + LONGEST_COUNT)
  bytes[position] = tag
  return writeCount(bytes, position + 1, count)
}
