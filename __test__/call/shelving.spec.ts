// Whoever only passes a result on needs a reference to it, not the result: `shelve` loads nothing on a hit.
import test from 'ava'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CallEvent, Memory, Payload } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

const large = (): Float64Array => new Float64Array(100_000)

test('a call runs once, and each reference to its result is equal', (t) => {
  const memory = openMemory(t)
  let runs = 0
  const load = memory.cache((n: number) => [n, ++runs], { captures: 'none' })
  const [one, other] = [load.shelve(5), load.shelve(5)]
  t.true(one instanceof Payload)
  t.is(one.digest, other.digest)
  t.deepEqual(other.value, [5, 1])
  t.deepEqual(load(5), [5, 1])
  t.is(runs, 1)
})

test('an asynchronous function gives a promise of its reference, when it runs and when it is found', async (t) => {
  const memory = openMemory(t)
  const load = memory.cache(async (n: number) => [n])
  const first = load.shelve(5)
  t.true(first instanceof Promise)
  const second = load.shelve(5)
  t.true(second instanceof Promise)
  t.is((await first).digest, (await second).digest)
  t.deepEqual((await load.shelve(5)).value, [5])
})

test('a hit does not read what is stored', (t) => {
  const memory = openMemory(t)
  let runs = 0
  const load = memory.cache(() => (runs++, ['long'.repeat(1e6), large()]), { name: 'load', captures: 'none' })
  load()
  const before = process.memoryUsage().arrayBuffers
  for (let n = 0; n < 100; n++) load.shelve()
  t.true(process.memoryUsage().arrayBuffers - before < 1e6)
  t.is(runs, 1)
})

test('what lost a file is computed again', (t) => {
  const memory = openMemory(t)
  let runs = 0
  const load = memory.cache(() => (runs++, large()), { name: 'load', captures: 'none' })
  load.shelve()
  rmSync(join(memory.location!, 'blobs'), { recursive: true })
  collectWarnings()
  t.is(load.shelve().value.length, 100_000)
  t.is(runs, 2)
})

test('an entry that is stale is computed again', (t) => {
  let now = 1000
  const memory = openMemory(t, { clock: () => now })
  let runs = 0
  const load = memory.cache(() => ++runs, { name: 'load', captures: 'none', maxAge: 10 })
  t.is(load.shelve().value, 1)
  now += 10
  t.is(load.shelve().value, 1)
  now += 1
  t.is(load.shelve().value, 2)
})

test('validate is asked with the facts and the time of the memory, also where it answers later', async (t) => {
  const memory = openMemory(t, { clock: () => 77 })
  const asked: number[] = []
  let runs = 0
  const validate = async ({ createdAt }: { createdAt: number }, now: number): Promise<boolean> => {
    asked.push(createdAt, now)
    return runs > 1
  }
  const load = memory.cache(async () => ++runs, { name: 'load', captures: 'none', validate })
  t.is((await load.shelve()).value, 1)
  t.is((await load.shelve()).value, 2)
  t.is((await load.shelve()).value, 2)
  t.true(asked.length >= 4 && asked.every((time) => time === 77))
})

test('a result that is not stored is held by its reference, and none that was stored before takes its place', (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  const fn = (): number => 1
  const unstorable = memory.cache(() => fn, { name: 'unstorable' })
  t.is(unstorable.shelve().value, fn)
  t.deepEqual(warnings.codes(), ['ERR_UNSERIALIZABLE'])

  let now = 1
  const aging = openMemory(t, { clock: () => now })
  let runs = 0
  const some = aging.cache(() => ++runs, { name: 'some', captures: 'none', maxAge: 5, storeIf: (value) => value < 2 })
  t.is(some.shelve().value, 1)
  now = 100
  t.is(some.shelve().value, 2)
})

test('an adopted result is shelved, not computed', (t) => {
  const memory = openMemory(t)
  const before = memory.cache((n: number) => [n + 1], { name: 'f' })
  before(1)
  const after = memory.cache((n: number) => [1 + n], { name: 'f' })
  after.adopt()
  const payload = after.shelve(1)
  t.true(payload.exists())
  t.notThrows(() => payload.toJSON())
  t.like(after.stats(), { misses: 0 })
})

