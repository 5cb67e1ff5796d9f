import type { ByteSink } from '../platform/byte-sink.ts'
import type { TypeRegistry } from '../value/type-registry.ts'
import { LONGEST_COUNT, writeCount } from './count.ts'
import { KeyFailure } from './failure.ts'
import { TAG_CYCLE } from './tag.ts'

/** Hashes a large view where it lies and writes its 32-byte BLAKE3 digest into `sink.bytes` at `at`. */
export type DigestView = (view: Uint8Array, sink: ByteSink, at: number) => void

/** What keys of one memory are made with. */
export interface KeyContext {
  readonly types: TypeRegistry
  readonly digestView: DigestView
  /** Text that stands for a function in a key. Throws KeyFailure for one that nothing tells from others. */
  readonly formOfFunction: (fn: Function) => string
  /** What is known of instances of classes that are not registered. */
  readonly instances: InstanceReader
  /**
   * Text that stands for a function within such an instance, where functions have been looked at before. `holders` are
   * the containers around it, outermost first.
   */
  readonly formOfHeld?: (fn: Function, holders: readonly object[]) => string
}

/** What tells instances of classes that are not registered from one another. */
export interface InstanceReader {
  /** Throws KeyFailure for an instance whose state nobody can see. */
  kindOf(value: object, prototype: object): InstanceKind
  /** What stands for an object of the platform: what it was made with; undefined for others. */
  partsOf(value: object): unknown
  /** The same of an instance of a class that derives from one of the platform. */
  madeWith(value: object): unknown
  /** State of an instance that is no property of it. */
  hiddenOf(value: object, kind: InstanceKind): Record<string, unknown> | undefined
  /** What a plain object has under symbols; undefined for nothing, and for what is no plain object. */
  symbolsOf(value: object): Record<string, unknown> | undefined
  /** What a proxy stands before. */
  proxyOf(value: object): object
  /** Text that stands for an instance that holds functions. Throws KeyFailure. */
  formOf(value: object): string
}

/** What all instances of one prototype have in common. */
export interface InstanceKind {
  /** Innermost first. */
  readonly classes: readonly Function[]
  /** Objects that it inherits from and that belong to no class. */
  readonly holders: readonly object[]
  /** The built-in type that they derive from, whose content counts. */
  readonly builtin: object | undefined
  /** Own properties that are no state. */
  readonly omitted: ReadonlySet<string> | undefined
  /** Whether a loop over the properties of one gives its own, all of which count. */
  readonly isShaped: boolean
}

/** Appends the canonical form of a value; given to the parts that hold values, so that they need not know the whole. */
export type EncodeValue = (walk: KeyWalk, position: number, value: unknown) => number

/** The parts of a container that the walk has entered and whose head is written. */
export interface KeyParts {
  /** The part that is to be encoded next, or `NO_PART`. */
  part: unknown
  /** Where that part is; empty where it has the place of its container. */
  readonly segment: string
  /** Writes what stands before the next part, and reads it; puts the form in order where there is none. */
  next(walk: KeyWalk, position: number): number
}

/** Containers within containers, at most. */
export const DEEPEST = 10_000
/** From this depth on, containers wait in a list and not on the stack, which may be half full already. */
export const UNROLLED_FROM = 200
/** Up to this depth to look at each ancestor is faster than to hash. */
const SCANNED = 64
/** A value with shared parts is written once per path to them: without a bound, 40 objects can make 2^40 bytes. */
export const LARGEST = 2 ** 29

export interface WalkMark {
  readonly depth: number
  readonly heldEnd: number
  readonly met: Map<object, number> | undefined
  readonly isUnrolling: boolean
}

