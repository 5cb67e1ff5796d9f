import test from 'ava'
import { Payload } from '../../index.ts'
import { doorOf } from '../../src/memory/memory.ts'
import { handGiven } from '../../src/run/given.ts'
import { type Handed, handHashed, handMember, handPayload, handValue } from '../../src/run/handed.ts'
import { openMemory } from '../kit/temporary-store.ts'

test('each that loads what a call gave gets a copy of its own, stored or not', (t) => {
  const memory = openMemory(t)
  const door = doorOf(memory)
  const value = { rows: [1, 2], bytes: new Uint8Array([1]) }
  const all: Handed[] = [handValue(value, door), handPayload(memory.payload(value), door), handGiven(value, door)]
  for (const handed of all) {
    const [one, other] = [handed.load() as typeof value, handed.load() as typeof value]
    one.rows.push(9)
    one.bytes[0] = 9
    t.deepEqual(other, { rows: [1, 2], bytes: new Uint8Array([1]) })
    t.deepEqual(handed.load(), other)
    t.deepEqual(handed.payload().value, other)
    t.regex(handed.digest!, /^[0-9a-f]{64}$/)
  }
  t.deepEqual(value.rows, [1, 2])
  t.is(new Set(all.map(({ digest }) => digest)).size, 1)
})

test('what was given is as it was when it was given, whoever changes it later', (t) => {
  const door = doorOf(openMemory(t))
  const value = { rows: [1] }
  const held = handValue(value, door)
  const given = handGiven(value, door)
  value.rows.push(2)
  t.deepEqual(held.load(), { rows: [1] })
  t.deepEqual(given.load(), { rows: [1] })
})

test('what was given counts in keys as it was, and as the very value while that is unchanged', (t) => {
  const door = doorOf(openMemory(t))
  const value = { rows: [1] }
  const given = handGiven(value, door)
  t.is(given.standIn, value)
  value.rows.push(2)
  t.deepEqual(given.standIn, { rows: [1] })
  value.rows.pop()
  t.is(given.standIn, value)
})

test('what cannot be stored is handed on itself, without a digest', (t) => {
  const door = doorOf(openMemory(t))
  const connection = { query: () => 1 }
  const handed = handValue(connection, door)
  t.deepEqual([handed.digest, handed.standIn], [undefined, undefined])
  t.is(handed.load(), connection)
  t.is(handed.payload().value, connection)
  const payload = new Payload(connection)
  t.is(handPayload(payload, door).load(), connection)
})

test('a member is loaded from the whole, and is told from other members', (t) => {
  const door = doorOf(openMemory(t))
  const whole = handValue({ a: { b: 1 }, 'a.b': 2, list: [7] }, door)
  const member = (...path: PropertyKey[]): Handed => handMember(whole, path)
  t.is(member(), whole)
  t.is(member('a', 'b').load(), 1)
  t.is(member('a.b').load(), 2)
  t.is(member('list', 0).load(), 7)
  t.is(member('nothing', 'deep').load(), undefined)
  const digests = [whole, member('a', 'b'), member('a.b'), member('a'), member('list', 0)].map(({ digest }) => digest)
  t.is(new Set(digests).size, 5)
  t.is(handMember(handValue({ f: () => 1 }, door), ['f']).digest, undefined)
})

test('a text of the user stands for a value, which is loaded as ever', (t) => {
  const door = doorOf(openMemory(t))
  const value = handValue([1], door)
  t.is(handHashed(value, undefined), value)
  const hashed = handHashed(value, 'v1')
  t.deepEqual(hashed.load(), [1])
  t.is(hashed.digest, value.digest)
  t.not(hashed.standIn, value.standIn)
})

test('primitives, undefined and null are handed on as they are', (t) => {
  const door = doorOf(openMemory(t))
  for (const value of [undefined, null, 0, -0, Number.NaN, '', 'text', 10n, true])
    for (const handed of [handValue(value, door), handGiven(value, door)]) {
      t.is(handed.load(), value)
      t.truthy(handed.digest)
    }
})
