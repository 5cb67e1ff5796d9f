import test, { type ExecutionContext } from 'ava'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { type CallEvent, Memory, type MemoryOptions } from '../../index.ts'
import { eventually } from '../kit/deadline.ts'
import { Program } from '../kit/program.ts'
import { type SmallFileSystem, smallFileSystem } from '../kit/small-file-system.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'
import { numberedValue, valueOf } from '../process/programs/numbered-values.ts'

/** After a failed opening the store is not tried again for a second. */
const UNTIL_TRIED_AGAIN_MS = 1100
/** A deleted directory is noticed within 200 ms. */
const UNTIL_NOTICED_MS = 300

/** A memory on a bad day: what its calls return is checked, what became of them is told. */
class Day {
  readonly memory: Memory
  readonly #t: ExecutionContext
  readonly #value: (number: number) => unknown
  readonly #events: CallEvent[] = []

  constructor(t: ExecutionContext, options: MemoryOptions) {
    this.#t = t
    this.memory = new Memory(options)
    this.memory.on('call', (event) => this.#events.push(event))
    this.#value = numberedValue(this.memory)
    t.teardown(() => this.memory.close())
  }

  /** Calls for the numbers, and says what the calls were. */
  call(...numbers: number[]): string[] {
    this.#events.length = 0
    for (const number of numbers) this.#t.true(isDeepStrictEqual(this.#value(number), valueOf(number)), `${number}`)
    return this.#events.map(({ status, cacheStatus }) => (cacheStatus === 'populated' ? 'stored' : status))
  }
}

/** Takes all room of a disk that is smaller than so many MiB. */
function fill(t: ExecutionContext, disk: SmallFileSystem, mebibytes: number): void {
  t.throws(() => writeFileSync(ballastOf(disk), Buffer.alloc(mebibytes << 20)), { code: 'ENOSPC' })
}

function ballastOf(disk: SmallFileSystem): string {
  return join(disk.path, 'ballast')
}

/** Names, lengths and times of all files. */
function stateOf(directory: string): unknown[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => [name, statSync(join(directory, name)).size, statSync(join(directory, name)).mtimeMs])
}

test.serial('where the location is a file, functions run, one warning says so, and the file stays', async (t) => {
  const file = join(temporaryDirectory(t), 'results.csv')
  writeFileSync(file, 'mine')
  for (const location of [file, join(file, 'below')]) {
    const heard = collectWarnings()
    const day = new Day(t, { location })
    t.deepEqual(day.call(0, 0, 3), ['miss', 'miss', 'miss'])
    t.deepEqual(heard.codes(), ['ERR_STORE_UNAVAILABLE'])
    const strict = new Memory({ location, onError: 'throw' })
    t.throws(() => numberedValue(strict)(0), { code: 'ERR_STORE_UNAVAILABLE' })
    await strict.close()
  }
  t.is(readFileSync(file, 'utf8'), 'mine')
})

test.serial('where nothing can be written, functions run and one warning says so', async (t) => {
  const disk = smallFileSystem(t, '8m')
  if (disk === undefined) return
  disk.makeReadOnly()
  const heard = collectWarnings()
  const day = new Day(t, { location: join(disk.path, 'store') })
  t.deepEqual(day.call(0, 0, 3, 6), ['miss', 'miss', 'miss', 'miss'])
  t.deepEqual(heard.codes(), ['ERR_STORE_UNAVAILABLE'])

  disk.makeWritable()
  await sleep(UNTIL_TRIED_AGAIN_MS)
  t.deepEqual(day.call(0, 3, 0, 3), ['stored', 'stored', 'hit', 'hit'])
})

