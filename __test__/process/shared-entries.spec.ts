import test from 'ava'
import { cpSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from '../kit/deadline.ts'
import { Party, type Peer, PeerError } from '../kit/peer.ts'
import { run } from '../kit/program.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'
import { textOf } from './programs/recorded-work.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** Two processes, the first of them the owner; and each as the one that changes what the other has used. */
async function pairs(party: Party): Promise<[Peer, Peer][]> {
  const [owner, client] = (await party.joinMany(2)) as [Peer, Peer]
  return [
    [owner, client],
    [client, owner],
  ]
}

test.serial('the first process owns the store, the others are its clients, and the next one follows', async (t) => {
  const party = new Party(t)
  const [a, b, c] = (await party.joinMany(3)) as [Peer, Peer, Peer]
  t.deepEqual(await Promise.all([a.role(), b.role(), c.role()]), ['owner', 'client', 'client'])
  await a.do('close')
  await eventually('another process owns the store', async () => {
    await b.call('f', 1)
    const roles = await Promise.all([b.role(), c.role()])
    return roles.includes('owner')
  })
  await c.call('f', 1)
  t.deepEqual((await Promise.all([b.role(), c.role()])).toSorted(), ['client', 'owner'])
  const unplaced = party.start({ location: null })
  t.is(await unplaced.role(), 'none')
})

test.serial('what one process stored is a hit for all', async (t) => {
  const party = new Party(t)
  const peers = await party.joinMany(3)
  for (const [number, writer] of peers.entries()) {
    t.is(await writer.status('f', number), 'stored')
    for (const reader of peers) t.is(await reader.status('f', number), 'hit')
  }
})

test.serial('a refresh in one process is seen by another that has the entry hot', async (t) => {
  const party = new Party(t)
  for (const [writer, reader] of await pairs(party)) {
    for (let version = 0; version < 50; version++) {
      await writer.refresh('f', writer.name, version)
      for (let use = 0; use < 3; use++) t.is(await reader.value('f', writer.name), version)
      for (let use = 0; use < 6; use++) t.is(await reader.value('f', writer.name, {}, { isUnheard: true }), version)
    }
  }
  t.is(party.log.runs().filter(({ what }) => what.startsWith('f ')).length, 100)
})

test.serial('once an entry was overwritten, no other process gets the old value', async (t) => {
  const party = new Party(t)
  const floor = party.gate('floor')
  const [owner, ...clients] = (await party.joinMany(4)) as [Peer, Peer, Peer, Peer]
  for (const [number, writer] of [owner, clients[0]!].entries()) {
    const key = String(number)
    writeFileSync(`${floor}.${key}`, '0')
    await writer.refresh('f', key, 0)
    const readers = [owner, ...clients].filter((peer) => peer !== writer)
    const seen = readers.map((reader) =>
      reader.do<{ calls: number; old: number; highest: number }>('above', { name: 'f', key }, floor, 1500),
    )
    await writer.do('raise', { name: 'f', key }, floor, 300)
    for (const { calls, old, highest } of await Promise.all(seen)) {
      t.is(old, 0)
      t.true(calls > 0 && highest <= 300)
    }
    for (const reader of readers) t.is(await reader.value('f', key), 300)
  }
})

test.serial('what one process forgets or clears, another runs anew', async (t) => {
  const party = new Party(t)
  for (const [writer, reader] of await pairs(party)) {
    const drops = {
      forget: () => writer.do('forget', { name: 'f', key: '1' }),
      'clear of the function': () => writer.do('clearFunction', 'f'),
      'clear of all': () => writer.do('clear'),
      'clear of some': () => writer.do('clear', { name: 'f' }),
      reduce: () => writer.do('reduce', { maxEntries: 0 }),
    }
    for (const [what, drop] of Object.entries(drops)) {
      await reader.call('f', 1)
      t.is(await reader.status('f', 1), 'hit', what)
      for (let use = 0; use < 6; use++) await reader.value('f', 1, {}, { isUnheard: true })
      await drop()
      t.false(await reader.do('has', { name: 'f', key: '1' }), what)
      t.is(await reader.status('f', 1), 'stored', what)
    }
  }
})

test.serial('an array of 64 MiB goes from a client to the owner and the other way', async (t) => {
  const party = new Party(t)
  const byteLength = 64 << 20
  const length = byteLength / 8
  const whole = { length, first: 0, last: length - 1, sum: (length * (length - 1)) / 2 }
  const how = { result: 'floats', byteLength } as const
  for (const [writer, reader] of await pairs(party)) {
    t.deepEqual(await writer.value('f', writer.name, how), whole)
    t.deepEqual(await reader.value('f', writer.name, how), whole)
    t.deepEqual(party.log.runners(`f ${writer.name}`), [writer.name])
  }
})

test.serial('a client lists, counts, clears and reduces as the owner does', async (t) => {
  const party = new Party(t)
  const [owner, client] = (await party.joinMany(2)) as [Peer, Peer]
  await owner.callMany({ name: 'f', keys: ['1', '2', '3'], kind: 'sync' })
  await client.callMany({ name: 'g', keys: ['1', '2', '3', '4'], kind: 'sync' })
  const listed = await client.entries()
  t.is(listed.length, 9)
  t.deepEqual(await owner.entries(), listed)
  t.is((await client.entries({ name: 'f' })).length, 3)
  for (const peer of [owner, client]) t.like(await peer.stats(), { entries: 9 })

  t.is(await client.do<number>('clear', { name: 'f' }), 3)
  for (const peer of [owner, client]) t.like(await peer.stats(), { entries: 6 })
  t.is((await client.do<{ entries: number }>('reduce', { maxEntries: 2 })).entries, 4)
  for (const peer of [owner, client]) t.is((await peer.entries()).length, 2)
  t.is(await client.do<number>('clear'), 2)
  for (const peer of [owner, client]) t.like(await peer.stats(), { entries: 0, byteLength: 0 })
})

test.serial('a reference that one process shelved is opened by another, and goes with its entry', async (t) => {
  const party = new Party(t)
  for (const [writer, reader] of await pairs(party)) {
    const wanted = { name: 'f', key: writer.name, how: { result: 'floats', byteLength: 80_000 } }
    const json = await writer.do('shelve', wanted)
    t.deepEqual(await reader.do('shelve', wanted), json)
    t.is((await reader.do<Float64Array>('unshelve', json)).length, 10_000)
    await reader.do('forget', wanted)
    await t.throwsAsync(writer.do('unshelve', json), { instanceOf: PeerError, message: /gone/ })
    t.deepEqual(party.log.runners(`f ${writer.name}`), [writer.name])
  }
})

test.serial('many calls are looked up by a client as by the owner', async (t) => {
  const party = new Party(t)
  const [owner, client] = (await party.joinMany(2)) as [Peer, Peer]
  const keys = Array.from({ length: 600 }, (_, key) => String(key))
  const stored = keys.filter((_, place) => place % 2 === 0)
  t.deepEqual(await client.callMany({ name: 'f', keys: stored, kind: 'sync' }), [])
  const looked = await owner.do<{ status: string }[]>('lookupMany', 'f', keys)
  t.deepEqual(await client.do('lookupMany', 'f', keys), looked)
  t.deepEqual(
    looked.map(({ status }) => status),
    keys.map((_, place) => (place % 2 === 0 ? 'hit' : 'miss')),
  )
})

test.serial('many entries are listed by a client', async (t) => {
  const party = new Party(t)
  const [owner, client] = (await party.joinMany(2)) as [Peer, Peer]
  const keys = Array.from({ length: 5000 }, (_, key) => `${key}${'long'.repeat(10)}`)
  t.deepEqual(await owner.callMany({ name: 'f', keys, kind: 'sync' }), [])
  t.is(new Set((await client.entries({ name: 'f' })).map(({ key }) => key)).size, 5000)
})

test.serial('a memory that only reads, beside an owner, sees its entries and changes nothing', async (t) => {
  const party = new Party(t)
  const owner = await party.join()
  await owner.call('f', 1)
  const reader = party.start({ options: { mode: 'readOnly' } })
  t.is(await reader.status('f', 1), 'hit')
  t.is(await reader.status('f', 2), 'miss')
  t.is(await owner.status('f', 2), 'stored')
  t.is(await reader.status('f', 2), 'hit')
  await owner.refresh('f', '2', 'new')
  t.is(await reader.value('f', 2), 'new')
  t.is(await reader.do('clear'), 0)
  t.false(await reader.do('forget', { name: 'f', key: '1' }))
  t.is(await owner.status('f', 1), 'hit')
  t.is(await owner.role(), 'owner')
  t.deepEqual(await reader.warnings(), [])
})

test.serial('a memory that only reads keeps nobody from writing', async (t) => {
  const party = new Party(t)
  const first = await party.join()
  await first.call('f', 1)
  await first.finish()
  const reader = party.start({ options: { mode: 'readOnly' } })
  t.is(await reader.status('f', 1), 'hit')
  const writer = party.start()
  await eventually('the writer stores', async () => (await writer.status('f', 2)) === 'stored')
  t.is(await writer.status('f', 1), 'hit')
  await eventually('the reader sees it', async () => (await reader.status('f', 2)) === 'hit')
})

test.serial('memories that refresh, or do nothing, take part as they should', async (t) => {
  const party = new Party(t)
  const owner = await party.join()
  await owner.call('f', 1, { value: 'old' })
  const off = party.start({ options: { mode: 'off' } })
  t.is((await off.call('f', 1)).status, 'bypass')
  const refreshing = party.start({ options: { mode: 'refresh' } })
  t.is((await refreshing.call('f', 1, { value: 'new' })).status, 'refresh')
  t.is(await owner.value('f', 1), 'new')
})

test.serial('two paths to one directory are one store', async (t) => {
  const party = new Party(t)
  const owner = await party.join()
  await owner.call('f', 1)
  const link = join(party.directory, 'link')
  symlinkSync(party.location, link)
  const other = party.start({ location: link })
  t.is(await other.status('f', 1), 'hit')
  t.is(await other.status('f', 2), 'stored')
  t.is(await owner.status('f', 2), 'hit')
})

test.serial('entries of other projects and domains are not shared', async (t) => {
  const party = new Party(t)
  const [a, b] = [await party.join({ options: { project: 'p' } }), await party.join({ options: { project: 'q' } })]
  t.deepEqual([await a.status('f', 1), await b.status('f', 1)], ['stored', 'stored'])
  t.is((await b.entries({ project: 'p', name: 'f' })).length, 1)
})

test.serial('two copies of the library in one process share a store', async (t) => {
  const copy = temporaryDirectory(t)
  for (const part of ['index.ts', 'src', 'native', 'npm', 'package.json']) {
    cpSync(join(project, part), join(copy, part), { recursive: true })
  }
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'))
  const ending = await run('copies.ts', join(temporaryDirectory(t), 'store'), join(copy, 'index.ts'))
  t.deepEqual(ending, { code: 0, signal: null, stdout: 'owner client\nshared\nowner\n', stderr: '' })
})

test.serial('processes that end in turn leave no temporary files and one lock file', async (t) => {
  const party = new Party(t)
  const peers = await party.joinMany(3)
  for (const peer of peers) await peer.call('f', peer.name, { result: 'floats', byteLength: 1 << 20 })
  const lock = statSync(join(party.location, 'owner.lock')).ino
  for (const peer of peers) await peer.finish()
  t.deepEqual(readdirSync(join(party.location, 'tmp')), [])
  t.is(statSync(join(party.location, 'owner.lock')).ino, lock)
  const last = party.start()
  t.is((await last.call('f', 'A')).status, 'hit')
  t.is(await last.value('join', 'B'), textOf('join', 'B'))
  t.is(party.log.runners('join B').length, 1)
})
