import type { RecordRow } from '../entry/record.ts'
import type { AnyFunction } from '../function/wrapped.ts'
import type { CacheOptions } from '../option/cache-options.ts'
import type { CallEvent } from '../report/call-event.ts'
import type { FunctionKind } from '../report/entry-info.ts'

/** A function of a family (pipelines, tasks, works) whose calls a memory remembers. */
export interface FamilyFunction {
  readonly kind: Exclude<FunctionKind, 'memory'>
  /** Whose code is in the key, by `options.strategy`. */
  readonly fn: AnyFunction
  /** What the inputs of a call are called, in order, where keys are explained. */
  readonly inputs: readonly string[]
  /** As for `memory.cache`; `ignore`, `params` and `hash` are for the family to apply, before it gives inputs. */
  readonly options: CacheOptions
  /** The file in which the user gave the function to the family. */
  readonly file: string | undefined
}

/** One call of a family's function. */
export class FamilyCall {
  /** What stands for the arguments in its key, in order. */
  readonly inputs: readonly unknown[]
  /** Runs the function, where no result is found. */
  readonly run: () => unknown
  /** What is kept of its run, if its result is stored: rows that are written with the entry. */
  readonly recordsOf: ((durationMs: number) => readonly RecordRow[]) | undefined
  /** Ends its run early. Who joined it, and has another one, runs for itself then. */
  readonly signal: AbortSignal | undefined
  /** What became of it, once it is over. */
  event: CallEvent | undefined

  constructor(
    inputs: readonly unknown[],
    run: () => unknown,
    recordsOf?: (durationMs: number) => readonly RecordRow[],
    signal?: AbortSignal,
  ) {
    this.inputs = inputs
    this.run = run
    this.recordsOf = recordsOf
    this.signal = signal
  }
}

/** The key inputs of the call that is the one argument. */
export function inputsOfFamilyCall(args: readonly unknown[]): readonly unknown[] {
  return (args[0] as FamilyCall).inputs
}

/** What is kept of the run of the call that is the one argument. */
export function recordsOfFamilyCall(args: readonly unknown[], durationMs: number): readonly RecordRow[] | undefined {
  return (args[0] as FamilyCall).recordsOf?.(durationMs)
}

/** Async, so that a call which waits for another's run never stands still. */
export async function runFamilyCall(call: FamilyCall): Promise<unknown> {
  return call.run()
}
