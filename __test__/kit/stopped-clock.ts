/** A clock that stands still until it is moved. */
export class StoppedClock {
  now: number
  readonly read = (): number => this.now

  constructor(now = 1_700_000_000_000) {
    this.now = now
  }
}
