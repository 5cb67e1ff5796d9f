/** Ends what is under way early. Who waits is told once, and takes no listener of a signal of the user's for it. */
export class Abortion {
  readonly #waiting = new Set<(reason: unknown) => void>()
  readonly #signal: AbortSignal | undefined
  readonly #listener = (): void => this.abort(this.#signal!.reason)
  #isAborted = false
  #reason: unknown

  /** Follows a signal until `dispose`. */
  constructor(signal?: AbortSignal) {
    this.#signal = signal
    if (signal?.aborted === true) this.abort(signal.reason)
    else signal?.addEventListener('abort', this.#listener, { once: true })
  }

  get isAborted(): boolean {
    return this.#isAborted
  }

  get reason(): unknown {
    return this.#reason
  }

  abort(reason: unknown): void {
    if (this.#isAborted) return
    this.#isAborted = true
    this.#reason = reason
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const tell of waiting) tell(reason)
  }

  /** Calls `tell` when it is aborted, at once if it is already; what is returned ends that. */
  whenAborted(tell: (reason: unknown) => void): () => void {
    if (this.#isAborted) tell(this.#reason)
    else this.#waiting.add(tell)
    return () => this.#waiting.delete(tell)
  }

  /** What `pending` gives, unless it is aborted before: then rejects with the reason, and nobody hears what `pending` gives. */
  whileRunning<T>(pending: PromiseLike<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const end = this.whenAborted(reject)
      const ended =
        <V>(settle: (value: V) => void) =>
        (value: V): void => {
          end()
          settle(value)
        }
      pending.then(ended(resolve), ended(reject))
    })
  }

  dispose(): void {
    this.#signal?.removeEventListener('abort', this.#listener)
  }
}
