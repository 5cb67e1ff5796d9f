import test, { type ExecutionContext } from 'ava'
import { type Limits, Memory } from '../../index.ts'
import { StoppedClock } from '../kit/stopped-clock.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

const DAY = 24 * 60 * 60 * 1000

/** Ten entries of a thousand letters, one made each second, and the time after the last. joblib's toy cache. */
function tenEntries(t: ExecutionContext, limits: Limits = {}) {
  const clock = new StoppedClock()
  const memory = openMemory(t, { limits, clock: clock.read })
  const letters = memory.cache((index: number) => String.fromCharCode(97 + index).repeat(1000), { name: 'letters' })
  const pass = (ms: number) => (clock.now += ms)
  for (let index = 0; index < 10; index++) {
    letters(index)
    pass(1000)
  }
  return { memory, letters, pass }
}

function survivors({ letters }: ReturnType<typeof tenEntries>): number[] {
  return Array.from({ length: 10 }, (_, index) => index).filter((index) => letters.has(index))
}

test('reducing without limits, or to generous ones, drops nothing', (t) => {
  const toy = tenEntries(t)
  t.deepEqual(toy.memory.reduce({}), { entries: 0, byteLength: 0, bytes: 0 })
  t.deepEqual(toy.memory.reduce({ maxBytes: '1M', maxEntries: 10, maxAge: '1d' }), {
    entries: 0,
    byteLength: 0,
    bytes: 0,
  })
  t.is(survivors(toy).length, 10)
})

test('reducing to a size drops what was used least recently', (t) => {
  const toy = tenEntries(t)
  toy.letters(0)
  const { entries, byteLength, bytes } = toy.memory.reduce({ maxBytes: '2500' })
  t.is(entries, 8)
  t.true(byteLength >= 8000)
  t.is(bytes, byteLength)
  t.deepEqual(survivors(toy), [0, 9])
  t.is(toy.memory.reduce({ maxBytes: 500 }).entries, 2)
  t.deepEqual(survivors(toy), [])
})

test('reducing to a number of entries keeps the most recent', (t) => {
  const toy = tenEntries(t)
  toy.memory.reduce({ maxEntries: 2 })
  t.deepEqual(survivors(toy), [8, 9])
  toy.memory.reduce({ maxEntries: 0 })
  t.deepEqual(survivors(toy), [])
})

test('reducing by age looks at the last use', (t) => {
  const toy = tenEntries(t)
  toy.pass(DAY)
  toy.letters(3)
  toy.letters(4)
  toy.memory.reduce({ maxAge: 1000 })
  t.deepEqual(survivors(toy), [3, 4])
  toy.memory.reduce({ maxAge: 0 })
  t.deepEqual(survivors(toy), [])
})

test('uses of an earlier run count', async (t) => {
  const location = temporaryDirectory(t)
  let now = 1_700_000_000_000
  const open = () => new Memory({ location, clock: () => now++ })
  const one = open()
  const wrap = (memory: Memory) => memory.cache((index: number) => index, { name: 'index' })
  for (const index of [1, 2, 3, 1]) wrap(one)(index)
  await one.close()
  const two = open()
  two.reduce({ maxEntries: 1 })
  t.true(wrap(two).has(1))
  t.is(two.stats().entries, 1)
  await two.close()
})

test('writers keep to the limits of their memory', (t) => {
  const toy = tenEntries(t, { maxEntries: 5 })
  const { entries } = toy.memory.stats()
  t.true(entries >= 4 && entries <= 5)
  t.true(toy.letters.has(9))
  t.false(toy.letters.has(0))
})

test('writers drop what was not used for too long', (t) => {
  const toy = tenEntries(t, { maxAge: '1h' })
  toy.pass(DAY)
  toy.letters(11)
  t.is(toy.memory.stats().entries, 1)
})

test('a value larger than the limit is returned, and does not stay', (t) => {
  const toy = tenEntries(t, { maxBytes: '20K' })
  const large = toy.memory.cache((length: number) => new Float64Array(length), { name: 'large' })
  t.is(large(100_000).length, 100_000)
  t.is(toy.memory.stats().blobs, 0)
})

for (const limits of [
  { maxBytes: -1 },
  { maxBytes: 'fooG' },
  { maxEntries: 1.5 },
  { maxAge: -1 },
  { size: 3 },
] as Limits[]) {
  test(`limits that make no sense are refused before anything is dropped: ${JSON.stringify(limits)}`, (t) => {
    const toy = tenEntries(t)
    t.throws(() => toy.memory.reduce(limits), { code: 'ERR_INVALID_OPTION' })
    t.throws(() => new Memory({ location: null, limits }), { code: 'ERR_INVALID_OPTION' })
    t.is(survivors(toy).length, 10)
  })
}
