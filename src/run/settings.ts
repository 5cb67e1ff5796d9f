import { checkFunction, invalid } from '../option/check.ts'
import type { CallRecord } from '../report/run-record.ts'
import { type Executor, checkExecutor } from './executor.ts'
import type { Progress } from './progress.ts'
import type { FailureRule } from './schedule.ts'

/** How a run goes. */
export interface RunOptions {
  /** true; false: results are neither looked for nor kept; 'overwrite': all run and are kept. Default true. */
  cache?: boolean | 'overwrite'
  /** How many calls run side by side: an integer from 1 on, or Infinity. Default 16. */
  concurrency?: number
  /** Ends the run early: what runs is aborted, nothing more starts. Default none. */
  signal?: AbortSignal
  /**
   * What the failure of a call does to the rest. 'stop': what runs is aborted, nothing starts. 'finish': what runs may end, nothing
   * starts. 'continue': all runs that does not depend on it. Default 'finish'.
   */
  onFailure?: FailureRule
  /**
   * What is told on stderr while it runs. 'live': lines that are rewritten. 'plain': a line for each call that ends. 'json': the
   * same as JSON. 'auto': 'live' on a terminal, else 'none'. Default 'auto'.
   */
  progress?: Progress
  /** Where calls run, as `threads()` of `engram/threads`. Calls that cannot be sent there run here, said once. Default: in this thread. */
  executor?: Executor
  /** Is told of each call when it has ended. What it throws becomes an uncaught exception. Default: nobody. */
  onCall?: (call: CallRecord) => void
}

/** Checked. */
export type RunSettings = Required<Omit<RunOptions, Optional>> & Pick<RunOptions, Optional>
type Optional = 'signal' | 'executor' | 'onCall'

export const RUN_OPTIONS: readonly string[] = [
  'cache',
  'concurrency',
  'signal',
  'onFailure',
  'progress',
  'executor',
  'onCall',
]

const DEFAULT_CONCURRENCY = 16
const FAILURE_RULES: readonly unknown[] = ['stop', 'finish', 'continue']
const PROGRESSES: readonly unknown[] = ['auto', 'live', 'plain', 'json', 'none']

/** @throws EngramError ERR_INVALID_OPTION */
export function resolveRunOptions(options: RunOptions): RunSettings {
  const { cache = true, signal, onFailure = 'finish', progress = 'auto', executor } = options
  if (executor !== undefined) checkExecutor(executor)
  const { concurrency = Math.max(DEFAULT_CONCURRENCY, executor?.concurrency ?? 0) } = options
  if (typeof cache !== 'boolean' && cache !== 'overwrite')
    throw invalid(`The option 'cache' must be true, false or 'overwrite'.`)
  checkConcurrency(concurrency)
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw invalid(`The option 'signal' must be an AbortSignal.`)
  if (!FAILURE_RULES.includes(onFailure))
    throw invalid(`The option 'onFailure' must be 'stop', 'finish' or 'continue'.`)
  if (!PROGRESSES.includes(progress))
    throw invalid(`The option 'progress' must be 'auto', 'live', 'plain', 'json' or 'none'.`)
  checkFunction(options.onCall, 'onCall')
  return { cache, concurrency, onFailure, progress, ...pick(options) }
}

export function checkConcurrency(concurrency: number): void {
  if (concurrency === Infinity || (Number.isInteger(concurrency) && concurrency >= 1)) return
  throw invalid(`The option 'concurrency' must be an integer from 1 on, or Infinity.`)
}

function pick({ signal, executor, onCall }: RunOptions): Pick<RunOptions, Optional> {
  return {
    ...(signal !== undefined && { signal }),
    ...(executor !== undefined && { executor }),
    ...(onCall !== undefined && { onCall }),
  }
}
