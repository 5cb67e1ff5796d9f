import { isPromise } from '../call/promise.ts'
import type { Door } from '../memory/door.ts'
import { doorOf } from '../memory/memory.ts'
import { recordOf } from '../run/call-recording.ts'
import type { CallOutcome, RunCall } from '../run/execution.ts'
import { isGone } from '../run/handed.ts'
import type { Places } from '../run/slots.ts'
import { NO_TIMEOUT } from '../run/timeout.ts'
import { runWithinFlow } from './body.ts'
import { type CallParts, type Remaking, afterOthers } from './call-parts.ts'
import type { Input } from './inputs.ts'
import { outputHanded } from './output.ts'
import { type CallPlace, type Keeping, callsItself, placeOf } from './place.ts'
import { type Scope, surroundingsIn } from './scope.ts'
import { taskToSend } from './sent-task.ts'
import { entered } from './slots.ts'

const NONE: ReadonlySet<string> = new Set()

/**
 * A call within a run. At once where its result is there. Never throws nor rejects.
 *
 * @param remaking - Where it was made before, and is gone: it runs, and takes nobody's place, as who needs it has one.
 */
export function callInFlow(call: CallParts, scope: Scope, remaking?: Remaking): CallOutcome | Promise<CallOutcome> {
  return new FlowCall(call, scope, remaking).made()
}

/** What is sent, and the places that it needs: to which that of the executor comes. */
interface Sent {
  readonly inputs: readonly Input[]
  readonly place: CallPlace | undefined
  readonly keeping: Keeping
  readonly slots: Places[]
}

class FlowCall {
  readonly #call: CallParts
  readonly #scope: Scope
  readonly #remaking: Remaking | undefined
  readonly #door: Door

  constructor(call: CallParts, scope: Scope, remaking: Remaking | undefined) {
    this.#call = call
    this.#scope = scope
    this.#remaking = remaking
    const { memory } = call.definition
    this.#door = memory === undefined ? scope.flow.door : doorOf(memory)
  }

  made(): CallOutcome | Promise<CallOutcome> {
    const { inputs } = this.#call
    try {
      if (this.#scope.starting.isAborted) throw this.#scope.starting.reason
      const others = afterOthers(this.#call)
      const ready = others === undefined ? inputs.resolved(this.#door) : others.then(() => inputs.resolved(this.#door))
      return isPromise(ready) ? this.#later(ready) : this.#placed(ready)
    } catch (error) {
      return this.#notStarted(error)
    }
  }

  async #later(ready: Promise<Input[]>): Promise<CallOutcome> {
    try {
      return await this.#placed(await this.#scope.starting.whileRunning(ready))
    } catch (error) {
      return this.#notStarted(error)
    }
  }

  #placed(inputs: readonly Input[]): CallOutcome | Promise<CallOutcome> {
    const { definition } = this.#call
    const { flow } = this.#scope
    const keeping = { door: this.#door, ...surroundingsIn(flow.words, definition), isTold: true }
    const isCached = flow.execution.settings.cache !== false && this.#remaking !== 'held'
    const place = isCached ? placeOf(definition, inputs, keeping) : undefined
    if (this.#scope.isWithinEqual({ definition, place })) throw callsItself(definition)
    const slots = this.#slots()
    const call = this.#sent(this.#runCall(inputs, place), { inputs, place, keeping, slots })
    const leave = entered(slots, place, this.#scope.starting)
    return isPromise(leave) ? this.#entered(call, leave) : this.#performed(call, leave as () => void)
  }

  async #entered(call: RunCall, entering: PromiseLike<() => void>): Promise<CallOutcome> {
    let leave: () => void
    try {
      leave = await entering
    } catch (error) {
      return this.#notStarted(error)
    }
    return this.#performed(call, leave)
  }

  /**
   * The same call, made elsewhere. What waits for others of its run is not sent, nor what these wait for: they would take the places
   * from each other.
   */
  #sent(call: RunCall, { inputs, place, keeping, slots }: Sent): RunCall {
    const { definition } = this.#call
    const isHere = definition.kind === 'workflow' || this.#scope.isInTask || this.#remaking !== undefined
    const sending = isHere ? undefined : this.#scope.flow.sending(this.#door)
    if (sending === undefined) return call
    const sent = taskToSend(definition, inputs, place, { keeping, words: this.#scope.flow.words })
    // Before the lease on the call: who runs in the last thread may make the same call.
    slots.push(sending.places(sent))
    return {
      ...call,
      body: (attempt) => sending.run(sent, attempt, () => call.body(attempt)),
      enter: () => sending.idle(sent),
    }
  }

  /** What waits for others of its run takes no place from them. */
  #slots(): Places[] {
    const { definition } = this.#call
    if (definition.kind === 'workflow' || this.#remaking !== undefined) return []
    const own = definition.slots === undefined || this.#scope.isWithin(definition) ? [] : [definition.slots]
    return this.#scope.isInTask ? own : [...own, this.#scope.flow.slots]
  }

  #performed(call: RunCall, leave: () => void): CallOutcome | Promise<CallOutcome> {
    const { execution } = this.#scope.flow
    const outcome = execution.call(call)
    if (outcome instanceof Promise)
      return outcome.then((later) => {
        leave()
        return this.#given(later)
      })
    leave()
    return this.#given(outcome)
  }

  #runCall(inputs: readonly Input[], place: CallPlace | undefined): RunCall {
    const { definition, toldName } = this.#call
    const { flow } = this.#scope
    const body = { definition, inputs, door: this.#door, place }
    return {
      name: toldName,
      calls: place?.calls,
      keyInputs: place?.keyInputs ?? [],
      isRefresh: definition.cache.isOverwriting || flow.words.isOverwriting || this.#remaking !== undefined,
      inputs: inputs.flatMap(({ told }) => told),
      fromContext: NONE,
      isSmallKept: true,
      retry: definition.retry,
      timeout: definition.timeout,
      body: (attempt) => runWithinFlow(body, attempt, flow, this.#scope),
    }
  }

  #given(outcome: CallOutcome): CallOutcome | Promise<CallOutcome> {
    const { handed } = outcome
    if (handed === undefined) return outcome
    try {
      return { ...outcome, handed: outputHanded(handed, this.#call.definition, this.#door) }
    } catch (error) {
      if (!isGone(error) || this.#remaking === 'held') return { ...outcome, handed: undefined, error }
      const remaking = this.#remaking === undefined ? 'stored' : 'held'
      return new FlowCall(this.#call, this.#scope, remaking).made()
    }
  }

  /** Because of its inputs; or because of another call, or of the run's end. */
  #notStarted(error: unknown): CallOutcome | Promise<CallOutcome> {
    const { toldName: name, inputs, before } = this.#call
    const { execution } = this.#scope.flow
    const others = [...before, ...inputs.made()]
    if (this.#scope.starting.isAborted || others.some(({ isFailed }) => isFailed)) {
      const record = recordOf({
        name,
        state: 'cancelled',
        startedAt: execution.now,
        inputs: [],
        attempts: 0,
        durationMs: 0,
      })
      return { state: 'cancelled', place: execution.tell(record), handed: undefined, error }
    }
    const refused = (): never => {
      throw error
    }
    return execution.call({ ...this.#runCall([], undefined), retry: undefined, timeout: NO_TIMEOUT, body: refused })
  }
}
