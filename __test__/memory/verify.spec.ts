import test, { type ExecutionContext } from 'ava'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type EngramError, Memory, type VerifyReport } from '../../index.ts'
import { blobsIn } from '../kit/files.ts'
import { alterEntries } from '../kit/index-log.ts'
import { Program } from '../kit/program.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

const SOUND = { corrupt: [], dangling: [], orphans: [], dropped: 0 }
const LENGTH = 100_000

/** Arrays, each with a file of its own, and small values. */
function filling(memory: Memory) {
  return {
    array: memory.cache((n: number) => new Uint8Array(LENGTH).fill(n), { name: 'array' }),
    small: memory.cache((n: number) => ({ n }), { name: 'small' }),
  }
}

function fill(memory: Memory, count: number): ReturnType<typeof filling> {
  const functions = filling(memory)
  for (let n = 0; n < count; n++) {
    functions.array(n)
    functions.small(n)
  }
  return functions
}

/** A store that was swept and closed in order: another is swept while it is used. */
async function openSwept(t: ExecutionContext): Promise<Memory> {
  const first = openMemory(t)
  // The directories are swept in order, and this lies in the last one.
  const last = leaveOrphan(first, 'ff')
  fill(first, 1)
  while (existsSync(last)) await setTimeout(5)
  await first.close()
  return openMemory(t, { location: first.location })
}

/** The file of the array that is filled with this number. */
function blobOf(memory: Memory, n: number): string {
  return blobsIn(memory.location!).find((file) => readFileSync(file)[0] === n)!
}

function damage(file: string): void {
  const bytes = readFileSync(file)
  bytes[LENGTH / 2]! ^= 1
  writeFileSync(file, bytes)
}

/** A file that no entry needs. */
function leaveOrphan(memory: Memory, directory = 'ab'): string {
  const file = join(memory.location!, 'blobs', directory, directory.repeat(32))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, 'nobody names me')
  return file
}

test('a sound store is read back and stays as it is', async (t) => {
  const memory = openMemory(t, { onError: 'throw' })
  const { array, small } = fill(memory, 20)
  const progress: [number, number][] = []
  const report = await memory.verify({ repair: true, onProgress: (done, total) => progress.push([done, total]) })
  t.like(report, { entries: 40, blobs: 20, ...SOUND })
  t.true(report.bytes > 20 * LENGTH && report.bytes < 21 * LENGTH)
  t.deepEqual(progress.at(-1), [40, 40])
  t.true(progress.every(([done, total], at) => done <= total && done >= (progress[at - 1]?.[0] ?? 0)))
  t.true(array.has(3) && small.has(3))
  t.is(blobsIn(memory.location!).length, 20)
})

test('what is damaged is named, whoever notices it later', async (t) => {
  const memory = await openSwept(t)
  const { array } = fill(memory, 6)
  damage(blobOf(memory, 1))
  truncateSync(blobOf(memory, 2), LENGTH - 1)
  rmSync(blobOf(memory, 3))
  const orphan = leaveOrphan(memory)
  const digest = basename(orphan)
  const report = await memory.verify()
  t.deepEqual(report.corrupt, [array.key(1)])
  t.deepEqual([...report.dangling].sort(), [array.key(2), array.key(3)].sort())
  t.deepEqual(report.orphans, [digest])
  t.like(report, { entries: 12, dropped: 0 })
  t.true(existsSync(orphan), 'nothing is dropped unasked')
  t.is(memory.stats().entries, 12)
})

test('repair drops what is damaged, and nothing else', async (t) => {
  const memory = await openSwept(t)
  const { array, small } = fill(memory, 6)
  damage(blobOf(memory, 1))
  rmSync(blobOf(memory, 3))
  const orphan = leaveOrphan(memory)
  const digest = basename(orphan)
  const report = await memory.verify({ repair: true })
  t.deepEqual([report.corrupt, report.dangling, report.orphans], [[array.key(1)], [array.key(3)], [digest]])
  t.is(report.dropped, 2)
  t.is(memory.stats().entries, 10)
  t.is(blobsIn(memory.location!).length, 4)
  t.deepEqual(
    [0, 1, 2, 3, 4, 5].filter((n) => array.has(n)),
    [0, 2, 4, 5],
  )
  t.true(small.has(1) && small.has(3))
  t.like(await memory.verify(), { entries: 10, blobs: 4, ...SOUND })
})

test('each entry that shares a damaged file is named, and the file is read once', async (t) => {
  const memory = openMemory(t)
  const one = memory.cache((n: number) => ({ n, rows: new Uint8Array(LENGTH) }), { name: 'one' })
  one(1)
  one(2)
  damage(blobsIn(memory.location!)[0]!)
  const report = await memory.verify({ repair: true })
  t.deepEqual([...report.corrupt].sort(), [one.key(1), one.key(2)].sort())
  t.like(report, { blobs: 1, dropped: 2 })
  t.deepEqual(blobsIn(memory.location!), [])
})

