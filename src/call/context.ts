import type { RecordRow } from '../entry/record.ts'
import type { AnyFunction } from '../function/wrapped.ts'
import type { ResolvedCacheOptions } from '../option/cache-options.ts'
import type { Mode } from '../option/memory-options.ts'
import type { CallObservers } from '../report/call-event.ts'
import type { CallCounts } from '../report/function-stats.ts'
import type { Statistics } from '../report/statistics.ts'
import type { Trouble } from '../report/trouble.ts'
import type { Observers } from './event.ts'
import type { RunningCalls } from './running-calls.ts'

/** What the calls of all functions of a memory share. */
export interface CallContext {
  readonly mode: Mode
  readonly clock: () => number
  readonly trouble: Trouble
  readonly observers: CallObservers
  /** Runs under way in this thread that equal calls may join, by call key. */
  readonly running: RunningCalls
  /** What calls did in all processes. None where nothing is kept. */
  readonly statistics: Statistics | undefined
  /** Tells the user what the store has to say. */
  readonly warn: () => void
  /** False where every wrapper is transparent. */
  readonly isCaching: boolean
  isClosed: boolean
}

/** What all calls of one function share. */
export interface CalledFunction {
  readonly fn: AnyFunction
  readonly id: string
  readonly options: ResolvedCacheOptions
  readonly context: CallContext
  readonly counts: CallCounts
  /** Who is told: those of the memory, or the function's family. */
  readonly observers: Observers
  /** What a family keeps of a run whose result is stored, by its arguments; written with the entry. */
  readonly recordsOf?: ((args: readonly unknown[], durationMs: number) => readonly RecordRow[] | undefined) | undefined
}
