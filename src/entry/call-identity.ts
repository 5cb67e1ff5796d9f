import type { HeldFacts } from './output-facts.ts'

const KEY_LENGTH = 32

/** Call key, arguments digest, and after misses what is kept of the arguments. */
export class CallIdentity {
  readonly bytes: Buffer
  /** What its call stored under it, where that is small. */
  output: HeldFacts | undefined
  #key: string | undefined

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  /** Hexadecimal call key. */
  get key(): string {
    return (this.#key ??= this.bytes.toString('hex', 0, KEY_LENGTH))
  }

  /** The call key alone. */
  get keyBytes(): Uint8Array {
    return this.bytes.subarray(0, KEY_LENGTH)
  }

  /** A short string that is equal for equal keys. */
  get mapKey(): string {
    return this.bytes.toString('latin1', 0, KEY_LENGTH)
  }
}