/** What one pass over a call's values knows. User code that runs in it and encodes in turn does so in another walk. */
export class KeyWalk {
  sink!: ByteSink
  context!: KeyContext
  /** Whether Object.prototype has enumerable properties, which for-in would show for every object. */
  polluted = false
  /** Property values read and not yet written: `held[0..heldEnd)`. */
  held: unknown[] = []
  heldEnd = 0
  /** Within an instance of an unregistered class: what was met in it, each with its number. */
  met: Map<object, number> | undefined
  /** Properties that are left out. */
  omits: ReadonlyMap<object, ReadonlySet<string>> | undefined
  isUnrolling = false
  /** While unrolling: the parts of the container that was entered last. */
  begun: KeyParts | undefined
  #start = 0
  #ancestors: object[] = []
  /** The depths of those beyond the first. */
  readonly #depths = new Map<object, number>()
  #depth = 0

  begin(sink: ByteSink, position: number, context: KeyContext): void {
    this.sink = sink
    this.context = context
    this.polluted = hasEnumerable(Object.prototype)
    this.#start = position
  }

  /** The sink's bytes, with room for `needed` more from `position` on. */
  reserve(position: number, needed: number): Buffer {
    if (position + needed > this.sink.bytes.length) this.#grow(position, needed)
    return this.sink.bytes
  }

  /** The end of a whole form; refuses one that is too long however roomy the sink was. */
  finish(position: number): number {
    if (position - this.#start > LARGEST) throw tooLarge()
    return position
  }

  /** How many containers are entered. */
  get depth(): number {
    return this.#depth
  }

  /** Levels up to the container that is this very object; 0: none, and it is now the innermost. */
  enter(container: object): number {
    const ancestors = this.#ancestors
    const depth = this.#depth
    for (let index = depth < SCANNED ? depth - 1 : SCANNED - 1; index >= 0; index--) {
      if (ancestors[index] === container) return depth - index
    }
    if (depth >= SCANNED) {
      const known = this.#depths.get(container)
      if (known !== undefined) return depth - known
      if (depth === DEEPEST) throw new KeyFailure(`nested more than ${DEEPEST} levels deep; pass a flatter value.`)
      this.#depths.set(container, depth)
    }
    ancestors[depth] = container
    this.#depth = depth + 1
    return 0
  }

  leave(): void {
    const depth = --this.#depth
    if (depth >= SCANNED) this.#depths.delete(this.#ancestors[depth] as object)
    this.#ancestors[depth] = NOTHING
  }

  writeTag(position: number, tag: number): number {
    this.reserve(position, 1)[position] = tag
    return position + 1
  }

  /** A tag and a count. */
  writeStart(position: number, tag: number, count: number): number {
    const bytes = this.reserve(position, 1 + LONGEST_COUNT)
    bytes[position] = tag
    return writeCount(bytes, position + 1, count)
  }

  /** The containers around what is being written, outermost first. */
  get holders(): readonly object[] {
    return this.#ancestors.slice(0, this.#depth)
  }

  /** Where the walk is, to come back to after a failure. */
  mark(): WalkMark {
    return { depth: this.#depth, heldEnd: this.heldEnd, met: this.met, isUnrolling: this.isUnrolling }
  }

  backTo({ depth, heldEnd, met, isUnrolling }: WalkMark): void {
    while (this.#depth > depth) this.leave()
    this.isUnrolling = isUnrolling
    this.begun = undefined
    this.held.fill(undefined, heldEnd)
    this.heldEnd = heldEnd
    this.met = met
  }

  writeCycle(position: number, levels: number): number {
    return this.writeStart(position, TAG_CYCLE, levels)
  }

  #grow(position: number, needed: number): void {
    if (position + needed - this.#start > LARGEST) throw tooLarge()
    this.sink.grow(position, needed)
  }
}

const NOTHING = {}

function tooLarge(): KeyFailure {
  return new KeyFailure(
    `its canonical form exceeds ${LARGEST} bytes; pass large data as typed arrays, or less shared structure.`,
  )
}

export function hasEnumerable(prototype: object): boolean {
  for (const _ in prototype) return true
  return false
}
