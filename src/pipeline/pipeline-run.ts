import type { CallInput, CallOutput, CallRecord, RunState } from '../report/run-record.ts'
import { recordOf } from '../run/call-recording.ts'
import type { CallOutcome, Execution, RunCall } from '../run/execution.ts'
import type { Handed } from '../run/handed.ts'
import { type Performed, Schedule } from '../run/schedule.ts'
import { type Sending, sendingOf } from '../run/sending.ts'
import { NO_TIMEOUT } from '../run/timeout.ts'
import { EngramError } from '../words/error.ts'
import { type Argument, argumentsOf } from './arguments.ts'
import { NotYet, assetsFor } from './condition.ts'
import type { GraphStep } from './graph.ts'
import { MapCall, mapValue } from './map-call.ts'
import { leavesOf } from './preparation.ts'
import { type StepValue, isPlain, published, stepValue } from './publication.ts'
import type { MapItems, RunPlan } from './run-plan.ts'
import { RunValues } from './run-values.ts'
import { stepToSend } from './sent-step.ts'
import { placeOfStep, strategyOf } from './step-calls.ts'
import { StepOutcomes } from './step-outcomes.ts'
import { type SubPipeline, subPipelineOf } from './sub-pipeline.ts'

type Ended = 'done' | 'failed' | 'cancelled'

/** The steps of one run. */
export class PipelineRun {
  readonly #plan: RunPlan
  readonly #execution: Execution
  readonly #values: RunValues
  readonly #sending: Sending | undefined
  /** By place in the graph. */
  readonly outcomes: StepOutcomes

  constructor(plan: RunPlan, execution: Execution) {
    this.#plan = plan
    this.#execution = execution
    this.#values = new RunValues(plan)
    this.#sending = sendingOf(execution, plan.door)
    this.outcomes = new StepOutcomes(plan.graph.steps.length, execution.log)
  }

  /** What steps gave, also those that were not part of the run. */
  get values(): ReadonlyMap<number, StepValue> {
    return this.#values.ofSteps
  }

  async perform(): Promise<void> {
    const { graph, chosen } = this.#plan
    const { settings, abortion } = this.#execution
    this.#takeGiven()
    const places = new Int32Array(graph.steps.length).fill(-1)
    for (const [at, step] of chosen.entries()) places[step] = at
    await new Schedule({
      count: chosen.length,
      needsOf: (at) => graph.steps[chosen[at]!]!.needs.map((need) => places[need]!).filter((place) => place >= 0),
      concurrency: settings.concurrency,
      onFailure: settings.onFailure,
      perform: (at) => this.#step(graph.steps[chosen[at]!]!, places),
      omit: (at, state) => this.#omit(graph.steps[chosen[at]!]!, state),
      isAborted: () => abortion.isAborted,
      stop: () => abortion.abort(new DOMException('Another step failed.', 'AbortError')),
    }).run()
  }

