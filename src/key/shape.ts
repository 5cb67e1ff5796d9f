import { LONGEST_COUNT, writeCount } from './count.ts'
import { TAG_OBJECT } from './tag.ts'
import { writeText } from './text.ts'
import type { KeyWalk } from './walk.ts'

/** Objects with more properties than this are sorted each time: they are tables, not records. */
export const MOST_SHAPED = 128
/** Nodes kept at most, where 64 bytes of a header weigh as much as a node: some megabytes. */
const MOST_NODES = 16_384
const LONGEST_NAME = 256
/** Where more names than this follow, they are data. */
const MOST_CHILDREN = 256

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
  /** Whether an object ended here before. */
  known = false
  /** The child taken last. */
  recent: ShapeNode | undefined
  #children: Map<string, ShapeNode> | undefined

  constructor(name: string, parent: ShapeNode | undefined) {
    this.name = name
    this.parent = parent
  }

  /** The node after this one for `name`; undefined where a shape is not worth keeping. */
  child(name: string): ShapeNode | undefined {
    const child = this.#children?.get(name) ?? this.#grow(name)
    this.recent = child
    return child
  }

  /** Names refused weigh as much as nodes: what fills the tree will make room for other names. */
  #grow(name: string): ShapeNode | undefined {
    nodes++
    this.#children ??= new Map()
    if (name.length > LONGEST_NAME || this.#children.size === MOST_CHILDREN) return undefined
    const child = new ShapeNode(name, this)
    this.#children.set(name, child)
    return child
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

/** The shape of objects that end at this node; kept from the second of them on, since the first may remain alone. */
export function shapeAt(walk: KeyWalk, position: number, node: ShapeNode): Shape {
  if (node.shape !== undefined) return node.shape
  const shape = makeShape(walk, position, listedNames(node))
  if (node.known) {
    node.shape = shape
    nodes += shape.header.length >>> 6
  }
  node.known = true
  return shape
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
  const order = new Uint8Array(names.length)
  for (let index = 0; index < order.length; index++) order[index] = listed.indexOf(names[index] as string)
  const end = writeHeader(walk, position, names)
  return { names, order, header: new Uint8Array(walk.sink.bytes.subarray(position, end)) }
}

/** Names from the root to a node: the order in which an object lists them. */
function listedNames(node: ShapeNode): string[] {
  const names: string[] = []
  for (let at = node; at.parent !== undefined; at = at.parent) names.push(at.name)
  return names.reverse()
}
