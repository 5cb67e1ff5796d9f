import test from 'ava'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Memory } from '../../index.ts'
import { Party, type Peer } from '../kit/peer.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'
import { numberedValue, valueOf } from './programs/numbered-values.ts'

/** Small ones, arrays, and a structure in a file of its own. */
const NUMBERS = [0, 1, 3, 6, 9, 13]

function isRight(number: number, value: unknown): boolean {
  return isDeepStrictEqual(value, valueOf(number))
}

for (const durability of ['power', 'process'] as const) {
  test(`what was stored with durability ${durability} is found by a later memory, whatever its own`, async (t) => {
    const location = join(temporaryDirectory(t), 'store')
    const memory = new Memory({ location, durability, onError: 'throw' })
    const outcomes: string[] = []
    memory.on('call', ({ cacheStatus }) => outcomes.push(cacheStatus))
    for (const number of NUMBERS) t.true(isRight(number, numberedValue(memory)(number)))
    t.deepEqual(
      outcomes,
      NUMBERS.map(() => 'populated'),
    )
    t.true(isRight(3, numberedValue(memory).refresh(3)))
    await memory.close()

    for (const later of ['power', 'process'] as const) {
      const again = new Memory({ location, durability: later, onError: 'throw' })
      const value = numberedValue(again, (number) => t.fail(`${number} is gone`))
      for (const number of NUMBERS) t.true(isRight(number, value(number)))
      await again.close()
    }
  })
}

test('with durability power, arrays of asynchronous functions are stored before their promises are settled', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const memory = new Memory({ location, durability: 'power', onError: 'throw' })
  const f = memory.cache(async (n: number) => new Float64Array(1 << 17).fill(n), { name: 'f' })
  for (const array of await Promise.all([1, 2, 3].map((n) => f(n)))) t.is(array.length, 1 << 17)
  for (const n of [1, 2, 3]) t.true(f.has(n))
  await memory.close()
  const again = new Memory({ location, onError: 'throw' })
  const found = again.cache(f.fn, { name: 'f' })
  for (const n of [1, 2, 3]) t.deepEqual([(await found(n)).length, (await found(n))[7]], [1 << 17, n])
  t.is(found.stats().misses, 0)
  t.is(again.stats().entries, 3)
  await again.close()
})

test.serial('processes of different durabilities share a store', async (t) => {
  const party = new Party(t)
  const owner = await party.join()
  const client = await party.join({ options: { durability: 'power' } })
  const floats = { result: 'floats', byteLength: 1 << 20 } as const
  const peers: [Peer, Peer] = [owner, client]
  for (const [number, peer] of peers.entries()) {
    t.is((await peer.call('f', number, floats)).cacheStatus, 'populated')
    t.is(await peer.status('g', number), 'stored')
  }
  for (const peer of peers) {
    for (const number of [0, 1]) {
      t.like(await peer.call('f', number, floats), { status: 'hit', value: { length: 1 << 17, last: (1 << 17) - 1 } })
      t.is(await peer.status('g', number), 'hit')
    }
  }
  await owner.kill()
  const late = party.start()
  for (const number of [0, 1]) t.is((await late.call('f', number, floats)).status, 'hit')
})
