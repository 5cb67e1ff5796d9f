import { getterOf } from '../platform/getter.ts'
import { KeyFailure, entrySegment, propertySegment, within } from './failure.ts'
import { sortRanges } from './order.ts'
import { TAG_HOLES } from './tag.ts'
import { type EncodeValue, type KeyParts, type KeyWalk, UNROLLED_FROM } from './walk.ts'

const sizeOfSet = getterOf<number>(Set.prototype, 'size')
const sizeOfMap = getterOf<number>(Map.prototype, 'size')

/** In place of a part, where there are no more. */
export const NO_PART = Symbol('no part')

/** Encodes the parts of a container and leaves it; the last thing to do for it. */
export function encodeParts(walk: KeyWalk, position: number, parts: KeyParts, encodeValue: EncodeValue): number {
  if (walk.isUnrolling) {
    walk.begun = parts
    return position
  }
  if (walk.depth > UNROLLED_FROM) return unroll(walk, position, parts, encodeValue)
  let end = position
  try {
    for (;;) {
      end = parts.next(walk, end)
      if (parts.part === NO_PART) break
      end = encodeValue(walk, end, parts.part)
    }
  } catch (error) {
    throw within(error, parts.segment)
  }
  walk.leave()
  return end
}

/** As above, with the containers within it in a list, so that no depth ends the stack. */
function unroll(walk: KeyWalk, position: number, first: KeyParts, encodeValue: EncodeValue): number {
  const open = [first]
  let end = position
  walk.isUnrolling = true
  try {
    for (let parts = open.at(-1); parts !== undefined; parts = open.at(-1)) {
      end = parts.next(walk, end)
      if (parts.part === NO_PART) {
        open.pop()
        walk.leave()
        continue
      }
      end = encodeValue(walk, end, parts.part)
      if (walk.begun !== undefined) open.push(walk.begun)
      walk.begun = undefined
    }
  } catch (error) {
    throw open.reduceRight<unknown>((inner, parts) => within(inner, parts.segment), error)
  }
  walk.isUnrolling = false
  return end
}

/** One part that is all of its container. */
export class WholePart implements KeyParts {
  part: unknown
  readonly segment = ''
  #whole: unknown

  constructor(whole: unknown) {
    this.#whole = whole
  }

  next(_walk: KeyWalk, position: number): number {
    this.part = this.#whole
    this.#whole = NO_PART
    return position
  }
}

/** Elements and runs of holes; then, where there are any, the named properties as an object. */
export class ElementParts implements KeyParts {
  part: unknown
  readonly #array: readonly unknown[]
  readonly #length: number
  #named: object | typeof NO_PART
  #at: number
  #indices: Iterator<number> | undefined

  constructor(array: readonly unknown[], named?: object, from = 0) {
    this.#array = array
    this.#length = array.length
    this.#named = named ?? NO_PART
    this.#at = from
  }

  get segment(): string {
    return this.#at <= this.#length ? `[${this.#at - 1}]` : ''
  }

  next(walk: KeyWalk, position: number): number {
    if (this.#at < this.#length) {
      const index = this.#nextIndex()
      const end = index > this.#at ? walk.writeStart(position, TAG_HOLES, index - this.#at) : position
      this.#at = index + 1
      if (index < this.#length) {
        this.part = this.#array[index]
        return end
      }
      position = end
    }
    this.#at = this.#length + 1
    this.part = this.#named
    this.#named = NO_PART
    return position
  }

  /** From the first hole on visits what is there, so that the length of a sparse array costs nothing. */
  #nextIndex(): number {
    if (this.#indices === undefined) {
      if (Object.hasOwn(this.#array, this.#at)) return this.#at
      this.#indices = indicesFrom(this.#array, this.#at)
    }
    return (this.#indices.next().value as number | undefined) ?? this.#length
  }
}

/** The indices of elements that are there, ascending. */
function* indicesFrom(array: readonly unknown[], from: number): Generator<number, undefined> {
  const { length } = array
  let next = from
  for (const name of Object.keys(array)) {
    const index = Number(name)
    if (!(index >= next && index < length && String(index) === name)) continue
    next = index + 1
    yield index
  }
}

/** The values of properties whose names are written, in that order. */
export class ValueParts implements KeyParts {
  part: unknown
  readonly #object: object
  readonly #names: readonly string[]
  #at = 0

  constructor(object: object, names: readonly string[]) {
    this.#object = object
    this.#names = names
  }

  get segment(): string {
    return propertySegment(this.#names[this.#at - 1] ?? '')
  }

  next(_walk: KeyWalk, position: number): number {
    const name = this.#names[this.#at++]
    this.part = name === undefined ? NO_PART : this.#object[name as keyof object]
    return position
  }
}

/** Items in ascending order of their forms. */
export class SetParts implements KeyParts {
  part: unknown
  readonly size: number
  readonly #items: Iterator<unknown>
  readonly #starts: number[] = []

  constructor(set: ReadonlySet<unknown>) {
    this.#items = Set.prototype.values.call(set) as Iterator<unknown>
    this.size = sizeOfSet(set)
  }

  get segment(): string {
    return this.part === NO_PART ? '' : `.values()[${this.#starts.length - 1}]`
  }

  next(walk: KeyWalk, position: number): number {
    const { done, value } = this.#items.next() as IteratorResult<unknown>
    if (done === true) {
      this.part = NO_PART
      inOrder(walk, this.#starts, this.size, position)
    } else {
      this.#starts.push(position)
      this.part = value
    }
    return position
  }
}

/** Keys and values in turn, the entries in ascending order of their forms. */
export class MapParts implements KeyParts {
  part: unknown
  readonly size: number
  readonly #entries: Iterator<[unknown, unknown]>
  readonly #starts: number[] = []
  #key: unknown
  #value: unknown = NO_PART

  constructor(map: ReadonlyMap<unknown, unknown>) {
    this.#entries = Map.prototype.entries.call(map) as Iterator<[unknown, unknown]>
    this.size = sizeOfMap(map)
  }

  get segment(): string {
    if (this.part === NO_PART) return ''
    const index = this.#starts.length - 1
    return this.#value === NO_PART ? entrySegment(this.#key, index) : `.entries()[${index}][0]`
  }

  next(walk: KeyWalk, position: number): number {
    if (this.#value !== NO_PART) {
      this.part = this.#value
      this.#value = NO_PART
      return position
    }
    const { done, value } = this.#entries.next() as IteratorResult<[unknown, unknown]>
    if (done === true) {
      this.part = NO_PART
      inOrder(walk, this.#starts, this.size, position)
      return position
    }
    this.#starts.push(position)
    this.#key = value[0]
    this.part = value[0]
    this.#value = value[1]
    return position
  }
}

function inOrder(walk: KeyWalk, starts: readonly number[], size: number, end: number): void {
  // User code (a getter, a codec) may add to what is being read: the count before the entries would be wrong.
  if (starts.length !== size)
    throw new KeyFailure(
      'its entries changed while they were read, by an accessor or a codec in it; pass what does not change.',
    )
  sortRanges(walk, starts, end)
}
