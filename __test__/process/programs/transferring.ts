// A thread that alone uses the store loads arrays, sends them away and ends: transferring <location> <bytes> …. What it sent
// is used and let go of when the thread, and all that it had, is gone.
import { once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'

const [location, ...lengths] = process.argv.slice(2) as [string, ...string[]]

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url), { argv: [location, ...lengths] })
  let received: Uint8Array[] = []
  worker.on('message', (array: Uint8Array) => received.push(array))
  await once(worker, 'exit')
  const isRight = received.every(
    (array, i) => array.length === Number(lengths[i]) && array[0] === 7 && array.at(-1) === 7,
  )
  for (const array of received) array.fill(1)
  const { length } = received
  received = []
  setFlagsFromString('--expose-gc')
  runInNewContext('gc()')
  process.stdout.write(JSON.stringify({ isRight, length }))
} else {
  const { Memory } = await import('../../../index.ts')
  const memory = new Memory({ location, onError: 'throw' })
  const load = memory.cache((length: number) => new Uint8Array(length).fill(7), {
    name: 'array',
    strategy: 'inputHash',
  })
  for (const length of lengths.map(Number)) {
    load(length)
    const array = load(length)
    parentPort!.postMessage(array, [array.buffer as ArrayBuffer])
  }
  await memory.close()
}
