import type { EntryInfo } from '../report/entry-info.ts'
import type { CallOutcome, Execution } from '../run/execution.ts'
import type { Argument } from './arguments.ts'
import type { AddedStep, GraphStep } from './graph.ts'
import type { StepValue } from './publication.ts'
import type { RunPlan } from './run-plan.ts'
import type { StepDefinition } from './step-definition.ts'

/** A pipeline that is a step of another. */
export interface SubPipeline {
  readonly steps: readonly AddedStep[]
  /** Runs it. Never rejects. */
  call(
    step: GraphStep,
    args: readonly Argument[],
    execution: Execution,
    plan: RunPlan,
  ): Promise<CallOutcome & { value?: StepValue }>
  /** What it would give without running anything; undefined where something would run. */
  lookup(args: readonly Argument[], plan: RunPlan): Promise<{ value: StepValue; info: EntryInfo } | undefined>
}

const subPipelines = new WeakMap<StepDefinition, SubPipeline>()

export function noteSubPipeline(definition: StepDefinition, pipeline: SubPipeline): void {
  subPipelines.set(definition, pipeline)
}

export function subPipelineOf(definition: StepDefinition): SubPipeline | undefined {
  return subPipelines.get(definition)
}
