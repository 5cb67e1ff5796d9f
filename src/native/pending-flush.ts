import { builtin } from '../platform/builtin.ts'
import { flushedAtExit } from './binding.ts'

/** How long the core may not have heard of something, in milliseconds. */
const TOLD_WITHIN_MS = 1000

/** The flush of what somebody keeps for the core: it comes within a second, and before the process ends. */
export class PendingFlush {
  readonly #keeper: { flush(): void }
  #stopWaiting: (() => void) | undefined

  constructor(keeper: { flush(): void }) {
    this.#keeper = keeper
  }

  /** There is something to flush now. */
  begin(): void {
    flushedAtExit.add(this.#keeper)
    // A first timer takes a quarter of a millisecond, and many programs end within this turn of the event loop. Node's own:
    // test environments such as jsdom have no `setImmediate`, and others stop the clock.
    const { clearImmediate, setImmediate } = builtin('node:timers')
    const turn = setImmediate(() => this.#wait()).unref()
    this.#stopWaiting = () => clearImmediate(turn)
  }

  /** There is nothing left. */
  end(): void {
    this.#stopWaiting?.()
    flushedAtExit.delete(this.#keeper)
  }

  #wait(): void {
    const { clearTimeout, setTimeout } = builtin('node:timers')
    const timer = setTimeout(() => this.#keeper.flush(), TOLD_WITHIN_MS).unref()
    this.#stopWaiting = () => clearTimeout(timer)
  }
}
