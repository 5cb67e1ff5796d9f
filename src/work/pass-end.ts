/** Ends a pass of a flow: a call that it makes is not done yet. User code that catches it stops nothing. */
export class PassEnd extends Error {
  override readonly name = 'PassEnd'

  constructor() {
    super(
      'A call of the flow is not done: the pass ends here, and the flow is called again when it is. Let this error through.',
    )
  }
}

/** What a flow says that ends its app. */
export class AppEnd extends Error {
  override readonly name = 'AppEnd'
  readonly isFailure: boolean

  constructor(message: string, isFailure: boolean) {
    super(message)
    this.isFailure = isFailure
  }
}
