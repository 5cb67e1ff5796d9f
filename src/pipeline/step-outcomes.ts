import type { CallRecord, CallState } from '../report/run-record.ts'
import type { CallLog } from '../run/call-log.ts'
import type { CallOutcome } from '../run/execution.ts'
import type { MapItems } from './run-plan.ts'

/** What became of the steps of a run, by their places in the graph. Of most, that is a place in the log: there may be very many. */
export class StepOutcomes {
  readonly #log: CallLog
  /** In the log; -1 for a step that has not ended. */
  readonly #places: Int32Array
  /** What those threw that failed, in the order in which they did. */
  readonly #errors = new Map<number, unknown>()
  readonly #items = new Map<number, MapItems>()
  #size = 0

  constructor(steps: number, log: CallLog) {
    this.#places = new Int32Array(steps).fill(-1)
    this.#log = log
  }

  note(step: number, { state, place, error }: Omit<CallOutcome, 'handed'>, items?: MapItems): void {
    this.#size++
    this.#places[step] = place!
    if (state === 'failed') this.#errors.set(step, error)
    if (items !== undefined) this.#items.set(step, items)
  }

  /** How many have ended. */
  get size(): number {
    return this.#size
  }

  has(step: number): boolean {
    return this.#places[step]! >= 0
  }

  /** Of a step that has ended. */
  stateOf(step: number): CallState {
    return this.#log.stateAt(this.#places[step]!)
  }

  /** Of a step that has ended. */
  recordOf(step: number): CallRecord {
    return this.#log.at(this.#places[step]!)
  }

  /** Of a map: what became of its items. */
  itemsOf(step: number): MapItems | undefined {
    return this.#items.get(step)
  }

  /** What the steps threw that failed. */
  get errors(): ReadonlyMap<number, unknown> {
    return this.#errors
  }

  /** How many ended so. */
  count(state: CallState): number {
    return this.#places.reduce((sum, place) => (place >= 0 && this.#log.stateAt(place) === state ? sum + 1 : sum), 0)
  }

  /** The steps that have ended, in the order of the graph. */
  steps(): number[] {
    return Array.from(this.#places.keys()).filter((step) => this.has(step))
  }
}
