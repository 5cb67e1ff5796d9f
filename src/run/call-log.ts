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
  /** Those that are not packed, by place. */
  readonly #calls = new Map<number, CallRecord>()
  readonly #packed: Packed[] = []
  /** What was unpacked last: who asks for one asks for the next. */
  #unpacked: { readonly from: Packed; readonly calls: readonly CallRecord[] } | undefined

  constructor(records: Pick<Records, 'decode'>, runStartedAt: number) {
    this.#records = records
    this.#runStartedAt = runStartedAt
  }

  /** Says which place it has. */
  add(call: CallRecord): number {
    const place = this.#states.push(call.state) - 1
    this.#calls.set(place, call)
    return place
  }

  stateAt(place: number): CallState {
    return this.#states[place]!
  }

  /** As it was added, or an equal one. */
  at(place: number): CallRecord {
    return this.#calls.get(place) ?? this.#unpack(place)
  }

  /** The bytes of a row that has the calls from a place on, which are packed after those before them. A call of which they lack something stays. */
  pack(first: number, count: number, bytes: Buffer): void {
    for (let place = first; place < first + count; place++) if (!isWholeInRow(this.#calls.get(place)!)) return
    for (let place = first; place < first + count; place++) this.#calls.delete(place)
    this.#packed.push({ first, bytes })
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
