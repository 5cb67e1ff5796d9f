import test from 'ava'
import { Memory, Payload } from '../../index.ts'
import { type Difference, copyOf, differences, sameValue } from '../../src/work/difference.ts'
import { tracked } from '../../src/work/tracked.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

function told(before: unknown, now: unknown): Record<string, Difference> {
  const into = {}
  differences('train', before, now, into)
  return into
}

test('what differs is told by its path, with both values', (t) => {
  const before = { config: { lr: 0.1, 'odd name': 1 }, history: [1, 2, 3], same: [1] }
  const now = { config: { lr: 0.2, 'odd name': 2 }, history: [1, 2, 4], same: [1] }
  t.deepEqual(told(before, now), {
    'train.config.lr': { from: 0.1, to: 0.2 },
    'train.config["odd name"]': { from: 1, to: 2 },
    'train.history[2]': { from: 3, to: 4 },
  })
  t.deepEqual(told(1, '1'), { train: { from: 1, to: '1' } })
})

test('members that were added or removed are told, whole', (t) => {
  t.deepEqual(told({ a: 1, b: { c: 2 } }, { a: 1, d: [3] }), {
    'train.b': { from: { c: 2 }, to: undefined },
    'train.d': { from: undefined, to: [3] },
  })
  t.deepEqual(told([1], [1, [2]]), { 'train[1]': { from: undefined, to: [2] } })
  t.deepEqual(told([1, 2], [1]), { 'train[1]': { from: 2, to: undefined } })
})

test('a member that is undefined is told from none', (t) => {
  const nothing = { from: undefined, to: undefined }
  t.deepEqual(told({}, { a: undefined }), { 'train.a': nothing })
  t.deepEqual(told([1, undefined], [1]), { 'train[1]': nothing })
  t.deepEqual(told(new Map([['a', undefined]]), new Map()), { 'train.get("a")': nothing })
  t.deepEqual(told(new Set([undefined]), new Set()), { 'train.has(undefined)': nothing })
  t.deepEqual(told(new Array(1), [undefined]), {})
})

test('Maps are compared by key and Sets by element, in any order', (t) => {
  const before = new Map<unknown, unknown>([['a', { x: 1 }], [2, 'two'], [3n, 3]]) // prettier-ignore
  const now = new Map<unknown, unknown>([[2, 'two'], ['a', { x: 2 }], [null, 0]]) // prettier-ignore
  t.deepEqual(told(before, now), {
    'train.get("a").x': { from: 1, to: 2 },
    'train.get(3n)': { from: 3, to: undefined },
    'train.get(null)': { from: undefined, to: 0 },
  })
  t.deepEqual(told(new Set([1, 'a']), new Set(['a', 2])), {
    'train.has(1)': { from: 1, to: undefined },
    'train.has(2)': { from: undefined, to: 2 },
  })
})

test('collections of objects are told whole', (t) => {
  const [one, other] = [new Set([{ a: 1 }]), new Set([{ a: 2 }])]
  t.deepEqual(told(one, copyOf(one)), {})
  t.deepEqual(told([one], [other]), { 'train[0]': { from: one, to: other } })
  const map = new Map([[{ a: 1 }, 1]])
  t.deepEqual(told(map, copyOf(map)), {})
  t.deepEqual(Object.keys(told(map, new Map([[{ a: 1 }, 2]]))), ['train'])
})

test('equal values are none', (t) => {
  const values = [
    NaN,
    -0,
    3n,
    new Date(NaN),
    new Date(5),
    /a/g,
    new URL('file:///a'),
    new ArrayBuffer(3),
    Buffer.from('a'),
  ]
  for (const value of [...values, new Float64Array([NaN, -0]), new DataView(new ArrayBuffer(2)), Object.create(null)]) {
    t.true(sameValue(value, copyOf(value)))
    t.deepEqual(told({ value }, { value: copyOf(value) }), {})
  }
})

test('values that only look alike differ', (t) => {
  const pairs: [unknown, unknown][] = [
    [0, -0],
    [1, 1n],
    [null, undefined],
    [[], {}],
    [[1], new Set([1])],
    [new Date(5), new Date(6)],
    [/a/, /a/g],
    [new URL('file:///a'), 'file:///a'],
    [new Uint8Array([1]), new Int8Array([1])],
    [new Uint8Array([1]), Buffer.from([1])],
    [new Uint8Array([1, 2]), new Uint8Array([1, 3])],
    [new Float64Array([0]), new Float64Array([-0])],
    [JSON.parse('{"__proto__": 1}'), {}],
    [{ toString: undefined }, {}],
  ]
  for (const [one, other] of pairs) {
    t.false(sameValue(one, other))
    t.deepEqual(Object.values(told({ one }, { one: other })).length, 1)
  }
})

