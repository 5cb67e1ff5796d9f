import type { Worker } from 'node:worker_threads'
import { StoredElsewhere } from '../call/stored-elsewhere.ts'
import { builtin } from '../platform/builtin.ts'
import { ownFolder } from '../platform/files.ts'
import { carriedError, errorOf } from '../run/carried-error.ts'
import type { Attempt } from '../run/running-call.ts'
import { loadSource, sourceOfValue } from '../run/source.ts'
import { EngramError } from '../words/error.ts'
import { wordsOf } from '../words/phrase.ts'
import type { Component } from './component.ts'
import { workError } from './error.ts'
import type { FromThread, SentFields, SentRun, ToThread } from './thread-message.ts'
import type { ThreadSurroundings } from './thread-surroundings.ts'

/** How long a call may take to end by itself once it is aborted, before its thread is ended. */
const GRACE_MS = 200

/** A call that runs in the thread. */
interface UnderWay {
  readonly attempt: Attempt
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** What a call is made of. */
export interface ThreadCall {
  readonly args: readonly unknown[]
  readonly kept: SentRun['kept']
}

/** The thread in which the calls of one work run. Its state is here and there: what one side changes is told to the other. */
export class WorkThread {
  readonly #component: Component
  readonly #module: URL
  readonly #exportName: string
  readonly #around: ThreadSurroundings
  #worker: Worker | undefined
  #call: UnderWay | undefined
  /** Whether a change comes from the thread. */
  #isHearing = false
  /** Messages with fields that were sent, and the last one for each field. */
  #told = 0
  readonly #toldAt = new Map<string, number>()

  constructor(component: Component, module: URL, exportName: string, around: ThreadSurroundings) {
    this.#component = component
    this.#module = module
    this.#exportName = exportName
    this.#around = around
    component.whenChanged = (field) => this.#tell(field)
  }

  /** Rejects with what the call threw, or ERR_EXECUTOR where its thread ended. */
  async run(call: ThreadCall, attempt: Attempt): Promise<unknown> {
    const message = this.#messageOf(call, attempt)
    // One that was aborted, and is not over: what it says yet is not of this call.
    if (this.#call !== undefined) this.#drop()
    const worker = (this.#worker ??= this.#started())
    worker.ref()
    const unfollow = attempt.abortion.whenAborted((reason) => this.#abort(worker, reason))
    let own: UnderWay | undefined
    try {
      return await new Promise((resolve, reject) => {
        this.#call = own = { attempt, resolve, reject }
        post(worker, { run: message })
      })
    } finally {
      unfollow()
      if (this.#call === own) this.#call = undefined
      worker.unref()
    }
  }

  async end(): Promise<void> {
    this.#component.whenChanged = undefined
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  /** Ends the thread, and the call in it. */
  #drop(): void {
    const worker = this.#worker
    if (worker === undefined) return
    this.#lost(worker, new Error('its call was aborted'))
    void worker.terminate()
  }

  #messageOf({ args, kept }: ThreadCall, { runId, attempt }: Attempt): SentRun {
    const { door } = this.#around
    const memory = door.reopening()
    if (memory === undefined)
      throw workError(
        `${this.#component.shownName} cannot run in a thread: its memory writes nothing, or has registered classes, which other threads do not know.`,
      )
    return {
      module: this.#module.href,
      exportName: this.#exportName,
      path: this.#component.path,
      ...this.#telling(this.#component.fields()),
      args: sourceOfValue(args, door),
      memory,
      kept,
      runId,
      attempt,
      clockOffsetMs: door.now() - Date.now(),
    }
  }

  #telling(names: readonly string[]): { fields: SentFields; told: number } {
    const { target } = this.#component
    const fields = names.map((name) => [name, sourceOfValue(target[name], this.#around.door)] as const)
    const told = ++this.#told
    for (const name of names) this.#toldAt.set(name, told)
    return { fields, told }
  }

  #started(): Worker {
    const { Worker: Thread, SHARE_ENV } = builtin('node:worker_threads')
    // What a work reads of the environment there is what it would read here.
    const worker = new Thread(entryFile(), { env: SHARE_ENV as never })
    worker.on('message', (message: FromThread) => {
      if (this.#worker === worker) this.#hear(message)
    })
    worker.on('error', (error) => this.#lost(worker, error))
    worker.on('exit', () => this.#lost(worker, new Error('it ended')))
    return worker
  }

  #lost(worker: Worker, why: unknown): void {
    // Another one has its place.
    if (this.#worker !== worker) return
    this.#worker = undefined
    const what = `The thread that ran ${this.#component.shownName} ended: ${wordsOf(why)}`
    this.#call?.reject(new EngramError('ERR_EXECUTOR', what, { cause: why }))
  }

  /** A call that does not end by itself is ended with its thread. */
  #abort(worker: Worker, reason: unknown): void {
    post(worker, { abort: carriedError(reason) })
    const call = this.#call
    setTimeout(() => {
      if (this.#call === call) this.#drop()
    }, GRACE_MS)
  }

  #hear(message: FromThread): void {
    const call = this.#call
    if ('fields' in message) return this.#take(message.fields, message.heard)
    if (call === undefined) return
    if ('begun' in message) call.attempt.begin()
    else if ('progress' in message)
      call.attempt.progress(message.progress.done, message.progress.total, message.progress.note)
    else if ('report' in message) call.attempt.report(...message.report)
    else if ('stored' in message) call.resolve(new StoredElsewhere(message.stored))
    else if ('value' in message) call.resolve(loadSource(message.value, this.#around.memory))
    else call.reject(errorOf(message.error))
  }

  /** What both sides set at once has the value that it has here: the thread hears of it, and takes it. */
  #take(fields: SentFields, heard: number): void {
    this.#isHearing = true
    try {
      for (const [name, source] of fields) {
        if ((this.#toldAt.get(name) ?? 0) > heard) continue
        this.#component.target[name] = loadSource(source, this.#around.memory)
        this.#component.noteChanged(name)
      }
    } finally {
      this.#isHearing = false
    }
  }

  /** The program changed a field while a call runs there. */
  #tell(field: string): void {
    if (this.#isHearing || this.#call === undefined || this.#worker === undefined) return
    post(this.#worker, this.#telling([field]))
  }
}

function post(worker: Worker, message: ToThread): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
  worker.postMessage(message)
}

/** The file that a thread runs: beside the sources, or in the package. */
function entryFile(): string {
  const { basename, join } = builtin('node:path')
  const folder = ownFolder()
  return basename(folder) === 'platform' ? join(folder, '../work/thread-start.cjs') : join(folder, 'work/thread.cjs')
}
