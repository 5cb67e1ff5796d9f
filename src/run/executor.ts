import { invalid } from '../option/check.ts'
import type { MemoryOptions } from '../option/memory-options.ts'
import { EngramError } from '../words/error.ts'
import type { CodeProof } from './code-proof.ts'
import type { Source } from './source.ts'

/**
 * Where calls run. `threads()` of `engram/threads` is one, for work that keeps a processor busy. Only keys and references travel: the
 * function is found again by its module and export, and the result comes through the store. A call that cannot be found so runs
 * in the thread of its run, said once.
 */
export interface Executor extends AsyncDisposable {
  /** How messages call it: `threads`. */
  readonly name: string
  /** How many calls run at a time, from 1 on. It is never given more. */
  readonly concurrency: number
  /**
   * Resolves when the result of the call is stored under its key. Rejects with what the function threw; with ERR_UNSENDABLE where the
   * call has to run where it came from; with ERR_EXECUTOR where what ran it ended.
   *
   * @param signal - Aborted where nobody waits for the call any more: what runs it is to be ended.
   */
  run(call: SentCall, signal: AbortSignal): Promise<void>
}

/** What a call is given. */
export interface SentInput {
  /** Of the parameter. */
  readonly name: string
  /** Hexadecimal digest of the value; empty for one that is made of several. */
  readonly digest: string
}

/** A call on its way to an executor: one attempt. */
export interface SentCall {
  /** Hexadecimal key under which the result is to be found. */
  readonly key: string
  /** Absolute path of the module that exports the function. */
  readonly module: string
  /** What it is probably exported as. All exports are looked through for the function whose code is the call's. */
  readonly exportName: string
  /** What the function is given, by parameter. */
  readonly inputs: readonly SentInput[]
  /** All that travels, as JSON: what `performSent` takes where the call runs. */
  readonly data: SentData
  /** To be told when the function begins, or a moment before: its timeout counts from then on. */
  begun(): void
  /** To be told how far the running call is, where the executor hears of it. */
  progress(done: number, total?: number, note?: string): void
  /** To be told what the running call reports, where the executor hears of it. */
  report(name: string, value: number | string): void
}

/** A call as it travels: JSON. */
export interface SentData {
  /** As in `SentCall`. */
  readonly key: string
  /** As in `SentCall`. */
  readonly module: string
  /** As in `SentCall`. */
  readonly exportName: string
  /** As in `SentCall`, each with what it is loaded from. */
  readonly inputs: readonly (SentInput & {
    /** What it is loaded from. */
    readonly source: Source
  })[]
  /** Opens the memory in which the inputs are, and the result is to be. */
  readonly memory: MemoryOptions
  /** The time there less that of the system, in milliseconds. */
  readonly clockOffsetMs: number
  /** As `currentContext()` tells it. */
  readonly call: {
    /** Of the run. */
    readonly runId: string
    /** Of the step or task. */
    readonly name: string
    /** From 1. */
    readonly attempt: number
  }
  /** What kind of function it is, and what finds it. */
  readonly kind: SentKind
  /** What finds the function there, and tells that it is the same. */
  readonly target: SentTarget
  /** What that kind needs to know of the run. */
  readonly run?: object
  /** Base64: under what the result is stored. */
  readonly identity: string
}

/** Of which family a function is whose calls are sent. */
export type SentKind = 'step' | 'task'

/** What finds a function in another thread, and tells that it is the same: JSON. Its kind adds what it needs besides. */
export interface SentTarget {
  /** Of the step or task. */
  readonly name: string
  /** Of its function. */
  readonly functionName: string
  /** Where its entries lie. */
  readonly place: string
  /** Tells that the function there has the same code and captured values. */
  readonly proof: CodeProof
  /** Whether only the step or task itself will do, and not its function. */
  readonly isOnlyItself: boolean
}

/** @throws EngramError ERR_INVALID_OPTION */
export function checkExecutor(executor: Executor): void {
  const { name, concurrency, run } = (
    typeof executor === 'object' && executor !== null ? executor : {}
  ) as Partial<Executor>
  const isCount = concurrency === Infinity || (Number.isInteger(concurrency) && concurrency! >= 1)
  if (typeof name === 'string' && isCount && typeof run === 'function') return
  throw invalid(`The option 'executor' must have a name, a concurrency from 1 on, and a method run.`)
}

/** What an executor answers that cannot run a call. */
export function unsendable(why: string, cause?: unknown): EngramError {
  return new EngramError('ERR_UNSENDABLE', why, cause === undefined ? {} : { cause })
}

/** Why a call has to run where it came from; undefined for any other error. */
export function whyUnsendable(error: unknown): EngramError | undefined {
  const isIt = error instanceof Error && (error as { code?: unknown }).code === 'ERR_UNSENDABLE'
  return isIt ? (error as EngramError) : undefined
}

let isServing = false
let isImporting = false

/** Whether this thread runs calls that were sent to it: it sends none on. */
export function isServingCalls(): boolean {
  return isServing
}

/** This thread runs calls that are sent to it. */
export function serveCalls(): void {
  isServing = true
}

/** Imports the module of a call that was sent. A module that begins a run at its top level may be what that call is part of. */
export async function importing<T>(act: () => Promise<T>): Promise<T> {
  isImporting = true
  try {
    return await act()
  } finally {
    isImporting = false
  }
}

/**
 * A run that a module begins while it is imported for one of its calls would wait for that call, which waits for the module.
 *
 * @throws EngramError ERR_UNSENDABLE
 */
export function refuseWhileImporting(run: string): void {
  if (!isImporting) return
  throw unsendable(
    `The module runs '${run}' when it is imported. Move its steps to a module of their own, which a thread can import.`,
  )
}
