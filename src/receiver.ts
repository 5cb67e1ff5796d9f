/** What stands in the key of a method's call for the `this` that it was called with. */
export class Receiver {
  /** Name of its class; of a static method, `class` and the name of the class that it is. */
  readonly className: string
  /** What of it counts: own properties, or the instance where its class is registered; undefined: it does not count. */
  readonly state: unknown

  constructor(className: string, state: unknown) {
    this.className = className
    this.state = state
  }
}
