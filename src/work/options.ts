import { Memory } from '../memory/memory.ts'
import type { Strategy } from '../option/cache-options.ts'
import { checkBoolean, checkKnown, checkString, invalid } from '../option/check.ts'
import { type ResolvedRetry, type Retry, resolveRetry } from '../run/retry.ts'
import { type ResolvedTimeout, type Timeout, resolveTimeout } from '../run/timeout.ts'

/** How the calls of a work are made. */
export interface WorkOptions {
  /**
   * true: calls are remembered for the life of their app (of the work, where it stands alone), and taken up again after a crash.
   * 'store': as long as the store has them, over programs. false: every call runs. Default true.
   */
  cacheCalls?: boolean | 'store'
  /** Whether a call returns at once, and runs while its flow goes on; further ones wait for it. Default false. */
  parallel?: boolean
  /** Whether a call that failed fails the app. Default true. */
  raiseException?: boolean
  /** What of its code is in the key of a call. Default 'inputHash': a call is known by its arguments. */
  strategy?: Strategy
  /** Part of the key, a non-empty string. Default none. */
  version?: string
  /** Of a work that stands alone, for `cacheCalls: 'store'`: where results are kept. Default: the default memory. */
  memory?: Memory
  /**
   * Module whose default export, or `threadExport`, is the class: in an app, `run()` is called in a worker thread, on an object that
   * is made there by `new Class()`. Its state is here and there. Default: in this thread.
   */
  thread?: URL
  /** Name of the class in that module. Default 'default'. */
  threadExport?: string
  /** Further attempts after a failure. Default none. */
  retry?: Retry
  /** How long a call may take; then it fails with ERR_TIMEOUT. Default no limit. */
  timeout?: Timeout
}

/** Checked. */
export interface ResolvedWorkOptions {
  readonly cacheCalls: boolean | 'store'
  readonly isParallel: boolean
  readonly raisesException: boolean
  readonly strategy: Strategy
  readonly version: string | undefined
  readonly memory: Memory | undefined
  readonly thread: URL | undefined
  readonly threadExport: string
  readonly retry: ResolvedRetry | undefined
  readonly timeout: ResolvedTimeout
}

const OPTIONS = [
  'cacheCalls',
  'parallel',
  'raiseException',
  'strategy',
  'version',
  'memory',
  'thread',
  'threadExport',
  'retry',
  'timeout',
]
const STRATEGIES: readonly unknown[] = ['codeHash', 'syntaxHash', 'inputHash', false]

/** @throws EngramError ERR_INVALID_OPTION */
export function resolveWorkOptions(options: WorkOptions): ResolvedWorkOptions {
  checkKnown(options, OPTIONS)
  const {
    cacheCalls = true,
    parallel = false,
    raiseException = true,
    strategy = 'inputHash',
    version,
    memory,
    thread,
    threadExport = 'default',
  } = options
  if (typeof cacheCalls !== 'boolean' && cacheCalls !== 'store')
    throw invalid(`The option 'cacheCalls' must be true, false or 'store'.`)
  checkBoolean(parallel, 'parallel')
  checkBoolean(raiseException, 'raiseException')
  if (typeof strategy !== 'function' && !STRATEGIES.includes(strategy))
    throw invalid(`The option 'strategy' must be 'inputHash', 'codeHash', 'syntaxHash', false or a function.`)
  checkString(version, 'version')
  if (memory !== undefined && !(memory instanceof Memory)) throw invalid(`The option 'memory' must be a Memory.`)
  if (thread !== undefined && !(thread instanceof URL))
    throw invalid(`The option 'thread' must be a URL: new URL('./train.ts', import.meta.url).`)
  checkString(threadExport, 'threadExport')
  return {
    cacheCalls: strategy === false ? false : cacheCalls,
    isParallel: parallel,
    raisesException: raiseException,
    strategy,
    version,
    memory,
    thread,
    threadExport,
    retry: resolveRetry(options.retry),
    timeout: resolveTimeout(options.timeout),
  }
}
