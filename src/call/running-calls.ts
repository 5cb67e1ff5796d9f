import type { KeyedCall, Run } from './state.ts'

/**
 * Runs under way that equal calls may join, by call key. One of them has a place of its own: mostly there is one at a time, and a Map
 * that takes and gives without an end leaves tables behind, with what was in them, that only a full collection takes back.
 */
export class RunningCalls {
  #key: string | undefined
  #run: Run | undefined
  readonly #others = new Map<string, Run>()

  get(key: string): Run | undefined {
    if (key === this.#key) return this.#run
    return this.#others.size === 0 ? undefined : this.#others.get(key)
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  /** In place of what is there. */
  set(key: string, run: Run): void {
    const isFree = this.#key === undefined && !(this.#others.size > 0 && this.#others.has(key))
    if (isFree || key === this.#key) {
      this.#key = key
      this.#run = run
    } else this.#others.set(key, run)
  }

  delete(key: string): void {
    if (key === this.#key) this.#key = this.#run = undefined
    else if (this.#others.size > 0) this.#others.delete(key)
  }

  /** Ends that equal calls join this one. A refresh may have taken its place. */
  forget(call: KeyedCall): void {
    const { mapKey } = call.identity
    if (this.get(mapKey)?.call === call) this.delete(mapKey)
  }

  *values(): Iterable<Run> {
    if (this.#run !== undefined) yield this.#run
    yield* this.#others.values()
  }
}
