import type { Records } from '../memory/records.ts'
import type { CallRecord, CallState } from '../report/run-record.ts'
import { callOfRow, isWholeInRow } from '../report/run-rows.ts'

/** Calls that follow each other, as the row that was written of them. */
interface Packed {
  /** The place of the first of them. */
  readonly first: number
  readonly bytes: Buffer
}

/**
 * The calls of a run that are over, in the order in which they ended. Those that were written down are kept as the bytes of their
 * rows, a fifth of what records take: a run may have very many, and few are asked about.
 */
export class CallLog {
  readonly #records: Pick<Records, 'decode'>
  readonly #runStartedAt: number
  readonly #states: CallState[] = []
  /** Those that came last, in a list that is soon replaced: what takes and gives without an end keeps what it gave. */
  #latest: CallRecord[] = []
  /** Those that were not packed, by place. */
  readonly #kept = new Map<number, CallRecord>()
  readonly #packed: Packed[] = []
  /** What was unpacked last: who asks for one asks for the next. */
  #unpacked: { readonly from: Packed; readonly calls: readonly CallRecord[] } | undefined

  constructor(records: Pick<Records, 'decode'>, runStartedAt: number) {
    this.#records = records
    this.#runStartedAt = runStartedAt
  }

  /** Says which place it has. */
  add(call: CallRecord): number {
    this.#latest.push(call)
    return this.#states.push(call.state) - 1
  }

  stateAt(place: number): CallState {
    return this.#states[place]!
  }

  /** As it was added, or an equal one. */
  at(place: number): CallRecord {
    const first = this.#states.length - this.#latest.length
    return place >= first ? this.#latest[place - first]! : (this.#kept.get(place) ?? this.#unpack(place))
  }

  /** @param bytes - Of a row that has the oldest that are not packed, so many. Undefined, or where it lacks something of one, they stay. */
  pack(count: number, bytes: Buffer | undefined): void {
    const first = this.#states.length - this.#latest.length
    const calls = this.#latest.slice(0, count)
    this.#latest = this.#latest.slice(count)
    if (bytes !== undefined && calls.every(isWholeInRow)) this.#packed.push({ first, bytes })
    else for (const [at, call] of calls.entries()) this.#kept.set(first + at, call)
  }

  #unpack(place: number): CallRecord {
    const packed = this.#packedWith(place)
    if (this.#unpacked?.from !== packed) {
      const rows = this.#records.decode(packed.bytes) as unknown[]
      this.#unpacked = { from: packed, calls: rows.map((row) => callOfRow(row, this.#runStartedAt)) }
    }
    return this.#unpacked.calls[place - packed.first]!
  }

  /** The last one that begins at the place or before it. */
  #packedWith(place: number): Packed {
    let [low, high] = [0, this.#packed.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#packed[middle]!.first <= place) low = middle
      else high = middle - 1
    }
    return this.#packed[low]!
  }
}
