import { type ShapeNode, shapeRoot } from '../key/shape.ts'
import { hashes } from '../key/stand-in.ts'
import { hasEnumerable } from '../key/walk.ts'
import { builtin } from '../platform/builtin.ts'
import { hasHiddenRaw, mayHaveNames } from '../value/array.ts'
import { MOST_ARGUMENTS, bitsOf, mixed } from './front-arguments.ts'

const { isProxy } = builtin('node:util/types')

/** Parts that arguments may have, objects and all that lies within them. */
const MOST_PARTS = 40
/** Objects within objects. */
const MOST_LEVELS = 4

/** What no argument is: stands before the elements of an array. */
const ARRAY = Symbol('array')

/**
 * Small plain objects and arrays among a call's arguments, laid out in a row so that they are compared as primitives are:
 * of an object the node of its names, then its values; of an array a mark, its length, then its elements. Calls with equal
 * rows have equal keys. The order of names counts here, though not in keys.
 */
export class FlatArguments {
  /** Valid up to `length`. No object of the caller's is among them. */
  readonly parts: unknown[] = new Array<unknown>(MOST_PARTS).fill(undefined)
  length = 0
  #hash = 0
  #isLaying = false

  /** Lays out; false for arguments that are not small and plain, which the core tells apart. */
  lay(args: readonly unknown[]): boolean {
    // A getter may call a cached function.
    if (args.length > MOST_ARGUMENTS || this.#isLaying) return false
    // A hash given for an object stands for what it holds; names of Object.prototype's would show in every object.
    if (hashes.areGiven || hasEnumerable(Object.prototype)) return false
    this.#isLaying = true
    this.length = this.#hash = 0
    try {
      return this.#layElements(args, MOST_LEVELS)
    } catch {
      // The core meets it too, and says where.
      return false
    } finally {
      this.#isLaying = false
    }
  }

  /** Of what was laid out, but for names; never 0. `start` is positive, and tells owners apart. */
  hashFrom(start: number): number {
    return mixed(this.#hash, start) & 0x3fffffff || 1
  }

  #layElements(elements: readonly unknown[], levels: number): boolean {
    for (let i = 0; i < elements.length; i++) if (!this.#lay(elements[i], levels)) return false
    return true
  }

  #lay(value: unknown, levels: number): boolean {
    if (typeof value === 'object' && value !== null) return levels > 0 && this.#layObject(value, levels - 1)
    const bits = bitsOf(value)
    if (bits === -1 || this.length === MOST_PARTS) return false
    this.#hash = mixed(this.#hash, bits)
    this.parts[this.length++] = value
    return true
  }

  #layObject(value: object, levels: number): boolean {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype) return this.#layNamed(value, levels)
    return prototype === Array.prototype && Array.isArray(value) && this.#layArray(value, levels)
  }

  #layNamed(object: object, levels: number): boolean {
    if (this.length === MOST_PARTS || Object.getOwnPropertySymbols(object).length > 0) return false
    const place = this.length++
    const root = shapeRoot()
    let node: ShapeNode | undefined = root
    for (const name in object) {
      const recent: ShapeNode | undefined = node.recent
      node = recent !== undefined && recent.name === name ? recent : node.child(name)
      if (node === undefined || !this.#lay(object[name as keyof object], levels)) return false
    }
    this.parts[place] = node
    // A proxy that shows nothing is not the same as an object without properties.
    return node !== root
  }

  #layArray(array: readonly unknown[], levels: number): boolean {
    const { length } = array
    if (this.length + length + 2 > MOST_PARTS || mayHaveNames(array) || hasHiddenRaw(array)) return false
    this.parts[this.length++] = ARRAY
    this.parts[this.length++] = length
    for (let i = 0; i < length; i++) if (array[i] === undefined && !(i in array)) return false
    return this.#layElements(array, levels)
  }
}

/** Whether reading an argument runs no code, so that it says the same each time; `args` can be laid out. */
export function areInert(args: readonly unknown[]): boolean {
  return args.every((value) => typeof value !== 'object' || value === null || isInert(value))
}

function isInert(object: object): boolean {
  if (isProxy(object)) return false
  const properties = Object.values(Object.getOwnPropertyDescriptors(object)).filter(({ enumerable }) => enumerable)
  return properties.every((property) => 'value' in property) && areInert(properties.map(({ value }) => value))
}
