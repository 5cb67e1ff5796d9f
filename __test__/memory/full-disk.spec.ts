// On a full disk nothing more can be written down, not even what leaves. A store that filled it could not be emptied: `reduce`
// and `clear` failed, and each call that stored a large value left one more file.
import test, { type ExecutionContext } from 'ava'
import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CachedFunction, Memory, type MemoryOptions } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { blobsIn } from '../kit/files.ts'
import { type SmallFileSystem, smallFileSystem } from '../kit/small-file-system.ts'
import { collectWarnings } from '../kit/warnings.ts'

const LENGTH = 1 << 20
const DISK = '64m'
/** More than half of the disk: a machine under load may not have flushed a row when it is full, and opening the index flushes all. */
const ARRAYS = 34
/** Characters of a value that lies in the index. */
const INLINE = 20_000

interface Filled {
  readonly memory: Memory
  readonly statuses: string[]
  readonly array: CachedFunction<(n: number) => Uint8Array>
  readonly text: CachedFunction<(n: number) => string>
}

function filling(t: ExecutionContext, disk: SmallFileSystem, options: MemoryOptions = {}): Filled {
  const memory = new Memory({ ...options, location: join(disk.path, 'store') })
  t.teardown(() => memory.close())
  const statuses: string[] = []
  memory.on('call', ({ cacheStatus }) => statuses.push(cacheStatus))
  return {
    memory,
    statuses,
    array: memory.cache((n: number) => new Uint8Array(LENGTH).fill(n), { name: 'array' }),
    text: memory.cache((n: number) => `${n} ${randomBytes(INLINE / 2).toString('hex')}`, { name: 'text' }),
  }
}

/** Stores values until there is no room for one more row. */
function fill({ array, text, statuses }: Filled): void {
  for (let n = 0; n < ARRAYS; n++) array(n)
  for (let n = 0; statuses.at(-1) !== 'putFailure' && n < 5000; n++) text(n)
}

/** Whether an array is what was made of this number. */
function isOf(array: Uint8Array, n: number): boolean {
  return Buffer.alloc(LENGTH, n).equals(array)
}

for (const way of ['reduce', 'clear'] as const) {
  test.serial(`a store that has filled its disk is emptied by ${way}, and used again`, async (t) => {
    const disk = smallFileSystem(t, DISK)
    if (disk === undefined) return
    collectWarnings()
    const filled = filling(t, disk)
    const { memory, array, statuses } = filled
    fill(filled)
    t.is(statuses.at(-1), 'putFailure', 'the disk is full')
    const { entries } = memory.stats()
    const left = way === 'reduce' ? 4 : 0
    t.is(way === 'reduce' ? memory.reduce({ maxEntries: left }).entries : memory.clear(), entries - left)
    t.is(memory.stats().entries, left)
    t.deepEqual(blobsIn(memory.location!), [])
    statuses.length = 0
    for (const n of [1, 1, 2, 2]) t.true(isOf(array(n), n))
    t.deepEqual(statuses, ['populated', 'hit', 'populated', 'hit'])
    t.like(await memory.verify(), { corrupt: [], dangling: [], orphans: [] })
  })
}

test.serial('where too little goes to make room, that is an error, and the rest is read as before', (t) => {
  const disk = smallFileSystem(t, DISK)
  if (disk === undefined) return
  collectWarnings()
  const filled = filling(t, disk)
  fill(filled)
  throwsCode(t, 'ERR_STORE_UNAVAILABLE', () => filled.array.forget(0))
  t.false(filled.array.has(0), 'its file is gone')
  filled.statuses.length = 0
  for (let n = 1; n < ARRAYS; n++) t.true(isOf(filled.array(n), n))
  for (let n = 0; n < 10; n++) filled.text(n)
  t.deepEqual(new Set(filled.statuses), new Set(['hit']))
})

// There was room for the files, but none for their rows.
test.serial('on a full disk, calls whose results find no room leave no files', (t) => {
  const disk = smallFileSystem(t, DISK)
  if (disk === undefined) return
  collectWarnings()
  const filled = filling(t, disk)
  const ballast = join(disk.path, 'ballast')
  writeFileSync(ballast, Buffer.alloc(4 * LENGTH))
  fill(filled)
  rmSync(ballast)
  const files = blobsIn(filled.memory.location!)
  t.is(files.length, ARRAYS)
  filled.statuses.length = 0
  for (let n = 100; n < 120; n++) t.true(isOf(filled.array(n), n))
  t.deepEqual(new Set(filled.statuses), new Set(['putFailure']))
  t.deepEqual(blobsIn(filled.memory.location!), files)
})

test.serial('a disk that others fill while values leave: limits are kept, and no value is wrong', async (t) => {
  const disk = smallFileSystem(t, DISK)
  if (disk === undefined) return
  collectWarnings()
  const limits = { maxEntries: 12, maxBytes: 10 * LENGTH }
  const { memory, array, statuses } = filling(t, disk, { limits })
  const number = memory.cache((n: number) => n, { name: 'number' })
  const outcomes: string[] = []
  for (let n = 0; n < 200; n++) {
    if (n === 60) t.throws(() => writeFileSync(join(disk.path, 'ballast'), Buffer.alloc(64 << 20)), { code: 'ENOSPC' })
    t.true(isOf(array(n), n))
    outcomes.push(statuses.at(-1)!)
    // A row finds room in what the index has taken before, and has arrays leave.
    for (let more = 0; more < 3; more++) t.is(number(3 * n + more), 3 * n + more)
    const { entries, byteLength } = memory.stats()
    t.true(entries <= limits.maxEntries && byteLength <= limits.maxBytes, `${entries} entries of ${byteLength} bytes`)
    t.true(blobsIn(memory.location!).length <= entries)
  }
  t.true(outcomes.slice(60).includes('populated'), 'what leaves makes room')
  t.like(await memory.verify(), { corrupt: [], dangling: [], orphans: [] })
  memory.reduce({ maxEntries: 1 })
  t.is(memory.stats().entries, 1)
  // The last number may have found no room.
  t.true(blobsIn(memory.location!).length <= 1)
  t.like(await memory.verify(), { corrupt: [], dangling: [], orphans: [] })
})
