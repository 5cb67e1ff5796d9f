import type { MessagePort } from 'node:worker_threads'
import { type Sender, performSent } from '../pipeline/performing.ts'
import { carriedError, errorOf } from '../run/carried-error.ts'
import type { CallProgress } from '../run/running-call.ts'
import { performSentTask } from '../task/performing.ts'
import { ABORTED, type AbortMessage, BEGUN, type ThreadAnswer, type ThreadMessage, type ThreadTask } from './message.ts'

/** Runs one call in this thread. Never rejects. */
export async function runTask({ data, port, flags }: ThreadTask): Promise<ThreadAnswer> {
  const sender = new PortSender(port, flags)
  try {
    await (data.kind === 'task' ? performSentTask : performSent)(data, sender)
    return { reports: [...sender.reports] }
  } catch (error) {
    return { reports: [...sender.reports], error: carriedError(error) }
  } finally {
    port.close()
  }
}

/** The thread that sent a call, at the other end of a port. */
class PortSender implements Sender {
  readonly reports = new Map<string, number | string>()
  readonly #port: MessagePort
  readonly #flags: ThreadTask['flags']

  constructor(port: MessagePort, flags: ThreadTask['flags']) {
    this.#port = port
    this.#flags = flags
  }

  load(url: string): Promise<object> {
    return import(url) as Promise<object>
  }

  begun(): void {
    Atomics.store(this.#flags, BEGUN, 1)
    this.#say({ begun: true })
  }

  progress(progress: CallProgress): void {
    this.#say({ progress })
  }

  report(name: string, value: number | string): void {
    this.reports.set(name, value)
    this.#say({ report: [name, value] })
  }

  whenAborted(abort: (reason: unknown) => void): void {
    this.#port.on('message', (message: AbortMessage) => abort(errorOf(message.abort)))
  }

  isAborted(): boolean {
    return Atomics.load(this.#flags, ABORTED) === 1
  }

  #say(message: ThreadMessage): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none
    this.#port.postMessage(message)
  }
}
