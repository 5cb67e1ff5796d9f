/** What a value is, without the value. */
export interface OutputFacts {
  /** Hexadecimal digest of the value. */
  readonly digest: string
  /** Bytes of the value, before compression. */
  readonly byteLength: number
}

/** The same, and maybe the value. */
export interface HeldFacts extends OutputFacts {
  /** The bytes of a small value that was stored by this process, one to a character: a copy is made of them without the store. */
  readonly held?: string | undefined
}
