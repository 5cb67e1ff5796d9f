import test from 'ava'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../kit/deadline.ts'
import { runsPerKey } from '../kit/equal-calls.ts'
import { killRounds } from '../kit/kill-rounds.ts'
import { Load } from '../kit/load.ts'
import { judge } from '../kit/oracle.ts'
import { Party, type Peer, PeerError } from '../kit/peer.ts'
import { shortProcesses } from '../kit/short-processes.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'
import { textOf } from './programs/recorded-work.ts'

const UNTIL_WAITING_MS = 200

/** Ways in which an owner leaves. */
const departures: Record<string, (owner: Peer) => Promise<unknown>> = {
  'closes its memory': (owner) => owner.do('close'),
  'ends as scripts do': (owner) => owner.finish(),
  'calls process.exit()': async (owner) => {
    void owner.do('exit', 0).catch(() => {})
    await owner.gone()
  },
  'throws what nobody catches': async (owner) => {
    void owner.do('fail').catch(() => {})
    await owner.gone()
  },
  'is killed': (owner) => owner.kill(),
}

for (const [what, leave] of Object.entries(departures)) {
  test.serial(`the owner ${what} under load: nothing acknowledged is lost`, async (t) => {
    const directory = temporaryDirectory(t)
    const load = new Load(directory, 1)
    t.teardown(() => load.killAll())
    const party = new Party(t, load.location)
    const owner = await party.join()
    for (let number = 0; number < 4; number++) load.start()
    await eventually('all clients are at work', () => load.running.every((each) => each.returned().length > 20))
    await leave(owner)
    const leftAt = process.hrtime.bigint()
    await eventually('all clients go on', () =>
      load.running.every((each) => each.returned().filter(({ startedAt }) => startedAt > leftAt).length > 20),
    )
    load.stop()
    await eventually('all clients end', () => load.running.length === 0)
    const { violations, acknowledged } = await judge(load)
    t.deepEqual(violations.counts, {}, violations.examples.join('\n'))
    t.true(acknowledged > 50)
  })
}

for (const kind of ['sync', 'async'] as const) {
  test.serial(`a client keeps its lease when the owner is killed: ${kind}`, async (t) => {
    const party = new Party(t)
    const [owner, holder, waiter] = (await party.joinMany(3)) as [Peer, Peer, Peer]
    const late = await party.join()
    const gate = party.gate()
    const held = holder.value('f', 1, { gate }, { kind })
    await eventually('B runs', () => party.log.has('start', 'f 1', 'B'))
    const waiting = waiter.value('f', 1, {}, { kind })
    await sleep(UNTIL_WAITING_MS)
    await owner.kill()
    // Who asks only now must not be first.
    const asking = late.value('f', 1, {}, { kind })
    await sleep(UNTIL_WAITING_MS)
    t.deepEqual(party.log.runners('f 1'), ['B'])
    writeFileSync(gate, '')
    t.deepEqual(
      await Promise.all([held, waiting, asking]),
      Array.from({ length: 3 }, () => textOf('f', '1')),
    )
    t.deepEqual(party.log.runners('f 1'), ['B'])
    t.is(await late.status('f', 1), 'hit')
  })

  test.serial(`where the owner is killed while it runs, a client takes over: ${kind}`, async (t) => {
    const party = new Party(t)
    const [owner, ...others] = (await party.joinMany(4)) as [Peer, Peer, Peer, Peer]
    const lost = owner.value('f', 1, { gate: party.gate() }, { kind })
    await eventually('A runs', () => party.log.has('start', 'f 1', 'A'))
    const waiting = others.map((peer) => peer.value('f', 1, { ms: 20 }, { kind }))
    await sleep(UNTIL_WAITING_MS)
    t.deepEqual(party.log.runners('f 1'), ['A'])
    await owner.kill()
    await t.throwsAsync(lost, { instanceOf: PeerError })
    t.deepEqual(
      await Promise.all(waiting),
      waiting.map(() => textOf('f', '1')),
    )
    t.is(party.log.runners('f 1').length, 2)
  })
}

test.serial('where an owner closes while clients store results, those who wait for them do not run', async (t) => {
  const keys = Array.from({ length: 200 }, (_, key) => key)
  for (const round of ['f', 'g', 'h']) {
    const party = new Party(t)
    const [owner, holder, waiter] = (await party.joinMany(3)) as [Peer, Peer, Peer]
    // They end one after the other, some of them while the owner closes.
    const held = keys.map((key) => holder.value(round, key, { ms: 400 + key }, { kind: 'async' }))
    await eventually('all run', () => party.log.runs().filter(({ who }) => who === 'B').length > keys.length)
    const waiting = keys.map((key) => waiter.value(round, key, {}, { kind: 'async' }))
    await eventually('some have ended', () => party.log.has('end', `${round} 60`))
    await owner.do('close')
    t.deepEqual(
      await Promise.all([...held, ...waiting]),
      [...keys, ...keys].map((key) => textOf(round, String(key))),
    )
    t.deepEqual(runsPerKey(party.log, round), { 1: keys.length })
    await party.stop()
  }
})

test.serial('an owner whose memory was closed serves nobody, but takes part again with a new one', async (t) => {
  const party = new Party(t)
  const [owner, client] = (await party.joinMany(2)) as [Peer, Peer]
  await owner.do('close')
  t.is(await client.status('f', 1), 'stored')
  t.is(await client.role(), 'owner')
  const third = await party.join()
  t.is(await third.status('f', 1), 'hit')
})

