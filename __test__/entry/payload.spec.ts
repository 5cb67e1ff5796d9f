// A payload stands for a value that is stored: small, loaded when it is used and only then, and keyed by the digest of the
// value.
import test from 'ava'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EngramError, Memory, Payload, withHash } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { alterEntries } from '../kit/index-log.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

/** Of which the bytes are a blob. */
const large = (fill: number): Float64Array => new Float64Array(100_000).fill(fill)

function asJson<T>(payload: Payload<T>): unknown {
  return JSON.parse(JSON.stringify(payload))
}

test('a stored value is loaded on first use, and kept', async (t) => {
  const memory = openMemory(t)
  const payload = memory.payload({ rows: [1, 2], at: new Date(5) })
  t.true(payload.exists())
  const { value } = payload
  t.deepEqual(value, { rows: [1, 2], at: new Date(5) })
  t.is(payload.value, value)
  t.is(await payload.get(), value)
  t.not(memory.payload({ rows: [1, 2], at: new Date(5) }).value, value)
})

test('equal values are stored once, and have the digest that entries of any function say', (t) => {
  const memory = openMemory(t)
  const one = memory.payload({ a: 1, b: large(1) })
  const other = memory.payload({ b: large(1), a: 1 })
  t.is(one.digest, other.digest)
  t.is(one.byteLength, other.byteLength)
  t.is([...memory.entries()].length, 1)
  const made = memory.cache(() => ({ a: 1, b: large(1) }), { name: 'made' })
  made()
  t.like(made.lookup(), { status: 'hit', info: { outputDigest: one.digest, byteLength: one.byteLength } })
  t.not(memory.payload({ a: 2, b: large(1) }).digest, one.digest)
})

for (const [what, one, other] of [
  ['order of properties', { a: 1, b: [2] }, { b: [2], a: 1 }],
  ['a null prototype', { a: 1 }, Object.assign(Object.create(null), { a: 1 })],
  ['what is one object', [[1], [1]], ((part) => [part, part])([1])],
  ['the order of a Map', new Map([[1, 2], [3, 4]]), new Map([[3, 4], [1, 2]])], // prettier-ignore
  ['the order of a Set', new Set(['a', 'b']), new Set(['b', 'a'])],
  ['the place of a view', new Uint8Array([1, 2]), new Uint8Array([0, 1, 2]).subarray(1)],
  ['the place of a large view', large(3), new Float64Array(100_002).fill(3).subarray(1, -1)],
  ['whether it is frozen', { a: [1] }, Object.freeze({ a: Object.freeze([1]) })],
  ['the stack of an error', new RangeError('no'), (() => new RangeError('no'))()],
] as [string, unknown, unknown][]) {
  test(`digests do not tell ${what}`, (t) => {
    t.is(new Payload(one).digest, new Payload(other).digest)
  })
}

for (const [what, one, other] of [
  ['numbers', 1, 2],
  ['a number and its text', 1, '1'],
  ['zeros', 0, -0],
  ['an array and a Set', [1], new Set([1])],
  ['the order of an array', [1, 2], [2, 1]],
  ['a hole', [undefined], new Array(1)],
  ['types of views', new Uint8Array(4), new Int8Array(4)],
  ['one bit of many', large(1), large(1).with(99_999, 2)],
  ['what a missing property is', { a: undefined }, {}],
  ['how a cycle leads back', cycle(1), cycle(2)],
] as [string, unknown, unknown][]) {
  test(`digests tell ${what}`, (t) => {
    t.not(new Payload(one).digest, new Payload(other).digest)
  })
}

/** An array in arrays, of which the innermost holds the one so many levels up. */
function cycle(levels: number): unknown {
  const all: unknown[][] = [[], [], []]
  all[0]!.push(all[1])
  all[1]!.push(all[2])
  all[2]!.push(all[2 - levels])
  return all[0]
}

// The same value met many shapes of objects before, in one process and not in another: its bytes differ then.
test('a digest does not depend on what was stored before', (t) => {
  const record = (n: number): object => ({ id: 1, [`field${n}`]: 2 })
  const rows = Array.from({ length: 60 }, (_, n) => [record(n), record(n)])
  const { digest } = new Payload(rows)
  for (let n = 0; n < 3000; n++) void new Payload(record(n % 500)).digest
  t.is(new Payload(rows).digest, digest)
})

test('as an argument it counts by its digest, and nothing is loaded', (t) => {
  const memory = openMemory(t)
  let runs = 0
  const sum = memory.cache((rows: Payload<Float64Array>) => {
    runs++
    return rows.value.length
  })
  const stored = memory.payload(large(1))
  rmSync(join(memory.location!, 'blobs'), { recursive: true })
  const key = sum.key(stored)
  t.is(sum.key(Payload.from(asJson(stored), memory)), key)
  t.is(sum.key(new Payload(large(1))), key)
  t.not(sum.key(new Payload(large(2))), key)
  t.not(sum.key(withHash(large(1), `payload ${stored.digest}`) as never), key)
  t.is(sum(new Payload(large(1))), 100_000)
  t.is(sum(stored), 100_000)
  t.is(runs, 1)
})

test('captured, it counts by its digest', (t) => {
  const memory = openMemory(t)
  const reading = (payload: Payload<number[]>): string =>
    memory.cache(() => payload.value.length, { name: 'reading' }).key()
  t.is(reading(memory.payload([1, 2])), reading(new Payload([1, 2])))
  t.not(reading(memory.payload([1, 2])), reading(memory.payload([1, 3])))
})

