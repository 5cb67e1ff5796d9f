import { isPromise } from '../call/promise.ts'
import type { RecordRow } from '../entry/record.ts'
import type { Door } from '../memory/door.ts'
import type { Memory } from '../memory/memory.ts'
import type { RecordId } from '../native/binding.ts'
import { builtin } from '../platform/builtin.ts'
import type { CallRecord, RunState } from '../report/run-record.ts'
import { Abortion } from '../run/abortion.ts'
import { Execution } from '../run/execution.ts'
import { LONGEST_MS } from '../run/retry.ts'
import { resolveRunOptions } from '../run/settings.ts'
import { alone } from './alone.ts'
import type { Ancestor } from './ancestors.ts'
import { AppCalls, type CallingApp, type Pass } from './app-calls.ts'
import { type AppRow, type EndingCall, allWritten, appRow, restore } from './app-record.ts'
import type { AppRunParts } from './app-run-parts.ts'
import { Changed, type Changes } from './changed.ts'
import type { Component, Host } from './component.ts'
import { inFlow } from './drive-owner.ts'
import { workError } from './error.ts'
import type { FlowHost } from './flow.ts'
import { Loop, type LoopState } from './loops.ts'
import { AppEnd, PassEnd } from './pass-end.ts'
import { Ticks, checkTime } from './ticks.ts'
import { type WorkCore, workOf } from './work-core.ts'

interface End {
  readonly isFailure: boolean
  readonly error?: unknown
}

/** Runs of an app that are recorded. */
const KEPT = 100
/** Passes that nothing but the flow itself has caused, until that is said. */
const MANY_PASSES = 1000
/** How long a pass may hold up everything else until that is said, in milliseconds. */
const SLOW_MS = 1000
/** Calls that are recorded of one run of an app: it may go on for years. */
const MOST_RECORDED = 10_000

/** An app from its start to its end: calls the root again and again while anything changed, and rests otherwise. */
export class AppRun implements Host, FlowHost, CallingApp {
  readonly name: string
  readonly life: string
  readonly memory: Memory
  readonly door: Door
  readonly execution: Execution
  readonly ticks: Ticks
  readonly ancestors: Ancestor[]
  pass: Pass | undefined
  changes: Changes = {}
  /** Whether it waits for something to change. */
  isResting = false
  readonly #parts: AppRunParts
  readonly #calls: AppCalls
  readonly #changed = new Changed()
  readonly #loops: Map<string, Loop>
  readonly #beganAt: number
  readonly #stopping: Abortion
  /** Components whose state is not written. */
  readonly #unwritten = new Set<Component>()
  /** Works whose calls a crash met, until these are made again. */
  readonly #interrupted = new Set<WorkCore>()
  #isAppUnwritten = true
  #end: End | undefined
  #wake: (() => void) | undefined
  #isChanged = false
  #ownPasses = 0
  #isTold = false

  constructor(parts: AppRunParts) {
    const { root, name, memory, door, kept, life, signal } = parts
    this.#parts = parts
    // What is refused leaves all as it was.
    for (const component of root.all()) component.ownRun()
    this.name = name
    this.memory = memory
    this.door = door
    const goesOn = kept !== undefined && kept.moment === undefined
    this.life = goesOn ? kept.life : life
    this.#beganAt = goesOn ? kept.beganAt : this.now()
    this.ancestors = [...(kept?.app.ancestors ?? [])]
    if (kept?.moment !== undefined) this.ancestors.push({ life: kept.life, until: kept.moment })
    this.ticks = kept === undefined ? new Ticks() : Ticks.from(kept.app.ticks as never)
    this.#loops = new Map(kept?.app.loops.map(([key, state]) => [key, this.#newLoop(state)]))
    this.#stopping = new Abortion(signal)
    this.#stopping.whenAborted(() => this.stop())
    const settings = resolveRunOptions({ concurrency: Infinity, progress: 'none' })
    this.execution = new Execution({
      door,
      kind: 'app',
      name,
      keep: KEPT,
      most: MOST_RECORDED,
      isLogged: false,
      settings,
      listeners: [],
    })
    this.#calls = new AppCalls(this)
    for (const component of root.all()) this.attached(component)
    this.#changed.settle(root.all())
  }

