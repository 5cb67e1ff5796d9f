/** How far a loop of a flow is. */
export interface LoopState {
  readonly index: number
  readonly isDone: boolean
}

/** A loop of a flow that goes on in later passes. */
export class Loop {
  #index: number
  #isDone: boolean
  readonly #changed: () => void

  constructor({ index, isDone }: LoopState, changed: () => void) {
    this.#index = index
    this.#isDone = isDone
    this.#changed = changed
  }

  toState(): LoopState {
    return { index: this.#index, isDone: this.#isDone }
  }

  *over<T>(items: Iterable<T>, runsOnce: boolean): Iterable<T> {
    if (this.#isDone && runsOnce) return
    if (this.#isDone) this.#to(0, false)
    let at = 0
    for (const item of items) {
      // What is left by the end of a pass is where the next one begins.
      if (at++ < this.#index) continue
      yield item
      this.#to(at, false)
    }
    this.#to(0, true)
  }

  #to(index: number, isDone: boolean): void {
    this.#index = index
    this.#isDone = isDone
    this.#changed()
  }
}
