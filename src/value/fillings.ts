import { corrupt } from './reader.ts'
import type { ReadShape } from './shape-cache.ts'
import * as wire from './wire.ts'

/** What is read between the parts of a container. */
export interface PartReader {
  readonly bytes: Buffer
  readonly position: number
  byte(): number
  varint(): number
  count(width: number): number
  /** A text, where nothing else may stand. */
  text(): string
}

/** A container whose head is read, while its parts are. */
export interface Filling {
  /** Reads what stands before the next part; false where there are no more. */
  next(reader: PartReader): boolean
  put(part: unknown): void
  /** The container, whole. */
  finish(): unknown
}

type Plain = Record<string, unknown>

/** The values of a record, in the order of its keys. */
export class RecordFilling implements Filling {
  readonly #record: object
  readonly #keys: readonly string[]
  #at = 0

  constructor(record: object, { keys }: ReadShape) {
    this.#record = record
    this.#keys = keys
  }

  next(): boolean {
    return this.#at < this.#keys.length
  }

  put(part: unknown): void {
    define(this.#record, this.#keys[this.#at++]!, part, true)
  }

  finish(): unknown {
    return this.#record
  }
}

/** Properties by name: those that are not enumerable first, of which only these are known, then those that are. */
export class PairFilling implements Filling {
  readonly #object: object
  #isHidden: boolean
  #left = -1
  #key = ''
  /** Whether to assign the property would not make it. */
  #isInherited = false

  constructor(object: object, hasHidden = false) {
    this.#object = object
    this.#isHidden = hasHidden
  }

  next(reader: PartReader): boolean {
    if (this.#left < 0) this.#left = reader.count(2)
    if (this.#left === 0 && this.#isHidden) {
      this.#isHidden = false
      this.#left = reader.count(2)
    }
    if (this.#left === 0) return false
    this.#left--
    this.#key = reader.text()
    if (this.#isHidden && !wire.HIDDEN_ERROR_PROPERTIES.includes(this.#key))
      throw corrupt('an error has an unknown part')
    this.#isInherited = this.#key in this.#object
    if (this.#isInherited && Object.hasOwn(this.#object, this.#key)) throw corrupt('an object has a key twice')
    return true
  }

  put(part: unknown): void {
    const key = this.#key
    if (this.#isHidden || this.#isInherited) define(this.#object, key, part, !this.#isHidden)
    else (this.#object as Plain)[key] = part
  }

  finish(): unknown {
    return this.#object
  }
}

/** The elements of an array; those that are holes are none. */
export class ElementFilling implements Filling {
  readonly #array: unknown[]
  readonly #length: number
  #at = 0

  constructor(array: unknown[]) {
    this.#array = array
    this.#length = array.length
  }

  next(reader: PartReader): boolean {
    while (this.#at < this.#length && reader.bytes[reader.position] === wire.HOLE) {
      reader.byte()
      this.#at++
    }
    return this.#at < this.#length
  }

  put(part: unknown): void {
    this.#array[this.#at++] = part
  }

  finish(): unknown {
    return this.#array
  }
}

/** The elements of an array by index, then its properties by name. */
export class SparseFilling implements Filling {
  readonly #array: unknown[]
  readonly #length: number
  readonly #named: PairFilling
  #left = -1
  #index = -1
  #isNamed = false

  constructor(array: unknown[], length: number) {
    this.#array = array
    this.#length = length
    this.#named = new PairFilling(array)
  }

  next(reader: PartReader): boolean {
    if (this.#left < 0) this.#left = reader.count(2)
    if (this.#left-- > 0) {
      const index = reader.varint()
      if (index <= this.#index || index >= this.#length) throw corrupt('the elements of an array are out of order')
      this.#index = index
      return true
    }
    this.#left = 0
    this.#isNamed = true
    return this.#named.next(reader)
  }

  put(part: unknown): void {
    if (this.#isNamed) this.#named.put(part)
    else this.#array[this.#index] = part
  }

  finish(): unknown {
    return this.#array
  }
}

export class MapFilling implements Filling {
  readonly #map: Map<unknown, unknown>
  readonly #size: number
  #left: number
  #key: unknown
  #hasKey = false

  constructor(map: Map<unknown, unknown>, size: number) {
    this.#map = map
    this.#size = size
    this.#left = 2 * size
  }

  next(): boolean {
    return this.#left-- > 0
  }

  put(part: unknown): void {
    if (this.#hasKey) this.#map.set(this.#key, part)
    else this.#key = part
    this.#hasKey = !this.#hasKey
  }

  finish(): unknown {
    if (this.#map.size !== this.#size) throw corrupt('a Map has a key twice')
    return this.#map
  }
}

export class SetFilling implements Filling {
  readonly #set: Set<unknown>
  readonly #size: number
  #left: number

  constructor(set: Set<unknown>, size: number) {
    this.#set = set
    this.#size = size
    this.#left = size
  }

  next(): boolean {
    return this.#left-- > 0
  }

  put(part: unknown): void {
    this.#set.add(part)
  }

  finish(): unknown {
    if (this.#set.size !== this.#size) throw corrupt('a Set has a value twice')
    return this.#set
  }
}

/** Names, and texts or files. */
export class FormFilling implements Filling {
  readonly #form: FormData
  #left: number
  #name = ''

  constructor(form: FormData, count: number) {
    this.#form = form
    this.#left = count
  }

  next(reader: PartReader): boolean {
    if (this.#left-- <= 0) return false
    this.#name = reader.text()
    return true
  }

  put(part: unknown): void {
    if (typeof part !== 'string' && !(part instanceof Blob)) throw corrupt('a form holds what is no text and no file')
    this.#form.append(this.#name, part as string)
  }

  finish(): unknown {
    return this.#form
  }
}

/** One part, of which something else is made. */
export class MadeFilling implements Filling {
  readonly #make: (part: unknown) => unknown
  #part: unknown
  #isRead = false

  constructor(make: (part: unknown) => unknown) {
    this.#make = make
  }

  next(): boolean {
    return !this.#isRead
  }

  put(part: unknown): void {
    this.#part = part
    this.#isRead = true
  }

  finish(): unknown {
    return this.#make(this.#part)
  }
}

/** The elements of a template's strings, then its `raw`. */
export class TemplateFilling implements Filling {
  readonly #strings: unknown[]
  readonly #elements: ElementFilling
  #hasRaw = false
  #isWhole = false

  constructor(strings: unknown[]) {
    this.#strings = strings
    this.#elements = new ElementFilling(strings)
  }

  next(reader: PartReader): boolean {
    if (this.#elements.next(reader)) return true
    this.#hasRaw = true
    return !this.#isWhole
  }

  put(part: unknown): void {
    if (!this.#hasRaw) return this.#elements.put(part)
    define(this.#strings, 'raw', part, false)
    this.#isWhole = true
  }

  finish(): unknown {
    return this.#strings
  }
}

export function define(object: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(object, key, { value, enumerable, writable: true, configurable: true })
}
