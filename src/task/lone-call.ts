import { isPromise } from '../call/promise.ts'
import { type Door } from '../memory/door.ts'
import { FamilyCall } from '../memory/family-call.ts'
import { doorOf } from '../memory/memory.ts'
import { Abortion } from '../run/abortion.ts'
import { Attempts } from '../run/attempts.ts'
import { newRunId } from '../run/execution.ts'
import { type Handed, handPayload, handValue } from '../run/handed.ts'
import { type CallListener, type RunningCall, currentContext } from '../run/running-call.ts'
import { runAlone } from './body.ts'
import { type CallParts, type Remaking, afterOthers } from './call-parts.ts'
import type { NodeDefinition } from './definition.ts'
import type { Input } from './inputs.ts'
import { localMemory } from './local-cache.ts'
import { isHashed, outputHanded } from './output.ts'
import { type CallPlace, callsItself, placeOf } from './place.ts'
import { type RunWords, surroundingsIn } from './scope.ts'
import { entered } from './slots.ts'

/** What a call is wanted for. */
type Want<T> = (place: CallPlace | undefined, call: FamilyCall) => T | PromiseLike<T>

/** A call of a task outside of a run: as one of a cached function. Nothing is recorded of it. */
export class LoneCall {
  readonly #call: CallParts
  readonly #door: Door
  readonly #sentRun = sentRun()
  readonly #remaking: Remaking | undefined
  #isCached = false

  /** @param remaking - Where it was made before, and is gone. */
  constructor(call: CallParts, remaking?: Remaking) {
    this.#call = call
    this.#remaking = remaking
    const { memory } = call.definition
    this.#door =
      memory === undefined && this.#sentRun !== undefined ? this.#sentRun.door : doorOf(memory ?? localMemory())
  }

  get #isOverwriting(): boolean {
    return this.#call.definition.cache.isOverwriting || this.#sentRun?.words.isOverwriting === true
  }

  /** Whether its result may be in the store, once it was made. */
  get isCached(): boolean {
    return this.#isCached
  }

  /** What it gives. */
  value(): unknown {
    const { definition } = this.#call
    if (isHashed(definition)) return Promise.resolve(this.handed()).then((handed) => handed.load())
    return this.#made((place, call) => {
      if (place === undefined) return call.run()
      return this.#isOverwriting ? place.calls.refresh(call) : place.calls.call(call)
    })
  }

  /** A reference to it. */
  async handed(): Promise<Handed> {
    const { definition } = this.#call
    const handed = await this.#made<Handed>(async (place, call) => {
      if (place === undefined || this.#remaking === 'held') return handValue(await call.run(), this.#door)
      const { calls } = place
      const isRefresh = this.#isOverwriting || this.#remaking !== undefined
      return handPayload(await (isRefresh ? calls.reshelve(call) : calls.shelve(call)), this.#door)
    })
    return outputHanded(handed, definition, this.#door)
  }

  #made<T>(want: Want<T>): T | PromiseLike<T> {
    const { inputs } = this.#call
    const others = afterOthers(this.#call)
    const ready = others === undefined ? inputs.resolved(this.#door) : others.then(() => inputs.resolved(this.#door))
    return isPromise(ready) ? ready.then((there) => this.#placed(there, want)) : this.#placed(ready, want)
  }

  #placed<T>(inputs: readonly Input[], want: Want<T>): T | PromiseLike<T> {
    const { definition } = this.#call
    const { slots } = definition
    const { project, domain } =
      this.#sentRun === undefined ? definition : surroundingsIn(this.#sentRun.words, definition)
    const place = placeOf(definition, inputs, { door: this.#door, project, domain, isTold: false })
    this.#isCached = place !== undefined
    if (place !== undefined && isRunning(definition, place)) throw callsItself(definition)
    const call = new FamilyCall(place?.keyInputs ?? [], () => this.#run(inputs, place))
    if (slots === undefined || isRunning(definition)) return want(place, call)
    return this.#limited(place, () => want(place, call))
  }

  async #limited<T>(place: CallPlace | undefined, make: () => T | PromiseLike<T>): Promise<T> {
    const leave = await entered([this.#call.definition.slots!], place, new Abortion())
    try {
      return await make()
    } finally {
      leave()
    }
  }

  #run(inputs: readonly Input[], place: CallPlace | undefined): unknown {
    const { definition, toldName } = this.#call
    const outer = currentContext()
    const attempts = new Attempts(
      (attempt) => {
        const key = place && ((): string => place.calls.key(place.keyInputs))
        noteRunning(attempt, { fn: definition.fn, key, outer, run: undefined })
        return runAlone({ definition, inputs, door: this.#door, place })
      },
      { retry: definition.retry, timeout: definition.timeout, abortion: new Abortion() },
      new LoneListener(toldName),
    )
    return attempts.run()
  }
}

/** Nobody watches. */
class LoneListener implements CallListener {
  readonly name: string
  #runId: string | undefined

  constructor(name: string) {
    this.name = name
  }

  get runId(): string {
    return (this.#runId ??= newRunId(Date.now()))
  }

  progress(): void {}

  report(): void {}
}

interface Running {
  readonly fn: NodeDefinition['fn']
  /** Undefined where it is not cached. */
  readonly key: (() => string) | undefined
  readonly outer: RunningCall | undefined
  /** Of a call that was sent here. */
  readonly run: SentRun | undefined
}

/** What the calls take that a sent call makes. */
export interface SentRun {
  readonly door: Door
  readonly words: RunWords
}

/** What runs outside of runs. */
const running = new WeakMap<RunningCall, Running>()

export function noteRunning(call: RunningCall, noted: Running): void {
  running.set(call, noted)
}

/** That of the present code; undefined where it was not sent here. */
function sentRun(): SentRun | undefined {
  for (let call = currentContext(); call !== undefined;) {
    const known = running.get(call)
    if (known?.run !== undefined) return known.run
    call = known?.outer
  }
  return undefined
}

/** Whether the present code is part of a call of the same task, or of an equal one: it would wait for itself. */
function isRunning({ fn }: NodeDefinition, place?: CallPlace): boolean {
  for (let call = currentContext(); call !== undefined;) {
    const known = running.get(call)
    if (known?.fn === fn && (place === undefined || isSame(place, known.key))) return true
    call = known?.outer
  }
  return false
}

function isSame({ calls, keyInputs }: CallPlace, key: (() => string) | undefined): boolean {
  return key !== undefined && key() === calls.key(keyInputs)
}
