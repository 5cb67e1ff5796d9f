// The cache context and what it returns.
export { Memory } from './src/memory/memory.ts'
export type {
  Compression,
  CompressionByPart,
  CompressionMethod,
  MemoryOptions,
  Mode,
} from './src/option/memory-options.ts'
export type { CachedFunction, Shelved } from './src/call/cached-function.ts'
export { Payload } from './src/entry/payload.ts'
export type { OutputFacts } from './src/entry/output-facts.ts'
export type { PayloadJson, PayloadMemory } from './src/entry/payload.ts'
export type { MemoryMethodDecorator, MethodOptions, MethodPlace } from './src/call/cached-method.ts'

// What enters a key, and when an entry may be used.
export type { AnyFunction } from './src/function/wrapped.ts'
export type { CallParameters, CallResult } from './src/function/signatures.ts'
export type { CacheOptions, CapturesOption, CustomKey, Strategy } from './src/option/cache-options.ts'
export { env, hashMethod, packageOf, withHash } from './src/fingerprint/dependency.ts'
export { FileRef, fileOf } from './src/fingerprint/file-ref.ts'
export type { Dependency, HashMethod } from './src/fingerprint/dependency.ts'
export { expiresAfter } from './src/option/expires-after.ts'
export type { Age } from './src/option/expires-after.ts'
export type { PackageClass, PackageCodec } from './src/value/package-codec.ts'
export type { ValueCodec } from './src/value/value-codec.ts'
export type { Duration } from './src/option/duration.ts'

// How much a store may hold.
export type { Limits } from './src/option/limits.ts'
export type { ByteSize } from './src/option/byte-size.ts'

// What is stored, and what became of calls.
export type { EntryFilter } from './src/option/entry-filter.ts'
export type { EntryInfo, FunctionKind, Lookup, MissReason } from './src/report/entry-info.ts'
export type { CallEvent, CallListener } from './src/report/call-event.ts'
export type { Explanation, KeyChange } from './src/report/explanation.ts'
export type { CallSums, CallTotals, FunctionStats } from './src/report/function-stats.ts'
export type { MemoryStats } from './src/report/memory-stats.ts'
export type { VerifyOptions } from './src/option/verify-options.ts'
export type { VerifyReport } from './src/report/verify-report.ts'

// Steps and pipelines: also `engram/pipeline`. What stands here is loaded when it is first used.
export {
  CacheStore,
  NonRecoverableError,
  Pipeline,
  context,
  currentContext,
  performSent,
  pipeline,
  step,
  type,
} from './src/pipeline/index.ts'
export type {
  AnyStep,
  Asset,
  Backoff,
  CallProgress,
  CodeProof,
  Context,
  FailureRule,
  Executor,
  Invalidation,
  MapItems,
  MapOptions,
  OutputSpec,
  PipelineJson,
  PipelineOptions,
  PipelineResult,
  PipelineRunOptions,
  Plan,
  PlannedStep,
  Progress,
  Published,
  Retry,
  RetryOptions,
  RunOptions,
  RunningCall,
  SchemaResult,
  Sender,
  SentCall,
  SentData,
  SentInput,
  SentKind,
  SentTarget,
  Source,
  StandardSchemaV1,
  Step,
  StepCache,
  StepKey,
  StepOptions,
  StepResult,
  Timeout,
  UnnamedOutputs,
  Wire,
  Wires,
} from './src/pipeline/index.ts'

// Tasks, workflows and launch plans: also `engram/task`, and loaded as late.
export {
  LaunchPlan,
  createNode,
  functionBody,
  launchPlan,
  localCache,
  performSentTask,
  task,
  taskEnvironment,
  withRunContext,
  workflow,
} from './src/task/index.ts'
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
  Node,
  NodeCall,
  OfWord,
  Overrides,
  ResultsIn,
  RunContext,
  RunContextOptions,
  TaskEnvironment,
  TaskNode,
  TaskOptions,
  Wired,
  WiredInputs,
  WithDefaults,
  Word,
  WorkflowOptions,
} from './src/task/index.ts'

// Works, flows and apps: also `engram/work`, and loaded as late.
export { App, Drive, Flow, LightningApp, LightningFlow, LightningWork, Work, serveWork } from './src/work/index.ts'
export type {
  AppOptions,
  AppStage,
  Changes,
  Difference,
  DriveGetOptions,
  DriveJson,
  DriveListOptions,
  DriveOptions,
  StateOf,
  WorkOptions,
  WorkStage,
  WorkStatus,
} from './src/work/index.ts'

// What is kept of runs.
export type {
  CallFailure,
  CallInput,
  CallOutput,
  CallRecord,
  CallState,
  LineageStep,
  RunDifference,
  RunFilter,
  RunKind,
  RunRecord,
  RunState,
} from './src/report/run-record.ts'

// What may go wrong.
export { EngramError } from './src/words/error.ts'
export type { EngramErrorCode, EngramErrorDetails } from './src/words/error.ts'
