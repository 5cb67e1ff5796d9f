import type { RecordRow } from '../entry/record.ts'
import type { Door } from '../memory/door.ts'
import type { Memory } from '../memory/memory.ts'
import type { RecordId } from '../native/binding.ts'
import { builtin } from '../platform/builtin.ts'
import type { CallRecord } from '../report/run-record.ts'
import type { CallOutcome, Execution, RunCall } from '../run/execution.ts'
import type { Handed } from '../run/handed.ts'
import type { Attempt } from '../run/running-call.ts'
import { type Ancestor, type Moment, callName, isOf } from './ancestors.ts'
import type { EndingCall } from './app-record.ts'
import { argumentsOf, callsOfWork, shortKey, standInOf } from './call-place.ts'
import { CalledWork, type PendingCall } from './called-work.ts'
import { endedBy } from './ended.ts'
import { PassEnd } from './pass-end.ts'
import type { Caller, WorkCore } from './work-core.ts'
import type { WorkThread } from './work-thread.ts'

/** One pass of a flow. */
export interface Pass {
  /** A call in it was not done: whatever else it calls ends it again. */
  isOver: boolean
  /** Flows that it called, and that are not done. */
  readonly inner: Promise<unknown>[]
}

/** What the calls of an app's works need of it. */
export interface CallingApp {
  readonly name: string
  /** In keys: for how long calls are remembered. */
  readonly life: string
  /** Whose calls are remembered, too. */
  readonly ancestors: readonly Ancestor[]
  readonly door: Door
  readonly memory: Memory
  readonly execution: Execution
  /** Undefined between passes. */
  readonly pass: Pass | undefined
  /** What is kept of the app, to be written with the result of a call. */
  rowsNow(ending: EndingCall): readonly RecordRow[]
  /** Of which these are. */
  recordNow(): RecordId
  fail(error: unknown): void
  /** A call is over, and its work knows. */
  told(call: CallRecord): void
}

const NONE: ReadonlySet<string> = new Set()
/** How long calls that wait for nothing may follow one another until others have their turn. */
const LEAST_TURN_MS = 10

/** Makes the calls of the works of one app. */
export class AppCalls implements Caller {
  readonly #app: CallingApp
  readonly #works = new Map<WorkCore, CalledWork>()
  #underWay = 0
  #isEnding = false
  /** When calls last gave way to others. */
  #turnAt = performance.now()
  /** How long until they do again. */
  #turnMs = LEAST_TURN_MS
  /** The last millisecond in which calls ended, and these. */
  #endedAt = 0
  readonly #endedThen = new Set<string>()

  constructor(app: CallingApp) {
    this.#app = app
  }

  /** Calls that run, or wait to. */
  get underWay(): number {
    return this.#underWay
  }

  /** As a flow calls it: throws `PassEnd` where it is not done, and the work is not parallel. */
  made(work: WorkCore, given: readonly unknown[]): unknown {
    const { pass } = this.#app
    if (pass?.isOver === true) throw new PassEnd()
    const called = this.#of(work)
    const args = argumentsOf(given)
    const { cacheCalls, isParallel } = work.options
    const standIn = cacheCalls === false ? undefined : standInOf(work, args)
    const key = shortKey(standIn ?? args)
    if (standIn !== undefined && called.done.has(key)) return this.#again(called, key, standIn)
    if (called.isStopped) return undefined
    const made = called.underWay.get(key) ?? this.#made(called, { args, key, standIn })
    if (!(made instanceof Promise)) return work.lastResult
    if (pass === undefined) return made.then(resultOf)
    if (isParallel) return undefined
    pass.isOver = true
    throw new PassEnd()
  }

  /** Makes the calls again that were under way when the process of the app died: what began them may not ask again. */
  takeUp(work: WorkCore): void {
    const { interrupted } = work
    work.interrupted = []
    for (const args of interrupted) {
      const standIn = work.options.cacheCalls === false ? undefined : standInOf(work, args)
      const key = shortKey(standIn ?? args)
      const called = this.#of(work)
      if (!called.done.has(key) && !called.underWay.has(key)) void this.#made(called, { args, key, standIn })
    }
  }

