import { checkKnown, invalid } from '../option/check.ts'
import { builtin } from '../platform/builtin.ts'
import type { Executor, SentCall } from '../run/executor.ts'
import { EngramError } from '../words/error.ts'
import { Pool } from './pool.ts'

export type { Executor, SentCall } from '../run/executor.ts'

/** How many threads there are, and how much each may take. */
export interface ThreadsOptions {
  /** Calls that run at a time, an integer from 1 on. Default: the processors that there are. */
  size?: number
  /** MiB of objects that a thread may have, from 1 on; one that needs more is ended (ERR_EXECUTOR). Arrays of bytes do not count. Default: as V8 has it. */
  memoryLimitMb?: number
}

/** Calls in worker threads. */
export interface Threads extends Executor {
  /** Ends the threads. Calls that run fail with ERR_CLOSED. */
  close(): Promise<void>
}

/**
 * Runs the calls of a run in worker threads, for functions that keep a processor busy. The functions have to be exported by a module
 * other than the one that the program is started with. Threads are started when they are needed, end when they have had nothing
 * to do for a while, and keep no program from ending.
 *
 * @throws EngramError ERR_INVALID_OPTION
 *
 * @example
 * ```ts
 * import { threads } from 'engram/threads'
 *
 * await using executor = threads({ size: 4 })
 * await images.run({ inputs: { paths }, executor })
 * ```
 */
export function threads(options: ThreadsOptions = {}): Threads {
  checkKnown(options, ['size', 'memoryLimitMb'])
  const { size = builtin('node:os').availableParallelism(), memoryLimitMb } = options
  if (!(Number.isInteger(size) && size >= 1)) throw invalid(`The option 'size' must be an integer from 1 on.`)
  if (memoryLimitMb !== undefined && !(memoryLimitMb >= 1 && memoryLimitMb < Infinity))
    throw invalid(`The option 'memoryLimitMb' must be a number from 1 on.`)
  return new ThreadExecutor(size, memoryLimitMb)
}

class ThreadExecutor implements Threads {
  readonly name = 'threads'
  readonly concurrency: number
  readonly #memoryLimitMb: number | undefined
  #pool: Promise<Pool> | undefined
  #isClosed = false

  constructor(size: number, memoryLimitMb: number | undefined) {
    this.concurrency = size
    this.#memoryLimitMb = memoryLimitMb
  }

  async run(call: SentCall, signal: AbortSignal): Promise<void> {
    if (this.#isClosed) throw closed()
    const pool = await (this.#pool ??= Pool.of(this.concurrency, this.#memoryLimitMb))
    try {
      await pool.run(call, signal)
    } catch (error) {
      throw this.#isClosed ? closed() : error
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await (await this.#pool)?.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function closed(): EngramError {
  return new EngramError('ERR_CLOSED', 'The threads are closed. Make others with threads().')
}