test.serial('owners killed one after the other leave the last process with everything', async (t) => {
  const party = new Party(t)
  const peers = await party.joinMany(6)
  for (const [number, peer] of peers.entries()) {
    for (const each of peers.slice(number)) await each.call('f', `${number} of ${each.name}`.replaceAll(' ', '-'))
    if (number < peers.length - 1) await peer.kill()
  }
  const last = peers.at(-1)!
  await last.call('f', 'end')
  t.is(await last.role(), 'owner')
  const stored = party.log.runs().map(({ what }) => what.split(' ') as [string, string])
  for (const [name, key] of stored) t.is(await last.status(name, key), 'hit')
  t.deepEqual(await last.warnings(), [])
})

test.serial('an owner whose JavaScript is busy serves its clients', async (t) => {
  const party = new Party(t)
  const [owner, client] = (await party.joinMany(2)) as [Peer, Peer]
  await owner.call('f', 'old')
  const gate = party.gate()
  const busy = owner.do('spinUntil', gate)
  t.is(await client.status('f', 'old'), 'hit')
  for (let key = 0; key < 20; key++) t.is(await client.status('f', key), 'stored')
  const late = party.start()
  for (let key = 0; key < 20; key++) t.is(await late.status('f', key), 'hit')
  writeFileSync(gate, '')
  await busy
  t.is(await owner.status('f', 1), 'hit')
})

for (const kind of ['sync', 'async'] as const) {
  test.serial(`where the owner is stopped, a client goes on without it, and comes back: ${kind}`, async (t) => {
    const party = new Party(t)
    const [owner, client] = (await party.joinMany(2)) as [Peer, Peer]
    await client.call('f', 'before', {}, { kind })
    owner.signal('SIGSTOP')
    for (let key = 0; key < 20; key++) t.is(await client.value('f', key, {}, { kind }), textOf('f', String(key)))
    t.is(await client.value('f', 0, {}, { kind }), textOf('f', '0'))
    t.deepEqual(await client.warnings(), ['ERR_OWNER_UNRESPONSIVE'])
    // One that never saw it answer.
    const late = party.start()
    t.is(await late.value('f', 'late', {}, { kind }), textOf('f', 'late'))
    t.deepEqual(await late.warnings(), ['ERR_OWNER_UNRESPONSIVE'])

    owner.signal('SIGCONT')
    for (const peer of [client, late]) {
      await eventually(`${peer.name} is back`, async () => {
        const { cacheStatus } = await peer.call('f', `back-${peer.name}`, {}, { kind })
        return cacheStatus === 'hit'
      })
    }
    t.is((await client.call('f', 'before', {}, { kind })).status, 'hit')
    t.is(party.log.runners('f before').length, 1)
    t.deepEqual([await owner.role(), await client.role()], ['owner', 'client'])
    t.deepEqual(await client.warnings(), ['ERR_OWNER_UNRESPONSIVE'])
  })

  test.serial(`who waits for a run when the owner is stopped computes for itself: ${kind}`, async (t) => {
    const party = new Party(t)
    const [owner, holder, waiter] = (await party.joinMany(3)) as [Peer, Peer, Peer]
    const gate = party.gate()
    const held = holder.value('f', 1, { gate }, { kind })
    await eventually('B runs', () => party.log.has('start', 'f 1', 'B'))
    const waiting = waiter.value('f', 1, {}, { kind })
    await sleep(UNTIL_WAITING_MS)
    owner.signal('SIGSTOP')
    t.is(await waiting, textOf('f', '1'))
    writeFileSync(gate, '')
    t.is(await held, textOf('f', '1'))
    owner.signal('SIGCONT')
    await eventually('C is back', async () => (await waiter.call('f', 2, {}, { kind })).cacheStatus === 'hit')
  })
}

test.serial('a long wait for a run is no sign of an unresponsive owner', async (t) => {
  const party = new Party(t)
  const [, holder, waiter] = (await party.joinMany(3)) as [Peer, Peer, Peer]
  const held = holder.value('f', 1, { ms: 6000 })
  await eventually('B runs', () => party.log.has('start', 'f 1', 'B'))
  t.is(await waiter.value('f', 1), textOf('f', '1'))
  t.is(await held, textOf('f', '1'))
  t.deepEqual(party.log.runners('f 1'), ['B'])
  t.deepEqual(await waiter.warnings(), [])
})

test.serial('processes killed at random under load, 30 times: nothing is lost, wrong, or done twice', async (t) => {
  const directory = join(temporaryDirectory(t), 'rounds')
  const verdict = await killRounds({ directory, seed: 4, rounds: 30, processes: 4, pauseMs: 150 })
  t.deepEqual(verdict.violations.counts, {}, verdict.violations.examples.join('\n'))
  t.true(verdict.acknowledged > 15)
  t.log(`${verdict.acknowledged} stored; ${verdict.ownersKilled} of 30 were owners`)
})

test.serial('short processes whose owners are killed all end with right results', async (t) => {
  const directory = join(temporaryDirectory(t), 'short')
  const verdict = await shortProcesses({ directory, seed: 4, count: 20, atOnce: 3, liveMs: 100, killEveryMs: 200 })
  t.deepEqual(verdict.violations.counts, {}, verdict.violations.examples.join('\n'))
  t.is(verdict.longestMs.length, 20)
})