  now(): number {
    const now = this.#parts.clock()
    checkTime(now)
    return now
  }

  // ---------------------------------------------------------------------------------------------- what changes

  /** Also what a flow makes while it runs: after a crash it makes it again. */
  attached(component: Component): void {
    const { kept } = this.#parts
    if (kept !== undefined) restore(component, kept)
    component.host = this
    this.#unwritten.add(component)
    component.ownRun()
    const work = workOf(component)
    if (work !== undefined) this.#attachedWork(work)
    else if (component !== this.#parts.root) component.run = (...args) => this.#runInner(component, args)
  }

  #attachedWork(work: WorkCore): void {
    work.caller = this.#calls
    if (work.interrupted.length > 0) this.#interrupted.add(work)
  }

  /** A flow in a flow. Where its end is not waited for, the pass waits. */
  #runInner(flow: Component, args: readonly unknown[]): unknown {
    const made: unknown = Reflect.apply(flow.ownRun(), flow.view, [...args])
    if (isPromise(made)) this.pass?.inner.push(Promise.resolve(made))
    return made
  }

  changed(component: Component): void {
    this.#unwritten.add(component)
    this.#isChanged = true
    this.#wakeUp()
  }

  /** A tick that was answered is not answered again after a crash. */
  due(isDue: boolean): boolean {
    if (isDue) this.#isAppUnwritten = true
    return isDue
  }

  loop(key: string): Loop {
    let loop = this.#loops.get(key)
    if (loop === undefined) this.#loops.set(key, (loop = this.#newLoop({ index: 0, isDone: false })))
    return loop
  }

  #newLoop(state: LoopState): Loop {
    return new Loop(state, () => {
      this.#isAppUnwritten = true
    })
  }

  // ---------------------------------------------------------------------------------------------- its end

  finish({ message, isFailure }: AppEnd): void {
    this.#finish(isFailure ? { isFailure, error: workError(message) } : { isFailure })
  }

  told(call: CallRecord): void {
    this.#parts.onCall(call)
  }

  /** @param error - May be anything that a program throws. */
  fail(error: unknown): void {
    this.#finish({ isFailure: true, error })
  }

  /** Ends it in order, and waits until it has. */
  stop(): void {
    this.#finish({ isFailure: false })
  }

  #finish(end: End): void {
    this.#end ??= end
    this.#wakeUp()
  }

  #wakeUp(): void {
    this.#wake?.()
    this.#wake = undefined
  }

  // ---------------------------------------------------------------------------------------------- its passes

  /** Until it is over. Throws what it failed with. */
  async run(): Promise<void> {
    this.execution.begin()
    let state: RunState = 'failed'
    try {
      this.#takeUp()
      await this.#passes()
      state = this.#parts.signal?.aborted === true ? 'cancelled' : 'completed'
    } catch (error) {
      this.fail(error)
    } finally {
      this.isResting = false
      this.execution.abortion.abort(new DOMException('The app ended.', 'AbortError'))
      await this.#calls.end()
      this.#stopping.dispose()
      if (this.#end?.isFailure === true) state = 'failed'
      this.#write(false)
      for (const component of this.#parts.root.all()) leave(component)
      this.execution.end(state)
    }
    if (this.#end?.isFailure === true) throw this.#end.error
  }

  /** The calls that a crash met, of works that are there since. */
  #takeUp(): void {
    for (const work of this.#interrupted) this.#calls.takeUp(work)
    this.#interrupted.clear()
  }

  async #passes(): Promise<void> {
    // oxlint-disable no-await-in-loop -- one pass after the other
    while (this.#end === undefined) {
      const isOwn = await this.#onePass()
      if (this.#end !== undefined) return
      this.#takeUp()
      this.#write(true)
      if (this.#isChanged) {
        this.#noteOwn(isOwn)
        await turn()
      } else if (this.#canChange()) await this.#rest()
      else return
    }
    // oxlint-enable no-await-in-loop
  }

  /** Whether all that changed, changed in it. */
  async #onePass(): Promise<boolean> {
    const { root, onChange } = this.#parts
    this.#isChanged = false
    this.changes = this.#changed.since(root.all())
    if (Object.keys(this.changes).length > 0) onChange(this.changes)
    this.ticks.beginPass()
    const pass: Pass = { isOver: false, inner: [] }
    this.pass = pass
    const begunAt = performance.now()
    try {
      const made = inFlow(() => callRoot(root))
      this.#notePassed(performance.now() - begunAt)
      if (isPromise(made)) await made
    } catch (error) {
      this.#caught(error)
    }
    for (const inner of await Promise.allSettled(pass.inner))
      if (inner.status === 'rejected') this.#caught(inner.reason)
    this.pass = undefined
    return this.#calls.underWay === 0
  }

  #caught(error: unknown): void {
    if (error instanceof PassEnd) return
    if (error instanceof AppEnd) this.finish(error)
    else this.fail(error)
  }

  #canChange(): boolean {
    return this.#calls.underWay > 0 || this.ticks.next(this.now()) !== undefined
  }

  /** Until something changes, or a schedule is due. */
  async #rest(): Promise<void> {
    this.isResting = true
    const next = this.ticks.next(this.now())
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      if (next !== undefined) timer = setTimeout(resolve, Math.min(Math.max(next - this.now(), 0), LONGEST_MS))
    })
    clearTimeout(timer)
    this.#ownPasses = 0
    this.isResting = false
    // What changes in one turn is one change.
    await turn()
  }

  #noteOwn(isOwn: boolean): void {
    this.#ownPasses = isOwn ? this.#ownPasses + 1 : 0
    if (this.#ownPasses < MANY_PASSES || this.#isTold) return
    this.#isTold = true
    const what = Object.keys(this.#changed.now(this.#parts.root.all())).slice(0, 5).join(', ')
    this.#warn(
      `its flow has changed its own state in ${MANY_PASSES} passes, one after the other: ${what}. It never rests.`,
    )
  }

  #notePassed(ms: number): void {
    this.#calls.passed(ms)
    if (ms < SLOW_MS) return
    this.#warn(`a pass took ${Math.round(ms)} ms, and held up everything else. Do what takes long in a work.`)
  }

  #warn(what: string): void {
    process.emitWarning(`${this.name}: ${what}`, { type: 'EngramWarning', code: 'ERR_WORK' })
  }

  // ---------------------------------------------------------------------------------------------- what is kept

  recordNow(): RecordId {
    return this.#parts.record.recordOf({ id: this.life, beganAt: this.#beganAt })
  }

  rowsNow(ending: EndingCall): readonly RecordRow[] {
    this.#unwritten.add(ending.work.component)
    return this.#parts.record.rows({ id: this.life, beganAt: this.#beganAt }, this.#row(true), this.#unwritten, ending)
  }

  /** A state that cannot be stored is said, and lost with the process. */
  #write(isRunning: boolean): void {
    if (isRunning && this.#unwritten.size === 0 && !this.#isAppUnwritten) return
    try {
      const life = { id: this.life, beganAt: this.#beganAt }
      this.#parts.record.write(this.#parts.record.rows(life, this.#row(isRunning), this.#unwritten))
      for (const component of this.#unwritten) allWritten(component)
      this.#unwritten.clear()
      this.#isAppUnwritten = false
    } catch (error) {
      this.door.say(error, this.name)
    }
  }

  #row(isRunning: boolean): AppRow {
    const loops = Array.from(this.#loops, ([key, loop]) => [key, loop.toState()] as const)
    const { ancestors } = this
    return appRow({ isRunning, ticks: this.ticks.toState(), loops, ...(ancestors.length > 0 && { ancestors }) })
  }

  /** Keeps all of it as it is now, under a name. */
  checkpoint(version: string): void {
    const { life } = this
    const moment = this.#calls.momentNow()
    this.#parts.record.keep({ version, life, moment, now: this.now() }, this.#row(true), this.#parts.root.all())
  }
}

/** It stands alone again. */
function leave(component: Component): void {
  component.host = undefined
  const work = workOf(component)
  if (work === undefined) component.run = undefined
  else work.caller = alone
}

function callRoot(root: Component): unknown {
  if (root.run !== undefined) return root.run()
  return Reflect.apply(root.ownRun(), root.view, [])
}

function turn(): Promise<void> {
  return new Promise((resolve) => void builtin('node:timers').setImmediate(resolve))
}
