import type { Door } from '../memory/door.ts'
import { Abortion } from '../run/abortion.ts'
import type { Execution } from '../run/execution.ts'
import { handGiven } from '../run/given.ts'
import type { Handed } from '../run/handed.ts'
import type { RunningCall } from '../run/running-call.ts'
import { currentContext } from '../run/running-call.ts'
import { type Sending, sendingOf } from '../run/sending.ts'
import { Slots } from '../run/slots.ts'
import { type NodeDefinition, nounOf } from './definition.ts'
import { taskError } from './error.ts'
import type { CallPlace } from './place.ts'

/** Calls within calls: a workflow that calls itself has to come to an end. */
const DEEPEST = 10_000
/** Values whose digests a run keeps. */
const MOST_KEPT = 10_000

/** Where entries belong. */
export interface Surroundings {
  readonly project?: string | undefined
  readonly domain?: string | undefined
}

/** What calls take from their run, wherever they are made: JSON. */
export interface RunWords {
  readonly ofRun: Surroundings
  /** Of the node that the run is of. */
  readonly ofNode: Surroundings
  /** Whether all that is cached runs, and replaces what is stored. */
  readonly isOverwriting: boolean
}

/** Project and domain of a node's entries: as the run says, else the node, else the one that the run is of. */
export function surroundingsIn({ ofRun, ofNode }: RunWords, { project, domain }: Surroundings): Required<Surroundings> {
  return {
    project: ofRun.project ?? project ?? ofNode.project,
    domain: ofRun.domain ?? domain ?? ofNode.domain,
  }
}

/** One run: of a workflow that is called by itself, or of any node within `withRunContext`. */
export class Flow {
  readonly execution: Execution
  readonly door: Door
  readonly slots: Slots
  /** Calls that are made from now on are none of it. */
  isOver = false
  readonly #given = new Map<unknown, Handed>()
  readonly #sending = new Map<Door, Sending>()
  readonly words: RunWords

  constructor(execution: Execution, door: Door, ofRun: Surroundings, { project, domain }: Surroundings) {
    this.execution = execution
    this.door = door
    this.words = { ofRun, ofNode: { project, domain }, isOverwriting: execution.settings.cache === 'overwrite' }
    this.slots = new Slots(execution.settings.concurrency)
  }

  /** Sends calls whose results that memory keeps; undefined where calls run in this thread. */
  sending(door: Door): Sending | undefined {
    if (this.execution.settings.executor === undefined) return undefined
    const sending = this.#sending.get(door) ?? sendingOf(this.execution, door)!
    this.#sending.set(door, sending)
    return sending
  }

  /** A value as it is now. */
  hand(value: unknown): Handed {
    // For a Map, -0 is 0.
    if ((typeof value === 'object' && value !== null) || value === 0) return handGiven(value, this.door)
    let handed = this.#given.get(value)
    if (handed !== undefined) return handed
    handed = handGiven(value, this.door)
    if (this.#given.size < MOST_KEPT) this.#given.set(value, handed)
    return handed
  }
}

/** The call whose body it is. */
export interface ScopeOf {
  readonly definition: NodeDefinition
  /** Undefined where it is not cached. */
  readonly place: CallPlace | undefined
}

/** A call of which a scope hears. */
export interface ScopedCall {
  /** Whether somebody gets to know how it ended. */
  readonly isHeard: boolean
}

/** The body of one call of a run, and the calls that it makes. */
export class Scope {
  readonly flow: Flow
  /** Aborted where nothing in it is to start any more. */
  readonly starting = new Abortion()
  readonly #outer: Scope | undefined
  readonly #call: ScopeOf | undefined
  readonly #depth: number
  readonly #unfollow: () => void
  readonly #failed = new Map<ScopedCall, unknown>()
  #underWay = 0
  #whenIdle: (() => void) | undefined

  /** Throws ERR_TASK for one that is too deep. */
  constructor(flow: Flow, call: ScopeOf | undefined, outer: Scope | undefined) {
    this.flow = flow
    this.#call = call
    this.#outer = outer
    this.#depth = outer === undefined ? 0 : outer.#depth + 1
    if (this.#depth > DEEPEST)
      throw taskError(
        `${nounOf(call!.definition)} is called within itself ${DEEPEST} times: its calls do not come to an end.`,
      )
    this.#unfollow = flow.execution.abortion.whenAborted((reason) => this.starting.abort(reason))
  }

  /** Whether it is, or is in, a call of a task: that has its place already. */
  get isInTask(): boolean {
    return this.#call?.definition.kind === 'task' || this.#outer?.isInTask === true
  }

  isWithin(definition: NodeDefinition): boolean {
    return this.#call?.definition.fn === definition.fn || this.#outer?.isWithin(definition) === true
  }

  /** Whether it is, or is in, the run of an equal call: that would wait for itself. Throws ERR_UNHASHABLE. */
  isWithinEqual({ definition, place }: ScopeOf): boolean {
    if (place === undefined || !this.isWithin(definition)) return false
    return this.#isOrIsIn(place, place.calls.key(place.keyInputs))
  }

  #isOrIsIn(place: CallPlace, key: string): boolean {
    const own = this.#call?.place
    if (own?.calls === place.calls && own.calls.key(own.keyInputs) === key) return true
    return this.#outer !== undefined && this.#outer.#isOrIsIn(place, key)
  }

  begun(): void {
    this.#underWay++
  }

  ended(call: ScopedCall, failure: { readonly error: unknown } | undefined): void {
    if (failure !== undefined) this.#failed.set(call, failure.error)
    if (--this.#underWay === 0) this.#whenIdle?.()
  }

  /** Waits until all calls that it made are over, and throws what failed that nobody heard of. */
  async close(): Promise<void> {
    await this.#idle()
    this.#unfollow()
    const errors = new Set(Array.from(this.#failed).flatMap(([call, error]) => (call.isHeard ? [] : [error])))
    if (errors.size === 0) return
    const [first] = errors
    throw errors.size === 1 ? first : new AggregateError(errors, `${errors.size} calls failed.`)
  }

  /** The body failed: what becomes of the calls that it made, as the run's rule says. Waits until they are over. */
  async fail(): Promise<void> {
    const { execution } = this.flow
    const { onFailure } = execution.settings
    const reason = new DOMException('Another call failed.', 'AbortError')
    // Who called it may catch its failure.
    if (onFailure === 'stop' && this.#outer === undefined) execution.abortion.abort(reason)
    if (onFailure !== 'continue') this.starting.abort(reason)
    await this.#idle()
    this.#unfollow()
  }

  async #idle(): Promise<void> {
    while (this.#underWay > 0)
      // oxlint-disable-next-line no-await-in-loop -- calls may begin when others end
      await new Promise<void>((resolve) => (this.#whenIdle = resolve))
  }
}

const scopes = new WeakMap<RunningCall, Scope>()

/** Calls that `running` makes belong to a scope. */
export function noteScope(running: RunningCall, scope: Scope): void {
  scopes.set(running, scope)
}

/** That of the present code; undefined outside of workflows, and once the run is over. */
export function currentScope(): Scope | undefined {
  const running = currentContext()
  const scope = running && scopes.get(running)
  return scope?.flow.isOver === true ? undefined : scope
}