test('a store that cannot be read keeps nobody from the result', (t) => {
  const warnings = collectWarnings()
  const location = join(temporaryDirectory(t), 'store')
  writeFileSync(location, 'no directory')
  const load = openMemory(t, { location }).cache((n: number) => [n])
  t.deepEqual(load.shelve(5).value, [5])
  t.true(warnings.codes().every((code) => code === 'ERR_STORE_UNAVAILABLE') && warnings.codes().length > 0)
})

test('what the function throws is thrown', async (t) => {
  const memory = openMemory(t)
  const error = new Error('no')
  const failing = memory.cache((): number => {
    throw error
  })
  t.is(
    t.throws(() => failing.shelve()),
    error,
  )
  const later = memory.cache(async (): Promise<number> => {
    throw error
  })
  t.is(await t.throwsAsync(later.shelve()), error)
})

test('hits are counted, told, and noted as uses', (t) => {
  const memory = openMemory(t)
  const load = memory.cache((n: number) => n, { name: 'load' })
  const events: CallEvent[] = []
  memory.on('call', (event) => events.push(event))
  load.shelve(1)
  load.shelve(1)
  t.deepEqual(
    events.map(({ status, cacheStatus }) => [status, cacheStatus]),
    [
      ['miss', 'populated'],
      ['hit', 'hit'],
    ],
  )
  t.like(load.stats(), { hits: 1, misses: 1 })
  const found = load.lookup(1)
  t.true(found.status === 'hit' && found.info.hits > 0)
})

// References to large values were recalled, and then asked for in another way: each hit of one counted twice.
test('a reference is to what its entry says, whatever the value is made of, and each hit counts once', (t) => {
  const values: Record<string, unknown> = {
    small: [1],
    long: 'long'.repeat(1e6),
    large: large(),
    part: new Float64Array(200_000).subarray(5),
    nested: [{ rows: large() }, new Uint8Array(100_000), 'x'],
    live: [new Payload(1)],
  }
  for (const compression of [{}, { compression: { blobs: 'zstd' as const } }]) {
    const load = openMemory(t, compression).cache((name: string) => values[name], { name: 'load', captures: 'none' })
    for (const [name, value] of Object.entries(values)) {
      load(name)
      const shelved = [load.shelve(name), load.shelve(name)]
      const found = load.lookup(name)
      if (found.status !== 'hit') return t.fail()
      const { outputDigest: digest, byteLength, hits } = found.info
      for (const payload of shelved) t.like(payload, { digest, byteLength })
      t.is(hits, 2, name)
      if (name !== 'live') t.deepEqual(shelved[0]!.value, value)
    }
  }
})

test('where nothing is cached the reference holds what each call gives', (t) => {
  let runs = 0
  const load = new Memory(null).cache(() => ++runs, { name: 'load', captures: 'none' })
  t.deepEqual([load.shelve().value, load.shelve().value], [1, 2])
  const refreshing = openMemory(t, { mode: 'refresh' }).cache(() => ++runs, { name: 'load', captures: 'none' })
  t.deepEqual([refreshing.shelve().value, refreshing.shelve().value], [3, 4])
})

test('methods have it too', (t) => {
  const memory = openMemory(t)
  class Shop {
    region = 'north'
    prices(day: string): string {
      return `${this.region} ${day}`
    }
  }
  Shop.prototype.prices = memory.cache(Shop.prototype.prices)
  const shop = new Shop()
  const bound = memory.of(shop.prices, shop)
  t.is(bound.shelve('may').value, 'north may')
  bound.prime('primed', 'june')
  t.is(shop.prices('june'), 'primed')
  t.deepEqual(
    bound.lookupMany([['may'], ['june'], ['july']]).map(({ status }) => status),
    ['hit', 'hit', 'miss'],
  )
})

// ------------------------------------------------------------------------------------------------------------- prime

test('a primed value is a hit, in place of what was there', (t) => {
  const memory = openMemory(t)
  let runs = 0
  const load = memory.cache((n: number) => (runs++, [n]))
  load.prime([7], 1)
  t.deepEqual(load(1), [7])
  load.prime([8], 1)
  t.deepEqual(load(1), [8])
  t.is(runs, 0)
})

