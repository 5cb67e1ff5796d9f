// One process on a store, or one thread of it, that does what its test tells it: see Peer.
import { isMainThread, parentPort, threadId, Worker, workerData } from 'node:worker_threads'
import { PeerTasks, type PeerSettings } from './peer-tasks.ts'

export interface Request {
  id: number
  task: string
  args: unknown[]
  /** Which thread is to do it; 0: the main one. */
  thread: number
}

export interface Reply {
  id: number
  value?: unknown
  error?: { name: string; message: string; code: string | undefined }
}

const settings = (isMainThread ? JSON.parse(process.argv[2]!) : workerData) as PeerSettings
const tasks = new PeerTasks({ ...settings, name: isMainThread ? settings.name : `${settings.name}.${threadId}` })
const threads = new Map<number, Worker>()

/** The channel may be closed by now. */
function send(reply: Reply): void {
  if (process.connected) process.send!(reply)
}

async function answer({ id, task, args }: Request): Promise<Reply> {
  try {
    return { id, value: await tasks.perform(task, args) }
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string }
    return { id, error: { name, message, code } }
  }
}

function threadOf(number: number): Worker {
  let worker = threads.get(number)
  if (worker === undefined) {
    worker = new Worker(new URL(import.meta.url), { workerData: settings })
    worker.on('message', send)
    // A thread that ends early is what some tests are about; whoever waits for its answer reaches the deadline.
    worker.on('error', () => {})
    // The channel to the test keeps the process, threads do not.
    worker.unref()
    threads.set(number, worker)
  }
  return worker
}

async function terminate(number: number): Promise<void> {
  const worker = threads.get(number)
  threads.delete(number)
  await worker?.terminate()
}

if (isMainThread) {
  process.on('message', (request: Request) => {
    if (request.task === 'terminate') {
      void terminate(request.args[0] as number).then(() => send({ id: request.id }))
    } else if (request.thread === 0) {
      void answer(request).then(send)
    } else {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      threadOf(request.thread).postMessage(request)
    }
  })
  // The test is over, however it ended.
  process.on('disconnect', () => process.exit())
} else {
  parentPort!.on('message', (request: Request) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the port of a thread has no origin
    void answer(request).then((reply) => parentPort!.postMessage(reply))
  })
}
