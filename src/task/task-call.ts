import { isPromise } from '../call/promise.ts'
import { doorOf } from '../memory/memory.ts'
import { type Handed, handValue, isGone } from '../run/handed.ts'
import { resolveRunOptions } from '../run/settings.ts'
import type { CallParts, Remaking } from './call-parts.ts'
import { type NodeDefinition, nounOf, overridden, toldName } from './definition.ts'
import { taskError } from './error.ts'
import { callInFlow } from './flow-call.ts'
import { runWorkflow } from './flow-run.ts'
import { type CallInputs, GivenInputs, RefusedInputs } from './inputs.ts'
import { localMemory } from './local-cache.ts'
import { LoneCall } from './lone-call.ts'
import type { Made } from './made.ts'
import type { Scope, ScopedCall } from './scope.ts'
import type { Overrides } from './task-types.ts'

/** A call of a node: from when the program makes it, until it is over. */
export class TaskCall implements Made, ScopedCall {
  readonly #scope: Scope | undefined
  readonly #inputs: CallInputs
  #definition: NodeDefinition
  #toldName: string
  #before: TaskCall[] | undefined
  #hasBegun = false
  #isFailed = false
  #isHeard = false
  #lone: LoneCall | undefined
  #handed: Handed | Promise<Handed> | undefined
  #value: { readonly of: unknown } | undefined
  readonly #again = new Map<Handed, Promise<Handed>>()

  constructor(definition: NodeDefinition, inputs: unknown, scope: Scope | undefined) {
    this.#definition = definition
    this.#toldName = toldName(definition)
    this.#scope = scope
    this.#inputs = inputsFor(definition, inputs, scope)
  }

  get toldName(): string {
    return this.#toldName
  }

  get isHeard(): boolean {
    return this.#isHeard
  }

  get isFailed(): boolean {
    return this.#isFailed
  }

  /** Whether it is part of no run, and takes nothing of other calls. */
  get isAlone(): boolean {
    return this.#scope === undefined && this.#before === undefined && !this.#inputs.takesCalls
  }

  /** @throws EngramError ERR_TASK once it has begun, and as `node.withOverrides`. */
  override(overrides: Overrides): void {
    this.#refuseBegun('overridden')
    const { name } = overrides
    // How a call is told is no other node.
    this.#definition = { ...overridden(this.#definition, overrides), name: this.#definition.name }
    if (name !== undefined) this.#toldName = name
  }

