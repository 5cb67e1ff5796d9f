/** What a run gives whose result another thread or machine has stored already, under the key of the call. */
export class StoredElsewhere {
  /** Bytes of the value, before compression. */
  readonly byteLength: number

  constructor(byteLength: number) {
    this.byteLength = byteLength
  }
}
