/** Calls that wait, as they are kept beside the state of their work: all of them, from the one of a number on. */
export interface WaitingCalls {
  readonly from: number
  readonly calls: readonly (readonly unknown[])[]
}

interface NumberedCall {
  readonly number: number
  readonly args: readonly unknown[]
}

/** Calls of a work that run, or wait to, in its app. They end in the order in which they came. */
export class CallsUnderWay {
  readonly #calls = new Map<string, NumberedCall>()
  #next = 0
  /** Whether some came since all were written. */
  hasNew = false

  get size(): number {
    return this.#calls.size
  }

  add(key: string, args: readonly unknown[]): void {
    this.#calls.set(key, { number: this.#next++, args })
    this.hasNew = true
  }

  delete(key: string): void {
    this.#calls.delete(key)
  }

  /** Arguments of all but one. */
  but(ending: string | undefined): (readonly unknown[])[] {
    const left: (readonly unknown[])[] = []
    for (const [key, { args }] of this.#calls) if (key !== ending) left.push(args)
    return left
  }

  /** Number of the first one but that. */
  firstBut(ending: string | undefined): number {
    for (const [key, { number }] of this.#calls) if (key !== ending) return number
    return this.#next
  }

  waiting(): WaitingCalls {
    return { from: this.firstBut(undefined), calls: this.but(undefined) }
  }
}

/** Of calls that wait, those from the one of a number on. */
export function waitingFrom(first: number, { from, calls }: WaitingCalls): readonly (readonly unknown[])[] {
  return calls.slice(Math.max(first - from, 0))
}