test('entries whose own bytes are damaged are corrupt; those of a newer format are not', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const before = new Memory({ location, onError: 'throw' })
  const key = fill(before, 1).small.key(0)
  await before.close()
  rmSync(join(location, 'blobs'), { recursive: true })
  const newer = `${location}-newer`
  cpSync(location, newer, { recursive: true })
  alterEntries(location, (frame) => frame.subarray(0, 30))
  const report = await openMemory(t, { location }).verify({ repair: true })
  t.true(report.corrupt.includes(key))
  t.like(report, { dropped: 2 })
  alterEntries(newer, (frame) => {
    frame[1] = 0xff
    return frame
  })
  t.like(await openMemory(t, { location: newer }).verify({ repair: true }), { entries: 2, ...SOUND, orphans: [] })
})

test('a process that reaches the store through another verifies and repairs it too, while calls go on', async (t) => {
  const memory = await openSwept(t)
  const { array } = fill(memory, 4)
  damage(blobOf(memory, 2))
  const orphan = leaveOrphan(memory)
  const digest = basename(orphan)
  const program = new Program('verify', memory.location!, 'repair')
  let calls = 0
  const calling = setInterval(() => array(100 + calls++), 1)
  const { stdout, stderr } = await program.ending
  clearInterval(calling)
  t.is(stderr, '')
  const report = JSON.parse(stdout) as VerifyReport & { role: string }
  t.is(report.role, 'client')
  t.deepEqual([report.corrupt, report.dangling, report.orphans], [[array.key(2)], [], [digest]])
  t.false(array.has(2))
  t.true(array.has(1) && array.has(100))
  t.like(await memory.verify(), SOUND)
})

test('one that is killed while it repairs leaves a store that can be repaired', async (t) => {
  const memory = openMemory(t)
  const key = fill(memory, 200).small.key(7)
  for (let n = 0; n < 150; n++) truncateSync(blobOf(memory, n), 5)
  await memory.close()
  const program = new Program('verify', memory.location!, 'repair, watched')
  await program.written('progress')
  program.kill('SIGKILL')
  await program.ending
  const again = new Memory({ location: memory.location!, onError: 'throw' })
  t.teardown(() => again.close())
  t.true((await again.verify({ repair: true })).entries >= 250)
  t.like(await again.verify(), { entries: 250, ...SOUND })
  t.is(filling(again).small.key(7), key)
  t.true(filling(again).small.has(7))
})

test('a signal ends it with its reason', async (t) => {
  const memory = openMemory(t)
  fill(memory, 3)
  rmSync(blobOf(memory, 1))
  const reason = new Error('enough')
  await t.throwsAsync(memory.verify({ repair: true, signal: AbortSignal.abort(reason) }), { is: reason })
  t.is(memory.stats().entries, 6)
  const controller = new AbortController()
  const running = memory.verify({ signal: controller.signal })
  controller.abort(reason)
  await t.throwsAsync(running, { is: reason })
  const stopped = new AbortController()
  const stopping = memory.verify({ signal: stopped.signal, onProgress: () => stopped.abort(reason) })
  await t.throwsAsync(stopping, { is: reason })
  t.like(await memory.verify(), { entries: 6, dropped: 0 })
})

test('what the listener of progress throws is thrown', async (t) => {
  const memory = openMemory(t)
  fill(memory, 1)
  const onProgress = (): void => {
    throw new RangeError('mine')
  }
  await t.throwsAsync(memory.verify({ onProgress }), { instanceOf: RangeError, message: 'mine' })
})

test('wrong options are refused before anything is read', async (t) => {
  const memory = openMemory(t)
  const wrong = [
    { repair: 'yes' },
    { signal: {} },
    { onProgress: 3 },
    { repairs: true },
    null,
    'repair',
  ] as unknown as object[]
  for (const options of wrong) await t.throwsAsync(memory.verify(options), { code: 'ERR_INVALID_OPTION' })
})

test('where there is nothing, nothing is found; where nothing may be written, nothing is dropped', async (t) => {
  const nothing = { entries: 0, blobs: 0, bytes: 0, ...SOUND }
  t.deepEqual(await openMemory(t).verify({ repair: true }), nothing)
  t.deepEqual(await openMemory(t, { location: null }).verify(), nothing)
  t.deepEqual(await openMemory(t, { mode: 'off' }).verify(), nothing)
  const memory = openMemory(t)
  const key = fill(memory, 2).array.key(1)
  rmSync(blobOf(memory, 1))
  await memory.close()
  const reading = openMemory(t, { location: memory.location, mode: 'readOnly' })
  t.like(await reading.verify({ repair: true }), { dangling: [key], dropped: 0, entries: 4 })
  await t.throwsAsync(memory.verify(), { code: 'ERR_CLOSED' })
})

test('a store that cannot be read is an error', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  writeFileSync(location, 'a file')
  const error = await t.throwsAsync<EngramError>(openMemory(t, { location }).verify())
  t.is(error.code, 'ERR_STORE_UNAVAILABLE')
})