test.serial('a store that has become read-only is still read in the mode for that', async (t) => {
  const disk = smallFileSystem(t, '32m')
  if (disk === undefined) return
  const location = join(disk.path, 'store')
  const first = new Day(t, { location })
  t.deepEqual(first.call(0, 3, 6), ['stored', 'stored', 'stored'])
  await first.memory.close()
  disk.makeReadOnly()

  const heard = collectWarnings()
  const reader = new Day(t, { location, mode: 'readOnly' })
  t.deepEqual(reader.call(0, 3, 6, 1), ['hit', 'hit', 'hit', 'miss'])
  t.deepEqual(heard.codes(), [])
  await reader.memory.close()
  const writer = new Day(t, { location })
  t.deepEqual(writer.call(0, 3), ['miss', 'miss'])
  t.deepEqual(heard.codes(), ['ERR_STORE_UNAVAILABLE'])
})

test.serial('a full disk costs nothing that was stored', async (t) => {
  const disk = smallFileSystem(t, '12m')
  if (disk === undefined) return
  const location = join(disk.path, 'store')
  const heard = collectWarnings()
  const day = new Day(t, { location })
  const early = Array.from({ length: 9 }, (_, number) => number)
  t.deepEqual(
    day.call(...early),
    early.map(() => 'stored'),
  )

  fill(t, disk, 16)
  const late = Array.from({ length: 49 }, (_, number) => 10 + number)
  const outcomes = day.call(...late)
  t.true(outcomes.includes('miss'), 'the disk is full')
  const codes = heard.codes()
  t.deepEqual([...new Set(codes)], ['ERR_STORE_UNAVAILABLE'])
  t.true(codes.length <= 2, 'that no blob and that no row can be written are two causes, each said once')
  const acknowledged = late.filter((_, index) => outcomes[index] === 'stored')
  t.deepEqual(
    day.call(...early, ...acknowledged),
    [...early, ...acknowledged].map(() => 'hit'),
  )
  await day.memory.close()

  rmSync(ballastOf(disk))
  const again = new Day(t, { location, onError: 'throw' })
  t.deepEqual(
    again.call(...early, ...acknowledged),
    [...early, ...acknowledged].map(() => 'hit'),
  )
  t.deepEqual(again.call(103, 106, 107, 107), ['stored', 'stored', 'stored', 'hit'])
  t.deepEqual(readdirSync(join(location, 'tmp')), [])
})

test.serial('a full disk is used again once there is room', async (t) => {
  const disk = smallFileSystem(t, '64m')
  if (disk === undefined) return
  collectWarnings()
  const day = new Day(t, { location: join(disk.path, 'store') })
  day.call(0, 3)
  const outcomes: string[] = []
  day.memory.on('call', ({ cacheStatus }) => outcomes.push(cacheStatus))
  const noise = day.memory.cache((_number: number) => randomBytes(10_000).toString('hex'), { name: 'noise' })
  fill(t, disk, 80)
  for (let number = 0; outcomes.at(-1) !== 'putFailure' && number < 4000; number++) noise(number)
  t.is(outcomes.at(-1), 'putFailure')

  rmSync(ballastOf(disk))
  let tries = 0
  await eventually('there is room', async () => {
    await sleep(200)
    noise(--tries)
    return outcomes.at(-1) === 'populated'
  })
  t.deepEqual(day.call(0, 3, 6, 6), ['hit', 'hit', 'stored', 'hit'])
})

test.serial('a full disk from the first call on', (t) => {
  const disk = smallFileSystem(t, '1m')
  if (disk === undefined) return
  fill(t, disk, 2)
  const heard = collectWarnings()
  const day = new Day(t, { location: join(disk.path, 'store') })
  t.deepEqual(day.call(0, 3, 6, 0), ['miss', 'miss', 'miss', 'miss'])
  t.deepEqual([...new Set(heard.codes())], ['ERR_STORE_UNAVAILABLE'])
})

