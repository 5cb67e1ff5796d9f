import test, { type ExecutionContext } from 'ava'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Memory } from '../../index.ts'
import { blobsIn } from '../kit/files.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

const KIB = 1024
const MIB = 1024 * KIB

/** A memory whose function's results are found on the disk: those of another opening made them. */
async function reopened<T>(t: ExecutionContext, location: string, produce: () => T): Promise<() => T> {
  const writer = new Memory({ location, onError: 'throw' })
  writer.cache(produce, { name: 'array', strategy: 'inputHash' })()
  await writer.close()
  const reader = new Memory({ location, onError: 'throw' })
  t.teardown(() => reader.close())
  return reader.cache((): T => t.fail('the array was not stored') as never, { name: 'array', strategy: 'inputHash' })
}

/** Lengths of the store's blobs in bytes, in ascending order. */
function blobLengths(location: string): number[] {
  return blobsIn(location)
    .map((blob) => statSync(blob).size)
    .sort((a, b) => a - b)
}

/** Numbers that no compression makes fewer. */
function noise(length: number): Float64Array {
  let state = 1
  return Float64Array.from({ length }, () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647)
}

function isEqual(a: ArrayBufferView, b: ArrayBufferView): boolean {
  return Buffer.compare(bytesOf(a), bytesOf(b)) === 0
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)
}

for (const byteLength of [64 * KIB - 8, 64 * KIB, 64 * KIB + 8, MIB, 4 * MIB - 8, 4 * MIB, 64 * MIB]) {
  test.serial(`an array of ${byteLength} bytes is loaded as it was stored`, async (t) => {
    const location = join(temporaryDirectory(t), 'store')
    const array = noise(Math.min(byteLength / 8, MIB))
    const made = new Float64Array(byteLength / 8)
    for (let at = 0; at < made.length; at += array.length) made.set(array.subarray(0, made.length - at), at)
    const recall = await reopened(t, location, () => made)
    const loaded = recall()
    t.true(loaded instanceof Float64Array)
    t.is(loaded.length, made.length)
    t.true(isEqual(loaded, made))
    if (byteLength >= 64 * KIB) t.deepEqual(blobLengths(location), [byteLength])
  })
}

test('writing into a loaded array changes neither the store nor what others loaded', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const made = noise(MIB / 8)
  const recall = await reopened(t, location, () => made)
  const [first, second] = [recall(), recall()]
  first.fill(-1)
  t.true(isEqual(second, made))
  second.reverse()
  t.true(isEqual(recall(), made))

  const another = new Memory({ location, mode: 'readOnly', onError: 'throw' })
  t.teardown(() => another.close())
  const array = another.cache(() => t.fail() as never as Float64Array, { name: 'array', strategy: 'inputHash' })
  t.true(isEqual(array(), made))
  t.is(first[0], -1)
})

test('an array that its maker goes on changing is stored as it was returned', async (t) => {
  const made = noise(MIB / 8)
  const original = made.slice()
  const recall = await reopened(t, join(temporaryDirectory(t), 'store'), () => made)
  made.fill(0)
  t.true(isEqual(recall(), original))
})

test('a loaded array outlives its memory and its entry', async (t) => {
  const memory = new Memory({ location: join(temporaryDirectory(t), 'store'), onError: 'throw' })
  const array = memory.cache(() => noise(MIB / 8), { name: 'array', strategy: 'inputHash' })
  array()
  const loaded = array()
  t.true(array.forget())
  await memory.close()
  t.true(isEqual(loaded, noise(MIB / 8)))
})

test('views of one large buffer share it after loading', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const recall = await reopened(t, location, () => {
    const { buffer } = noise(MIB / 8)
    const [all, end] = [new Float64Array(buffer), new Uint8Array(buffer, MIB - 8)]
    return { all, end, view: new DataView(buffer, 8, 16), buffer }
  })
  const { all, end, view, buffer } = recall()
  t.is(all.buffer, buffer)
  t.is(end.buffer, buffer)
  t.is(view.buffer, buffer)
  t.deepEqual([end.byteOffset, end.byteLength, view.byteOffset, view.byteLength], [MIB - 8, 8, 8, 16])
  all[1] = Math.PI
  t.is(view.getFloat64(0, true), Math.PI)
  end.fill(0)
  t.is(all.at(-1), 0)
  t.deepEqual(blobLengths(location), [MIB])
})

test('several large arrays come back in their places', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const names = ['a', 'b', 'c', 'd']
  const make = (): Record<string, Float64Array> =>
    Object.fromEntries(names.map((name, number) => [name, noise(10_000 * (number + 1))]))
  const recall = await reopened(t, location, make)
  const loaded = recall()
  t.deepEqual(Object.keys(loaded), names)
  for (const [name, array] of Object.entries(make())) t.true(isEqual(loaded[name]!, array), name)
  t.is(blobLengths(location).length, names.length)
})

test('equal large arrays take one place on the disk', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const memory = new Memory({ location, onError: 'throw' })
  t.teardown(() => memory.close())
  const array = memory.cache((_number: number) => noise(10_000), { name: 'array', strategy: 'inputHash' })
  for (const number of [1, 2, 3]) array(number)
  t.deepEqual(blobLengths(location), [80_000])
  array.forget(1)
  array.forget(2)
  t.true(isEqual(array(3), noise(10_000)))
  array.forget(3)
  t.deepEqual(blobLengths(location), [])
})

test('large arrays given to a function make its key by their content', (t) => {
  const memory = new Memory({ location: join(temporaryDirectory(t), 'store'), onError: 'throw' })
  t.teardown(() => memory.close())
  const add = (numbers: Float64Array): number => numbers.reduce((a, b) => a + b, 0)
  const sum = memory.cache(add, { name: 'sum', strategy: 'inputHash' })
  const numbers = noise((8 * MIB) / 8)
  const expected = sum(numbers)
  t.is(sum.lookup(numbers.slice()).status, 'hit')
  t.is(sum(numbers.slice()), expected)
  numbers[numbers.length - 1] = 2
  t.is(sum.lookup(numbers).status, 'miss')
})
