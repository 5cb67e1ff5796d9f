import test from 'ava'
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../kit/deadline.ts'
import { callEqually, runsPerKey } from '../kit/equal-calls.ts'
import { Party, type Peer, PeerError } from '../kit/peer.ts'
import { textOf } from './programs/recorded-work.ts'

/** Time for a call to reach its wait. If it is too short a test proves less, but does not fail. */
const UNTIL_WAITING_MS = 200

for (const kind of ['sync', 'async', 'mixed'] as const) {
  test.serial(`8 processes with 200 equal calls make 200 runs: ${kind}`, async (t) => {
    const party = new Party(t)
    const peers = Array.from({ length: 8 }, () => party.start())
    t.deepEqual(await callEqually(peers, { name: 'f', keys: 200, ms: 20, kind }), [])
    t.deepEqual(runsPerKey(party.log, 'f'), { 1: 200 })
  })
}

for (const kind of ['sync', 'async'] as const) {
  test.serial(`where a run throws, its caller alone gets the error, and the next process runs: ${kind}`, async (t) => {
    const party = new Party(t)
    const [a, b, c] = (await party.joinMany(3)) as [Peer, Peer, Peer]
    const gate = party.gate()
    const failing = a.call('f', 1, { gate, throws: 'of A' }, { kind })
    await eventually('A runs', () => party.log.has('start', 'f 1', 'A'))
    const others = [b.value('f', 1, {}, { kind }), c.value('f', 1, {}, { kind })]
    await sleep(UNTIL_WAITING_MS)
    t.false(party.log.has('start', 'f 1', 'B') || party.log.has('start', 'f 1', 'C'), 'A still runs')
    writeFileSync(gate, '')
    const error = await t.throwsAsync(failing, { instanceOf: PeerError, message: 'of A' })
    t.is(error?.name, 'RangeError')
    t.deepEqual(await Promise.all(others), [textOf('f', '1'), textOf('f', '1')])
    t.is(party.log.runners('f 1').length, 2)
    t.is(await a.value('f', 1, {}, { kind }), textOf('f', '1'))
    t.is(party.log.runners('f 1').length, 2)
  })

  test.serial(`where a running process is killed, one that waits takes over: ${kind}`, async (t) => {
    const party = new Party(t)
    const [owner, holder, ...others] = (await party.joinMany(5)) as [Peer, Peer, Peer, Peer, Peer]
    const lost = holder.call('f', 1, { gate: party.gate() }, { kind })
    await eventually('B runs', () => party.log.has('start', 'f 1', 'B'))
    const waiting = [owner, ...others].map((peer) => peer.value('f', 1, { ms: 20 }, { kind }))
    await sleep(UNTIL_WAITING_MS)
    t.is(party.log.runners('f 1').length, 1)
    await holder.kill()
    await t.throwsAsync(lost, { instanceOf: PeerError })
    t.deepEqual(
      await Promise.all(waiting),
      waiting.map(() => textOf('f', '1')),
    )
    t.is(party.log.runners('f 1').length, 2)
  })

  test.serial(`where waitTimeout passes, the waiting process computes for itself: ${kind}`, async (t) => {
    const party = new Party(t)
    const [a, b] = (await party.joinMany(2)) as [Peer, Peer]
    const gate = party.gate()
    const slow = a.value('f', 1, { gate }, { kind })
    await eventually('A runs', () => party.log.has('start', 'f 1', 'A'))
    t.is(await b.value('f', 1, {}, { kind, options: { waitTimeout: 100 } }), textOf('f', '1'))
    t.deepEqual(party.log.runners('f 1'), ['A', 'B'])
    writeFileSync(gate, '')
    t.is(await slow, textOf('f', '1'))
    t.is(await b.status('f', 1), 'hit')
  })

  for (const singleFlight of [false, 'process'] as const) {
    test.serial(`with singleFlight ${singleFlight} a process does not wait for others: ${kind}`, async (t) => {
      const party = new Party(t)
      const [a, b] = (await party.joinMany(2)) as [Peer, Peer]
      const gate = party.gate()
      const slow = a.value('f', 1, { gate }, { kind })
      await eventually('A runs', () => party.log.has('start', 'f 1', 'A'))
      t.is(await b.value('f', 1, {}, { kind, options: { singleFlight } }), textOf('f', '1'))
      writeFileSync(gate, '')
      t.is(await slow, textOf('f', '1'))
      t.deepEqual(party.log.runners('f 1'), ['A', 'B'])
    })
  }

  for (const count of [2, 3]) {
    test.serial(`${count} processes that wait for each other in a ring all end: ${kind}`, async (t) => {
      const party = new Party(t)
      const peers = await party.joinMany(count)
      const names = ['f', 'g', 'h'].slice(0, count)
      const ring = peers.map((peer, at) => {
        const next = names[(at + 1) % count]!
        // Each holds its own key before it asks for its neighbour's.
        return peer.value(names[at]!, 1, { after: `${next} 1`, calls: { name: next, key: '1' } }, { kind })
      })
      t.deepEqual(
        await Promise.all(ring),
        names.map((name) => textOf(name, '1')),
      )
      for (const name of names) for (const peer of peers) t.is(await peer.status(name, 1), 'hit')
    })
  }

  test.serial(`a ring of calls within calls, over two processes, ends: ${kind}`, async (t) => {
    const party = new Party(t)
    const peers = await party.joinMany(2)
    const deep = (first: string, second: string) => ({
      after: `${second} 1`,
      calls: { name: second, key: '1', how: { calls: { name: first, key: '1' } } },
    })
    const pending = [
      peers[0]!.value('f', 1, deep('f', 'g'), { kind }),
      peers[1]!.value('g', 1, deep('g', 'f'), { kind }),
    ]
    t.deepEqual(await Promise.all(pending), [textOf('f', '1'), textOf('g', '1')])
  })

  test.serial(`a function that calls itself with the same arguments ends: ${kind}`, async (t) => {
    const party = new Party(t)
    for (const peer of await party.joinMany(2)) {
      t.is(await peer.value('f', peer.name, { calls: { name: 'f', key: peer.name } }, { kind }), textOf('f', peer.name))
    }
  })

  test.serial(`void and null are results for the other processes too: ${kind}`, async (t) => {
    const party = new Party(t)
    const peers = await party.joinMany(3)
    for (const [result, value] of [
      ['undefined', undefined],
      ['null', null],
    ] as const) {
      const answers = await Promise.all(peers.map((peer) => peer.value('f', result, { result, ms: 50 }, { kind })))
      t.deepEqual(answers, [value, value, value])
      t.is(party.log.runners(`f ${result}`).length, 1)
    }
  })

  test.serial(`where a result cannot be stored each computes for itself, and none hangs: ${kind}`, async (t) => {
    const party = new Party(t)
    const peers = await party.joinMany(3)
    const calls = peers.map((peer) => peer.value('f', 1, { result: 'function', ms: 50 }, { kind }))
    t.deepEqual(await Promise.all(calls), ['a function', 'a function', 'a function'])
    t.deepEqual(party.log.runners('f 1').toSorted(), ['A', 'B', 'C'])
    for (const peer of peers) t.deepEqual(await peer.warnings(), ['ERR_UNSERIALIZABLE'])
  })
}

