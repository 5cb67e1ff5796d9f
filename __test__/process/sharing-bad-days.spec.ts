import test from 'ava'
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../kit/deadline.ts'
import { canStart, Party, type Peer, type PeerOptions } from '../kit/peer.ts'
import { smallFileSystem } from '../kit/small-file-system.ts'
import { textOf } from './programs/recorded-work.ts'

/** Starts a program as another user; nobody's home and runtime directory are nowhere. */
const asNobody: PeerOptions = {
  through: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all'],
  env: { HOME: '/nonexistent', XDG_RUNTIME_DIR: '' },
}

/** With no more than so many open files. */
function withFiles(count: number): PeerOptions {
  return { through: ['sh', '-c', `ulimit -n ${count} && exec "$@"`, 'sh'] }
}

/** Each peer gets right values, whatever became of the calls. */
async function getRight(peers: readonly Peer[], ...keys: string[]): Promise<void> {
  for (const peer of peers) for (const key of keys) await peer.status('f', key)
}

/** What one peer stores is soon a hit for the other, and the other way. A key of which this was so. */
async function shareAgain(one: Peer, other: Peer): Promise<string> {
  let round = 0
  let key = ''
  for (const [writer, reader] of [
    [one, other],
    [other, one],
  ] as const) {
    await eventually(`${reader.name} sees what ${writer.name} stores`, async () => {
      key = `again-${writer.name}-${round++}`
      await writer.status('f', key)
      return (await reader.status('f', key)) === 'hit'
    })
  }
  return key
}

for (const runtime of ['with a runtime directory', 'without one'] as const) {
  test.serial(`processes share a directory whose path is too long for a socket, ${runtime}`, async (t) => {
    const party = new Party(t)
    const location = join(party.directory, 'long'.repeat(38), 'store')
    const directory = join(party.directory, 'run')
    mkdirSync(directory, { mode: 0o700 })
    const env = { XDG_RUNTIME_DIR: runtime === 'without one' ? '' : directory }
    const peers = await party.joinMany(3, { location, env })
    for (const peer of peers) t.is(await peer.status('f', peer.name), 'stored')
    for (const peer of peers) for (const other of peers) t.is(await peer.status('f', other.name), 'hit')
    await peers[0]!.kill()
    await shareAgain(peers[1]!, peers[2]!)
    for (const peer of peers.slice(1)) t.deepEqual(await peer.warnings(), [])
  })
}

test.serial('where no socket can be made, one process works alone and the others say why they do not', async (t) => {
  const party = new Party(t)
  // A folder that is not empty stands in its place.
  mkdirSync(join(party.location, 'owner.sock', 'mine'), { recursive: true })
  const alone = await party.join()
  t.is(await alone.status('f', 1), 'stored')
  t.is(await alone.status('f', 1), 'hit')
  const other = party.start()
  for (const key of [1, 1, 2, 3]) await other.status('f', key)
  t.true(readdirSync(join(party.location, 'owner.sock')).includes('mine'))
  const codes = [...(await alone.warnings()), ...(await other.warnings())]
  t.true(codes.length <= 2 && codes.every((code) => code === 'ERR_STORE_UNAVAILABLE'), codes.join(' '))
})

test.serial('clocks that differ, or are set back, cost nothing but ages', async (t) => {
  const party = new Party(t)
  const owner = await party.join()
  const [slow, fast] = [party.start({ clockOffsetMs: -3_600_000 }), party.start({ clockOffsetMs: 3_600_000 })]
  const peers = [owner, slow, fast]
  for (const peer of peers) t.is(await peer.status('f', peer.name), 'stored')
  for (const peer of peers) for (const other of peers) t.is(await peer.status('f', other.name), 'hit')
  const young = { options: { maxAge: '30m' } }
  // From the future: young. From an hour ago: stale, for whose clock says so.
  t.is((await slow.call('f', 'A', {}, young)).status, 'hit')
  t.is((await fast.call('f', 'A', {}, young)).status, 'stale')
  t.is((await owner.call('f', 'A', {}, young)).status, 'hit')
  await owner.kill()
  for (const peer of [slow, fast]) for (const other of peers) t.is(await peer.status('f', other.name), 'hit')
})

test.serial('a client without free file descriptors gets its values, and shares again when it has some', async (t) => {
  const party = new Party(t)
  const owner = await party.join()
  await owner.status('f', 1)
  for (const when of ['before its first call', 'later'] as const) {
    const client = when === 'later' ? await party.join(withFiles(64)) : party.start(withFiles(64))
    t.true((await client.do<number>('exhaustFiles', 0)) > 0)
    // Blobs need files.
    const floats = { result: 'floats', byteLength: 1 << 20 } as const
    t.like((await client.call('f', `floats-${client.name}`, floats)).value, { length: 1 << 17 })
    await getRight([client], '1', '2', '1')
    await client.do('releaseFiles')
    await shareAgain(owner, client)
  }
})