test('as JSON it travels to other memories of its location, and is small', (t) => {
  const memory = openMemory(t)
  const json = JSON.stringify(memory.payload(large(4)))
  t.true(json.length < 400)
  const other = openMemory(t, { location: memory.location! })
  const payload = Payload.from<Float64Array>(JSON.parse(json), other)
  t.true(payload.exists())
  t.deepEqual(payload.value, large(4))
  t.is(JSON.stringify(payload), json)
})

test('a value of a registered class comes back as one', (t) => {
  class Point {
    x = 1
  }
  const memory = openMemory(t)
  memory.register(Point)
  t.true(memory.payload(new Point()).value instanceof Point)
  t.true(Payload.from<Point>(asJson(memory.payload(new Point())), memory).value instanceof Point)
})

test('once its entry is gone it does not exist, and cannot be loaded', async (t) => {
  const memory = openMemory(t)
  const payload = memory.payload(large(1))
  const [kept, late] = [memory.payload(large(1)), memory.payload(large(1))]
  t.is(kept.value.length, 100_000)
  payload.clear()
  payload.clear()
  t.false(late.exists())
  throwsCode(t, 'ERR_NOT_FOUND', () => late.value)
  await t.throwsAsync(late.get(), { instanceOf: EngramError, code: 'ERR_NOT_FOUND' })
  t.is(kept.value.length, 100_000)
})

test('it never gives another value than that of its digest', (t) => {
  const memory = openMemory(t)
  let fill = 1
  const make = memory.cache(() => large(fill), { name: 'make', captures: 'none' })
  const before = make.shelve()
  fill = 2
  make.refresh()
  t.false(before.exists())
  throwsCode(t, 'ERR_NOT_FOUND', () => before.value)
  before.clear()
  t.is(make.shelve().value[0], 2)
})

test('damaged bytes are said, not returned', (t) => {
  const memory = openMemory(t)
  const payload = memory.payload('long'.repeat(100_000))
  const random = memory.payload(Array.from({ length: 20_000 }, Math.random))
  for (const path of blobs(memory.location!)) writeFileSync(path, Buffer.alloc(payload.byteLength))
  t.throws(() => random.value, { instanceOf: EngramError })
})

function blobs(location: string): string[] {
  return readdirSync(join(location, 'blobs'), { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath ?? each.path, each.name))
}

test('one that holds its value exists, has a digest, and does not travel', async (t) => {
  const value = { a: 1 }
  const payload = new Payload(value)
  t.is(payload.value, value)
  t.is(await payload.get(), value)
  t.true(payload.exists())
  payload.clear()
  t.is(payload.value, value)
  t.true(payload.byteLength > 0)
  throwsCode(t, 'ERR_NOT_FOUND', () => JSON.stringify(payload))
  throwsCode(t, 'ERR_UNSERIALIZABLE', () => new Payload(() => 1).digest)
})

test('where nothing is cached or written, a payload holds its value', (t) => {
  const value = [1]
  t.is(new Memory(null).payload(value).value, value)
  t.is(openMemory(t, { mode: 'off' }).payload(value).value, value)
  t.is(openMemory(t, { mode: 'readOnly' }).payload(value).value, value)
})

test('what is no payload is refused before anything is asked', (t) => {
  const memory = openMemory(t)
  const json = asJson(memory.payload(1)) as { payload: string; digest: string; byteLength: number }
  for (const wrong of [
    undefined,
    null,
    'text',
    JSON.stringify(json),
    {},
    { ...json, payload: 5 },
    { ...json, payload: 'x' },
    { ...json, payload: `${json.payload}0` },
    { ...json, digest: 'short' },
    { ...json, byteLength: '5' },
  ]) {
    throwsCode(t, 'ERR_INVALID_OPTION', () => Payload.from(wrong, memory))
  }
  throwsCode(t, 'ERR_INVALID_OPTION', () => Payload.from(json, undefined as never))
  throwsCode(t, 'ERR_NOT_FOUND', () => Payload.from(json, new Memory(null)))
  throwsCode(t, 'ERR_UNSERIALIZABLE', () => memory.payload(() => 1))
})

test('a payload of another store does not exist there', (t) => {
  const payload = Payload.from(asJson(openMemory(t).payload(1)), openMemory(t))
  t.false(payload.exists())
  throwsCode(t, 'ERR_NOT_FOUND', () => payload.value)
})

// It was called corrupted, as if it had to be made again.
test('a payload of a newer format does not exist here, and says what to do', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const newer = new Memory({ location, onError: 'throw' })
  const json = asJson(newer.payload({ n: 1 }))
  await newer.close()
  alterEntries(location, (frame) => {
    frame[1] = 0xff
    return frame
  })
  const payload = Payload.from(json, openMemory(t, { location }))
  t.false(payload.exists())
  throwsCode(t, 'ERR_STORE_FORMAT', () => payload.value)
  await t.throwsAsync(payload.get(), { code: 'ERR_STORE_FORMAT' })
})

test('a closed memory gives none', async (t) => {
  const memory = openMemory(t, { location: join(temporaryDirectory(t), 'store') })
  const payload = memory.payload([1])
  const json = asJson(payload)
  await memory.close()
  throwsCode(t, 'ERR_CLOSED', () => memory.payload([1]))
  throwsCode(t, 'ERR_CLOSED', () => Payload.from(json, memory))
  throwsCode(t, 'ERR_CLOSED', () => payload.value)
})
