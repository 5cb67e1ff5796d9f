import { SHAPE, SHAPE_KEYS_LIMIT, SHORT_STRING, SHORT_STRING_LIMIT, UTF16, shapeHash } from './wire.ts'

/** The key list that many records share, as the encoder knows it. */
export interface KnownShape {
  readonly keys: readonly string[]
  /** The bytes that define it, tag included. */
  readonly definition: Uint8Array
  /** The encoding that numbered it last; to any other one it is undefined as yet. */
  definedBy: number
  number: number
  /** Further shapes with the same first key. */
  next: KnownShape | undefined
  /** The shape of the object that came after one of this shape, the last time. */
  follower: KnownShape | undefined
}

const SHAPES_KEPT = 4096
/** A longer walk costs more than defining the shape once again. */
const NEIGHBOURS_TRIED = 16
const WIDE = /[^\x00-\xff]/

/** Finds the shape of an object by its keys; kept between values because programs return the same shapes again. */
export class ShapeIndex {
  #byFirstKey = new Map<string, KnownShape>()
  #size = 0
  /** The shape found last. Values repeat themselves: what followed it once is likely to follow it again. */
  #last: KnownShape | undefined

  /** The shape of an object without inherited enumerable properties, or undefined if it is not known. */
  find(object: object): KnownShape | undefined {
    const expected = this.#last?.follower
    if (expected !== undefined && hasKeys(object, expected.keys)) return (this.#last = expected)
    const shape = this.#findAmong(Object.keys(object))
    if (shape !== undefined) this.#follow(shape)
    return shape
  }

  add(keys: readonly string[]): KnownShape {
    if (this.#size >= SHAPES_KEPT) this.#forget()
    const first = keys[0]!
    const next = this.#byFirstKey.get(first)
    const shape = { keys, definition: define(keys), definedBy: 0, number: 0, next, follower: undefined }
    this.#byFirstKey.set(first, shape)
    this.#size++
    this.#follow(shape)
    return shape
  }

  #follow(shape: KnownShape): void {
    if (this.#last !== undefined) this.#last.follower = shape
    this.#last = shape
  }

  #findAmong(keys: readonly string[]): KnownShape | undefined {
    let previous: KnownShape | undefined
    let shape = this.#byFirstKey.get(keys[0]!)
    for (let tried = 0; shape !== undefined && !sameKeys(shape.keys, keys); shape = shape.next) {
      if (++tried > NEIGHBOURS_TRIED) return undefined
      previous = shape
    }
    if (shape !== undefined && previous !== undefined) this.#moveToFront(shape, previous)
    return shape
  }

  /** The next object is likely to have the shape of this one. */
  #moveToFront(shape: KnownShape, previous: KnownShape): void {
    const first = shape.keys[0]!
    previous.next = shape.next
    shape.next = this.#byFirstKey.get(first)
    this.#byFirstKey.set(first, shape)
  }

  #forget(): void {
    this.#byFirstKey = new Map()
    this.#size = 0
    this.#last = undefined
  }
}

/** Whether a shape pays: few keys, each short. */
export function isDescribable(keys: readonly string[]): boolean {
  if (keys.length === 0 || keys.length > SHAPE_KEYS_LIMIT) return false
  return keys.every((key) => key.length < SHORT_STRING_LIMIT)
}

/** Whether an object has these enumerable keys in this order; `for in` reads them without making a list. */
function hasKeys(object: object, keys: readonly string[]): boolean {
  let i = 0
  for (const key in object) if (keys[i++] !== key) return false
  return i === keys.length
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function define(keys: readonly string[]): Uint8Array {
  const body = Buffer.concat([Buffer.of(keys.length), ...keys.map(keyBytes)])
  const definition = Buffer.allocUnsafeSlow(5 + body.length)
  definition[0] = SHAPE
  definition.writeUInt32LE(shapeHash(body, 0, body.length), 1)
  body.copy(definition, 5)
  return definition
}

function keyBytes(key: string): Buffer {
  if (WIDE.test(key)) return Buffer.concat([Buffer.of(UTF16), Buffer.of(key.length), Buffer.from(key, 'utf16le')])
  return Buffer.concat([Buffer.of(SHORT_STRING + key.length), Buffer.from(key, 'latin1')])
}
