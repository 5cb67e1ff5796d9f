import { isIndex } from './array.ts'
import { KEYS_STEP, type PathStep, Refusal, SAME_PLACE, VALUES_STEP } from './path.ts'
import type { ValueCodec } from './value-codec.ts'

/** What is written between the parts of a container. Every writer returns the end of what it wrote; there is room for a name. */
export interface PartWriter {
  varint(value: number, position: number): number
  string(text: string, position: number): number
  hole(position: number): number
  /** Says where the part is that is read next. */
  step(step: PathStep): void
  /** A codec has given what its instance is stored as, and that is written. */
  finishInstance(): void
}

/** In place of a part, where there are no more. */
export const NO_PART = Symbol('no part')

/** The parts of a container whose head is written. */
export interface Parts {
  /** The part that is to be written next, or `NO_PART`. */
  part: unknown
  /** Writes what stands before the next part, and reads it. */
  next(writer: PartWriter, position: number): number
}

type Plain = Record<string, unknown>

/** The values of a record, in the order of its keys. */
export class RecordParts implements Parts {
  part: unknown
  readonly #object: object
  readonly #keys: readonly string[]
  #at = 0

  constructor(object: object, keys: readonly string[]) {
    this.#object = object
    this.#keys = keys
  }

  next(writer: PartWriter, position: number): number {
    const key = this.#keys[this.#at++]
    if (key === undefined) {
      this.part = NO_PART
    } else {
      writer.step(key)
      this.part = (this.#object as Plain)[key]
    }
    return position
  }
}

/** Properties by name, in one list or more: for each their count, names and values. */
export class PairParts implements Parts {
  part: unknown
  readonly #object: object
  readonly #lists: readonly (readonly string[])[]
  #list = -1
  #at = 0

  constructor(object: object, ...lists: (readonly string[])[]) {
    this.#object = object
    this.#lists = lists
  }

  next(writer: PartWriter, position: number): number {
    let keys = this.#lists[this.#list] ?? []
    while (this.#at === keys.length) {
      const following = this.#lists[++this.#list]
      if (following === undefined) {
        this.part = NO_PART
        return position
      }
      keys = following
      this.#at = 0
      position = writer.varint(keys.length, position)
    }
    const key = keys[this.#at++]!
    writer.step(key)
    position = writer.string(key, position)
    this.part = (this.#object as Plain)[key]
    return position
  }
}

/** The elements of an array without gaps; holes are marked. */
export class ElementParts implements Parts {
  part: unknown
  readonly #array: readonly unknown[]
  readonly #length: number
  #at = 0

  constructor(array: readonly unknown[], length: number) {
    this.#array = array
    this.#length = length
  }

  next(writer: PartWriter, position: number): number {
    while (this.#at < this.#length) {
      const index = this.#at++
      writer.step(index)
      const element = this.#array[index]
      if (element !== undefined || index in this.#array) {
        this.part = element
        return position
      }
      position = writer.hole(position)
    }
    this.part = NO_PART
    return position
  }
}

/** The elements of a template's strings, then its `raw`. */
export class TemplateParts implements Parts {
  part: unknown
  readonly #elements: ElementParts
  #raw: unknown

  constructor(strings: readonly unknown[], raw: unknown) {
    this.#elements = new ElementParts(strings, strings.length)
    this.#raw = raw
  }

  next(writer: PartWriter, position: number): number {
    position = this.#elements.next(writer, position)
    this.part = this.#elements.part
    if (this.part === NO_PART) {
      writer.step('raw')
      this.part = this.#raw
      this.#raw = NO_PART
    }
    return position
  }
}

/** The elements of an array by index, then its properties by name. */
export class SparseParts implements Parts {
  part: unknown
  readonly #array: readonly unknown[]
  readonly #keys: readonly string[]
  readonly #count: number
  readonly #named: PairParts
  #at = -1

  constructor(array: readonly unknown[], keys: readonly string[]) {
    const named = keys.findIndex((key) => !isIndex(key))
    this.#array = array
    this.#keys = keys
    this.#count = named < 0 ? keys.length : named
    this.#named = new PairParts(array, keys.slice(this.#count))
  }

  next(writer: PartWriter, position: number): number {
    if (this.#at < 0) {
      this.#at = 0
      position = writer.varint(this.#count, position)
    }
    if (this.#at === this.#count) {
      position = this.#named.next(writer, position)
      this.part = this.#named.part
      return position
    }
    const index = Number(this.#keys[this.#at++])
    writer.step(index)
    this.part = this.#array[index]
    return writer.varint(index, position)
  }
}

/** Keys and values in turn. */
export class MapParts implements Parts {
  part: unknown
  readonly #map: ReadonlyMap<unknown, unknown>
  readonly #entries: Iterator<[unknown, unknown]>
  readonly #size: number
  #value: unknown = NO_PART
  #at = 0

  constructor(map: ReadonlyMap<unknown, unknown>) {
    this.#map = map
    this.#entries = Map.prototype.entries.call(map) as Iterator<[unknown, unknown]>
    this.#size = map.size
  }

  next(writer: PartWriter, position: number): number {
    if (this.#value !== NO_PART) {
      writer.step(VALUES_STEP + this.#at++)
      this.part = this.#value
      this.#value = NO_PART
      return position
    }
    this.part = NO_PART
    if (this.#at === this.#size) {
      if (this.#map.size !== this.#size) throw changed()
      return position
    }
    const { done, value } = this.#entries.next()
    if (done === true) throw changed()
    writer.step(KEYS_STEP + this.#at)
    this.part = value[0]
    this.#value = value[1]
    return position
  }
}

export class SetParts implements Parts {
  part: unknown
  readonly #set: ReadonlySet<unknown>
  readonly #items: Iterator<unknown>
  readonly #size: number
  #at = 0

  constructor(set: ReadonlySet<unknown>) {
    this.#set = set
    this.#items = Set.prototype.values.call(set) as Iterator<unknown>
    this.#size = set.size
  }

  next(writer: PartWriter, position: number): number {
    this.part = NO_PART
    if (this.#at === this.#size) {
      if (this.#set.size !== this.#size) throw changed()
      return position
    }
    const { done, value } = this.#items.next()
    if (done === true) throw changed()
    writer.step(VALUES_STEP + this.#at++)
    this.part = value as unknown
    return position
  }
}

/** Names, and texts or files. */
export class FormParts implements Parts {
  part: unknown
  readonly #entries: readonly (readonly [string, unknown])[]
  #at = 0

  constructor(entries: readonly (readonly [string, unknown])[]) {
    this.#entries = entries
  }

  next(writer: PartWriter, position: number): number {
    const entry = this.#entries[this.#at++]
    this.part = NO_PART
    if (entry === undefined) return position
    writer.step(entry[0])
    this.part = entry[1]
    return writer.string(entry[0], position)
  }
}

/** What the codec of a registered class stores in place of an instance. */
export class InstanceParts implements Parts {
  part: unknown
  readonly #codec: ValueCodec<unknown>
  readonly #instance: object
  #isGiven = false

  constructor(codec: ValueCodec<unknown>, instance: object) {
    this.#codec = codec
    this.#instance = instance
  }

  next(writer: PartWriter, position: number): number {
    if (this.#isGiven) {
      writer.finishInstance()
      this.part = NO_PART
    } else {
      writer.step(SAME_PLACE)
      this.part = this.#codec.encode(this.#instance)
      this.#isGiven = true
    }
    return position
  }
}

function changed(): Refusal {
  return new Refusal('its size changed while it was read.')
}
