// One large Float64Array: stored in one process, loaded in another to its first element and to the sum of all.
import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { anonymousMb, report, task } from './contestant.mjs'
import { numbers, numbersRunMs, runCount, sum } from './data.mjs'

const { byteLength } = task
const expectedFirst = numbers(64)[0]

await (task.action === 'store' ? store() : load())

async function store() {
  const arrays = await openArrays()
  const start = performance.now()
  const ownMs = await arrays.store()
  report({ figure: performance.now() - start - ownMs })
  await arrays.close()
}

async function load() {
  const arrays = await openArrays()
  // Compiled before the clock starts, for every contestant alike.
  const warm = new Float64Array(200_000)
  for (let i = 0; i < 20; i++) sum(warm)
  const runs = runCount()
  collectGarbage()
  const memory = anonymousMb()
  const start = performance.now()
  const loaded = arrays.load()
  const array = loaded instanceof Promise ? await loaded : loaded
  const first = array[0]
  const firstMs = performance.now() - start
  const total = sum(array)
  const sumMs = performance.now() - start
  const addedMb = anonymousMb() - memory
  assert.equal(array.byteLength, byteLength)
  assert.equal(first, expectedFirst)
  assert.equal(runCount(), runs, 'the array was computed, not loaded')
  report({ firstMs, sumMs, addedMb, total })
  await arrays.close()
}

/** Without a flag for Node: bytecode that was made without it would be of no use. */
function collectGarbage() {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

async function openArrays() {
  if (task.contestant === 'engram') return engramArrays()
  const [name] = task.contestant.split('#')
  const arrays = await (await import(`../../peers/${name}.mjs`)).openArrays(task.dir)
  return { ...arrays, store: storeComputed(arrays) }
}

/** The array is there before the clock starts: nothing of its making is to be taken off. */
function storeComputed(arrays) {
  const array = task.action === 'store' ? numbers(byteLength) : undefined
  return async () => {
    await arrays.store(array)
    return 0
  }
}

/** The cached function itself makes the array; its own time, as it noted it, is taken off. */
async function engramArrays() {
  const { memoize } = await import('../../engram.mjs')
  const { call, close } = memoize(numbers, task.dir)
  // Opens the store and looks at the function, as any earlier call of a script would have.
  call.has(-1)
  return {
    store: async () => {
      call(byteLength)
      return numbersRunMs()
    },
    load: () => call(byteLength),
    close,
  }
}
