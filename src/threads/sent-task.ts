import { MessageChannel } from 'node:worker_threads'
import { carriedError, errorOf } from '../run/carried-error.ts'
import { type SentCall, unsendable } from '../run/executor.ts'
import { EngramError } from '../words/error.ts'
import { wordsOf } from '../words/phrase.ts'
import { ABORTED, BEGUN, type ThreadAnswer, type ThreadMessage, type ThreadTask } from './message.ts'

/** How long a call may take to end by itself once its signal is aborted, before its thread is ended. */
const GRACE_MS = 200

/** How long a thread may take until it has the function: its module may wait for something that happens in the program alone. */
const BEGIN_MS = 60_000

/** Has a thread run a task; its thread is ended where the signal is aborted. */
export type RunInThread = (task: ThreadTask, signal: AbortSignal) => Promise<ThreadAnswer>

/** One call in a thread. */
export class SentTask {
  readonly #call: SentCall
  readonly #channel = new MessageChannel()
  readonly #ending = new AbortController()
  readonly #flags = new Int32Array(new SharedArrayBuffer(8))
  #isUnbegun = false
  #refuse: ((error: EngramError) => void) | undefined

  constructor(call: SentCall) {
    this.#call = call
  }

  /** Resolves when the result is stored. Rejects as `Executor.run` does. */
  async run(runInThread: RunInThread, signal: AbortSignal): Promise<void> {
    const { port1, port2 } = this.#channel
    port1.on('message', (message: ThreadMessage) => this.#hear(message))
    // A thread that does nothing more keeps no process alive; the pool sees to that while it runs.
    port1.unref()
    const end = this.#endWith(signal)
    const giveUp = setTimeout(() => this.#giveUp(), BEGIN_MS).unref()
    try {
      const refused = new Promise<never>((_, reject) => (this.#refuse = reject))
      const task = { data: this.#call.data, port: port2, flags: this.#flags }
      const answered = runInThread(task, this.#ending.signal)
      this.#take(await Promise.race([answered.catch((why: unknown) => this.#lost(why)), refused]))
    } catch (error) {
      // However it ended: nobody waits for it, and it is not to run elsewhere.
      throw signal.aborted ? signal.reason : error
    } finally {
      end()
      clearTimeout(giveUp)
      port1.close()
    }
  }

  /** No thread can be had. Does nothing once the call has begun. */
  refuse(why: unknown): void {
    if (!this.#hasBegun) this.#refuse?.(unsendable(`No thread could run it: ${wordsOf(why)}`, why))
  }

  /** Whether its thread ended before the call began. */
  get isUnbegun(): boolean {
    return this.#isUnbegun
  }

  get #hasBegun(): boolean {
    return Atomics.load(this.#flags, BEGUN) === 1
  }

  /** Its thread ended before it did. */
  #lost(why: unknown): never {
    this.#isUnbegun = !this.#hasBegun && !this.#ending.signal.aborted
    if (!this.#hasBegun) throw unsendable(`A thread ended while it imported its module: ${wordsOf(why)}`, why)
    const { name } = this.#call.data.call
    throw new EngramError('ERR_EXECUTOR', `The thread that ran ${name} ended: ${wordsOf(why)}`, { cause: why })
  }

  #giveUp(): void {
    if (this.#hasBegun) return
    this.refuse(new Error(`its module was not imported within ${BEGIN_MS / 1000} s`))
    this.#ending.abort()
  }

  /** Asks the call to end when the signal is aborted, and after a while ends its thread. */
  #endWith(signal: AbortSignal): () => void {
    let timer: NodeJS.Timeout | undefined
    const abort = (): void => {
      Atomics.store(this.#flags, ABORTED, 1)
      this.#channel.port1.postMessage({ abort: carriedError(signal.reason) })
      timer = setTimeout(() => this.#ending.abort(), GRACE_MS)
    }
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    return () => {
      signal.removeEventListener('abort', abort)
      clearTimeout(timer)
    }
  }

  #hear(message: ThreadMessage): void {
    if ('begun' in message) this.#call.begun()
    else if ('report' in message) this.#call.report(...message.report)
    else {
      const { done, total, note } = message.progress
      this.#call.progress(done, total, note)
    }
  }

  #take({ reports, error }: ThreadAnswer): void {
    for (const report of reports) this.#call.report(...report)
    if (error !== undefined) throw errorOf(error)
  }
}