test.serial('an owner without free file descriptors serves who is there, and soon who comes', async (t) => {
  const party = new Party(t)
  const owner = await party.join(withFiles(96))
  const client = await party.join()
  t.true((await owner.do<number>('exhaustFiles', 0)) > 0)
  await getRight([client, owner], '1', '2')
  const late = party.start()
  await getRight([late], '1', '3')
  await owner.do('releaseFiles')
  await shareAgain(owner, client)
  await shareAgain(owner, late)
})

test.serial('a full disk costs nothing that a client stored', async (t) => {
  const disk = smallFileSystem(t, '12m')
  if (disk === undefined) return
  const party = new Party(t, join(disk.path, 'store'))
  const [owner, client] = (await party.joinMany(2)) as [Peer, Peer]
  const floats = { result: 'floats', byteLength: 1 << 20 } as const
  const stored: string[] = []
  for (let key = 0; key < 24; key++) {
    const peer = key % 2 === 0 ? client : owner
    const { value, cacheStatus } = await peer.call('f', key, { ...floats, byteLength: (1 << 20) + 8 * key })
    t.like(value, { length: (1 << 17) + key })
    if (cacheStatus === 'populated') stored.push(String(key))
  }
  t.true(stored.length > 0 && stored.length < 24, 'the disk is full')
  for (const key of stored) for (const peer of [owner, client]) t.is((await peer.call('f', key, floats)).status, 'hit')
  t.deepEqual([...new Set([...(await owner.warnings()), ...(await client.warnings())])], ['ERR_STORE_UNAVAILABLE'])

  await owner.kill()
  for (const key of stored) t.is((await client.call('f', key, floats)).status, 'hit')
  await client.do('clear')
  // Arrays that nobody uses any more keep their files' room until they are collected.
  let calls = 0
  await eventually('there is room', async () => {
    const { cacheStatus } = await client.call('f', `room-${calls++}`, floats)
    return cacheStatus === 'populated'
  })
})

test.serial('a directory that may no longer be entered costs no values, and is used again', async (t) => {
  if (!canStart(t, asNobody)) return
  const party = new Party(t)
  chmodSync(party.directory, 0o777)
  writeFileSync(party.log.path, '')
  chmodSync(party.log.path, 0o666)
  const [owner, client] = (await party.joinMany(2, asNobody)) as [Peer, Peer]
  const floats = { result: 'floats', byteLength: 1 << 20 } as const
  await getRight([owner, client], '1')
  chmodSync(party.location, 0)
  for (const peer of [owner, client]) {
    await getRight([peer], '1', '2', '3')
    t.like((await peer.call('f', `floats-${peer.name}`, floats)).value, { length: 1 << 17 })
  }
  const late = party.start(asNobody)
  await getRight([late], '1', '2')
  chmodSync(party.location, 0o700)
  await shareAgain(owner, client)
  await shareAgain(client, late)
})

test.serial('a directory deleted under an owner and its clients is made anew, and shared', async (t) => {
  const party = new Party(t)
  const peers = await party.joinMany(3)
  await getRight(peers, '1', '2')
  rmSync(party.location, { recursive: true })
  await getRight(peers, '1', '2', '3')
  await sleep(300)
  await getRight(peers, '1', '4', '5')
  await shareAgain(peers[0]!, peers[1]!)
  await shareAgain(peers[1]!, peers[2]!)
  const late = party.start()
  const shared = await shareAgain(late, peers[2]!)
  const roles = await Promise.all([...peers, late].map((peer) => peer.role()))
  t.deepEqual(roles.toSorted(), ['client', 'client', 'client', 'owner'])
  // What was stored in the new directory is a hit for all.
  for (const peer of [...peers, late]) t.is(await peer.status('f', shared), 'hit')
})

test.serial('a directory that is moved away is not used by those who had it open under the old name', async (t) => {
  const party = new Party(t)
  const [owner, client] = (await party.joinMany(2)) as [Peer, Peer]
  await getRight([owner, client], '1')
  rmSync(party.location, { recursive: true })
  const fresh = party.start()
  // Whoever comes now makes a store of its own; the others find it.
  t.is(await fresh.value('f', 1), textOf('f', '1'))
  await sleep(300)
  await shareAgain(fresh, client)
  await shareAgain(client, owner)
})