test('an asynchronous function is primed with what its promise gives', async (t) => {
  const memory = openMemory(t)
  const load = memory.cache(async (n: number) => [n])
  load.prime([7], 1)
  const hit = load(1)
  t.true(hit instanceof Promise)
  t.deepEqual(await hit, [7])

  const promising = memory.cache((n: number) => Promise.resolve([n]))
  const value = Promise.resolve([9])
  promising.prime(value, 1)
  await t.notThrowsAsync(value)
  t.deepEqual(await promising(1).then((rows) => rows), [9])
})

test('what cannot be stored, or has no key, is not primed', (t) => {
  const memory = openMemory(t)
  const load = memory.cache((value: unknown): unknown => value)
  throwsCode(t, 'ERR_UNSERIALIZABLE', () => load.prime(() => 1, 1))
  throwsCode(t, 'ERR_UNHASHABLE', () => load.prime(1, Symbol('s')))
  const reader = openMemory(t, { mode: 'readOnly' }).cache((value: unknown): unknown => value)
  reader.prime(2, 1)
  t.false(reader.has(1))
})

// -------------------------------------------------------------------------------------------------------- lookupMany

test('many calls are looked up as each is', (t) => {
  let now = 1000
  const memory = openMemory(t, { clock: () => now, project: 'p' })
  const load = memory.cache((n: number, at: object) => 'x'.repeat(n + Object.keys(at).length), {
    name: 'load',
    maxAge: 100,
    version: '3',
  })
  const calls = Array.from({ length: 300 }, (_, n) => [n, { n }] as [number, object])
  for (const [n, at] of calls) if (n % 3 === 0) load(n, at)
  now += 100
  for (const [n, at] of calls) if (n % 3 === 1) load(n, at)
  now += 1
  const looked = load.lookupMany(calls)
  t.deepEqual(
    looked,
    calls.map((args) => load.lookup(...args)),
  )
  t.deepEqual(
    looked.slice(0, 3).map(({ status }) => status),
    ['stale', 'hit', 'miss'],
  )
  t.deepEqual(load.lookupMany([]), [])
})

test('looking up many asks validate, and notes no use', (t) => {
  const memory = openMemory(t)
  const load = memory.cache((n: number) => n, { name: 'load', validate: ({ byteLength }) => byteLength > 3 })
  load(1)
  load(2 ** 40)
  for (let n = 0; n < 3; n++) {
    t.deepEqual(
      load.lookupMany([[1], [2 ** 40]]).map(({ status }) => status),
      ['stale', 'hit'],
    )
  }
  const found = load.lookup(2 ** 40)
  t.true(found.status === 'hit' && found.info.hits === 0)
})

test('adopted entries are found among many', (t) => {
  const memory = openMemory(t)
  const before = memory.cache((n: number) => n + 1, { name: 'f' })
  before(1)
  const after = memory.cache((n: number) => 1 + n, { name: 'f' })
  t.is(after.adopt(), 1)
  t.deepEqual(
    after.lookupMany([[1], [2]]).map(({ status }) => status),
    ['hit', 'miss'],
  )
})

test('calls that have no key, and lists that are none, are told apart', (t) => {
  const memory = openMemory(t)
  const custom = memory.cache((n: number) => n, { name: 'c', strategy: ({ args }) => (args[0] === 1 ? null : 'k') })
  custom(2)
  t.deepEqual(
    custom.lookupMany([[1], [2]]).map(({ status }) => status),
    ['miss', 'hit'],
  )
  const load = memory.cache((n: unknown) => n)
  throwsCode(t, 'ERR_UNHASHABLE', () => load.lookupMany([[Symbol('s')]]))
  for (const wrong of [undefined, 5, [5], 'ab']) {
    throwsCode(t, 'ERR_INVALID_OPTION', () => load.lookupMany(wrong as never))
  }
  t.deepEqual(new Memory(null).cache((n: number) => n).lookupMany([[1]]), [
    { status: 'miss', reason: 'absent', key: '' },
  ])
})
