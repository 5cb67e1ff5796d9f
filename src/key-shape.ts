import { LONGEST_COUNT, writeCount } from './key-count.ts'
import { TAG_OBJECT } from './key-tag.ts'
import { writeText } from './key-text.ts'
import type { KeyWalk } from './key-walk.ts'

/** Objects with more properties than this are sorted each time: they are tables, not records. */
export const MOST_SHAPED = 32
const MOST_NODES = 4096
const LONGEST_NAME = 256

/** Names in canonical order, and what comes before the values of every object that has them. */
export interface Shape {
  /** Names in ascending order of their UTF-16 code units. */
  readonly names: readonly string[]
  /** For each of `names`, its place in the order in which the object lists them. */
  readonly order: Uint8Array
  /** Tag, count and names. */
  readonly header: Uint8Array
}

/** Objects made in one place list their names in one order: a tree over that order finds the shape without sorting. */
export class ShapeNode {
  readonly name: string
  readonly parent: ShapeNode | undefined
  shape: Shape | undefined
  /** The child taken last. */
  recent: ShapeNode | undefined
  #children: Map<string, ShapeNode> | undefined

  constructor(name: string, parent: ShapeNode | undefined) {
    this.name = name
    this.parent = parent
  }

  /** The node after this one for `name`; undefined where a shape is not worth keeping. */
  child(name: string): ShapeNode | undefined {
    if (name.length > LONGEST_NAME) return undefined
    this.#children ??= new Map()
    let child = this.#children.get(name)
    if (child === undefined) {
      child = new ShapeNode(name, this)
      this.#children.set(name, child)
      nodes++
    }
    this.recent = child
    return child
  }

  /** Names from the root to here. */
  listed(): string[] {
    const names: string[] = []
    for (let node: ShapeNode = this; node.parent !== undefined; node = node.parent) names.unshift(node.name)
    return names
  }
}

let root = new ShapeNode('', undefined)
let nodes = 0

/** Where every search begins. Starts afresh when full, so that names out of data cannot fill the memory. */
export function shapeRoot(): ShapeNode {
  if (nodes > MOST_NODES) {
    root = new ShapeNode('', undefined)
    nodes = 0
  }
  return root
}

export function shapeAt(walk: KeyWalk, position: number, node: ShapeNode): Shape {
  return (node.shape ??= makeShape(walk, position, node.listed()))
}

/** Tag, count and names; the names are in canonical order. */
export function writeHeader(walk: KeyWalk, position: number, names: readonly string[]): number {
  const bytes = walk.reserve(position, 1 + LONGEST_COUNT)
  bytes[position] = TAG_OBJECT
  let end = writeCount(bytes, position + 1, names.length)
  for (const name of names) end = writeText(walk, end, name)
  return end
}

/** Uses the sink from `position` on as scratch. */
function makeShape(walk: KeyWalk, position: number, listed: readonly string[]): Shape {
  const names = listed.toSorted()
  const order = Uint8Array.from(names, name => listed.indexOf(name))
  const end = writeHeader(walk, position, names)
  return { names, order, header: new Uint8Array(walk.sink.bytes.subarray(position, end)) }
}
