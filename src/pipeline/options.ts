import { Memory } from '../memory/memory.ts'
import type { Strategy } from '../option/cache-options.ts'
import { checkBoolean, checkKnown, checkString, invalid } from '../option/check.ts'
import { type RunOptions, type RunSettings, RUN_OPTIONS, checkConcurrency, resolveRunOptions } from '../run/settings.ts'
import { type Context, parametersIn } from './context.ts'
import { strategyOf } from './step-definition.ts'
import type { StepCache, StepKey } from './step-types.ts'

/** What a pipeline is, besides its steps. */
export interface PipelineOptions {
  /** Whether results are kept, and found again. Default true. */
  enableCache?: boolean
  /** Directory of the store. Default: as of `new Memory()`. */
  cacheDir?: string
  /** In place of `cacheDir`: where results are kept. It remains the caller's to close. Default: a memory of `cacheDir`. */
  memory?: Memory
  /** Parameters for steps: see `context`. Default none. */
  context?: Context<any> | Record<string, unknown>
  /** Of runs that say nothing: how many steps run side by side. Default 16. */
  concurrency?: number
  /** Of steps that say nothing. Default 'codeHash'. */
  cache?: StepCache
  /** How many runs are kept, an integer from 1 on. Default 100. */
  history?: number
}

/** What one run of a pipeline is asked to do. */
export interface PipelineRunOptions extends RunOptions {
  /** Values by name, for parameters that no step fills. Payloads stand for what they refer to. Default none. */
  inputs?: Record<string, unknown>
  /** Parameters of this run; they win over those of the pipeline. Default none. */
  context?: Record<string, unknown>
  /** Tells each step on stderr: its name, whether it hit, and why not. Default false. */
  debug?: boolean
  /** These steps run again, true: all; what follows runs only if their results differ. Default false. */
  refresh?: boolean | readonly string[]
  /** These steps or outputs, and what they need. Default: all. */
  only?: readonly string[]
  /** These steps or outputs and all that needs them; what comes before must be stored. Default: all. */
  from?: readonly string[]
}

/** Checked. */
export interface ResolvedPipelineOptions {
  readonly isCaching: boolean
  readonly cacheDir: string | undefined
  readonly memory: Memory | undefined
  readonly context: PipelineOptions['context']
  readonly concurrency: number | undefined
  readonly strategy: Strategy | StepKey | undefined
  readonly history: number
}

const PIPELINE_OPTIONS = ['enableCache', 'cacheDir', 'memory', 'context', 'concurrency', 'cache', 'history']
const OWN_RUN_OPTIONS = ['inputs', 'context', 'debug', 'refresh', 'only', 'from']

/** @throws EngramError ERR_INVALID_OPTION */
export function resolvePipelineOptions(options: PipelineOptions): ResolvedPipelineOptions {
  checkKnown(options, PIPELINE_OPTIONS)
  const { enableCache = true, cacheDir, memory, context, concurrency, cache, history = 100 } = options
  checkBoolean(enableCache, 'enableCache')
  checkString(cacheDir, 'cacheDir')
  if (memory !== undefined && !(memory instanceof Memory)) throw invalid(`The option 'memory' must be a Memory.`)
  if (memory !== undefined && cacheDir !== undefined) throw invalid(`Give 'memory' or 'cacheDir', not both.`)
  if (concurrency !== undefined) checkConcurrency(concurrency)
  if (!(Number.isInteger(history) && history >= 1)) throw invalid(`The option 'history' must be an integer from 1 on.`)
  parametersIn(context)
  const strategy = cache === undefined ? undefined : strategyOf(cache)
  return { isCaching: enableCache, cacheDir, memory, context, concurrency, strategy, history }
}

/** What one run is asked, checked. */
export interface ResolvedRunOptions {
  readonly settings: RunSettings
  readonly inputs: ReadonlyMap<string, unknown>
  readonly context: ReadonlyMap<string, unknown>
  readonly refresh: boolean | readonly string[]
  readonly only: readonly string[] | undefined
  readonly from: readonly string[] | undefined
}

/** @throws EngramError ERR_INVALID_OPTION */
export function resolvePipelineRun(options: PipelineRunOptions, of: ResolvedPipelineOptions): ResolvedRunOptions {
  checkKnown(options, [...RUN_OPTIONS, ...OWN_RUN_OPTIONS])
  const { inputs = {}, context, debug = false, refresh = false, only, from, ...run } = options
  checkBoolean(debug, 'debug')
  if (typeof inputs !== 'object' || inputs === null) throw invalid(`The option 'inputs' must be an object of values.`)
  if (typeof refresh !== 'boolean') checkNames(refresh, 'refresh')
  if (only !== undefined) checkNames(only, 'only')
  if (from !== undefined) checkNames(from, 'from')
  const settings = resolveRunOptions({
    ...(of.concurrency !== undefined && { concurrency: of.concurrency }),
    ...(debug && { progress: 'plain' }),
    ...run,
  })
  return {
    settings,
    inputs: new Map(Object.entries(inputs)),
    // As they are now: what changes them later is for the next run.
    context: new Map([...parametersIn(of.context), ...parametersIn(context)]),
    refresh,
    only,
    from,
  }
}

function checkNames(value: readonly string[], option: string): void {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return
  throw invalid(`The option '${option}' must be an array of names.`)
}
