import type { Store } from '../native/binding.ts'
import { PendingFlush } from '../native/pending-flush.ts'
import type { FrontEntry } from './front-table.ts'

/** Bytes of a record of the log of accesses: call key, how many uses, when the last one was. */
const RECORD = 48
const COUNT = 32
const LAST = 40

/** Uses of front entries that the core has not heard of. */
export class FrontUses {
  readonly #store: Store
  #used: FrontEntry[] = []
  readonly #pending = new PendingFlush(this)

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
    this.#pending.end()
    try {
      this.#store.noteUses(recordsOf(used, Date.now()))
    } catch {
      // The store was closed: when an entry was used is not worth failing anyone's call.
    }
  }

  #begin(entry: FrontEntry): void {
    if (this.#used.push(entry) === 1) this.#pending.begin()
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
