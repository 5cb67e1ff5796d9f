// An edit that changes no result, as one of a loop written in another way, made everything run anew that took hours.
import test from 'ava'
import { Memory } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { run } from '../kit/program.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

/** Functions of one id: as they were, and as they are after edits. */
function editions(memory: Memory, counts: { runs: number }) {
  const name = 'double'
  return {
    first: memory.cache((rows: number[]) => (counts.runs++, rows.map((n) => n * 2)), { name }),
    second: memory.cache((rows: number[]) => (counts.runs++, rows.map((n) => n + n)), { name }),
    third: memory.cache((rows: number[]) => (counts.runs++, rows.map((n) => n + n), rows.map((n) => n << 1)), { name }),
  }
}

const long = Array.from({ length: 1000 }, (_, index) => index)

test('what an earlier code stored answers for the present one, whatever its arguments', (t) => {
  const counts = { runs: 0 }
  const { first, second } = editions(openMemory(t), counts)
  const results = [first([1, 2]), first(long)]
  t.is(second.adopt(), 2)
  t.true(second.has([1, 2]))
  t.deepEqual([second([1, 2]), second(long), second([1, 2]), first(long)], [...results, results[0]!, results[1]!])
  t.is(counts.runs, 2)
  t.deepEqual([second.stats().entries, first.stats().entries], [2, 2])
  second([3])
  t.is(counts.runs, 3)
})

test('large values are shared, and go when the last entry goes that needs them', (t) => {
  const memory = openMemory(t)
  const first = memory.cache((n: number) => new Uint8Array(100_000).fill(n), { name: 'fill' })
  const second = memory.cache((n: number) => new Uint8Array(100_000).map(() => n), { name: 'fill' })
  first(7)
  t.is(second.adopt(), 1)
  t.is(second(7)[99_999], 7)
  t.is(memory.stats().blobs, 1)
  first.clear()
  t.is(second.refresh(8)[0], 8)
  t.is(second(7)[0], 7)
  second.clear()
  t.is(memory.stats().blobs, 0)
})

test('there is nothing to adopt where nothing is earlier, and nothing twice', (t) => {
  const counts = { runs: 0 }
  const { first, second } = editions(openMemory(t), counts)
  t.is(first.adopt(), 0)
  first([1])
  t.is(first.adopt(), 0)
  second([1])
  t.is(second.adopt(), 0, 'the call has an entry of its own')
  first([2])
  t.is(second.adopt(), 1)
  t.is(second.adopt(), 0)
  second([2])
  t.is(second.adopt(), 0)
})

test('what was adopted and not yet used is adopted in turn', (t) => {
  const counts = { runs: 0 }
  const { first, second, third } = editions(openMemory(t), counts)
  first([1])
  t.is(second.adopt(), 1)
  t.is(third.adopt(), 1)
  third([1])
  t.is(counts.runs, 1)
})

test('a captured value that is another one is no edit', (t) => {
  const memory = openMemory(t)
  const make = (factor: number, isEdited: boolean) =>
    isEdited
      ? memory.cache((n: number) => factor * n, { name: 'scale' })
      : memory.cache((n: number) => n * factor, { name: 'scale' })
  make(2, false)(1)
  t.is(make(3, true).adopt(), 0)
  t.is(make(3, false).adopt(), 0)
  t.is(make(2, true).adopt(), 1)
  t.is(make(2, true)(1), 2)
})

test('a helper may be edited, and the nearest code is taken', (t) => {
  const memory = openMemory(t)
  const wrapped = (helper: (n: number) => number) => memory.cache((n: number) => helper(n), { name: 'helped' })
  wrapped((n) => n * 3)(1)
  const edited = wrapped((n) => 3 * n)
  t.is(edited.adopt(), 1)
  t.true(edited.has(1))
})

test('another version or id has nothing to do with it', (t) => {
  const memory = openMemory(t)
  memory.cache((n: number) => n, { name: 'a', version: '1', strategy: 'syntaxHash' })(1)
  t.is(memory.cache((n: number) => n + 0, { name: 'a', version: '2', strategy: 'syntaxHash' }).adopt(), 0)
  t.is(memory.cache((n: number) => n + 0, { name: 'b', version: '1', strategy: 'syntaxHash' }).adopt(), 0)
  t.is(memory.cache((n: number) => n + 0, { name: 'a', version: '1', strategy: 'syntaxHash' }).adopt(), 1)
  t.is(memory.cache((n: number) => n, { name: 'a', version: '1' }).adopt(), 0)
})

test('what is forgotten or cleared runs again', (t) => {
  const counts = { runs: 0 }
  const { first, second } = editions(openMemory(t), counts)
  first([1])
  first([2])
  first([3])
  t.is(second.adopt(), 3)
  second([1])
  t.true(second.forget([1]))
  t.true(second.forget([2]), 'it was adopted, and not used yet')
  t.deepEqual([second.has([1]), second.has([2]), second.has([3])], [false, false, true])
  second.clear()
  t.false(second.has([3]))
  first([4])
  t.is(second.adopt(), 4)
  first.clear()
  t.false(second.has([4]), 'what is gone cannot be taken')
})

test('`explain` says what to do about an edit, and nothing of the kind where something else differs', (t) => {
  const counts = { runs: 0 }
  const { first, second } = editions(openMemory(t), counts)
  first([1])
  t.regex(second.explain([1]).advice ?? '', /adopt/)
  t.is(first.explain([2]).advice, undefined)
  second.adopt()
  t.deepEqual(second.explain([1]), { status: 'hit', changed: [], state: second.explain([1]).state })
})

test('of a method, entries are adopted for the class of an object', (t) => {
  const memory = openMemory(t)
  class Shop {
    rate = 2
    price(n: number): number {
      return n * this.rate
    }
    cost(n: number): number {
      return this.rate * n
    }
  }
  const [before, now] = [Shop.prototype.price, Shop.prototype.cost].map((fn) => memory.cache(fn, { name: 'price' }))
  const shop = new Shop()
  before!.call(shop, 3)
  const bound = memory.of(now!, shop)
  t.is(bound.adopt(), 1)
  t.true(bound.has(3))
  t.is(bound(3), 6)
})

test('who may not write adopts nothing, and a closed memory says so', async (t) => {
  const location = temporaryDirectory(t)
  const counts = { runs: 0 }
  const memory = new Memory(location)
  const { first, second } = editions(memory, counts)
  first([1])
  const reader = new Memory({ location, mode: 'readOnly' })
  t.is(editions(reader, counts).second.adopt(), 0)
  await reader.close()
  t.is(second.adopt(), 1)
  await memory.close()
  throwsCode(t, 'ERR_CLOSED', () => second.adopt())
  const later = new Memory({ location, mode: 'readOnly' })
  t.false(editions(later, counts).second.has([1]), 'to take it over is to write')
  await later.close()
})

test('another process adopts what this one stored, while this one has the store open', async (t) => {
  const location = temporaryDirectory(t)
  const memory = new Memory(location)
  let runs = 0
  const double = memory.cache(
    (rows: number[]) => {
      runs++
      return rows.map((n) => n * 2)
    },
    { name: 'double' },
  )
  double([1])
  double(Array.from({ length: 100 }, () => 2))
  const { stdout, stderr } = await run('adopt.ts', location)
  t.is(stderr, '')
  t.deepEqual(JSON.parse(stdout), { role: 'client', before: false, adopted: 2, results: [[2], 100], runs: 0 })
  t.is(runs, 2)
  await memory.close()
})
