/** A part of a value that lies elsewhere and may change there: a file, the value of another entry. */
export interface LivePart {
  /** Whether it is what it was when the value was stored. */
  isUnchanged(): boolean
}

/** The live parts of the values that are encoded or decoded. */
export class LiveParts {
  /** How many were met while values were encoded. */
  encoded = 0
  /** Of the value that is decoded, where somebody wants to know them. */
  #decoded: LivePart[] | undefined

  /** Notes a part of the value that is decoded. */
  note(part: LivePart): void {
    this.#decoded?.push(part)
  }

  /** Decodes a value and gives its live parts. A codec may decode another value meanwhile, whose parts are its own. */
  within<T>(decode: () => T): { readonly value: T; readonly parts: readonly LivePart[] } {
    const outer = this.#decoded
    const parts: LivePart[] = (this.#decoded = [])
    try {
      return { value: decode(), parts }
    } finally {
      this.#decoded = outer
    }
  }
}
