import type { AsyncLocalStorage } from 'node:async_hooks'
import { noteFamiliar } from '../function/wrapped.ts'
import { builtin } from '../platform/builtin.ts'
import { Abortion } from './abortion.ts'

/** What runs now: never part of a key. */
export interface RunningCall {
  /** Of the run, as its record has it. */
  readonly runId: string
  /** Of the step, task or work. */
  readonly name: string
  /** From 1. */
  readonly attempt: number
  /** Aborted by the run's signal, a timeout, or where the run ends for another call's failure. */
  readonly signal: AbortSignal
  /**
   * Says how far it is, for whoever watches the run.
   *
   * @param total - Where it is known.
   */
  progress(done: number, total?: number, note?: string): void
  /** Kept with the run, not with the entry: the summary and the history show it. The last value of a name counts. */
  report(name: string, value: number | string): void
}

/** How far a call is. */
export interface CallProgress {
  /** How much is done, in whatever unit the function counts. */
  readonly done: number
  /** Of how much, where that is known. */
  readonly total: number | undefined
  /** What the function says besides: `epoch 3`. */
  readonly note: string | undefined
}

/** Who hears what a running call says. */
export interface CallListener {
  readonly runId: string
  readonly name: string
  progress(progress: CallProgress): void
  report(name: string, value: number | string): void
}

/** One attempt. */
export class Attempt implements RunningCall {
  readonly attempt: number
  readonly #listener: CallListener
  /** Ends it. */
  readonly abortion = new Abortion()
  #whenBegun: (() => void) | undefined
  #controller: AbortController | undefined
  #isOver = false

  constructor(attempt: number, listener: CallListener) {
    this.attempt = attempt
    this.#listener = listener
  }

  /** Calls `begun` at the first `begin`. */
  whenBegun(begun: () => void): void {
    this.#whenBegun = begun
  }

  /** The function begins: its time counts from now on. */
  begin(): void {
    this.#whenBegun?.()
    this.#whenBegun = undefined
  }

  get runId(): string {
    return this.#listener.runId
  }

  get name(): string {
    return this.#listener.name
  }

  /** Made when it is asked for: few functions do. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = (this.#controller = new AbortController())
      this.abortion.whenAborted((reason) => controller.abort(reason))
    }
    return this.#controller.signal
  }

  progress(done: number, total?: number, note?: string): void {
    if (!this.#isOver) this.#listener.progress({ done, total, note })
  }

  report(name: string, value: number | string): void {
    if (!this.#isOver) this.#listener.report(name, value)
  }

  /** What code that goes on says from now on is dropped: its call is recorded, or tried again. */
  end(): void {
    this.#isOver = true
  }
}

/** Engram's own, so that a function may ask for its context and still has a key. */
const running: { calls?: AsyncLocalStorage<RunningCall> } = {}
noteFamiliar(running)

/** Runs `body` as a call, so that `currentContext` knows it, also after an `await`. */
export function runWithin<T>(call: RunningCall, body: () => T): T {
  // Made when the first call of a run runs: in Node 20 every promise costs more from then on.
  running.calls ??= new (builtin('node:async_hooks').AsyncLocalStorage)<RunningCall>()
  return running.calls.run(call, body)
}

/**
 * What the present code is part of: a step, task or work of a run. Undefined outside of one, so that a function can be called
 * by itself.
 *
 * @example
 * ```ts
 * const train = step(async function train(rows: Row[], epochs: number) {
 *   for (let epoch = 0; epoch < epochs; epoch++) {
 *     currentContext()?.signal.throwIfAborted()
 *     currentContext()?.progress(epoch, epochs)
 *     …
 *   }
 * }, { timeout: '10m' })
 * ```
 */
export function currentContext(): RunningCall | undefined {
  return running.calls?.getStore()
}

// A function that asks what it is part of is cached as if it did not, wherever engram lies.
noteFamiliar(currentContext)