test.serial('a store deleted while it is used costs its entries and is made anew', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const heard = collectWarnings()
  const day = new Day(t, { location })
  t.deepEqual(day.call(0, 3, 6), ['stored', 'stored', 'stored'])
  rmSync(location, { recursive: true })
  await sleep(UNTIL_NOTICED_MS)
  t.deepEqual(day.call(1, 13, 16), ['stored', 'stored', 'stored'])
  t.deepEqual(day.call(0, 3, 6), ['stored', 'stored', 'stored'])
  t.deepEqual(
    day.call(0, 1, 3, 6, 13, 16),
    Array.from({ length: 6 }, () => 'hit'),
  )
  t.deepEqual(heard.codes(), [])
  await day.memory.close()

  const again = new Day(t, { location, onError: 'throw' })
  t.deepEqual(
    again.call(0, 1, 3, 6, 13, 16),
    Array.from({ length: 6 }, () => 'hit'),
  )
  t.true(existsSync(join(location, '.gitignore')))
})

test.serial('reading goes on right after the store was deleted', async (t) => {
  const heard = collectWarnings()
  const location = join(temporaryDirectory(t), 'store')
  const day = new Day(t, { location })
  day.call(0, 3, 6)
  rmSync(location, { recursive: true })
  day.call(0, 3, 6, 0, 3, 6, 1, 13, 16)
  await sleep(UNTIL_NOTICED_MS)
  day.call(0, 3, 6, 1, 13, 16)
  t.deepEqual(day.call(0, 3, 6), ['hit', 'hit', 'hit'])
  // None, if the deletion was noticed before the next call.
  for (const code of heard.codes()) t.is(code, 'ERR_CORRUPT')
})

test.serial('a process that only reads gives way to the first one that writes, and reads on', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const writer = new Day(t, { location })
  writer.call(...Array.from({ length: 20 }, (_, number) => number))
  await writer.memory.close()
  const holder = new Program('hold', location, 'readOnly')
  await holder.written('ready')
  const heard = collectWarnings()
  const reader = new Day(t, { location, mode: 'readOnly' })
  t.deepEqual(reader.call(0, 3, 6, 19), ['hit', 'hit', 'hit', 'hit'])
  const late = new Day(t, { location, onError: 'throw' })
  t.deepEqual(late.call(0, 3, 20, 20), ['hit', 'hit', 'stored', 'hit'])
  t.deepEqual(reader.call(0, 20), ['hit', 'hit'])
  t.is(late.memory.stats().role, 'owner')
  holder.release()
  t.deepEqual(await holder.ending, { code: 0, signal: null, stdout: 'ready\nruns: 0\n', stderr: '' })
  t.deepEqual(heard.codes(), [])
})

test.serial('a memory that only reads runs what is not there and changes no file', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const writer = new Day(t, { location })
  writer.call(0, 3, 6)
  await writer.memory.close()
  const before = stateOf(location)

  const heard = collectWarnings()
  const reader = new Day(t, { location, mode: 'readOnly' })
  t.deepEqual(reader.call(0, 3, 6, 1, 1, 13, 0), ['hit', 'hit', 'hit', 'miss', 'miss', 'miss', 'hit'])
  t.is(reader.memory.stats().entries, 3)
  t.is(reader.memory.clear(), 0)
  t.deepEqual(heard.codes(), [])
  await reader.memory.close()
  t.deepEqual(stateOf(location), before)
})

test.serial('a memory that only reads makes no directory', (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const heard = collectWarnings()
  const reader = new Day(t, { location, mode: 'readOnly' })
  t.deepEqual(reader.call(0, 0), ['miss', 'miss'])
  t.is(reader.memory.stats().entries, 0)
  t.deepEqual(heard.codes(), [])
  t.false(existsSync(location))
})

test.serial('a memory that only reads drops nothing, even beside one that writes', (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const writer = new Day(t, { location })
  writer.call(0, 1)
  const reader = new Day(t, { location, mode: 'readOnly' })
  t.deepEqual(reader.call(0, 1, 2), ['hit', 'hit', 'miss'])
  t.is(reader.memory.clear(), 0)
  t.is(reader.memory.clear({ name: 'numbered' }), 0)
  t.is(numberedValue(reader.memory).clear(), 0)
  t.false(numberedValue(reader.memory).forget(0))
  t.is(writer.memory.stats().entries, 2)
})