  /** Where a pass takes long, calls have as long between two. */
  passed(ms: number): void {
    this.#turnAt = performance.now()
    this.#turnMs = Math.max(ms, LEAST_TURN_MS)
  }

  momentNow(): Moment {
    const at = this.#app.door.now()
    return { at, ended: at === this.#endedAt ? [...this.#endedThen] : [] }
  }

  async stop(work: WorkCore): Promise<void> {
    const called = this.#of(work)
    called.isStopped = true
    this.#drop(called)
    called.stopReason = new DOMException('The work was stopped.', 'AbortError')
    work.attempt?.abortion.abort(called.stopReason)
    await Promise.all(called.underWay.values())
    work.exit()
    work.note('stopped')
  }

  /** Waits until nothing runs any more. What waits is dropped. */
  async end(): Promise<void> {
    this.#isEnding = true
    for (const called of this.#works.values()) this.#drop(called)
    await Promise.all(Array.from(this.#works.values(), ({ underWay }) => Promise.all(underWay.values())))
    await Promise.all(Array.from(this.#works.values(), ({ thread }) => thread?.end()))
    for (const { work } of this.#works.values()) work.exit()
  }

  #of(work: WorkCore): CalledWork {
    let called = this.#works.get(work)
    if (called === undefined) {
      called = new CalledWork(work, callsOfWork(work, this.#nameOf(work), this.#app.door), this.#app)
      this.#works.set(work, called)
    }
    return called
  }

  /** A call that is remembered counts as one that succeeded. It changes nothing, so that its flow can rest. */
  #again(called: CalledWork, key: string, standIn: unknown): unknown {
    const { work } = called
    if (called.lastKey !== key) {
      called.lastKey = key
      work.keepResult(() => called.calls.payload(this.#keyInputs(called, standIn))?.value)
    }
    if (called.underWay.size === 0 && !work.statuses.has('succeeded'))
      work.statuses.note('succeeded', { reason: 'cached' })
    return work.lastResult
  }

  /** At once where it is stored. */
  #made(called: CalledWork, call: Omit<PendingCall, 'settle'>): CallOutcome | Promise<CallOutcome | undefined> {
    if (called.running === undefined) {
      const outcome = this.#started(called, { ...call, settle: ignored })
      if (!(outcome instanceof Promise)) return outcome
      this.#follow(called, call, outcome)
      return outcome
    }
    called.work.note('pending')
    const later = new Promise<CallOutcome | undefined>((settle) => called.queue.push({ ...call, settle }))
    this.#follow(called, call, later)
    return later
  }

  #follow(called: CalledWork, { key, args }: Omit<PendingCall, 'settle'>, made: Promise<unknown>): void {
    this.#underWay++
    called.underWay.set(key, made as Promise<CallOutcome>)
    called.work.underWay.add(key, args)
    const over = (): void => {
      this.#underWay--
      called.underWay.delete(key)
      called.work.underWay.delete(key)
      called.work.component.host?.changed(called.work.component)
    }
    made.then(over, over)
  }

  #started(called: CalledWork, call: PendingCall): CallOutcome | Promise<CallOutcome> {
    called.running = call
    const made = this.#app.execution.call(this.#runCall(called, call))
    if (made instanceof Promise) return made.then((outcome) => this.#ended(called, call, outcome))
    return this.#ended(called, call, made)
  }

  #runCall(called: CalledWork, call: PendingCall): RunCall {
    const { work, calls, thread } = called
    const { args, key, standIn } = call
    const { retry, timeout } = work.options
    return {
      name: work.component.path,
      calls: standIn === undefined ? undefined : calls,
      keyInputs: standIn === undefined ? [] : this.#keyInputs(called, standIn),
      isRefresh: false,
      inputs: [],
      fromContext: NONE,
      retry: retry && {
        ...retry,
        when: (error, attempt) => !this.#isByStop(called, error) && (retry.when?.(error, attempt) ?? true),
      },
      timeout,
      recordsOf: () => this.#app.rowsNow({ work, key }),
      onOver: (record) => {
        work.record(record)
        call.record = record
      },
      body: (attempt) => {
        work.attempt = attempt
        work.note('running')
        return thread === undefined ? work.runOwn(args) : this.#inThread(thread, called, call, attempt)
      },
    }
  }

  #inThread(thread: WorkThread, called: CalledWork, { args, key, standIn }: PendingCall, attempt: Attempt): unknown {
    const { work, calls } = called
    work.begin()
    const identity = standIn === undefined ? undefined : calls.identity(this.#keyInputs(called, standIn))
    const kept = identity && {
      name: this.#nameOf(work),
      identity: Buffer.from(identity).toString('base64'),
      ended: { record: this.#app.recordNow(), key },
    }
    return thread.run({ args, kept }, attempt)
  }

  /** Of its entries. */
  #nameOf({ component }: WorkCore): string {
    return `${this.#app.name} ${component.path}`
  }

  /** A work may throw anything, also nothing. */
  #isByStop({ isStopped, stopReason }: CalledWork, error: unknown): boolean {
    return isStopped && error === stopReason
  }

  /** How long a call is remembered is in its key. */
  #keyInputs(called: CalledWork, standIn: unknown): unknown[] {
    return [called.work.options.cacheCalls === 'store' ? 'store' : this.#lifeOf(called, standIn), standIn]
  }

  /** In which a call was done, or is. */
  #lifeOf({ work, calls }: CalledWork, standIn: unknown): string {
    const { ancestors, life } = this.#app
    const done = ancestors.find((ancestor) => {
      const found = calls.lookup([ancestor.life, standIn])
      const name = callName(work.component.path, shortKey(standIn))
      return found.status === 'hit' && isOf(ancestor, found.info.createdAt, name)
    })
    return done?.life ?? life
  }

  #ended(called: CalledWork, call: PendingCall, outcome: CallOutcome): CallOutcome {
    const { work } = called
    called.running = undefined
    if (outcome.handed !== undefined) this.#succeeded(called, call, outcome.handed, outcome.state === 'hit')
    else if (outcome.state === 'cancelled' || this.#isByStop(called, outcome.error)) work.note('stopped')
    else {
      endedBy(work, outcome.error)
      if (work.options.raisesException) this.#app.fail(outcome.error)
    }
    if (call.record !== undefined) this.#app.told(call.record)
    call.settle(outcome)
    const next = called.queue.shift()
    if (next !== undefined) this.#goOn(called, next)
    return outcome
  }

  /** Calls that wait for nothing follow one another without a turn of the event loop: others have theirs now and then. */
  #goOn(called: CalledWork, next: PendingCall): void {
    if (performance.now() - this.#turnAt < this.#turnMs) return void this.#started(called, next)
    called.running = next
    // A flow that asks meanwhile whether the work has anything left to do is not told that it has ended.
    called.work.note('pending')
    builtin('node:timers').setImmediate(() => {
      this.#turnAt = performance.now()
      if (!called.isStopped && !this.#isEnding) return void this.#started(called, next)
      called.running = undefined
      next.settle(undefined)
    })
  }

  #succeeded(called: CalledWork, { key, standIn }: PendingCall, handed: Handed, isHit: boolean): void {
    const { work } = called
    if (standIn !== undefined) {
      called.done.add(key)
      this.#noteEnded(callName(work.component.path, key))
    }
    called.lastKey = key
    work.keepResult(() => handed.load())
    // One that this life of the app remembers was counted when it was done, though it may be a hit after a crash.
    work.succeeded(!isHit || work.options.cacheCalls === 'store', isHit ? { reason: 'cached' } : {})
  }

  #noteEnded(call: string): void {
    const now = this.#app.door.now()
    if (now !== this.#endedAt) this.#endedThen.clear()
    this.#endedAt = now
    this.#endedThen.add(call)
  }

  #drop({ queue }: CalledWork): void {
    for (const { settle } of queue.splice(0)) settle(undefined)
  }
}

function resultOf(outcome: CallOutcome | undefined): unknown {
  if (outcome?.handed !== undefined) return outcome.handed.load()
  throw outcome?.error ?? new DOMException('The work was stopped.', 'AbortError')
}

function ignored(): void {}
