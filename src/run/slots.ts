import type { Abortion } from './abortion.ts'
import type { Executor } from './executor.ts'

/** Something that calls take a place of. */
export interface Places {
  /** Takes one that is free; what is returned frees it. Undefined where none is. */
  take(): (() => void) | undefined
  /** Waits for a free one; what is returned frees it. Rejects with the reason of the run's end. */
  enter(abortion: Abortion): Promise<() => void>
}

/** The calls that an executor may run at a time, over all runs that use it. A call waits here, where no time of it counts yet. */
export class Slots implements Places {
  readonly #waiting = new Set<() => void>()
  #free: number

  constructor(count: number) {
    this.#free = count
  }

  take(): (() => void) | undefined {
    if (this.#free <= 0) return undefined
    this.#free--
    return () => this.#leave()
  }

  async enter(abortion: Abortion): Promise<() => void> {
    const leave = this.take()
    if (leave !== undefined) return leave
    await this.#turn(abortion)
    return () => this.#leave()
  }

  async #turn(abortion: Abortion): Promise<void> {
    let take = (): void => undefined
    const turn = new Promise<void>((resolve) => this.#waiting.add((take = resolve)))
    try {
      await abortion.whileRunning(turn)
    } catch (error) {
      // It may have got its turn in the same moment.
      if (!this.#waiting.delete(take)) this.#leave()
      throw error
    }
  }

  #leave(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#free++
      return
    }
    this.#waiting.delete(next)
    next()
  }
}

const known = new WeakMap<Executor, Slots>()

export function slotsOf(executor: Executor): Slots {
  let slots = known.get(executor)
  if (slots === undefined) known.set(executor, (slots = new Slots(executor.concurrency)))
  return slots
}
