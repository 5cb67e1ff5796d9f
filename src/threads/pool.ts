import { fileURLToPath } from 'node:url'
import { SHARE_ENV } from 'node:worker_threads'
import type { Piscina } from 'piscina'
import type { SentCall } from '../run/executor.ts'
import type { ThreadAnswer } from './message.ts'
import { SentTask } from './sent-task.ts'

/** How long a thread stays that has nothing to do: to start one takes some hundred milliseconds. */
const IDLE_MS = 10_000
/** The file that threads run: beside this one, and like it TypeScript or compiled. */
const WORKER = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.cjs'

/** The threads of one executor. */
export class Pool {
  readonly #threads: Piscina
  readonly #running = new Set<SentTask>()

  private constructor(threads: Piscina) {
    this.#threads = threads
    // A thread failed that ran nothing: none will come for those that wait for one.
    threads.on('error', (error) => {
      for (const task of this.#running) task.refuse(error)
    })
  }

  /** Piscina is loaded here: who uses no threads does without it. */
  static async of(size: number, memoryLimitMb: number | undefined): Promise<Pool> {
    const { Piscina } = await import('piscina')
    return new Pool(
      new Piscina({
        filename: fileURLToPath(new URL(WORKER, import.meta.url)),
        minThreads: 0,
        maxThreads: size,
        idleTimeout: IDLE_MS,
        // Else a thread stands still between its calls, and so does all that it has to do then.
        atomics: 'disabled',
        recordTiming: false,
        // What functions read there is in their keys.
        env: SHARE_ENV,
        ...(memoryLimitMb !== undefined && { resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb } }),
      }),
    )
  }

  /** As `Executor.run`. A thread may end for what a module did that was imported before: the next is asked once more. */
  async run(call: SentCall, signal: AbortSignal): Promise<void> {
    const first = new SentTask(call)
    try {
      await this.#run(first, signal)
    } catch (error) {
      if (!first.isUnbegun) throw error
      await this.#run(new SentTask(call), signal)
    }
  }

  async #run(task: SentTask, signal: AbortSignal): Promise<void> {
    this.#running.add(task)
    try {
      await task.run(
        (given, end) => this.#threads.run(given, { transferList: [given.port], signal: end }) as Promise<ThreadAnswer>,
        signal,
      )
    } finally {
      this.#running.delete(task)
    }
  }

  close(): Promise<void> {
    return this.#threads.destroy()
  }
}
