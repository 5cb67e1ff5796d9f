import { cpSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { type CallEvent, Memory, type MissReason } from '../index.ts'
import { alterEntries } from './index-log.ts'
import { numberedValue, valueOf } from './programs/numbered-values.ts'
import { collectWarnings, temporaryDirectory } from './temporary-store.ts'

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
async function assertRepaired(t: ExecutionContext, location: string, number: number, reason: MissReason): Promise<void> {
  collectWarnings(t)
  t.deepEqual(await outcomes(t, location, number, number, number), [`miss: ${reason}`, 'hit', 'hit'])
  t.deepEqual(await outcomes(t, location, number), ['hit'])
}

function blobsOf(location: string): string[] {
  const blobs = join(location, 'blobs')
  const paths = readdirSync(blobs, { recursive: true, encoding: 'utf8' }).map((name) => join(blobs, name))
  return paths.filter((path) => statSync(path).isFile())
}

function flipByte(path: string, at: number): void {
  const bytes = readFileSync(path)
  bytes[at]! ^= 0xff
  writeFileSync(path, bytes)
}

test.serial('an entry cut short is corrupt', async (t) => {
  for (const length of [0, 1, 17, 18, 60]) {
    const location = await storeOf(t, SMALL)
    alterEntries(location, (frame) => frame.subarray(0, length))
    await assertRepaired(t, location, SMALL, 'corrupt')
  }
})

test.serial('an entry with a flipped byte is corrupt', async (t) => {
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
  const location = await storeOf(t, SMALL, WITH_BUFFER)
  alterEntries(location, (frame) => {
    frame[1]!++
    return frame
  })
  await assertRepaired(t, location, SMALL, 'format')
  await assertRepaired(t, location, WITH_BUFFER, 'format')
})

test.serial('asking about a damaged entry tells what a call would find', async (t) => {
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
  const location = await storeOf(t, 0, 1, 2, 4)
  alterEntries(location, (frame) => frame.subarray(1))
  const heard = collectWarnings(t)
  t.deepEqual(await outcomes(t, location, 0, 1, 2, 4), Array.from({ length: 4 }, () => 'miss: corrupt'))
  t.deepEqual(await heard.codes(), ["ERR_CORRUPT"])
})

for (const number of [WITH_BUFFER, WITH_STRUCTURE_BLOB]) {
  const content = number === WITH_BUFFER ? 'a buffer' : 'structure bytes'

  test.serial(`an entry whose blob of ${content} is missing dangles`, async (t) => {
    const location = await storeOf(t, number)
    for (const blob of blobsOf(location)) rmSync(blob)
    await assertRepaired(t, location, number, 'dangling')
  })

  test.serial(`an entry whose folder of blobs with ${content} is missing dangles`, async (t) => {
    const location = await storeOf(t, number)
    rmSync(join(location, 'blobs'), { recursive: true })
    await assertRepaired(t, location, number, 'dangling')
  })

  test.serial(`an entry whose blob of ${content} was cut short or made longer dangles`, async (t) => {
    for (const difference of [-1, 1, -65_536]) {
      const location = await storeOf(t, number)
      for (const blob of blobsOf(location)) truncateSync(blob, Math.max(0, statSync(blob).size + difference))
      await assertRepaired(t, location, number, 'dangling')
    }
  })
}

test.serial('an entry whose blob of structure bytes has a flipped byte is corrupt', async (t) => {
  for (const at of [0, 1000, 65_536]) {
    const location = await storeOf(t, WITH_STRUCTURE_BLOB)
    for (const blob of blobsOf(location)) flipByte(blob, at)
    await assertRepaired(t, location, WITH_STRUCTURE_BLOB, 'corrupt')
  }
})

test.serial('a repaired blob is whole for every entry that needs it', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  collectWarnings(t)
  const writer = new Memory({ location })
  const same = (memory: Memory): ((number: number) => Float64Array) =>
    memory.cache((_number: number) => new Float64Array(20_000).fill(7), { name: 'same', strategy: 'inputHash' })
  for (const number of [1, 2]) same(writer)(number)
  await writer.close()
  for (const blob of blobsOf(location)) truncateSync(blob, 10)
  const memory = new Memory({ location })
  t.teardown(() => memory.close())
  t.is(same(memory)(1)[0], 7)
  t.is(same(memory)(2).length, 20_000)
  t.is(memory.cache(() => 0, { name: 'same' }).stats().misses, 1, 'the second entry is whole again with the first')
})

test.serial('a flipped byte anywhere in the index never changes a result', async (t) => {
  const numbers = Array.from({ length: 60 }, (_, number) => number).filter((number) => number % 10 !== 9)
  const template = await storeOf(t, ...numbers)
  // Some entries in a sorted file, some in the log.
  const filler = new Memory({ location: template, onError: 'throw' })
  const fill = filler.cache((n: number) => 'x'.repeat(n), { name: 'filler', strategy: 'inputHash' })
  for (let number = 0; number < 5000; number++) fill(number)
  await filler.close()
  const late = new Memory({ location: template, onError: 'throw' })
  for (const number of [101, 102]) numberedValue(late)(number)
  await late.close()
  const names = readdirSync(join(template, 'index'))
  t.true(names.some((name) => name.endsWith('.sst')), 'the store has a sorted file')
  t.true(names.some((name) => name.endsWith('.log')), 'the store has a log')

  collectWarnings(t)
  const location = join(temporaryDirectory(t), 'store')
  for (const name of names) {
    const { size } = statSync(join(template, 'index', name))
    for (const share of [0, 0.01, 0.3, 0.7, 0.99]) {
      if (size === 0) continue
      rmSync(location, { recursive: true, force: true })
      cpSync(template, location, { recursive: true })
      flipByte(join(location, 'index', name), Math.min(size - 1, Math.floor(size * share)))
      const again = await outcomes(t, location, ...numbers, 101, 102, ...numbers)
      t.is(again.length, 2 * numbers.length + 2)
    }
  }
})