test('many places that differ are told as one, as near to them as can be', (t) => {
  const big = Array.from({ length: 1000 }, (_, index) => index)
  const other = big.map((item) => item + 1)
  t.deepEqual(told({ big, small: 1 }, { big: other, small: 2 }), {
    'train.big': { from: big, to: other },
    'train.small': { from: 1, to: 2 },
  })
  t.is(Object.keys(told(big.slice(0, 100), other.slice(0, 100))).length, 100)
  t.deepEqual(Object.keys(told(big.slice(0, 101), other.slice(0, 101))), ['train'])
})

test('many places in many containers are told as the container of all', (t) => {
  const rows = (first: number): unknown => Array.from({ length: 20 }, () => Array.from({ length: 20 }, () => first))
  t.deepEqual(Object.keys(told({ rows: rows(1), a: 1 }, { rows: rows(2), a: 2 })), ['train.rows', 'train.a'])
})

test('what differs in a shared part is told wherever it stands', (t) => {
  const shared = { deep: { lr: 1 } }
  const before = { one: shared, other: [shared] }
  const now = copyOf(before)
  now.one.deep.lr = 2
  t.deepEqual(Object.keys(told(before, now)), ['train.one.deep.lr', 'train.other[0].deep.lr'])
})

test('parts that are shared in many ways, and circles, come to an end', (t) => {
  let value: unknown = { end: [] }
  for (let level = 0; level < 60; level++) value = [value, value]
  t.true(sameValue(value, copyOf(value)))
  const circle: unknown[] = [1]
  circle.push(circle)
  t.true(sameValue(circle, copyOf(circle)))
})

test('deep values are copied and compared as any other', (t) => {
  const value: Record<string, any> = {}
  let end = value
  for (let level = 0; level < 200_000; level++) end = end['n'] = {}
  const before = copyOf(value)
  t.true(sameValue(before, value))
  end['lr'] = 1
  const [path] = Object.keys(told(before, value))
  t.is(path?.length, 'train'.length + 200_000 * '.n'.length + '.lr'.length)
})

test('what is told is a copy', (t) => {
  const now = { history: [{ loss: 1 }] }
  const into = told({}, now)
  now.history[0]!.loss = 2
  t.deepEqual(into, { 'train.history': { from: undefined, to: [{ loss: 1 }] } })
})

test('a copy keeps what is shared, and classes by reference', (t) => {
  class Model {}
  const [model, payload, shared] = [new Model(), new Payload(1), { lr: 1 }]
  const copy = copyOf({ model, payload, one: shared, other: [shared] })
  t.is(copy.model, model)
  t.is(copy.payload, payload)
  t.true(copy.one === copy.other[0])
  t.not(copy.one, shared)
})

test('a copy has bytes of its own, and no more of them than the value', (t) => {
  const buffer = new Uint8Array([1, 2, 3, 4]).buffer
  for (const bytes of [
    new Uint8Array(buffer, 1, 2),
    new DataView(buffer, 1, 2),
    Buffer.from(buffer, 1, 2),
    buffer.slice(1, 3),
  ]) {
    const copy = copyOf(bytes)
    t.true(sameValue(copy, bytes))
    t.not('buffer' in copy ? copy.buffer : copy, buffer)
  }
  const copy = copyOf(new Uint8Array(buffer, 1, 2))
  t.is(copy.buffer.byteLength, 2)
})

test('views are copied and compared as what lies under them', (t) => {
  const state = { map: new Map([['a', { lr: 1 }]]), when: new Date(1), list: [{ a: 1 }] }
  const view = tracked(state, () => {})
  const copy = copyOf(view)
  t.notThrows(() => structuredClone(copy))
  t.true(sameValue(copy, view))
  t.true(sameValue([view.map], [state.map]))
  t.notThrows(() => structuredClone(copyOf({ list: view.list, more: [view.when] })))
  view.when.setTime(2)
  t.deepEqual(told(copy, view), { 'train.when': { from: new Date(1), to: new Date(2) } })
})

test('payloads are equal where their stored values are', async (t) => {
  const memory = new Memory({ location: temporaryDirectory(t) })
  const [one, other] = [memory.payload([1, 2]), memory.payload([1, 2])]
  t.true(sameValue({ one }, { one: other }))
  t.false(sameValue({ one }, { one: memory.payload([1, 3]) }))
  t.false(sameValue(new Payload(1), new Payload(1)))
  await memory.close()
})
