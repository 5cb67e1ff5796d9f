// Works on one store in several threads and ends in the way asked for: threads <location, or -> <ending>. Runs bundled: what
// of thread.ts is in the bundle does the work of the threads.
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { isMainThread, Worker } from 'node:worker_threads'
import { Memory } from '../../../index.ts'
import { checkedValues } from './thread.ts'

const [location, ending] = process.argv.slice(2) as [string, string]
const THREADS = 3

function start(task: string, first = 0): Worker {
  return new Worker(new URL(import.meta.url), { argv: [location, task, String(first)] })
}

async function ended(worker: Worker): Promise<number> {
  const [code] = (await once(worker, 'exit')) as [number]
  return code
}

function startBusy(): Promise<Worker[]> {
  return Promise.all(
    Array.from({ length: THREADS }, async () => {
      const worker = start('go on')
      await once(worker, 'message')
      return worker
    }),
  )
}

const endings: Record<string, () => Promise<unknown>> = {
  naturally: async () => {
    // Half of what each thread calls, its neighbour calls too.
    const workers = Array.from({ length: THREADS }, (_, thread) => start('store', thread * 20))
    checkedValues(location, 0, 40)
    const codes = await Promise.all(workers.map(ended))
    checkedValues(location, 0, 80)
    process.exitCode = Math.max(...codes)
  },
  'after a thread was terminated': async () => {
    for (const worker of await startBusy()) await worker.terminate()
    checkedValues(location, 0, 100)
  },
  'after a thread called process.exit()': async () => {
    const code = await ended(start('exit'))
    checkedValues(location, 0, 40)
    process.exitCode = code
  },
  'after a thread failed': async () => {
    const worker = start('fail')
    const [error] = (await once(worker, 'error')) as [Error]
    checkedValues(location, 0, 40)
    process.exitCode = error.message === 'nobody catches this' ? 8 : 1
  },
  'after a thread closed its memory': async () => {
    const memory = checkedValues(location, 0, 20)
    await ended(start('close'))
    checkedValues(location, 0, 40)
    await memory.close()
  },
  'by an error of a thread': async () => {
    await once(start('fail'), 'exit')
  },
  'by process.exit() while threads work': async () => {
    checkedValues(location, 0, 10)
    await startBusy()
    process.exit(9)
  },
  'by process.exit() while only threads use it': async () => {
    await startBusy()
    process.exit(9)
  },
  'by an uncaught error while threads work': async () => {
    checkedValues(location, 0, 10)
    await startBusy()
    throw new Error('nobody catches this')
  },
  'by SIGTERM while threads work': async () => {
    checkedValues(location, 0, 10)
    await startBusy()
    writeSync(1, 'ready\n')
  },
  'naturally, where only threads used it': async () => {
    await Promise.all([ended(start('store')), ended(start('store', 20))])
    const again = await ended(start('store', 10))
    process.exitCode = again === 0 ? 0 : 1
  },
  'after threads used it one after another, many times': async () => {
    for (let round = 0; round < 4; round++) {
      if ((await ended(start('store', round))) !== 0) throw new Error('a thread failed')
    }
    if (location !== '-') await new Memory(location).close()
  },
}

if (isMainThread) await endings[ending]!()
