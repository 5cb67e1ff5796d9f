import type { CallRecord } from '../report/run-record.ts'
import { alone } from './alone.ts'
import { Component, componentOf } from './component.ts'
import { workError } from './error.ts'
import { type WorkOptions, resolveWorkOptions } from './options.ts'
import { WorkCore, noteWork, workOf } from './work-core.ts'
import type { WorkStatus } from './work-status.ts'

/**
 * A component that does something long. Subclass it with a method `run`: a call `work.run(day)` runs it only for arguments that
 * it has not seen before. Fields whose names do not begin with `_` are its state, which the flow that holds it sees while it runs.
 *
 * @example
 * ```ts
 * class Train extends Work {
 *   checkpoint: string | null = null
 *   async run(epochs: number) {
 *     for (let epoch = 0; epoch < epochs; epoch++) this.checkpoint = await trainOne(epoch, this.signal)
 *   }
 * }
 * ```
 */
export abstract class Work {
  /** @throws EngramError ERR_INVALID_OPTION */
  constructor(options: WorkOptions = {}) {
    const component = new Component('work', this)
    noteWork(new WorkCore(component, resolveWorkOptions(options), alone, Date.now))
    return component.view as this
  }

  /** What it does. The subclass's parameters and result are those of the call. */
  abstract run(...args: any[]): unknown

  /** How it is told. Default: the field's name in its flow. @throws EngramError ERR_WORK when it is set once the app runs. */
  get displayName(): string {
    return coreOf(this).displayName
  }

  /** Before its app runs. @throws EngramError ERR_WORK for an empty name, and once it runs. */
  set displayName(name: string) {
    const core = coreOf(this)
    if (core.component.host !== undefined)
      throw workError(`${core.component.shownName} runs: its displayName is fixed.`)
    if (typeof name !== 'string' || name === '') throw workError('displayName must be a non-empty string.')
    core.displayName = name
  }

  /** What it did last. */
  get status(): WorkStatus {
    return coreOf(this).statuses.last
  }

  /** What it did, oldest first; the last hundred. */
  get statuses(): readonly WorkStatus[] {
    return [...coreOf(this).statuses.all]
  }

  /** Whether it was ever called. */
  get hasStarted(): boolean {
    return coreOf(this).statuses.all.some(({ stage }) => stage !== 'notStarted')
  }

  /** Whether its last call gave something. */
  get hasSucceeded(): boolean {
    return coreOf(this).statuses.has('succeeded')
  }

  /** Whether its last call threw, or took too long. */
  get hasFailed(): boolean {
    return coreOf(this).statuses.has('failed')
  }

  /** Whether `stop()` was called: it makes no further calls in its app. */
  get hasStopped(): boolean {
    return coreOf(this).statuses.has('stopped')
  }

  /** Whether its last call took too long. */
  get hasTimeout(): boolean {
    return this.hasFailed && this.status.reason === 'timeout'
  }

  /** Whether a call of it runs now. */
  get isRunning(): boolean {
    return coreOf(this).statuses.has('running')
  }

  /** Whether a call of it waits to run. */
  get isPending(): boolean {
    return coreOf(this).statuses.has('pending')
  }

  /** Calls that gave something; one that is made again and remembered counts once. */
  get numSuccesses(): number {
    return coreOf(this).statuses.numSuccesses
  }

  /** Of the last call that succeeded. */
  get lastResult(): Awaited<ReturnType<this['run']>> | undefined {
    return coreOf(this).lastResult as Awaited<ReturnType<this['run']>> | undefined
  }

  /** Its calls, newest first; the last hundred. A call that was remembered in this life of the app is none. */
  get calls(): readonly CallRecord[] {
    return [...coreOf(this).records]
  }

  /** Aborted by `stop()`, by a timeout, and at the end of the app: hand it to what can be cancelled. */
  protected get signal(): AbortSignal {
    return coreOf(this).attempt?.signal ?? NEVER.signal
  }

  /** Before its first call runs. */
  onStart(): void {}

  /** After a call that threw. What it throws itself becomes a warning. */
  onException(_error: Error): void {}

  /** At the end of its app, or when it was stopped. */
  onExit(): void {}

  /** Aborts what it does, and drops what waits. */
  async stop(): Promise<void> {
    const core = coreOf(this)
    await core.caller.stop(core)
  }
}

const NEVER = new AbortController()

function coreOf(work: object): WorkCore {
  const component = componentOf(work)
  const core = component && workOf(component)
  if (core === undefined) throw workError('This is no work: a subclass of Work has to call super().')
  return core
}
