// Tasks, workflows and launch plans.
export { task } from './task.ts'
export { workflow } from './workflow.ts'
export { launchPlan, launchPlan as LaunchPlan } from './launch-plan.ts'
export { createNode } from './create-node.ts'
export { taskEnvironment } from './environment.ts'
export { withRunContext } from './run-context.ts'
export { localCache } from './local-cache.ts'
export { functionBody } from './policy.ts'
export type { TaskEnvironment } from './environment.ts'
export type { RunContext, RunContextOptions } from './run-context.ts'
export type { WorkflowOptions } from './definition.ts'
export type {
  Arguments,
  CacheBehavior,
  CachePolicy,
  CacheRequest,
  CacheSpec,
  InferInterface,
  InferType,
  Interface,
  InterfaceType,
  MapTaskOptions,
  NodeCall,
  OfWord,
  Overrides,
  ResultsIn,
  TaskNode,
  TaskNode as Node,
  TaskOptions,
  Wired,
  WiredInputs,
  WithDefaults,
  Word,
} from './task-types.ts'

export { performSentTask } from './performing.ts'

// What all families of functions share.
export { currentContext } from '../run/running-call.ts'
export type { RunningCall } from '../run/running-call.ts'
export { NonRecoverableError } from '../run/non-recoverable-error.ts'
export type { Backoff, Retry, RetryOptions } from '../run/retry.ts'
export type { Timeout } from '../run/timeout.ts'
export type { RunOptions } from '../run/settings.ts'
export type { FailureRule } from '../run/schedule.ts'
export type { SchemaResult, StandardSchemaV1 } from '../run/schema.ts'
export { type } from '../run/schema.ts'
