// A hit's array was memory that Node does not transfer: `postMessage` threw, where the array of the first call was sent.
import test, { type ExecutionContext } from 'ava'
import { join } from 'node:path'
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { run } from '../kit/program.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

const [KIB, MIB] = [1024, 1024 * 1024]

/** Some that are copied, and one that is mapped. */
const LENGTHS = [64 * KIB, 8 * MIB, 32 * MIB]

function cachedArray(t: ExecutionContext, byteLength: number): () => Uint8Array<ArrayBuffer> {
  const memory = openMemory(t, { onError: 'throw' })
  return memory.cache(() => new Uint8Array(byteLength).fill(7), { name: 'array', strategy: 'inputHash' })
}

function isWhole(array: Uint8Array, byteLength: number): boolean {
  return array.length === byteLength && array[0] === 7 && array.at(-1) === 7
}

for (const byteLength of LENGTHS) {
  test(`a hit of ${byteLength} bytes is sent to another thread as the first call's value is`, (t) => {
    const load = cachedArray(t, byteLength)
    for (const array of [load(), load(), load()]) {
      const { port1, port2 } = new MessageChannel()
      port1.postMessage(array, [array.buffer])
      t.is(array.byteLength, 0)
      const { message } = receiveMessageOnPort(port2) as { message: Uint8Array }
      t.true(isWhole(message, byteLength))
      message.fill(1)
      port1.close()
    }
    t.true(isWhole(load(), byteLength))
  })

  test(`a hit of ${byteLength} bytes is moved by structuredClone`, (t) => {
    const load = cachedArray(t, byteLength)
    load()
    const array = load()
    const moved = structuredClone(array, { transfer: [array.buffer] })
    t.is(array.byteLength, 0)
    t.true(isWhole(moved, byteLength))
  })
}

test('what a thread sends outlives the thread, and all that it had of the store', async (t) => {
  const lengths = LENGTHS.map(String)
  const ending = await run('transferring', join(temporaryDirectory(t), 'store'), ...lengths)
  t.like(ending, { code: 0, signal: null, stderr: '' })
  t.deepEqual(JSON.parse(ending.stdout), { isRight: true, length: LENGTHS.length })
})
