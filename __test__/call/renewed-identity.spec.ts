// A result that took the place of a stale one, while somebody listened, was stored with the digest of the arguments of an earlier call:
// `inputsDigest` was another call's, by which entries are found that an edited function adopts.
import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { Memory } from '../../index.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

for (const isRevalidated of [false, true])
  test(`what is stored anew has the digest of its own arguments, ${isRevalidated ? 'in the background' : 'in place of what was too old'}`, async (t) => {
    let now = 1_000_000
    const memory = new Memory({ location: temporaryDirectory(t), clock: () => now })
    t.teardown(() => memory.close())
    memory.on('call', () => undefined)
    const freshness = isRevalidated ? { maxAge: 10, staleWhileRevalidate: '1h' } : { maxAge: 10 }
    const double = memory.cache(async (n: number) => n * 2, { name: 'double', ...freshness })
    const digestOf = (n: number): string | undefined =>
      Array.from(memory.entries(), (info) => info).find(({ key }) => key === double.key(n))?.inputsDigest
    await double(1)
    const digest = digestOf(1)
    now += 1000
    await double(2)
    await double(1)
    await sleep(50)
    const entry = Array.from(memory.entries()).find(({ key }) => key === double.key(1))
    t.is(entry?.createdAt, now)
    t.is(entry?.inputsDigest, digest)
  })
