import test from 'ava'
import type { CallRecord } from '../../index.ts'
import { doorOf } from '../../src/memory/memory.ts'
import { rowOfCall } from '../../src/report/run-rows.ts'
import { CallLog } from '../../src/run/call-log.ts'
import { openMemory } from '../kit/temporary-store.ts'

const BEGAN = 1000

function call(name: string, more: Partial<CallRecord> = {}): CallRecord {
  return {
    name,
    state: 'ran',
    cacheStatus: 'populated',
    reason: 'absent',
    changed: [{ part: 'argument', name: 'x', before: '1', now: '2' }],
    key: 'ab'.repeat(32),
    outputDigest: 'cd'.repeat(32),
    outputs: [{ name: 'half', digest: 'ef'.repeat(32) }],
    inputs: [{ name: 'x', digest: '01'.repeat(32), from: 'before' }],
    attempts: 2,
    startedAt: BEGAN + 5,
    durationMs: 1.25,
    savedMs: 0,
    reports: { loss: 0.5 },
    ...more,
  }
}

// A run of a hundred thousand steps held a tree of objects for each: its calls are kept as the bytes that were written of them.
test('a call that is packed comes back as it was, wherever it lies, and so does one that is not', (t) => {
  const { records } = doorOf(openMemory(t))
  const log = new CallLog(records, BEGAN)
  const calls = Array.from({ length: 10 }, (_, n) => call(`step ${n}`, { state: n % 2 === 0 ? 'ran' : 'hit' }))
  const places = calls.map((one) => log.add(one))
  const pack = (from: number, to: number): void => {
    const rows = calls.slice(from, to).map((one) => rowOfCall(one, BEGAN))
    log.pack(to - from, records.encode(rows))
  }
  pack(0, 3)
  log.pack(2, undefined)
  pack(5, 9)
  for (const place of [...places, ...places.toReversed()]) {
    t.deepEqual(log.at(place), calls[place]!)
    t.is(log.stateAt(place), calls[place]!.state)
  }
  t.not(log.at(0), calls[0])
  t.is(log.at(9), calls[9]!)
})

test('what a row does not keep of a call is not lost: all of an error, digests of members', (t) => {
  const { records } = doorOf(openMemory(t))
  const log = new CallLog(records, BEGAN)
  const error = { name: 'Error', message: 'x'.repeat(10_000) }
  const calls = [
    call('failed', { state: 'failed', error }),
    call('member', { inputs: [{ name: 'x', digest: `${'01'.repeat(32)}.rows` }] }),
  ]
  for (const one of calls) {
    log.add(one)
    log.pack(1, records.encode([rowOfCall(one, BEGAN)]))
  }
  t.deepEqual([log.at(0), log.at(1)], calls)
})
