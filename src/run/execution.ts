import { Payload } from '../entry/payload.ts'
import type { RecordRow } from '../entry/record.ts'
import type { Door, FamilyCalls } from '../memory/door.ts'
import { FamilyCall } from '../memory/family-call.ts'
import { builtin } from '../platform/builtin.ts'
import type { CallInput, CallOutput, CallRecord, CallState, RunKind, RunState } from '../report/run-record.ts'
import { tell } from '../report/tell.ts'
import { Abortion } from './abortion.ts'
import { type AttemptRules, Attempts } from './attempts.ts'
import { CallLog } from './call-log.ts'
import { recordOf } from './call-recording.ts'
import { refuseWhileImporting } from './executor.ts'
import { Explanations } from './explanations.ts'
import { type Handed, handPayload, handValue } from './handed.ts'
import { type ProgressView, progressView } from './progress.ts'
import { Recorder } from './recorder.ts'
import type { ResolvedRetry } from './retry.ts'
import type { Attempt, CallListener, CallProgress } from './running-call.ts'
import type { RunSettings } from './settings.ts'
import type { ResolvedTimeout } from './timeout.ts'

/** A call that a run makes. */
export interface RunCall {
  /** Its name within the run. */
  readonly name: string
  /** Where its result is looked for and kept; undefined where it is not cached. */
  readonly calls: FamilyCalls | undefined
  /** What stands for its inputs in its key. */
  readonly keyInputs: readonly unknown[]
  /** Whether it runs though its result is stored. */
  readonly isRefresh: boolean
  /** As they are recorded. */
  readonly inputs: readonly CallInput[]
  /** Parameters that the context gave. */
  readonly fromContext: ReadonlySet<string>
  readonly retry: ResolvedRetry | undefined
  readonly timeout: ResolvedTimeout
  /** See `AttemptRules`. */
  readonly enter?: AttemptRules['enter']
  /** Loads what it takes, and runs the function. */
  readonly body: (running: Attempt) => unknown
  /** The parts of what it gave, where it has any. */
  readonly outputsOf?: ((handed: Handed) => readonly CallOutput[] | undefined) | undefined
  /** What is written with its result, where that is stored. */
  readonly recordsOf?: () => readonly RecordRow[]
  /** Is told how it ended. */
  readonly onOver?: (record: CallRecord) => void
  /** Whether it is part of another call, of which alone the run tells. */
  readonly isPart?: boolean
  /** Whether a small result is likely to be loaded: its reference keeps it then. Default false. */
  readonly isSmallKept?: boolean
}

/** What became of it. */
export interface CallOutcome {
  readonly state: CallState
  /** Of its record in the run's log; undefined for a part of another call. */
  readonly place: number | undefined
  /** What it gave; undefined where it gave nothing. */
  readonly handed: Handed | undefined
  /** What it threw. */
  readonly error: unknown
}

/** What is run, and how. */
export interface ExecutionParts {
  readonly door: Door
  readonly kind: RunKind
  readonly name: string
  readonly keep: number
  /** How many of its calls are recorded. Default: all. */
  readonly most?: number
  /** Whether its calls are kept in memory, to be asked for. Default true. */
  readonly isLogged?: boolean
  readonly settings: RunSettings
  /** Are told of each call. */
  readonly listeners: readonly ((call: CallRecord) => void)[]
}

/** One run under way: makes its calls, and tells and writes down what becomes of them. */
export class Execution {
  readonly runId: string
  readonly startedAt: number
  readonly settings: RunSettings
  readonly abortion: Abortion
  /** Aborted as `abortion` is. */
  readonly signal: AbortSignal
  readonly #door: Door
  readonly #name: string
  readonly #begunAt = performance.now()
  readonly #recorder: Recorder | undefined
  /** The calls that it told of, if they are kept. */
  readonly log: CallLog
  readonly #isLogged: boolean
  readonly #view: ProgressView | undefined
  readonly #listeners: readonly ((call: CallRecord) => void)[]
  readonly #explanations = Explanations.ofRun()
  #savedMs = 0

  constructor({ door, kind, name, keep, most, isLogged = true, settings, listeners }: ExecutionParts) {
    refuseWhileImporting(name)
    this.#door = door
    this.#name = name
    this.settings = settings
    this.#listeners = listeners
    this.abortion = new Abortion(settings.signal)
    const controller = new AbortController()
    this.signal = controller.signal
    this.abortion.whenAborted((reason) => controller.abort(reason))
    this.startedAt = door.now()
    this.runId = newRunId(this.startedAt)
    this.#view = progressView(settings.progress, name)
    const isKept = door.isWriting && settings.cache !== false
    const run = { runId: this.runId, kind, name, startedAt: this.startedAt, keep, ...(most !== undefined && { most }) }
    this.log = new CallLog(door.records, this.startedAt)
    this.#isLogged = isLogged
    this.#recorder = isKept ? new Recorder(door, run, isLogged ? this.log : undefined) : undefined
  }

  /** The time by the memory's clock. */
  get now(): number {
    return this.#door.now()
  }

