import test from 'ava'
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../kit/deadline.ts'
import { callEqually, runsPerKey } from '../kit/equal-calls.ts'
import { Party, type Peer, PeerError, type PeerThread } from '../kit/peer.ts'
import { textOf } from './programs/recorded-work.ts'

const UNTIL_WAITING_MS = 200

/** Threads that have used the store. */
async function threadsOf(peer: Peer, count: number): Promise<PeerThread[]> {
  const threads = Array.from({ length: count }, (_, number) => peer.thread(number + 1))
  for (const thread of threads) await thread.call('join', thread.name)
  return threads
}

for (const kind of ['sync', 'async', 'mixed'] as const) {
  test.serial(`4 threads and their main thread with 100 equal calls make 100 runs: ${kind}`, async (t) => {
    const party = new Party(t)
    const peer = party.start()
    const threads = await threadsOf(peer, 4)
    t.deepEqual(await callEqually([...threads, peer], { name: 'f', keys: 100, ms: 10, kind }), [])
    t.deepEqual(runsPerKey(party.log, 'f'), { 1: 100 })
  })

  test.serial(`the threads of three processes with 100 equal calls make 100 runs: ${kind}`, async (t) => {
    const party = new Party(t)
    const peers = await party.joinMany(3)
    const threads = (await Promise.all(peers.map((peer) => threadsOf(peer, 2)))).flat()
    t.deepEqual(await callEqually(threads, { name: 'f', keys: 100, ms: 10, kind }), [])
    t.deepEqual(runsPerKey(party.log, 'f'), { 1: 100 })
  })
}

/** As owner, and as client of a process that was there before. */
for (const role of ['owner', 'client'] as const) {
  test.serial(`once a thread overwrote an entry, no other thread gets the old value: ${role}`, async (t) => {
    const party = new Party(t)
    const floor = party.gate('floor')
    if (role === 'client') await party.join()
    const peer = await party.join()
    const [writer, ...threads] = (await threadsOf(peer, 3)) as [PeerThread, PeerThread, PeerThread]
    writeFileSync(`${floor}.1`, '0')
    await writer.refresh('f', '1', 0)
    const readers = [peer, ...threads]
    const seen = readers.map((reader) =>
      reader.do<{ calls: number; old: number }>('above', { name: 'f', key: '1' }, floor, 1500),
    )
    await writer.do('raise', { name: 'f', key: '1' }, floor, 300)
    for (const { calls, old } of await Promise.all(seen)) t.true(old === 0 && calls > 0, `${old} of ${calls} are old`)
    for (const reader of readers) t.is(await reader.value('f', '1', {}, { isUnheard: true }), 300)
  })

  for (const kind of ['sync', 'async'] as const) {
    const begin = async (party: Party): Promise<[Peer, PeerThread, PeerThread, PeerThread]> => {
      if (role === 'client') await party.join()
      const peer = await party.join()
      return [peer, ...((await threadsOf(peer, 3)) as [PeerThread, PeerThread, PeerThread])]
    }

    test.serial(`where a run throws in a thread, another thread runs: ${role}, ${kind}`, async (t) => {
      const party = new Party(t)
      const [, one, two, three] = await begin(party)
      const gate = party.gate()
      const failing = one.call('f', 1, { gate, throws: 'of one' }, { kind })
      await eventually('one runs', () => party.log.has('start', 'f 1'))
      const others = [two, three].map((thread) => thread.value('f', 1, {}, { kind }))
      await sleep(UNTIL_WAITING_MS)
      t.is(party.log.runners('f 1').length, 1)
      writeFileSync(gate, '')
      await t.throwsAsync(failing, { instanceOf: PeerError, message: 'of one' })
      t.deepEqual(await Promise.all(others), [textOf('f', '1'), textOf('f', '1')])
      t.is(party.log.runners('f 1').length, 2)
    })

    for (const end of ['terminate', 'exit'] as const) {
      // A thread in Atomics.wait is not ended by its own process.exit().
      if (end === 'exit' && kind === 'sync') continue
      test.serial(`where a thread ends (${end}) while it runs, another takes over: ${role}, ${kind}`, async (t) => {
        const party = new Party(t)
        const [, one, two, three] = await begin(party)
        void one.call('f', 1, { gate: party.gate() }, { kind }).catch(() => {})
        await eventually('one runs', () => party.log.has('start', 'f 1'))
        const others = [two, three].map((thread) => thread.value('f', 1, {}, { kind }))
        await sleep(UNTIL_WAITING_MS)
        t.is(party.log.runners('f 1').length, 1)
        if (end === 'terminate') await one.terminate()
        else void one.do('exit', 0).catch(() => {})
        t.deepEqual(await Promise.all(others), [textOf('f', '1'), textOf('f', '1')])
        t.is(party.log.runners('f 1').length, 2)
      })
    }

    test.serial(`threads that wait for each other both end: ${role}, ${kind}`, async (t) => {
      const party = new Party(t)
      const [, one, two] = await begin(party)
      const pending = [
        one.value('f', 1, { after: 'g 1', calls: { name: 'g', key: '1' } }, { kind }),
        two.value('g', 1, { after: 'f 1', calls: { name: 'f', key: '1' } }, { kind }),
      ]
      t.deepEqual(await Promise.all(pending), [textOf('f', '1'), textOf('g', '1')])
    })

    test.serial(`a thread ended while it waits harms nobody: ${role}, ${kind}`, async (t) => {
      const party = new Party(t)
      const [peer, one, two, three] = await begin(party)
      const gate = party.gate()
      const held = one.value('f', 1, { gate }, { kind })
      await eventually('one runs', () => party.log.has('start', 'f 1'))
      void two.call('f', 1, {}, { kind }).catch(() => {})
      const third = three.value('f', 1, {}, { kind })
      await sleep(UNTIL_WAITING_MS)
      // A thread that waits stands still outside of JavaScript: it was not ended before it had its answer.
      await two.terminate()
      t.false(party.log.has('end', 'f 1'))
      writeFileSync(gate, '')
      t.deepEqual([await held, await third], [textOf('f', '1'), textOf('f', '1')])
      t.is(await peer.status('f', 1), 'hit')
      t.is(party.log.runners('f 1').length, 1)
      await peer.finish()
    })
  }
}

