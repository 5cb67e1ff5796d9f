/** Who waits, in a list of which each can leave. A Set that lives long keeps what left it for a while, with all that it reaches. */
interface Waiting {
  readonly tell: (reason: unknown) => void
  before: Waiting | undefined
  after: Waiting | undefined
}

/** Ends what is under way early. Who waits is told once, and takes no listener of a signal of the user's for it. */
export class Abortion {
  #first: Waiting | undefined
  #last: Waiting | undefined
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
    const waiting: Waiting[] = []
    for (let one = this.#first; one !== undefined; one = one.after) waiting.push(one)
    this.#first = this.#last = undefined
    for (const { tell } of waiting) tell(reason)
  }

  /** Calls `tell` when it is aborted, at once if it is already; what is returned ends that. */
  whenAborted(tell: (reason: unknown) => void): () => void {
    if (this.#isAborted) {
      tell(this.#reason)
      return () => undefined
    }
    const waiting: Waiting = { tell, before: this.#last, after: undefined }
    if (this.#last === undefined) this.#first = waiting
    else this.#last.after = waiting
    this.#last = waiting
    return () => this.#leave(waiting)
  }

  #leave(waiting: Waiting): void {
    // All were told.
    if (this.#isAborted) return
    const { before, after } = waiting
    // It left already.
    if (before === undefined ? this.#first !== waiting : before.after !== waiting) return
    if (before === undefined) this.#first = after
    else before.after = after
    if (after === undefined) this.#last = before
    else after.before = before
    waiting.before = waiting.after = undefined
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