test.serial('a stale result is served in all processes, and one of them runs anew', async (t) => {
  const party = new Party(t)
  const maker = await party.join()
  await maker.call('f', 1, {}, { kind: 'async' })
  const peers = [1, 2].map(() => party.start({ clockOffsetMs: 60_000 }))
  const gate = party.gate()
  const options = { maxAge: 30_000, staleWhileRevalidate: '1h' }
  const asked = await Promise.all(peers.map((peer) => peer.value('f', 1, { gate }, { kind: 'async', options })))
  t.deepEqual(asked, [textOf('f', '1'), textOf('f', '1')])
  await eventually('one runs', () => party.log.runners('f 1').length === 2)
  t.deepEqual(await Promise.all(peers.map((peer) => peer.value('f', 1, { gate }, { kind: 'async', options }))), asked)
  await sleep(UNTIL_WAITING_MS)
  writeFileSync(gate, '')
  await eventually('it is over', () => party.log.runs().every(({ endedAt }) => endedAt !== undefined))
  t.is(party.log.runners('f 1').length, 2)
})

test.serial(
  'where the process is killed that makes a stale result anew, it is served still, and another one runs',
  async (t) => {
    const party = new Party(t)
    const maker = await party.join()
    await maker.call('f', 1, {}, { kind: 'async' })
    const [killed, other] = [1, 2].map(() => party.start({ clockOffsetMs: 60_000 })) as [Peer, Peer]
    const options = { maxAge: 30_000, staleWhileRevalidate: '1h' }
    t.is(await killed.value('f', 1, { gate: party.gate() }, { kind: 'async', options }), textOf('f', '1'))
    await eventually('it runs', () => party.log.runners('f 1').length === 2)
    await killed.kill()
    t.is(await other.value('f', 1, {}, { kind: 'async', options }), textOf('f', '1'))
    await eventually('another one runs to its end', () => {
      const last = party.log.runs().at(-1)
      return party.log.runners('f 1').length === 3 && last?.endedAt !== undefined
    })
  },
)

test.serial('a process whose calls wait keeps its threads for files', async (t) => {
  const party = new Party(t)
  const [a, b] = (await party.joinMany(2)) as [Peer, Peer]
  const gate = party.gate()
  const keys = Array.from({ length: 12 }, (_, key) => String(key))
  const held = a.callMany({ name: 'f', keys, kind: 'async', how: { gate }, concurrency: keys.length })
  await eventually('A runs all', () => keys.every((key) => party.log.has('start', `f ${key}`, 'A')))
  const waiting = b.callMany({ name: 'f', keys, kind: 'async', concurrency: keys.length })
  await sleep(UNTIL_WAITING_MS)
  t.true((await b.do<number>('readFile', party.log.path)) > 0)
  t.is(await b.status('g', 1), 'stored')
  writeFileSync(gate, '')
  t.deepEqual(await Promise.all([held, waiting]), [[], []])
  t.true(keys.every((key) => party.log.runners(`f ${key}`).length === 1))
})

test.serial('a synchronous call that waits leaves the processor alone', async (t) => {
  const party = new Party(t)
  const [a, b] = (await party.joinMany(2)) as [Peer, Peer]
  const held = a.value('f', 1, { ms: 2000 })
  await eventually('A runs', () => party.log.has('start', 'f 1', 'A'))
  const { value, cpuMs } = await b.do<{ value: unknown; cpuMs: number }>('cpuWhile', { name: 'f', key: '1' })
  t.is(value, textOf('f', '1'))
  t.is(await held, value)
  t.deepEqual(party.log.runners('f 1'), ['A'])
  // A thread that asks again and again takes most of the two seconds.
  t.true(cpuMs < 1000, `${cpuMs} ms of processor time`)
})
