import test from 'ava'
import { StoppedClock } from '../kit/stopped-clock.ts'
import { openMemory } from '../kit/temporary-store.ts'

test('stats counts hits, misses, joined and stale calls', async (t) => {
  const clock = new StoppedClock()
  const f = openMemory(t, { clock: clock.read }).cache(async (n: number) => n, { maxAge: 10 })
  t.like(f.stats(), { hits: 0, misses: 0, joined: 0, stale: 0, entries: 0, byteLength: 0, savedMs: 0, hitRate: 0 })
  await Promise.all([f(1), f(1), f(1)])
  await f(1)
  await f(2)
  clock.now += 11
  await f(1)
  t.like(f.stats(), { hits: 1, misses: 2, joined: 2, stale: 1, entries: 2, hitRate: 0.5 })
})

test('savedMs sums what the runs took that were spared', (t) => {
  const f = openMemory(t).cache((n: number) => {
    for (const end = performance.now() + 3; performance.now() < end;);
    return n
  })
  f(1)
  t.is(f.stats().savedMs, 0)
  const found = f.lookup(1)
  f(1)
  f(1)
  const { durationMs } = found.status === 'hit' ? found.info : { durationMs: Number.NaN }
  // The fast way of a hit keeps durations in 4 bytes.
  t.true(Math.abs(f.stats().savedMs / durationMs - 2) < 1e-6)
  t.true(f.stats().savedMs >= 6)
})

test('a call that runs on request or without the cache is no hit', (t) => {
  const memory = openMemory(t)
  const f = memory.cache((n: number) => n)
  f(1)
  f.refresh(1)
  t.like(f.stats(), { hits: 0, hitRate: 0 })
  const never = memory.cache((n: number) => -n, { strategy: false })
  never(1)
  t.like(never.stats(), { hits: 0, misses: 0, hitRate: 0 })
})

test('the stats of a function are those of its code, version and scope', (t) => {
  const memory = openMemory(t)
  const one = memory.cache((n: number) => n)
  const other = memory.cache((n: number) => -n)
  t.is(one.id, other.id)
  one(1)
  one(1)
  other(1)
  t.like(one.stats(), { hits: 1, misses: 1, entries: 1 })
  t.like(other.stats(), { hits: 0, misses: 1, entries: 1 })
  const scoped = one.with({ project: 'p' })
  t.like(scoped.stats(), { misses: 0, entries: 0 })
  t.like(one.with({ maxAge: '1d' }).stats(), { hits: 1, misses: 1, entries: 1 })
})

test('the stats of a memory are the sums, by function id too', (t) => {
  const memory = openMemory(t)
  t.like(memory.stats(), { entries: 0, blobs: 0, blobBytes: 0, role: 'none', byFunction: {} })
  const small = memory.cache((n: number) => 'x'.repeat(n), { name: 'small' })
  const large = memory.cache((n: number) => new Uint8Array(n).fill(1), { name: 'large' })
  small(1)
  small(1)
  small(2)
  large(1_000_000)
  const stats = memory.stats()
  t.like(stats, { hits: 1, misses: 3, entries: 3, hitRate: 0.25, blobs: 1, blobBytes: 1_000_000, role: 'owner' })
  t.deepEqual(Object.keys(stats.byFunction).toSorted(), ['large', 'small'])
  t.deepEqual(stats.byFunction['small'], small.stats())
  t.deepEqual(stats.byFunction['large'], large.stats())
  t.is(stats.byteLength, small.stats().byteLength + large.stats().byteLength)
  t.true(large.stats().byteLength >= 1_000_000)
})

test('equal large buffers are kept once', (t) => {
  const memory = openMemory(t)
  const f = memory.cache((_n: number) => new Uint8Array(200_000).fill(1))
  f(1)
  f(2)
  t.like(memory.stats(), { entries: 2, blobs: 1, blobBytes: 200_000 })
  f.forget(1)
  t.like(memory.stats(), { entries: 1, blobs: 1 })
  t.is(f(2)[199_999], 1)
  f.forget(2)
  t.like(memory.stats(), { entries: 0, blobs: 0 })
})

test('entries of functions that this process does not know are in the stats of the memory', async (t) => {
  const first = openMemory(t)
  first.cache((n: number) => n, { name: 'gone' })(1)
  const { location } = first
  await first.close()
  const memory = openMemory(t, { location })
  t.like(memory.stats().byFunction['gone'], { hits: 0, misses: 0, entries: 1 })
})
