import { type ByteSink, grownCapacity } from '../platform/byte-sink.ts'
import { attachScratch, translated } from './binding.ts'

/** Where arguments and structure bytes start; before it lie the facts, the call key and the arguments digest. */
export const PAYLOAD = 88
const REPLACED = 0
const FACTS = 8
const KEY = 24
const KEY_END = 56
const DIGEST = 32
const CAPACITY = 128 * 1024
/** A scratch that one huge value has grown beyond this is given back. */
const KEPT_CAPACITY = 16 * 1024 * 1024

/**
 * Memory through which calls and small answers travel between JavaScript and the core: see crate/binding/src/scratch.rs
 * for what lies where. Its buffer is never handed out, so that it is never transferred.
 */
export class Scratch implements ByteSink {
  bytes!: Buffer
  view!: DataView
  /** Now, on the way in; when the entry was made, on the way out. Milliseconds since the epoch. */
  facts!: Float64Array
  /** The scratch that this one stands in for. */
  readonly outer: Scratch | undefined
  isBusy = false

  constructor(outer?: Scratch) {
    this.outer = outer
    this.#take(new ArrayBuffer(CAPACITY))
  }

  grow(used: number, needed: number): void {
    const grown = new ArrayBuffer(grownCapacity(used, needed))
    new Uint8Array(grown).set(this.bytes.subarray(0, used))
    this.#take(grown)
  }

  /** Hexadecimal call key. */
  key(): string {
    return this.bytes.toString('hex', KEY, KEY_END)
  }

  /** Hexadecimal digest that the core left in the payload. */
  digest(): string {
    return this.bytes.toString('hex', PAYLOAD, PAYLOAD + DIGEST)
  }

  /** A copy of the call key. */
  callKey(): Uint8Array {
    return Buffer.from(this.bytes.subarray(KEY, KEY_END))
  }

  /** Call key, arguments digest and the first bytes of the payload, which outlive the next use of the scratch. */
  identity(payload = 0): Buffer {
    return Buffer.from(this.bytes.subarray(KEY, PAYLOAD + payload))
  }

  /** Puts call key and arguments digest back. */
  setIdentity(identity: Buffer): void {
    identity.copy(this.bytes, KEY, 0, PAYLOAD - KEY)
  }

  /** Puts the payload that an identity came with at `position`; says how many bytes it has. */
  setRecord(identity: Buffer, position: number): number {
    const length = identity.length - (PAYLOAD - KEY)
    if (position + length > this.bytes.length) this.grow(position, length)
    return identity.copy(this.bytes, position, PAYLOAD - KEY)
  }

  attach(): void {
    attachScratch(this.bytes.buffer as ArrayBuffer)
  }

  /**
   * Takes its place again where another instance of the package has taken it: one that this thread has loaded too, and that was
   * called meanwhile, be it by a codec or getter of a value. To be asked before the core is given what the scratch holds.
   */
  hold(): void {
    if (this.bytes[REPLACED] !== 0) this.attach()
  }

  shrink(): void {
    if (this.bytes.length > KEPT_CAPACITY) this.#take(new ArrayBuffer(CAPACITY))
  }

  #take(buffer: ArrayBuffer): void {
    this.bytes = Buffer.from(buffer)
    this.view = new DataView(buffer)
    this.facts = new Float64Array(buffer, FACTS, 2)
    this.attach()
  }
}

let current: Scratch | undefined

/**
 * The scratch of this thread, busy until it is released. Codecs and getters that run while it is busy may call cached
 * functions themselves: those get a scratch of their own.
 */
export function acquireScratch(): Scratch {
  if (current === undefined || current.isBusy) current = new Scratch(current)
  else current.hold()
  current.isBusy = true
  return current
}

/** Ends the use of a scratch; what it holds may be overwritten from now on. */
export function releaseScratch(scratch: Scratch): void {
  scratch.isBusy = false
  scratch.shrink()
  if (scratch.outer !== undefined) {
    current = scratch.outer
    current.attach()
  }
}

/** Asks the core something about the call whose key and arguments digest are these; throws its errors as engram's. */
export function withIdentity<T>(identity: Buffer, operation: (scratch: Scratch) => T): T {
  const scratch = acquireScratch()
  try {
    scratch.setIdentity(identity)
    return operation(scratch)
  } catch (error) {
    throw translated(error)
  } finally {
    releaseScratch(scratch)
  }
}