test.serial('threads go on when the owner of their store is killed', async (t) => {
  const party = new Party(t)
  const owner = await party.join()
  const peer = await party.join()
  const threads = await threadsOf(peer, 3)
  for (const thread of threads) await thread.call('f', 0)
  await owner.kill()
  t.deepEqual(await callEqually([...threads, peer], { name: 'f', keys: 50, ms: 5, kind: 'mixed' }), [])
  t.deepEqual(runsPerKey(party.log, 'f'), { 1: 50 })
  t.is(await peer.role(), 'owner')
  for (const thread of threads) t.is(await thread.role(), 'owner')
})

test.serial('a thread holds a key that its main thread waits for, and the other way', async (t) => {
  const party = new Party(t)
  const peer = await party.join()
  const [thread] = (await threadsOf(peer, 1)) as [PeerThread]
  const held = thread.value('f', 1, { ms: 500 })
  await eventually('the thread runs', () => party.log.has('start', 'f 1'))
  t.is(await peer.value('f', 1), textOf('f', '1'))
  t.is(await held, textOf('f', '1'))
  // Sent to the thread first: the main thread passes nothing on while it runs.
  const later = thread.value('f', 2, { after: 'f 3', calls: { name: 'f', key: '3' } })
  t.is(await peer.value('f', 3, { after: 'f 2', ms: 300 }), textOf('f', '3'))
  t.is(await later, textOf('f', '2'))
  t.deepEqual(runsPerKey(party.log, 'f'), { 1: 3 })
})

test.serial('a process ends while its threads wait for a key of another process', async (t) => {
  const party = new Party(t)
  const [holder, peer] = (await party.joinMany(2)) as [Peer, Peer]
  const threads = await threadsOf(peer, 2)
  void holder.call('f', 1, { gate: party.gate() }, { kind: 'async' }).catch(() => {})
  await eventually('the holder runs', () => party.log.has('start', 'f 1'))
  for (const [at, thread] of threads.entries()) {
    void thread.call('f', 1, {}, { kind: at === 0 ? 'sync' : 'async' }).catch(() => {})
  }
  await sleep(UNTIL_WAITING_MS)
  void peer.do('exit', 7).catch(() => {})
  t.deepEqual(await peer.gone(), [7, null])
  t.is(await holder.status('g', 1), 'stored')
})
