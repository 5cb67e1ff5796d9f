/** The `this` of a method's call, as it stands in the call's key. */
export class Receiver {
  /** Name of its class; of a static method, `class` and the name of the class that it is. */
  readonly className: string
  /** Whether the state is a list of properties and of what is hidden besides. */
  readonly isInParts: boolean
  readonly #state: unknown

  constructor(className: string, state: unknown, isInParts = false) {
    this.className = className
    this.isInParts = isInParts
    this.#state = state
  }

  /** What of it counts: own properties, or the instance where its class is registered; undefined: it does not count. */
  get state(): unknown {
    return this.#state
  }

  /** As `instanceof`, but a proxy is not asked what it is. */
  static is(value: unknown): value is Receiver {
    return typeof value === 'object' && value !== null && #state in value
  }
}
