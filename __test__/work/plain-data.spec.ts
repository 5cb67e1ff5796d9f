import test, { type ExecutionContext } from 'ava'
import { EngramError, Payload } from '../../index.ts'
import { checkPlainData, pathTo } from '../../src/work/plain-data.ts'
import { tracked } from '../../src/work/tracked.ts'
import { throwsCode } from '../kit/error-code.ts'

class Model {
  layers = 3
}

function refusedAt(t: ExecutionContext, value: unknown, path: string): void {
  const error = t.throws(() => checkPlainData(value, 'train.config'), { instanceOf: EngramError }, path)
  t.is(error?.code, 'ERR_WORK')
  t.is(error?.path, path)
}

test('plain data of every kind pass', (t) => {
  const shared = { lr: 0.1 }
  const data = {
    primitives: [1, -0, NaN, 'text', true, null, undefined, 7n],
    none: Object.assign(Object.create(null), { a: 1 }),
    holes: new Array(3),
    collections: [new Map<unknown, unknown>([[shared, [shared]]]), new Set([shared, 1])],
    others: [new Date(), /a/g, new URL('file:///a'), new ArrayBuffer(2), Buffer.from('ab')],
    views: [new Uint8Array(2), new Float64Array(1), new BigInt64Array(1), new DataView(new ArrayBuffer(1))],
    payload: new Payload([1, 2]),
    frozen: Object.freeze({ shared }),
  }
  t.notThrows(() => checkPlainData(data, 'train'))
  for (const value of Object.values(data)) t.notThrows(() => checkPlainData(value, 'train'))
})

test('what is no plain data is refused, with its path', (t) => {
  refusedAt(t, () => 1, 'train.config')
  refusedAt(t, Symbol('a'), 'train.config')
  refusedAt(t, new Model(), 'train.config')
  refusedAt(t, { items: [1, 2, { run: Model }] }, 'train.config.items[2].run')
  refusedAt(t, [Promise.resolve(1)], 'train.config[0]')
  refusedAt(t, { 'odd name': new WeakMap() }, 'train.config["odd name"]')
  refusedAt(t, new Map([['a', [Symbol.iterator]]]), 'train.config.values()[0][0]')
  refusedAt(t, new Map([[{ on() {} }, 1]]), 'train.config.keys()[0].on')
  refusedAt(t, new Set([1, [new Error('x')]]), 'train.config.values()[1][0]')
  refusedAt(t, { boxed: Object(1) }, 'train.config.boxed')
})

test('subclasses and impostors of plain kinds are refused', (t) => {
  refusedAt(t, new (class extends Map {})(), 'train.config')
  refusedAt(t, new (class extends Array {})(), 'train.config')
  refusedAt(t, new (class extends Date {})(), 'train.config')
  refusedAt(t, new (class extends Uint8Array {})(), 'train.config')
  for (const { prototype } of [Map, Set, Array, Date, RegExp, URL, ArrayBuffer, Uint8Array])
    refusedAt(t, [Object.create(prototype)], 'train.config[0]')
})

test('properties that would be lost or run code are refused', (t) => {
  const getter = { get rate(): number { throw new Error('must not be read') } } // prettier-ignore
  refusedAt(t, { deep: getter }, 'train.config.deep.rate')
  refusedAt(t, { deep: Object.defineProperty({}, 'hidden', { value: 1 }) }, 'train.config.deep.hidden')
  refusedAt(t, { deep: { [Symbol('tag')]: 1 } }, 'train.config.deep[Symbol(tag)]')
})

test('circles are refused where they close, shared parts are not', (t) => {
  const circle: { parts: unknown[] } = { parts: [1] }
  circle.parts.push(circle)
  refusedAt(t, circle, 'train.config.parts[1]')
  const map = new Map<string, unknown>()
  refusedAt(t, [map.set('self', map)], 'train.config[0].values()[0]')
  const part = { deep: {} }
  t.notThrows(() => checkPlainData([part, part, { part, deep: part.deep }], 'train'))
})

test('a value is refused in a container that it holds itself', (t) => {
  const container: Record<string, unknown> = {}
  const value = { deep: [container] }
  t.notThrows(() => checkPlainData(value, 'train'))
  throwsCode(t, 'ERR_WORK', () => checkPlainData(value, 'train', undefined, container))
  throwsCode(t, 'ERR_WORK', () => checkPlainData(container, 'train', undefined, container))
})

test('parts that are shared in many ways are looked at once', (t) => {
  let value: unknown = { end: [Object.create(null)] }
  for (let level = 0; level < 60; level++) value = [value, value]
  t.notThrows(() => checkPlainData(value, 'train'))
})

test('deep values are checked as any other', (t) => {
  let value: unknown = {}
  for (let level = 0; level < 200_000; level++) value = level % 2 === 0 ? [value] : { next: value }
  t.notThrows(() => checkPlainData(value, 'train'))
  let bad: unknown = () => {}
  for (let level = 0; level < 200_000; level++) bad = [bad]
  throwsCode(t, 'ERR_WORK', () => checkPlainData(bad, 'train'))
})

test('others are allowed where the caller says so', (t) => {
  const isOther = (value: object): boolean => value instanceof Model
  t.notThrows(() => checkPlainData({ model: new Model() }, 'train', isOther))
  throwsCode(t, 'ERR_WORK', () => checkPlainData([new Model(), () => {}], 'train', isOther))
})

test('views are checked as what lies under them', (t) => {
  const view = tracked({ map: new Map([['a', { lr: 1 }]]), when: new Date() }, () => {})
  t.notThrows(() => checkPlainData([view, view.map, { when: view.when }], 'train'))
  const bad = tracked({ map: new Map([['a', () => {}]]) }, () => {})
  refusedAt(t, [bad.map], 'train.config[0].values()[0]')
})

test('the path may be made when it is needed', (t) => {
  t.notThrows(() => checkPlainData([1], () => t.fail() as unknown as string))
  const error = t.throws(() => checkPlainData([Symbol('a')], () => 'train.x'), { instanceOf: EngramError })
  t.is(error?.path, 'train.x[0]')
})

test('a container is found in the state that holds it', (t) => {
  const items = [0, 1, { deep: new Map([['a', new Set([1])]]) }] as const
  const state = { config: { items } }
  const path = (container: object, key: unknown): string => pathTo(state, 'train', container, key)
  t.is(path(items, 3), 'train.config.items[3]')
  t.is(path(state, 'lr'), 'train.lr')
  t.is(path(items[2].deep, undefined), 'train.config.items[2].deep')
  t.is(path(items[2], 'odd name'), 'train.config.items[2]["odd name"]')
  t.is(path(items[2].deep, 'b'), 'train.config.items[2].deep.get("b")')
  t.is(
    pathTo(
      tracked(state, () => {}),
      'train',
      items,
      'length',
    ),
    'train.config.items.length',
  )
})
