import test, { type ExecutionContext } from 'ava'
import { cpSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type CallEvent, Memory, type MissReason } from '../../index.ts'
import { blobsIn } from '../kit/files.ts'
import { alterEntries } from '../kit/index-log.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'
import { numberedValue, valueOf } from '../process/programs/numbered-values.ts'

const SMALL = 0
const WITH_BUFFER = 3
const WITH_STRUCTURE_BLOB = 6

/** A closed store that holds the values of these numbers. */
async function storeOf(t: ExecutionContext, ...numbers: number[]): Promise<string> {
  const location = join(temporaryDirectory(t), 'store')
  const memory = new Memory({ location, onError: 'throw' })
  const value = numberedValue(memory)
  for (const number of numbers) value(number)
  await memory.close()
  return location
}

/** Calls for numbers, checks the answers, and says of each call what it was. */
async function outcomes(t: ExecutionContext, location: string, ...numbers: number[]): Promise<string[]> {
  const events: CallEvent[] = []
  const memory = new Memory({ location }).on('call', (event) => events.push(event))
  const value = numberedValue(memory)
  for (const number of numbers) t.true(isDeepStrictEqual(value(number), valueOf(number)), `${number}`)
  await memory.close()
  return events.map(({ status, reason }) => (reason === undefined ? status : `${status}: ${reason}`))
}

/** The value of `number` misses for `reason`, runs again, hits from then on, and is found by those who come later. */
async function assertRepaired(
  t: ExecutionContext,
  location: string,
  number: number,
  reason: MissReason,
): Promise<void> {
  t.deepEqual(await outcomes(t, location, number, number, number), [`miss: ${reason}`, 'hit', 'hit'])
  t.deepEqual(await outcomes(t, location, number), ['hit'])
}

function flipByte(path: string, at: number): void {
  const bytes = readFileSync(path)
  bytes[at]! ^= 0xff
  writeFileSync(path, bytes)
}

test.serial('an entry cut short is corrupt', async (t) => {
  collectWarnings()
  for (const length of [0, 1, 17, 18, 60]) {
    const location = await storeOf(t, SMALL)
    alterEntries(location, (frame) => frame.subarray(0, length))
    await assertRepaired(t, location, SMALL, 'corrupt')
  }
})

test.serial('an entry with a flipped byte is corrupt', async (t) => {
  collectWarnings()
  for (const at of [0, 2, 18, 40, 80, -1]) {
    const location = await storeOf(t, SMALL)
    alterEntries(location, (frame) => {
      frame[at < 0 ? frame.length + at : at]! ^= 0x10
      return frame
    })
    await assertRepaired(t, location, SMALL, 'corrupt')
  }
})

test.serial('an entry of a newer version of the format says so', async (t) => {
  collectWarnings()
  const location = await storeOf(t, SMALL, WITH_BUFFER)
  alterEntries(location, (frame) => {
    frame[1] = 0x7f
    return frame
  })
  await assertRepaired(t, location, SMALL, 'format')
  await assertRepaired(t, location, WITH_BUFFER, 'format')
})

test.serial('asking about a damaged entry tells what a call would find', async (t) => {
  collectWarnings()
  const location = await storeOf(t, SMALL)
  alterEntries(location, (frame) => frame.subarray(1))
  const memory = new Memory({ location })
  t.teardown(() => memory.close())
  const value = numberedValue(memory)
  t.false(value.has(SMALL))
  t.like(value.lookup(SMALL), { status: 'miss', reason: 'corrupt' })
  t.deepEqual([...memory.entries()], [])
})

test.serial('damage warns once, and costs the caller nothing', async (t) => {
  const warnings = collectWarnings()
  const location = await storeOf(t, 0, 1, 2, 4)
  alterEntries(location, (frame) => frame.subarray(1))
  t.deepEqual(
    await outcomes(t, location, 0, 1, 2, 4),
    Array.from({ length: 4 }, () => 'miss: corrupt'),
  )
  t.deepEqual(warnings.codes(), ['ERR_CORRUPT'])
})

