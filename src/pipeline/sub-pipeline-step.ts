import type { Door } from '../memory/door.ts'
import type { Strategy } from '../option/cache-options.ts'
import { callingFile } from '../platform/caller.ts'
import type { EntryInfo } from '../report/entry-info.ts'
import type { CallRecord, CallState } from '../report/run-record.ts'
import { recordOf } from '../run/call-recording.ts'
import type { CallOutcome, Execution } from '../run/execution.ts'
import { handGiven } from '../run/given.ts'
import type { Handed } from '../run/handed.ts'
import type { RunSettings } from '../run/settings.ts'
import type { Argument } from './arguments.ts'
import type { Asset } from './asset.ts'
import { type AddedStep, type Graph, type GraphStep, wire } from './graph.ts'
import type { ResolvedRunOptions } from './options.ts'
import { Planning } from './plan.ts'
import { leavesOf, prepared } from './preparation.ts'
import { type StepValue, partOf, valueOfParts } from './publication.ts'
import { type Result, handedIn } from './result.ts'
import type { RunPlan } from './run-plan.ts'
import { type StepDefinition, defineStep } from './step-definition.ts'
import type { AnyStep, StepKey } from './step-types.ts'
import { stepOf } from './step.ts'
import { type SubPipeline, noteSubPipeline } from './sub-pipeline.ts'

/** A pipeline, as far as it is a step of another. */
export interface SubPipelineParts {
  readonly name: string
  readonly pipeline: object
  readonly steps: readonly AddedStep[]
  readonly context: ReadonlyMap<string, unknown>
  readonly strategy: Strategy | StepKey | undefined
  readonly named: ReadonlyMap<string, Asset<any>> | undefined
  readonly run: (options: ResolvedRunOptions, handed: ReadonlyMap<string, Handed>, door: Door) => Promise<Result>
  /** What the step is when it is called by itself. */
  readonly call: (inputs: Record<string, unknown>) => Promise<unknown>
}

/** The step that a pipeline is. @throws EngramError ERR_PIPELINE */
export function subPipelineStep(parts: SubPipelineParts): AnyStep {
  const { name, pipeline, steps, context, named, call } = parts
  const graph = wire(pipeline, steps, undefined)
  const open = openInputs(graph, context)
  const called = (...args: unknown[]): Promise<unknown> =>
    call(Object.fromEntries(open.map((input, at) => [input, args[at]])))
  const own = defineStep(called, { name, cache: false }, callingFile(subPipelineStep))
  const outputs = named === undefined ? [...graph.makers.keys()] : [...named.keys()]
  const definition: StepDefinition = {
    ...own,
    parameters: open.map((input) => ({ name: input, ownName: input, asset: input, properties: [], isOptional: false })),
  }
  noteSubPipeline(definition, new PipelineAsStep(parts, open, outputs))
  return stepOf(definition, called)
}

/** What no step gives and the context does not have, where something has to be given. */
function openInputs({ steps }: Graph, context: ReadonlyMap<string, unknown>): string[] {
  const open = new Set<string>()
  for (const { bindings, definition } of steps)
    for (const [at, binding] of bindings.entries()) {
      if (definition.parameters[at]?.isOptional === true && binding.from === 'input') continue
      for (const leaf of leavesOf(binding)) if (leaf.from === 'input' && !context.has(leaf.name)) open.add(leaf.name)
    }
  return [...open]
}

class PipelineAsStep implements SubPipeline {
  readonly #parts: SubPipelineParts
  readonly #open: readonly string[]
  readonly #outputs: readonly string[]

  constructor(parts: SubPipelineParts, open: readonly string[], outputs: readonly string[]) {
    this.#parts = parts
    this.#open = open
    this.#outputs = outputs
  }

  get steps(): readonly AddedStep[] {
    return this.#parts.steps
  }

  async call(
    { name }: GraphStep,
    args: readonly Argument[],
    execution: Execution,
    plan: RunPlan,
  ): Promise<CallOutcome & { value?: StepValue }> {
    const [startedAt, begunAt] = [plan.door.now(), performance.now()]
    const { abortion } = execution
    let error: unknown
    let value: StepValue | undefined
    let state: CallState = 'failed'
    let savedMs = 0
    try {
      const result = await this.#parts.run(
        this.#options({ ...inherited(execution.settings), signal: execution.signal }),
        this.#handed(args, plan.door),
        plan.door,
      )
      savedMs = result.savedMs
      result.orThrow()
      value = valueOfParts(new Map(this.#outputs.map((output) => [output, result.handed(output)])))
      state = result.hitRate === 1 ? 'hit' : 'ran'
    } catch (thrown) {
      error = thrown
      if (abortion.isAborted) state = 'cancelled'
    }
    const timed = { startedAt, durationMs: performance.now() - begunAt }
    const record = this.#record({ name, state, error, inputs: args.flatMap(({ inputs }) => inputs), ...timed }, savedMs)
    return { state, place: execution.tell(record), handed: value, error, ...(value !== undefined && { value }) }
  }

  async lookup(args: readonly Argument[], plan: RunPlan): Promise<{ value: StepValue; info: EntryInfo } | undefined> {
    const { pipeline, name, steps, strategy, named } = this.#parts
    const { door } = plan
    const options = this.#options({ cache: !plan.isOff, concurrency: 1, onFailure: 'finish', progress: 'none' })
    const inner = await prepared({ pipeline, name, steps, door, strategy, options, handed: this.#handed(args, door) })
    const planning = new Planning(inner, () => new Map())
    const planned = [...(await planning.all()).values()]
    const [last] = planned.slice(-1)
    if (last?.status !== 'hit' || !planned.every(({ status }) => status === 'hit')) return undefined
    const value = valueOfParts(
      new Map(
        this.#outputs.map((output) => [
          output,
          handedIn({ graph: inner.graph, named, pipeline, name }, output, (step, part) =>
            partOf(planning.values.get(step)!, part),
          ),
        ]),
      ),
    )
    return { value, info: last.info }
  }

  #options(settings: RunSettings): ResolvedRunOptions {
    const { context } = this.#parts
    return { settings, inputs: new Map(), context, refresh: false, only: undefined, from: undefined }
  }

  #handed(args: readonly Argument[], door: Door): Map<string, Handed> {
    return new Map(this.#open.map((input, at) => [input, args[at]?.handed ?? handGiven(args[at]?.load(), door)]))
  }

  #record(
    call: Pick<CallRecord, 'name' | 'state' | 'inputs' | 'startedAt' | 'durationMs'> & { error: unknown },
    savedMs: number,
  ): CallRecord {
    const attempts = call.state === 'ran' || call.state === 'failed' ? 1 : 0
    const record = recordOf({ ...call, attempts })
    return { ...record, savedMs: call.state === 'hit' ? savedMs : 0 }
  }
}

/** What holds for the run of a pipeline within a run. It tells nothing by itself. */
function inherited({ cache, concurrency, onFailure, executor }: RunSettings): RunSettings {
  return { cache, concurrency, onFailure, progress: 'none', ...(executor && { executor }) }
}
