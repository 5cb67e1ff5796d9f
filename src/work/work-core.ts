import type { CallRecord } from '../report/run-record.ts'
import type { Attempt } from '../run/running-call.ts'
import { wordsOf } from '../words/phrase.ts'
import { CallsUnderWay } from './calls-under-way.ts'
import type { Component } from './component.ts'
import { withOwner } from './drive-owner.ts'
import type { ResolvedWorkOptions } from './options.ts'
import { MOST_KEPT, type WorkStatus, WorkStatuses } from './work-status.ts'

/** What calls the `run` of a work: its app, or nobody. */
export interface Caller {
  made(work: WorkCore, args: readonly unknown[]): unknown
  stop(work: WorkCore): Promise<void>
}

/** What engram knows of a work. */
export class WorkCore {
  readonly component: Component
  readonly options: ResolvedWorkOptions
  readonly statuses: WorkStatuses
  /** Newest first. */
  readonly records: CallRecord[] = []
  caller: Caller
  /** What runs now. */
  attempt: Attempt | undefined
  #last: { readonly load: () => unknown; loaded?: { readonly value: unknown } } | undefined
  readonly underWay = new CallsUnderWay()
  /** Arguments of those that were under way when its process died: these are made again. */
  interrupted: readonly (readonly unknown[])[] = []
  #hasBegun = false
  #displayName: string | undefined

  constructor(component: Component, options: ResolvedWorkOptions, caller: Caller, now: () => number) {
    this.component = component
    this.options = options
    this.caller = caller
    this.statuses = new WorkStatuses(now)
    component.run = (...args) => this.caller.made(this, args)
  }

  /** Of the last call that succeeded. It is loaded when it is first asked for. */
  get lastResult(): unknown {
    if (this.#last === undefined) return undefined
    return (this.#last.loaded ??= { value: this.#last.load() }).value
  }

  keepResult(load: () => unknown): void {
    this.#last = { load }
  }

  get displayName(): string {
    return this.#displayName ?? (this.component.path.replace(/^root\.?/, '') || this.component.shownName)
  }

  set displayName(name: string) {
    this.#displayName = name
  }

  /** Before its first call runs, also where that runs in a thread. */
  begin(): void {
    if (!this.#hasBegun) this.#hook('onStart')
    this.#hasBegun = true
  }

  /** Its own method, as an attempt of a call. */
  runOwn(args: readonly unknown[]): unknown {
    this.begin()
    return this.applyOwn(args)
  }

  applyOwn(args: readonly unknown[]): unknown {
    const { component } = this
    return withOwner(component.path || component.shownName, () =>
      Reflect.apply(component.ownRun(), component.view, [...args]),
    )
  }

  /** It ends: with its app, or because it was stopped. */
  exit(): void {
    const hasBegun = this.#hasBegun
    this.#hasBegun = false
    if (hasBegun) safely(this, 'onExit', () => this.#hook('onExit'))
  }

  failed(error: unknown): void {
    const real = error instanceof Error ? error : new Error(String(error))
    ;(this.component.view as { onException: (error: Error) => void }).onException(real)
  }

  /** A call gave something. One that is remembered was counted when it ran. */
  succeeded(isCounted: boolean, why?: Pick<WorkStatus, 'reason'>): void {
    if (isCounted) this.statuses.numSuccesses++
    this.note('succeeded', why)
  }

  note(stage: WorkStatus['stage'], why?: Pick<WorkStatus, 'reason' | 'message'>): void {
    this.statuses.note(stage, why)
    this.component.host?.changed(this.component)
  }

  record(call: CallRecord): void {
    this.records.unshift(call)
    if (this.records.length > MOST_KEPT) this.records.pop()
  }

  #hook(name: 'onStart' | 'onExit'): void {
    ;(this.component.view as Record<typeof name, () => void>)[name]()
  }
}

/** What a hook throws stops nothing: it is said. */
export function safely({ component }: WorkCore, hook: string, call: () => void): void {
  try {
    call()
  } catch (error) {
    const about = `${hook} of ${component.shownName} threw: ${wordsOf(error)}`
    process.emitWarning(about, { type: 'EngramWarning', code: 'ERR_WORK' })
  }
}

const cores = new WeakMap<Component, WorkCore>()

export function noteWork(core: WorkCore): void {
  cores.set(core.component, core)
}

export function workOf(component: Component): WorkCore | undefined {
  return cores.get(component)
}
