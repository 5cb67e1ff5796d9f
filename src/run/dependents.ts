/** Who needs whom: lists that are linked within arrays of numbers, as there may be very many short ones. */
export class Dependents {
  /** For each call, the place of its newest dependent; 0 for none. */
  readonly #heads: Uint32Array
  /** At each place, a dependent and the place of the one before it. The first pair is none. */
  #pairs = new Uint32Array(64)
  #length = 2

  constructor(calls: number) {
    this.#heads = new Uint32Array(calls)
  }

  add(call: number, dependent: number): void {
    if (this.#length === this.#pairs.length) {
      const grown = new Uint32Array(2 * this.#length)
      grown.set(this.#pairs)
      this.#pairs = grown
    }
    this.#pairs[this.#length] = dependent
    this.#pairs[this.#length + 1] = this.#heads[call]!
    this.#heads[call] = this.#length
    this.#length += 2
  }

  /** In the order in which they were added. */
  of(call: number): number[] {
    const found: number[] = []
    for (let at = this.#heads[call]!; at !== 0; at = this.#pairs[at + 1]!) found.push(this.#pairs[at]!)
    return found.reverse()
  }
}
