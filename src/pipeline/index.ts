// Steps, and pipelines of them.
export { step } from './step.ts'
export type {
  AnyStep,
  OutputSpec,
  Published,
  Step,
  StepCache,
  StepKey,
  StepOptions,
  UnnamedOutputs,
} from './step-types.ts'
export { context } from './context.ts'
export type { Context } from './context.ts'
export { Pipeline } from './pipeline.ts'
export type { PipelineJson } from './pipeline-json.ts'
export type { MapOptions } from './map-options.ts'
export { pipeline } from './build.ts'
export type { PipelineOptions, PipelineRunOptions } from './options.ts'
export type { Asset, Wire, Wires } from './asset.ts'
export { type } from '../run/schema.ts'
export type { SchemaResult, StandardSchemaV1 } from '../run/schema.ts'

// What a run would do, and did.
export type { Plan, PlannedStep } from './plan.ts'
export type { PipelineResult, StepResult } from './result.ts'
export type { MapItems } from './run-plan.ts'
export { CacheStore } from './cache-store.ts'
export type { Invalidation } from './cache-store.ts'

// What all families of functions share.
export { currentContext } from '../run/running-call.ts'
export type { RunningCall } from '../run/running-call.ts'
export { NonRecoverableError } from '../run/non-recoverable-error.ts'
export type { Backoff, Retry, RetryOptions } from '../run/retry.ts'
export type { Timeout } from '../run/timeout.ts'
export type { RunOptions } from '../run/settings.ts'
export type { FailureRule } from '../run/schedule.ts'
export type { Executor, SentCall, SentData, SentInput, SentKind, SentTarget } from '../run/executor.ts'
export type { CodeProof } from '../run/code-proof.ts'
export type { Source } from '../run/source.ts'
export type { CallProgress } from '../run/running-call.ts'
export { performSent } from './performing.ts'
export type { Sender } from './performing.ts'
export type { Progress } from '../run/progress.ts'
