import type { CachedCalls } from '../call/cached-calls.ts'
import type { Observers } from '../call/event.ts'
import type { Payload } from '../entry/payload.ts'
import type { CallEvent, CallObservers } from '../report/call-event.ts'
import type { Lookup } from '../report/entry-info.ts'
import type { Explanation } from '../report/explanation.ts'
import type { FunctionStats } from '../report/function-stats.ts'
import { FamilyCall, type FamilyFunction } from './family-call.ts'
import type { Records } from './records.ts'
import type { Wrapping } from './wrapping.ts'

/** How families of functions (pipelines, tasks, works) use a memory, without reaching into its private parts. */
export class Door {
  readonly #wrapping: Wrapping
  readonly #observers: CallObservers
  /** What is kept of runs, calls and apps. */
  readonly records: Records

  constructor(wrapping: Wrapping, observers: CallObservers, records: Records) {
    this.#wrapping = wrapping
    this.#observers = observers
    this.records = records
  }

  /** Has the memory remember the calls of a function. Throws as `memory.cache` does. */
  calls(fn: FamilyFunction): FamilyCalls {
    return new FamilyCalls(this.#wrapping.family(fn, new FamilyObservers(this.#observers)))
  }
}

/** The calls of a family's function. All but `call` and `refresh` take the inputs of a call, and run nothing. */
export class FamilyCalls {
  readonly #calls: CachedCalls

  constructor(calls: CachedCalls) {
    this.#calls = calls
  }

  /** The name of its entries. */
  get id(): string {
    return this.#calls.id
  }

  /** Finds the result, waits for the run of an equal call, or runs: as a call of a cached function. */
  async call(call: FamilyCall): Promise<unknown> {
    return this.#calls.call(undefined, [call])
  }

  /** Runs and overwrites, whatever is stored. */
  async refresh(call: FamilyCall): Promise<unknown> {
    return this.#calls.refresh(undefined, [call])
  }

  lookup(inputs: readonly unknown[]): Lookup {
    return this.#calls.lookup(undefined, looking(inputs))
  }

  explain(inputs: readonly unknown[]): Explanation {
    return this.#calls.explain(undefined, looking(inputs))
  }

  key(inputs: readonly unknown[]): string {
    return this.#calls.key(undefined, looking(inputs))
  }

  forget(inputs: readonly unknown[]): boolean {
    return this.#calls.forget(undefined, looking(inputs))
  }

  /** What can be passed on in place of a stored result, which is loaded where it is used; undefined where there is none. */
  payload(inputs: readonly unknown[]): Payload | undefined {
    return this.#calls.payload(undefined, looking(inputs))
  }

  stats(): FunctionStats {
    return this.#calls.stats()
  }
}

/** A call that is not made. */
function looking(inputs: readonly unknown[]): [FamilyCall] {
  return [new FamilyCall(inputs, () => undefined)]
}

/** Tells the call itself what became of it, and whoever listens to the memory. */
class FamilyObservers implements Observers {
  readonly areListening = true
  readonly #ofMemory: CallObservers

  constructor(ofMemory: CallObservers) {
    this.#ofMemory = ofMemory
  }

  publish(event: CallEvent, [call]: readonly unknown[]): void {
    ;(call as FamilyCall).event = event
    if (this.#ofMemory.areListening) this.#ofMemory.publish(event, (call as FamilyCall).inputs)
  }
}
