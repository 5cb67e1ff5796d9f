// A large array that was found is the file itself, mapped: what makes room must not take it from under its reader.
import test from 'ava'
import { readFileSync } from 'node:fs'
import { blobsIn } from '../kit/files.ts'
import { Party, type Peer } from '../kit/peer.ts'

const BYTES = 32 << 20
const LENGTH = BYTES / 8
const WHOLE = { length: LENGTH, first: 0, last: LENGTH - 1, sum: (LENGTH * (LENGTH - 1)) / 2 }
const FLOATS = { result: 'floats', byteLength: BYTES } as const

/** What makes an entry of `f` leave, done by a process that does not use it. */
const REMOVALS: Record<string, (peer: Peer) => Promise<unknown>> = {
  'has left to make room for others': async (peer) => {
    for (let key = 0; key < 3; key++) await peer.call('g', key, { value: new Float64Array(LENGTH).fill(key) })
  },
  'was reduced away': (peer) => peer.do('reduce', { maxEntries: 0 }),
  'was cleared': (peer) => peer.do('clear'),
  'was forgotten': (peer) => peer.do('forget', { name: 'f', key: '1' }),
  'was overwritten': (peer) => peer.refresh('f', '1', 'another value'),
}

for (const [what, remove] of Object.entries(REMOVALS)) {
  test.serial(`a process reads the array on that it holds of an entry that ${what}`, async (t) => {
    const options = { limits: { maxBytes: 2.5 * BYTES } }
    for (const isOwner of [true, false]) {
      const party = new Party(t)
      const peers = (await party.joinMany(2, { options })) as [Peer, Peer]
      const [reader, other] = isOwner ? peers : (peers.toReversed() as [Peer, Peer])
      await other.call('f', 1, FLOATS)
      const [file] = blobsIn(party.location) as [string]
      t.is(readFileSync(file).length, BYTES)
      // Nothing of it is in the reader's memory before it looks.
      await reader.do('hold', { name: 'f', key: '1', how: FLOATS })
      t.deepEqual(party.log.runners('f 1'), [other.name])
      await remove(other)
      t.false(blobsIn(party.location).includes(file), 'the file is gone')
      t.deepEqual(await reader.do('held'), WHOLE)
      t.deepEqual([...(await reader.warnings()), ...(await other.warnings())], [])
      await party.stop()
    }
  })
}
