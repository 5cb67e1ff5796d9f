import { Memory } from 'engram'
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

/** The code under test takes its memory: a program gives `new Memory()`, a test gives what it needs. */
function shop(memory: Memory) {
  let requests = 0
  const price = memory.cache(async (product: string) => (requests++, product.length * 10), { name: 'price' })
  return { price, requests: () => requests }
}

test('without a cache, each call runs', async () => {
  const { price, requests } = shop(new Memory(null)) // or, for a whole suite: ENGRAM_MODE=off
  await price('lamp')
  await price('lamp')
  assert.equal(requests(), 2)
})

test('with a cache of its own, the second call does not run', async () => {
  const location = await mkdtemp(join(tmpdir(), 'shop-'))
  const memory = new Memory({ location, onError: 'throw' }) // a cache that fails is a test that fails
  const { price, requests } = shop(memory)
  assert.equal(await price('lamp'), 40)
  assert.equal(await price('lamp'), 40)
  assert.equal(requests(), 1)
  await memory.close()
  await rm(location, { recursive: true })
})

test('an old price counts as gone, by a clock of the test', async () => {
  const location = await mkdtemp(join(tmpdir(), 'shop-'))
  let now = Date.parse('2024-05-01')
  const memory = new Memory({ location, clock: () => now })
  const price = memory.cache((product: string) => product.length, { name: 'price', maxAge: '1d' })
  price('lamp')
  now += 25 * 3_600_000
  assert.equal(price.lookup('lamp').status, 'stale')
  await memory.close()
  await rm(location, { recursive: true })
})
