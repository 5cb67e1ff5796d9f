/** Numbers, of which the least leaves first: a binary heap. */
export class ReadyQueue {
  readonly #heap: number[] = []

  get size(): number {
    return this.#heap.length
  }

  add(number: number): void {
    const heap = this.#heap
    let at = heap.push(number) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (heap[above]! <= number) break
      heap[at] = heap[above]!
      at = above
    }
    heap[at] = number
  }

  /** Undefined where there is none. */
  take(): number | undefined {
    const heap = this.#heap
    const least = heap[0]
    const last = heap.pop()
    if (heap.length > 0) this.#sink(last!)
    return least
  }

  #sink(number: number): void {
    const heap = this.#heap
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below + 1 < heap.length && heap[below + 1]! < heap[below]!) below++
      if (below >= heap.length || heap[below]! >= number) break
      heap[at] = heap[below]!
      at = below
    }
    heap[at] = number
  }
}
