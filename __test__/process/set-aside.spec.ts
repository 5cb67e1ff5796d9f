import test, { type ExecutionContext } from 'ava'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type CallEvent, Memory } from '../../index.ts'
import { eventually } from '../kit/deadline.ts'
import { blobsIn, filesIn } from '../kit/files.ts'
import { Party } from '../kit/peer.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'
import { numberedValue, valueOf } from './programs/numbered-values.ts'
import { textOf } from './programs/recorded-work.ts'

/** Small ones and such with blobs. */
const NUMBERS = [0, 1, 3, 6, 13]

/** A closed store with the numbered values. */
async function storeOf(t: ExecutionContext): Promise<string> {
  const location = join(temporaryDirectory(t), 'store')
  const memory = new Memory({ location, onError: 'throw' })
  for (const number of NUMBERS) numberedValue(memory)(number)
  await memory.close()
  return location
}

/** Calls for all numbers, checks the values, and says what became of the calls. */
function call(t: ExecutionContext, memory: Memory): string[] {
  const outcomes: string[] = []
  const listener = ({ status, cacheStatus }: CallEvent): void => {
    outcomes.push(cacheStatus === 'populated' ? 'stored' : status)
  }
  memory.on('call', listener)
  for (const number of NUMBERS) t.true(isDeepStrictEqual(numberedValue(memory)(number), valueOf(number)))
  memory.off('call', listener)
  return outcomes
}

/** The files of an index with digests of what they hold; without RocksDB's own log, renamed whenever it opens an index. */
function contents(index: string): Record<string, string> {
  const files = filesIn(index).filter((file) => !basename(file).startsWith('LOG'))
  return Object.fromEntries(files.map((file) => [basename(file), digest(file)]))
}

function digest(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

function damagedManifest(index: string): void {
  const manifest = readdirSync(index).find((name) => name.startsWith('MANIFEST'))
  truncateSync(join(index, manifest!), 20)
}

function damagedCurrent(index: string): void {
  const current = join(index, 'CURRENT')
  const bytes = readFileSync(current)
  bytes[0]! ^= 0xff
  writeFileSync(current, bytes)
}

const damages: Record<string, (index: string) => void> = {
  'whose manifest is cut short': damagedManifest,
  'whose CURRENT is damaged': damagedCurrent,
}

for (const [what, damage] of Object.entries(damages)) {
  test.serial(`an index ${what} is set aside, with a warning, and the cache starts empty`, async (t) => {
    const location = await storeOf(t)
    const index = join(location, 'index')
    damage(index)
    const broken = contents(index)
    t.true(blobsIn(location).length > 0)

    const heard = collectWarnings()
    // A damaged index is no error of a call, whatever errors are to do.
    const memory = new Memory({ location, onError: 'throw' })
    t.teardown(() => memory.close())
    t.deepEqual(
      call(t, memory),
      NUMBERS.map(() => 'stored'),
    )
    t.deepEqual(
      call(t, memory),
      NUMBERS.map(() => 'hit'),
    )
    t.is(memory.stats().entries, NUMBERS.length)
    t.deepEqual(heard.codes(), ['ERR_STORE_UNAVAILABLE'])
    t.true(heard.messages()[0]?.includes(`${index}.broken-1`))
    await memory.close()

    const again = new Memory({ location, onError: 'throw' })
    t.teardown(() => again.close())
    t.deepEqual(
      call(t, again),
      NUMBERS.map(() => 'hit'),
    )
    t.is(heard.codes().length, 1)
    t.deepEqual(contents(`${index}.broken-1`), broken)
  })
}

test.serial('blobs of an index that was set aside are swept, unless they are used again', async (t) => {
  const location = await storeOf(t)
  const before = blobsIn(location)
  damagedManifest(join(location, 'index'))
  collectWarnings()
  const memory = new Memory({ location, onError: 'throw' })
  t.teardown(() => memory.close())
  t.true(isDeepStrictEqual(numberedValue(memory)(3), valueOf(3)))
  await eventually('the blobs of the others are gone', () => blobsIn(location).length < before.length - 1)
  const kept = blobsIn(location)
  t.true(kept.length > 0)
  t.true(kept.every((blob) => before.includes(blob)))
  t.true(isDeepStrictEqual(numberedValue(memory, () => t.fail())(3), valueOf(3)))
  await memory.close()
})

test.serial('indexes that break one after the other are all kept', async (t) => {
  const location = await storeOf(t)
  const heard = collectWarnings()
  for (const number of [1, 2, 3]) {
    damagedCurrent(join(location, 'index'))
    const memory = new Memory({ location, onError: 'throw' })
    t.deepEqual(
      call(t, memory),
      NUMBERS.map(() => 'stored'),
    )
    await memory.close()
    const asides = readdirSync(location)
      .filter((name) => name.startsWith('index.broken-'))
      .toSorted()
    t.deepEqual(
      asides,
      Array.from({ length: number }, (_, index) => `index.broken-${index + 1}`),
    )
  }
  t.is(heard.codes().length, 3)
})

test.serial('where an index breaks under processes that share it, the next owner sets it aside', async (t) => {
  const party = new Party(t)
  const [owner, client] = [await party.join(), await party.join()]
  await client.status('f', 1)
  await owner.kill()
  // A new process, so that the client is not quicker.
  await client.kill()
  damagedManifest(join(party.location, 'index'))
  const [first, second] = [await party.join(), await party.join()]
  t.is(await first.value('f', 1), textOf('f', '1'))
  t.is(await second.status('f', 1), 'hit')
  t.is(party.log.runners('f 1').length, 2)
  t.deepEqual(await first.warnings(), ['ERR_STORE_UNAVAILABLE'])
  t.deepEqual(await second.warnings(), [])
})
