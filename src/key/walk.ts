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
  /** Text that stands for a function in a key; undefined for one that nothing tells from others. */
  readonly formOfFunction: (fn: Function) => string | undefined
}

/** Appends the canonical form of a value; given to the parts that hold values, so that they need not know the whole. */
export type EncodeValue = (walk: KeyWalk, position: number, value: unknown) => number

/** Containers within containers, at most. Far from the end of a default stack, even in unoptimised code. */
export const DEEPEST = 1000
/** A value with shared parts is written once per path to them: without a bound, 40 objects can make 2^40 bytes. */
export const LARGEST = 2 ** 29

/** What one pass over a call's values knows. User code that runs in it and encodes in turn does so in another walk. */
export class KeyWalk {
  sink!: ByteSink
  context!: KeyContext
  /** Whether Object.prototype has enumerable properties, which for-in would show for every object. */
  polluted = false
  /** Property values read and not yet written: `held[0..heldEnd)`. */
  held: unknown[] = []
  heldEnd = 0
  #start = 0
  #ancestors: object[] = []
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

  /** Levels up to the container that is this very object; 0: none, and it is now the innermost. */
  enter(container: object): number {
    const ancestors = this.#ancestors
    const depth = this.#depth
    for (let index = depth - 1; index >= 0; index--) {
      if (ancestors[index] === container) return depth - index
    }
    if (depth === DEEPEST) throw new KeyFailure(`nested more than ${DEEPEST} levels deep; pass a flatter value.`)
    ancestors[depth] = container
    this.#depth = depth + 1
    return 0
  }

  leave(): void {
    this.#ancestors[--this.#depth] = NOTHING
  }

  writeCycle(position: number, levels: number): number {
    const bytes = this.reserve(position, 1 + LONGEST_COUNT)
    bytes[position] = TAG_CYCLE
    return writeCount(bytes, position + 1, levels)
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

function hasEnumerable(prototype: object): boolean {
  for (const _ in prototype) return true
  return false
}