  /** @param calls - That it has, where that is known. */
  begin(calls?: number): void {
    this.#recorder?.begin()
    this.#view?.begin(calls)
  }

  /** Makes a call; what is found comes at once. Never throws nor rejects. */
  call(call: RunCall): CallOutcome | Promise<CallOutcome> {
    const begun = new BegunCall(call, this, this.#view)
    if (call.isPart !== true) this.#view?.started(call.name)
    try {
      const shelved = this.#shelved(begun)
      return shelved instanceof Payload
        ? this.#over(begun, handPayload(shelved, this.#door))
        : this.#later(begun, shelved)
    } catch (error) {
      return this.#over(begun, undefined, error)
    }
  }

  /** Undefined for a call that is not cached. */
  #shelved({ call, family }: BegunCall): Payload | PromiseLike<Payload> | undefined {
    const { calls, isRefresh } = call
    return isRefresh ? calls?.reshelve(family) : calls?.shelve(family, call.isSmallKept)
  }

  async #later(begun: BegunCall, shelved: PromiseLike<Payload> | undefined): Promise<CallOutcome> {
    try {
      if (shelved === undefined) return this.#over(begun, handValue(await begun.attempts.run(), this.#door))
      // Who waits for another's run hears of the end of this one.
      return this.#over(begun, handPayload(await this.abortion.whileRunning(shelved), this.#door))
    } catch (error) {
      return this.#over(begun, undefined, error)
    }
  }

  #over(begun: BegunCall, handed: Handed | undefined, error?: unknown): CallOutcome {
    const { call, attempts, family } = begun
    const isAborted = handed === undefined && this.abortion.isAborted
    const state = isAborted ? 'cancelled' : handed === undefined ? 'failed' : attempts.count === 0 ? 'hit' : 'ran'
    const record = recordOf(
      {
        name: call.name,
        state,
        event: family.event,
        changed: state === 'ran' ? this.#explanations.of(() => family.event?.changed) : [],
        outputDigest: handed?.digest,
        outputs: handed && call.outputsOf?.(handed),
        inputs: call.inputs,
        attempts: attempts.count,
        startedAt: begun.startedAt,
        durationMs: performance.now() - begun.begunAt,
        error,
        reports: begun.reports,
      },
      call.fromContext,
    )
    call.onOver?.(record)
    return { state, place: call.isPart === true ? undefined : this.tell(record), handed, error }
  }

  /** A call is over. Says which place it has in the log. */
  tell(record: CallRecord): number | undefined {
    const place = this.#isLogged ? this.log.add(record) : undefined
    this.#savedMs += record.savedMs
    this.#recorder?.add(record)
    this.#view?.ended(record)
    for (const listener of this.#listeners) tell(listener, record)
    return place
  }

  /** The run is over. */
  end(state: RunState): { durationMs: number; savedMs: number } {
    const durationMs = performance.now() - this.#begunAt
    this.abortion.dispose()
    this.#recorder?.end(state, durationMs)
    this.#view?.end({ name: this.#name, runId: this.runId, state, durationMs, savedMs: this.#savedMs })
    return { durationMs, savedMs: this.#savedMs }
  }
}

const MOST_IDS = 36 ** 3
/** Runs that this process has begun. */
let begun = 0

/** Of runs that begin in one millisecond, a later one of this process comes before, as the store lists the newest first. */
export function newRunId(startedAt: number): string {
  const time = Math.max(startedAt, 0).toString(36)
  const left = (MOST_IDS - 1 - (begun++ % MOST_IDS)).toString(36).padStart(3, '0')
  return `${time}-${left}${builtin('node:crypto').randomBytes(4).toString('hex')}`
}

const NO_REPORTS: Readonly<Record<string, never>> = Object.freeze(Object.create(null) as Record<string, never>)

/** A call under way, and what it says. */
class BegunCall implements CallListener {
  readonly runId: string
  readonly name: string
  readonly call: RunCall
  readonly startedAt: number
  readonly begunAt = performance.now()
  readonly attempts: Attempts
  readonly family: FamilyCall
  readonly #view: ProgressView | undefined
  #reports: Record<string, number | string> | undefined

  constructor(
    call: RunCall,
    { runId, abortion, signal, now }: Pick<Execution, 'runId' | 'abortion' | 'signal' | 'now'>,
    view: ProgressView | undefined,
  ) {
    this.name = call.name
    this.runId = runId
    this.call = call
    this.startedAt = now
    this.#view = view
    this.attempts = new Attempts(
      call.body,
      { retry: call.retry, timeout: call.timeout, abortion, enter: call.enter },
      this,
    )
    this.family = new FamilyCall(call.keyInputs, () => this.attempts.run(), call.recordsOf, signal)
  }

  get reports(): Readonly<Record<string, number | string>> {
    return this.#reports ?? NO_REPORTS
  }

  progress(progress: CallProgress): void {
    this.#view?.progressed(this.name, progress)
  }

  report(name: string, value: number | string): void {
    if (typeof value !== 'number' && typeof value !== 'string') return
    this.#reports ??= Object.create(null) as Record<string, number | string>
    this.#reports[name] = value
  }
}
