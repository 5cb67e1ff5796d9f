/** What stands for something in a key that is not a value itself. */
export abstract class StandIn {
  /** Says what kind it is and which. Asked anew for every key. */
  abstract form(): string
}

/** A text that the user gave for a value. */
export class GivenHash extends StandIn {
  readonly text: string

  constructor(text: string) {
    super()
    this.text = text
  }

  override form(): string {
    return `hash ${this.text}`
  }
}

/** Values that `withHash` gave a string. */
export const givenHashes = new WeakMap<object, GivenHash>()
/** Whether there are any: programs without need not look. */
export const hashes = { areGiven: false }
