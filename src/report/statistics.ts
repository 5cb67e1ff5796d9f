import type { Identity, Store } from '../native/binding.ts'
import { PendingFlush } from '../native/pending-flush.ts'
import type { CallCounts, CallTotals, Tally } from './function-stats.ts'

/** The sums that a store keeps of what calls did, and what this memory has not told it yet. */
export class Statistics implements Tally {
  readonly #store: Store
  readonly #clock: () => number
  #due: CallCounts[] = []
  readonly #pending = new PendingFlush(this)

  constructor(store: Store, clock: () => number) {
    this.#store = store
    this.#clock = clock
  }

  /** Notes that there is something to tell of these counts. */
  note(counts: CallCounts): void {
    if (this.#due.push(counts) === 1) this.#pending.begin()
  }

  /** Has the core hear of all that calls did. */
  flush(): void {
    if (this.#due.length === 0) return
    const due = this.#due
    this.#due = []
    this.#pending.end()
    const since = this.#clock()
    try {
      this.#store.noteStatistics(due.map((counts) => counts.takeUntold(since)))
    } catch {
      // The store was closed: sums are not worth failing anyone's call.
    }
  }

  /** What is kept, by `CallCounts.name`. Throws what a store throws that cannot be read. */
  totals(): Map<string, CallTotals> {
    this.flush()
    return new Map(this.#store.statistics().map(({ name, ...sums }) => [name, sums]))
  }
}

/** Under which a function is counted, whatever its code and version are. */
export function statisticsName({ name, kind, project, domain }: Identity): string {
  return JSON.stringify([name, kind, project ?? null, domain ?? null])
}

/** The id of the function that `statisticsName` named. */
export function nameIn(text: string): string {
  try {
    return String((JSON.parse(text) as unknown[])[0])
  } catch {
    return text
  }
}