for (const number of [WITH_BUFFER, WITH_STRUCTURE_BLOB]) {
  const content = number === WITH_BUFFER ? 'a buffer' : 'structure bytes'

  test.serial(`an entry whose blob of ${content} is missing dangles`, async (t) => {
    collectWarnings()
    const location = await storeOf(t, number)
    for (const blob of blobsIn(location)) rmSync(blob)
    await assertRepaired(t, location, number, 'dangling')
  })

  test.serial(`an entry whose folder of blobs with ${content} is missing dangles`, async (t) => {
    collectWarnings()
    const location = await storeOf(t, number)
    rmSync(join(location, 'blobs'), { recursive: true })
    await assertRepaired(t, location, number, 'dangling')
  })

  test.serial(`an entry whose blob of ${content} was cut short or made longer dangles`, async (t) => {
    collectWarnings()
    for (const difference of [-1, 1, -65_536]) {
      const location = await storeOf(t, number)
      for (const blob of blobsIn(location)) truncateSync(blob, Math.max(0, statSync(blob).size + difference))
      await assertRepaired(t, location, number, 'dangling')
    }
  })
}

test.serial('an entry whose blob of structure bytes has a flipped byte is corrupt', async (t) => {
  collectWarnings()
  for (const at of [0, 1000, 65_536]) {
    const location = await storeOf(t, WITH_STRUCTURE_BLOB)
    for (const blob of blobsIn(location)) flipByte(blob, at)
    await assertRepaired(t, location, WITH_STRUCTURE_BLOB, 'corrupt')
  }
})

test.serial('a repaired blob is whole for every entry that needs it', async (t) => {
  collectWarnings()
  const location = join(temporaryDirectory(t), 'store')
  let runs = 0
  const open = (): { memory: Memory; same(number: number): Float64Array } => {
    const memory = new Memory({ location, onError: 'throw' })
    t.teardown(() => memory.close())
    const make = (_number: number): Float64Array => {
      runs++
      return new Float64Array(20_000).fill(7)
    }
    return { memory, same: memory.cache(make, { name: 'same', strategy: 'inputHash' }) }
  }
  const first = open()
  for (const number of [1, 2]) first.same(number)
  await first.memory.close()
  for (const blob of blobsIn(location)) truncateSync(blob, 10)
  const second = open()
  for (const number of [1, 2]) t.is(second.same(number).at(-1), 7)
  t.is(runs, 3)
})

/** A closed store with entries in a sorted file of the index and in its log, and the numbers of those. */
async function sortedStore(t: ExecutionContext): Promise<{ location: string; numbers: number[] }> {
  const numbers = Array.from({ length: 4500 }, (_, number) => 10 * number + 1)
  const location = await storeOf(t, ...numbers)
  const late = new Memory({ location, onError: 'throw' })
  for (const number of [WITH_BUFFER, WITH_STRUCTURE_BLOB]) numberedValue(late)(number)
  await late.close()
  return { location, numbers: [...numbers, WITH_BUFFER, WITH_STRUCTURE_BLOB] }
}

test.serial('entries in a damaged part of a sorted file run again and are stored anew', async (t) => {
  collectWarnings()
  const { location, numbers } = await sortedStore(t)
  const sorted = readdirSync(join(location, 'index')).find((name) => name.endsWith('.sst'))
  t.truthy(sorted, 'the store has a sorted file')
  const path = join(location, 'index', sorted!)
  flipByte(path, Math.floor(statSync(path).size / 3))
  const first = await outcomes(t, location, ...numbers)
  t.true(first.includes('miss: absent') || first.includes('miss: corrupt'))
  t.true(first.includes('hit'))
  t.deepEqual(
    await outcomes(t, location, ...numbers),
    numbers.map(() => 'hit'),
  )
})

test.serial('a flipped byte anywhere in the index never changes a result', async (t) => {
  collectWarnings()
  const { location, numbers } = await sortedStore(t)
  const chosen = numbers.filter((number) => number % 100 === 1 || number < 10)
  const names = readdirSync(join(location, 'index'))
  t.true(names.some((name) => name.endsWith('.log') && statSync(join(location, 'index', name)).size > 0))
  const copy = join(temporaryDirectory(t), 'store')
  for (const name of names) {
    const { size } = statSync(join(location, 'index', name))
    for (const share of size > 0 ? [0, 0.01, 0.3, 0.7, 0.99] : []) {
      rmSync(copy, { recursive: true, force: true })
      cpSync(location, copy, { recursive: true })
      flipByte(join(copy, 'index', name), Math.floor(size * share))
      t.is((await outcomes(t, copy, ...chosen, ...chosen)).length, 2 * chosen.length)
    }
  }
})
