/** A power of two. */
const BITS = 1 << 18
/** With so many marks one in sixteen hashes that were never marked looks as if it had been: time to begin anew. */
const MOST = BITS / 16

/** Which hashes were met: all that were marked lately, and by chance a few others. */
export class FrontMarks {
  #words: Int32Array | undefined
  #count = 0

  /** Marks a hash; whether it was before. */
  mark(hash: number): boolean {
    if (this.has(hash)) return true
    const words = (this.#words ??= new Int32Array(BITS / 32))
    if (this.#count >= MOST) {
      words.fill(0)
      this.#count = 0
    }
    words[(hash & (BITS - 1)) >>> 5]! |= 1 << (hash & 31)
    this.#count++
    return false
  }

  has(hash: number): boolean {
    return this.#words !== undefined && (this.#words[(hash & (BITS - 1)) >>> 5]! & (1 << (hash & 31))) !== 0
  }
}
