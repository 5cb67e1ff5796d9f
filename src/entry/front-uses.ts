import { type Store, flushedAtExit } from '../native/binding.ts'
import { builtin } from '../platform/builtin.ts'
import type { FrontEntry } from './front-table.ts'

/** How long uses are kept before the core hears of them, in milliseconds. */
const TOLD_WITHIN_MS = 1000
/** Bytes of a record of the log of accesses: call key, how many uses, when the last one was. */
const RECORD = 48
const COUNT = 32
const LAST = 40

/** Uses of front entries that the core has not heard of. */
export class FrontUses {
  readonly #store: Store
  #used: FrontEntry[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(store: Store) {
    this.#store = store
  }

  note(entry: FrontEntry): void {
    if (entry.uses++ === 0) this.#begin(entry)
  }

  /** Has the core hear of all uses. */
  flush(): void {
    const used = this.#used
    if (used.length === 0) return
    this.#used = []
    builtin('node:timers').clearTimeout(this.#timer)
    flushedAtExit.delete(this)
    try {
      this.#store.noteUses(recordsOf(used, Date.now()))
    } catch {
      // The store was closed: when an entry was used is not worth failing anyone's call.
    }
  }

  #begin(entry: FrontEntry): void {
    if (this.#used.push(entry) > 1) return
    flushedAtExit.add(this)
    this.#timer = builtin('node:timers')
      .setTimeout(() => this.flush(), TOLD_WITHIN_MS)
      .unref()
  }
}

/** Uses as records of the log of accesses; the entries have none from now on. */
function recordsOf(used: readonly FrontEntry[], now: number): Buffer {
  const records = Buffer.allocUnsafe(used.length * RECORD)
  used.forEach((entry, i) => {
    records.set(entry.key, i * RECORD)
    records.writeBigUInt64LE(BigInt(entry.uses), i * RECORD + COUNT)
    records.writeDoubleLE(now, i * RECORD + LAST)
    entry.uses = 0
  })
  return records
}