  /** @throws EngramError ERR_TASK once it has begun, and where `other` waits for it. */
  runAfter(other: TaskCall): void {
    this.#refuseBegun('ordered')
    if (other === this || other.#isAfter(this))
      throw taskError(`${nounOf(this.#definition)} would run before itself: the order of calls is a circle.`)
    ;(this.#before ??= []).push(other)
  }

  /** Begins it, though nobody waits for it yet. `unheard` is told where it failed outside of a run, and nobody asked. */
  begin(unheard: (error: unknown) => void): void {
    if (this.#hasBegun) return
    const handed = this.#made()
    if (this.#scope !== undefined || !isPromise(handed)) return
    handed.then(undefined, (error: unknown) => {
      if (!this.#isHeard) unheard(error)
    })
  }

  handed(): Handed | Promise<Handed> {
    this.#isHeard = true
    return this.#made()
  }

  /** What it gives: the same for all that ask. A promise of it, which rejects with what it failed with, or itself. */
  value(): unknown {
    this.#isHeard = true
    this.#value ??= { of: this.#scope === undefined && !this.#hasBegun ? this.#loneValue() : this.#loaded() }
    return this.#value.of
  }

  load(handed: Handed): unknown {
    try {
      return handed.load()
    } catch (error) {
      if (!isGone(error) || this.#scope?.flow.isOver === true) throw error
      const made = this.again(handed).then((there) => this.load(there))
      // Who wants it may fail before it waits for this.
      made.catch(ignored)
      return made
    }
  }

  /** Once for all that want it. What is gone once more, as in a directory that is not made anew yet, is not stored, so that it stays. */
  again(lost: Handed): Promise<Handed> {
    let made = this.#again.get(lost)
    if (made === undefined) {
      made = this.#madeAgain(this.#again.size === 0 ? 'stored' : 'held')
      this.#again.set(lost, made)
    }
    return made
  }

  async #madeAgain(remaking: Remaking): Promise<Handed> {
    const scope = this.#scope
    if (scope === undefined) return new LoneCall(this.#parts(), remaking).handed()
    scope.begun()
    try {
      const { handed, error } = await callInFlow(this.#parts(), scope, remaking)
      if (handed === undefined) throw error
      return handed
    } finally {
      scope.ended(this, undefined)
    }
  }

  #loaded(): unknown {
    const handed = this.#made()
    return isPromise(handed) ? handed.then((there) => this.load(there)) : settled(() => this.load(handed as Handed))
  }

  #loneValue(): unknown {
    this.#hasBegun = true
    return settled(() => (this.#isWorkflow ? this.#runWorkflow() : this.#asLone().value()))
  }

  #made(): Handed | Promise<Handed> {
    return (this.#handed ??= this.#scope === undefined ? this.#loneHanded() : this.#inScope(this.#scope))
  }

  #loneHanded(): Promise<Handed> {
    const made = this.#hasBegun ? this.#value!.of : undefined
    this.#hasBegun = true
    return this.#noting(this.#isWorkflow ? this.#keep(made ?? this.#runWorkflow()) : this.#loneTask(made))
  }

  /** What was wanted as a value before, and is not stored, is kept as it is. */
  async #loneTask(made: unknown): Promise<Handed> {
    await made
    return made === undefined || this.#asLone().isCached ? this.#asLone().handed() : this.#keep(made)
  }

  async #keep(value: unknown): Promise<Handed> {
    return handValue(await value, doorOf(this.#definition.memory ?? localMemory()))
  }

  #inScope(scope: Scope): Handed | Promise<Handed> {
    this.#hasBegun = true
    scope.begun()
    const outcome = callInFlow(this.#parts(), scope)
    const ended = ({ handed, error }: Awaited<typeof outcome>): Handed | Promise<Handed> => {
      this.#isFailed = handed === undefined
      scope.ended(this, handed === undefined ? { error } : undefined)
      return handed ?? Promise.reject(error)
    }
    const made = outcome instanceof Promise ? outcome.then(ended) : ended(outcome)
    // That it failed is for its scope to say, where nobody asks.
    if (made instanceof Promise) made.catch(ignored)
    return made
  }

  get #isWorkflow(): boolean {
    return this.#definition.kind === 'workflow'
  }

  #asLone(): LoneCall {
    return (this.#lone ??= new LoneCall(this.#parts()))
  }

  #runWorkflow(): Promise<unknown> {
    const settings = resolveRunOptions(this.#definition.run)
    return runWorkflow(this.#parts(), { settings, project: undefined, domain: undefined, name: this.#toldName })
  }

  #parts(): CallParts {
    return {
      definition: this.#definition,
      toldName: this.#toldName,
      inputs: this.#inputs,
      before: this.#before ?? [],
    }
  }

  /** Remembers whether it fails. */
  #noting<T>(made: T): T {
    if (isPromise(made)) made.then(undefined, () => (this.#isFailed = true))
    return made
  }

  #refuseBegun(what: string): void {
    if (!this.#hasBegun) return
    throw taskError(
      `${nounOf(this.#definition)} has begun, and cannot be ${what} any more. Do that where it is called.`,
    )
  }

  #isAfter(other: TaskCall): boolean {
    return this.#before?.some((one) => one === other || one.#isAfter(other)) === true
  }
}

function inputsFor(definition: NodeDefinition, inputs: unknown, scope: Scope | undefined): CallInputs {
  try {
    return new GivenInputs(definition, inputs, scope && ((value) => scope.flow.hand(value)))
  } catch (error) {
    return new RefusedInputs(error)
  }
}

/** What it throws, as the promise of a call has it. */
function settled(make: () => unknown): unknown {
  try {
    return make()
  } catch (error) {
    return Promise.reject(error)
  }
}

function ignored(): void {}
