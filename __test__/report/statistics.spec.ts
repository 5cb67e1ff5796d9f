import test from 'ava'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Party } from '../kit/peer.ts'
import { StoppedClock } from '../kit/stopped-clock.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

const double = (n: number): string => String(n).repeat(100)

test('what calls did adds up over memories, one after the other', async (t) => {
  const clock = new StoppedClock()
  const location = join(temporaryDirectory(t), 'store')
  const since = clock.now
  for (let time = 1; time <= 3; time++) {
    const memory = openMemory(t, { location, clock: clock.read })
    const f = memory.cache(double, { version: '1', name: 'double' })
    for (let i = 0; i < 4; i++) f(i % 2)
    const { hits, misses, total } = f.stats()
    t.deepEqual([hits, misses], time === 1 ? [2, 2] : [4, 0])
    t.like(total, { hits: 2 + 4 * (time - 1), misses: 2, joined: 0, stale: 0, since })
    t.true(total.savedBytes >= 100 * total.hits)
    t.is(total.hitRate, total.hits / (total.hits + 2))
    t.deepEqual(memory.stats().total, total)
    t.deepEqual(memory.stats().byFunction['double'], f.stats())
    await memory.close()
    clock.now += 1000
  }
})

test('and over processes: of the owner, of clients, and of one that was killed', async (t) => {
  const party = new Party(t)
  const [owner, client, killed] = await party.joinMany(3)
  for (const peer of [owner!, client!]) for (let i = 0; i < 3; i++) await peer.value('work', 1)
  // What a client did travels with its next question.
  for (let i = 0; i < 40 && (await owner!.stats()).total.hits < 5; i++) {
    await killed!.value('work', 1)
    await client!.value('other', i)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await killed!.kill()
  const { total } = await owner!.stats()
  t.true(total.hits >= 5, JSON.stringify(total))
  await client!.finish()
  const all = (await owner!.stats()).total
  await owner!.finish()
  const memory = openMemory(t, { location: party.location })
  t.true(memory.stats().total.hits >= all.hits)
  t.true(memory.stats().total.misses >= 4)
})

test('a function keeps its sums over edits and versions, and other functions and scopes have their own', (t) => {
  const memory = openMemory(t)
  const first = memory.cache(double, { version: '1', name: 'double' })
  first(1)
  const second = first.with({ version: '2' })
  second(1)
  second(1)
  t.like(first.stats(), { hits: 0, misses: 1 })
  t.like(first.stats().total, { hits: 1, misses: 2 })
  t.deepEqual(first.stats().total, second.stats().total)
  t.like(first.with({ project: 'p' }).stats().total, { hits: 0, misses: 0, since: undefined })
  t.like(memory.cache(double, { version: '1', name: 'other' }).stats().total, { misses: 0 })
  memory.clear()
  t.like(memory.stats().total, { hits: 1, misses: 2 })
})

test('a memory that only reads counts for itself', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const writer = openMemory(t, { location })
  writer.cache(double, { version: '1', name: 'double' })(1)
  await writer.close()
  const reader = openMemory(t, { location, mode: 'readOnly' })
  const f = reader.cache(double, { version: '1', name: 'double' })
  f(1)
  t.like(f.stats(), { hits: 1 })
  t.like(f.stats().total, { hits: 0, misses: 1 })
})

test('a store that only hits writes its sums into a log, of which what is cut short is left out', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const log = join(location, 'statistics.log')
  for (let time = 0; time < 3; time++) {
    const memory = openMemory(t, { location })
    const f = memory.cache(double, { version: '1', name: 'double' })
    f(1)
    await memory.close()
  }
  const whole = readFileSync(log)
  t.true(whole.length > 0)
  writeFileSync(log, whole.subarray(0, whole.length - 3))
  const memory = openMemory(t, { location })
  t.like(memory.stats().total, { hits: 1, misses: 1 })
})