  /** As it is now: what the program or a step changes of it later is for the next run. */
  #takeGiven(): void {
    const { graph, chosen } = this.#plan
    for (const step of chosen)
      for (const leaf of graph.steps[step]!.bindings.flatMap(leavesOf)) {
        if (leaf.from === 'program') this.#values.literal(leaf.value)
        if (leaf.from === 'context') this.#values.parameter(leaf.name, leaf.fallback)
      }
  }

  /** At once where nothing has to run, as most of a run that only finds results does. Never throws nor rejects. */
  #step(step: GraphStep, places: Int32Array): Performed | Promise<Performed> {
    const failed = (error: unknown): Performed | Promise<Performed> => {
      if (error instanceof NotYet) return { waitsFor: places[error.step]! }
      return this.#failed(step, error)
    }
    try {
      const performed = step.definition.condition === undefined ? this.#called(step) : this.#conditional(step)
      return performed instanceof Promise ? performed.catch(failed) : performed
    } catch (error) {
      return failed(error)
    }
  }

  /** Before it was called: what is stored, and another attempt, have no part in it. */
  async #failed(step: GraphStep, error: unknown): Promise<Performed> {
    const call = this.#callOf(step, [], () => {
      throw error
    })
    return this.#note(step, await this.#execution.call({ ...call, calls: undefined, retry: undefined }))
  }

  async #conditional(step: GraphStep): Promise<Performed> {
    const assets = assetsFor(step.index, this.#plan, this.#values)
    const mayRun = (await step.definition.condition!(assets)) === true
    return mayRun ? this.#called(step) : this.#omit(step, 'skipped')
  }

  #called(step: GraphStep): Ended | Promise<Ended> {
    const args = argumentsOf(step, this.#values)!
    if (step.map !== undefined) return this.#mapped(step, args)
    const sub = subPipelineOf(step.definition)
    if (sub !== undefined) return this.#subPipeline(sub, step, args)
    let value: StepValue | undefined
    const outputsOf = (handed: Handed): readonly CallOutput[] | undefined =>
      partsIn((value = stepValue(handed, step.definition, this.#plan.door)))
    const here = (): unknown => this.#run(step, args, call.calls !== undefined)
    const call = this.#callOf(step, args, here, outputsOf)
    const made = this.#execution.call(this.#sending === undefined ? call : this.#sent(this.#sending, step, args, call))
    if (!(made instanceof Promise)) return this.#note(step, made, value)
    return made.then((outcome) => this.#note(step, outcome, value))
  }

  async #subPipeline(sub: SubPipeline, step: GraphStep, args: readonly Argument[]): Promise<Ended> {
    const { value, ...outcome } = await sub.call(step, args, this.#execution, this.#plan)
    return this.#note(step, outcome, value)
  }

  /** The same call, made elsewhere. */
  #sent(sending: Sending, { definition }: GraphStep, args: readonly Argument[], call: RunCall): RunCall {
    const { calls, keyInputs } = call
    const strategy = strategyOf(definition, this.#plan)
    const sent = stepToSend({ definition, variant: 'step', strategy, calls, keyInputs, args }, this.#plan.door)
    return {
      ...call,
      body: (running) => sending.run(sent, running, () => call.body(running)),
      enter: () => sending.enter(sent),
    }
  }

  /** A promise only where the function gives one, or its result has parts that are checked or stored by themselves. */
  #run(step: GraphStep, args: readonly Argument[], isStored: boolean): unknown {
    const { definition } = step
    const values = this.#loaded(step, args)
    const run = (loaded: unknown[]): unknown => definition.fn.apply(undefined, loaded)
    const result = values instanceof Promise ? values.then(run) : run(values)
    if (isPlain(definition)) return result
    const store = isStored ? this.#plan.door : undefined
    return Promise.resolve(result).then((given) => published(given, definition, store))
  }

  async #mapped(step: GraphStep, args: readonly Argument[]): Promise<Ended> {
    const { definition, map: rules } = step
    const { door, context } = this.#plan
    const map = new MapCall({
      definition,
      strategy: strategyOf(definition, this.#plan),
      rules: rules!,
      execution: this.#execution,
      door,
      context,
      isRefresh: this.#plan.refreshed.has(step.index),
      sending: this.#sending,
    })
    const call = this.#callOf(step, args, (running) => map.run(args, running))
    // Each item is tried again, and has its own time.
    const outcome = await this.#execution.call({ ...call, retry: undefined, timeout: NO_TIMEOUT })
    const value = outcome.handed && mapValue(outcome.handed, door)
    const items = outcome.state === 'hit' ? { hit: value?.items ?? 0, ran: 0, failed: 0 } : map.items
    return this.#note(step, outcome, value, items)
  }

  #callOf(
    step: GraphStep,
    args: readonly Argument[],
    body: RunCall['body'],
    outputsOf?: RunCall['outputsOf'],
  ): RunCall {
    const { definition } = step
    const { calls, keyInputs } = this.#placeOf(step, args)
    return {
      name: step.name,
      calls,
      keyInputs,
      isRefresh: this.#plan.refreshed.has(step.index),
      inputs: args.length === 1 ? args[0]!.inputs : args.flatMap(({ inputs }): readonly CallInput[] => inputs),
      fromContext: namesFromContext(args),
      retry: definition.retry,
      timeout: definition.timeout,
      body,
      outputsOf,
    }
  }

  #placeOf(step: GraphStep, args: readonly Argument[]): Pick<RunCall, 'calls' | 'keyInputs'> {
    const { door } = this.#plan
    const meet = (error: EngramError, about: string): void =>
      error.code === 'ERR_UNHASHABLE' ? door.say(error, about) : door.meet(error, about)
    return placeOfStep(step, args, this.#plan, meet) ?? { calls: undefined, keyInputs: [] }
  }

  #loaded(step: GraphStep, args: readonly Argument[]): unknown[] | Promise<unknown[]> {
    const { values, gone } = loadedOf(step, args)
    return gone.size === 0 ? values : this.#loadedAgain(step, args)
  }

  /**
   * A value that is gone is made again and stored. What is gone once more, as in a directory that was deleted and is not made anew
   * yet, is made for this run alone, so that it stays.
   */
  async #loadedAgain(step: GraphStep, args: readonly Argument[]): Promise<unknown[]> {
    let given = args
    for (let round = 0; ; round++) {
      const { values, gone } = loadedOf(step, given)
      if (gone.size === 0) return values
      // One after the other, as one of them may be given what another gives.
      for (const need of this.#plan.graph.order.filter((one) => gone.has(one)))
        // oxlint-disable-next-line no-await-in-loop
        if (!(await this.#remake(need, round === 0))) return given.map(({ load }) => load())
      given = argumentsOf(step, this.#values)!
    }
  }

  /** False where that cannot be done. */
  async #remake(index: number, isStored: boolean): Promise<boolean> {
    const step = this.#plan.graph.steps[index]!
    const args = argumentsOf(step, this.#values)
    if (args === undefined || step.map !== undefined || subPipelineOf(step.definition) !== undefined) return false
    const { calls, ...call } = this.#callOf(step, args, () => this.#run(step, args, isStored && calls !== undefined))
    const made = { ...call, calls: isStored ? calls : undefined, isRefresh: true, isPart: true }
    const { handed } = await this.#execution.call(made)
    if (handed === undefined) return false
    this.#values.ofSteps.set(index, stepValue(handed, step.definition, this.#plan.door))
    return true
  }

  #note({ index }: GraphStep, outcome: Omit<CallOutcome, 'handed'>, value?: StepValue, items?: MapItems): Ended {
    if (value !== undefined) this.#values.ofSteps.set(index, value)
    this.outcomes.note(index, outcome, items)
    if (outcome.state === 'cancelled') return 'cancelled'
    return value === undefined ? 'failed' : 'done'
  }

  #omit(step: GraphStep, state: 'skipped' | 'cancelled'): 'skipped' | 'cancelled' {
    const record = omittedRecord(step.name, state, this.#plan.door.now())
    this.outcomes.note(step.index, { state, place: this.#execution.tell(record), error: undefined })
    return state
  }
}

/** What a run came to. */
export function stateOf({ outcomes }: PipelineRun, { abortion, settings }: Execution): RunState {
  if (outcomes.errors.size > 0) return 'failed'
  if (outcomes.count('cancelled') === 0) return 'completed'
  return settings.signal?.aborted === true && abortion.isAborted ? 'cancelled' : 'failed'
}

const NONE: ReadonlySet<string> = new Set()

function namesFromContext(args: readonly Argument[]): ReadonlySet<string> {
  if (!args.some(({ isOfContext }) => isOfContext)) return NONE
  return new Set(args.flatMap(({ name, isOfContext }) => (isOfContext ? [name] : [])))
}

function partsIn({ parts }: StepValue): readonly CallOutput[] | undefined {
  return parts && Array.from(parts, ([name, { digest = '' }]) => ({ name, digest }))
}

function omittedRecord(name: string, state: 'skipped' | 'cancelled', startedAt: number): CallRecord {
  return recordOf({ name, state, startedAt, inputs: [], attempts: 0, durationMs: 0 })
}

/** What the arguments are, or which steps gave those of them that are gone. Throws what else keeps one from being loaded. */
function loadedOf({ bindings }: GraphStep, args: readonly Argument[]): { values: unknown[]; gone: Set<number> } {
  const gone = new Set<number>()
  const values = args.map(({ load }, at) => {
    try {
      return load()
    } catch (error) {
      const makers = leavesOf(bindings[at]!).flatMap((leaf) => (leaf.from === 'step' ? [leaf.step] : []))
      if (!isGone(error) || makers.length === 0) throw error
      for (const maker of makers) gone.add(maker)
      return undefined
    }
  })
  return { values, gone }
}

function isGone(error: unknown): boolean {
  return error instanceof EngramError && (error.code === 'ERR_NOT_FOUND' || error.code === 'ERR_CORRUPT')
}
