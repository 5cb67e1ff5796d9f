import test, { type ExecutionContext } from 'ava'
import { format } from 'node:util'
import { EngramError, Payload } from '../../index.ts'
import { checkPlainData } from '../../src/work/plain-data.ts'
import { raw, tracked } from '../../src/work/tracked.ts'
import { throwsCode } from '../kit/error-code.ts'

/** A view of a value, and how often it was changed since the last question. */
function watched<T extends object>(value: T): { readonly view: T; readonly changes: () => number } {
  let count = 0
  const view = tracked(value, () => count++)
  const changes = (): number => {
    const since = count
    count = 0
    return since
  }
  return { view, changes }
}

/** Asserts that an action is one change, and none when it is done again. */
function changesOnce(t: ExecutionContext, changes: () => number, action: () => unknown): void {
  action()
  t.is(changes(), 1, String(action))
  action()
  t.is(changes(), 0, String(action))
}

test('a change is told after it was made', (t) => {
  const state = { lr: 1 }
  const seen: number[] = []
  const view = tracked(state, () => seen.push(state.lr))
  view.lr = 2
  view.lr++
  t.deepEqual(seen, [2, 3])
})

test('changes of properties are told, however deep, and only where something changes', (t) => {
  const { view, changes } = watched<Record<string, any>>({ config: { deep: [{ lr: NaN }] } })
  const deep = view['config'].deep[0]
  deep.lr = NaN
  t.is(changes(), 0)
  changesOnce(t, changes, () => (deep.lr = 1))
  changesOnce(t, changes, () => (deep.none = undefined))
  changesOnce(t, changes, () => delete deep.none)
  changesOnce(t, changes, () => Object.assign(view['config'], { more: deep }))
  changesOnce(t, changes, () => Object.defineProperty(deep, 'lr', { value: 2 }))
  changesOnce(t, changes, () => Reflect.set(deep, 'lr', 3))
  changesOnce(t, changes, () => (view['config'].list ??= []))
})

test('a method of an array is one change, however many elements it moves', (t) => {
  const { view, changes } = watched({ list: [3, 1, 2] })
  const { list } = view
  changesOnce(t, changes, () => list.sort((a, b) => a - b))
  changesOnce(t, changes, () => list.fill(7))
  changesOnce(t, changes, () => list.splice(0, 1, 8))
  changesOnce(t, changes, () => (list.length = 1))
  t.deepEqual([list.splice(1), changes()], [[], 0])
  list.push(1, 2, 3)
  list.unshift(0)
  list.reverse()
  t.is(changes(), 3)
  t.deepEqual([list.splice(0, 99), changes()], [[3, 2, 1, 8, 0], 1])
  changesOnce(t, changes, () => (list[3] = 1))
  changesOnce(t, changes, () => (list.length = 0))
  t.deepEqual([list.pop(), list.shift(), list.push(), changes()], [undefined, undefined, 0, 0])
})

test('changes of Maps, Sets and Dates are told', (t) => {
  const { view, changes } = watched({ map: new Map<unknown, any>(), set: new Set<unknown>(), when: new Date(0) })
  changesOnce(t, changes, () => view.map.set('a', 1))
  changesOnce(t, changes, () => view.map.set(NaN, undefined))
  changesOnce(t, changes, () => view.map.delete('a'))
  changesOnce(t, changes, () => view.map.clear())
  changesOnce(t, changes, () => view.set.add('a').add('a'))
  changesOnce(t, changes, () => view.set.delete('a'))
  changesOnce(t, changes, () => view.when.setFullYear(2000))
  changesOnce(t, changes, () => view.when.setTime(NaN))
  view.map.set('deep', { lr: [1] })
  changes()
  changesOnce(t, changes, () => (view.map.get('deep').lr[0] = 2))
  for (const [, value] of view.map) changesOnce(t, changes, () => (value.lr[0] = 3))
  for (const value of view.map.values()) changesOnce(t, changes, () => (value.lr[0] = 4))
  view.map.forEach((value) => changesOnce(t, changes, () => (value.lr[0] = 5)))
})

test('one object has one view, for each who is told', (t) => {
  const part = { lr: 1 }
  const state = { part, list: [part], map: new Map([['a', part]]), set: new Set([part]), when: new Date() }
  const changed = (): void => {}
  const view = tracked(state, changed)
  const own = view.part
  t.not(own, part)
  for (const same of [view.list[0], view.map.get('a'), [...view.set][0], [...view.map][0]![1], tracked(part, changed)])
    t.is(same, own)
  t.is(view.when, view.when)
  t.is(tracked(view, changed), view)
  t.not(
    tracked(part, () => {}),
    own,
  )
  t.is(tracked(state, changed), view)
})

test('elements and keys are found by their views and by what lies under them', (t) => {
  const part = { lr: 1 }
  const { view } = watched({ list: [0, part, part], set: new Set([part]), map: new Map([[part, 'found']]) })
  for (const wanted of [part, view.list[1] as typeof part]) {
    t.true(view.list.includes(wanted))
    t.deepEqual([view.list.indexOf(wanted), view.list.lastIndexOf(wanted), view.list.indexOf(wanted, 2)], [1, 2, 2])
    t.true(view.set.has(wanted) && view.map.has(wanted))
    t.is(view.map.get(wanted), 'found')
    view.set.add(wanted)
    t.is(view.set.size, 1)
  }
})

test('a view reads as what lies under it', (t) => {
  const state = { list: [1, [2]], map: new Map([['a', 1]]), set: new Set([1, 2]), config: { lr: 1, n: null } }
  const { view } = watched(state)
  t.true(Array.isArray(view.list))
  t.true(view.map instanceof Map && view.set instanceof Set)
  t.is(JSON.stringify(view), JSON.stringify(state))
  t.is(format(view), format(state))
  t.deepEqual(Object.keys(view), Object.keys(state))
  t.deepEqual({ ...view.config }, state.config)
  t.deepEqual(Object.entries(view.config), [['lr', 1], ['n', null]]) // prettier-ignore
  t.true('lr' in view.config && !('nothing' in view.config))
  t.deepEqual([view.map.size, view.set.size, view.list.length], [1, 2, 2])
  t.deepEqual([...view.map.entries(), ...view.map.keys(), ...view.set.values(), ...view.set.entries()].flat(), [
    'a',
    1,
    'a',
    1,
    2,
    1,
    1,
    2,
    2,
  ])
  t.deepEqual(view.list.concat([3]).flat(), [1, 2, 3])
  t.is(Object.prototype.toString.call(view.map), '[object Map]')
  t.deepEqual(structuredClone(raw(view)), state)
})

test('the view of a Date is a Date', (t) => {
  const { view } = watched({ when: new Date(1234) })
  t.is(new Date(view.when).getTime(), 1234)
  t.is(Object.prototype.toString.call(view.when), '[object Date]')
  t.is(view.when.constructor, Date)
  t.is(JSON.stringify(view), '{"when":"1970-01-01T00:00:01.234Z"}')
  raw(view).when.setTime(5)
  t.is(view.when.getTime(), 5)
})

const unites = 'union' in Set.prototype
;(unites ? test : test.skip)('Sets are united and compared by their views, where the language can', (t) => {
  const part = { lr: 1 }
  const { view, changes } = watched({ one: new Set<unknown>([part, 1]), other: new Set<unknown>([part, 2]) })
  const { one, other } = view as unknown as Record<
    string,
    { union(set: unknown): Set<unknown>; isSubsetOf(set: unknown): boolean }
  >
  const united = [...one!.union(other)]
  t.is(united[0], [...view.one][0])
  t.deepEqual(united.slice(1), [1, 2])
  t.false(one!.isSubsetOf(other))
  t.is(changes(), 0)
})

test('what is stored is stored raw, the containers of others left alone', (t) => {
  const state: Record<string, any> = { part: { lr: 1 }, map: new Map(), set: new Set(), list: [] }
  const { view } = watched(state)
  const mine = [view['part'], { deep: new Map([['a', view['part']]]) }]
  view['mine'] = mine
  t.is(mine[0], view['part'])
  t.is(state['mine'][0], state['part'])
  t.is(state['mine'][1].deep.get('a'), state['part'])
  view['map'].set(view['part'], [view['part']])
  view['set'].add(view['part'])
  view['list'].push(view['part'])
  view['kept'] = view['list'].filter(() => true)
  t.is(state['map'].get(state['part'])[0], state['part'])
  t.true(state['set'].has(state['part']) && state['list'][0] === state['part'] && state['kept'][0] === state['part'])
  const plain = { a: 1 }
  view['plain'] = plain
  t.is(raw(view['plain']), plain)
})

test('what has no state of its own is given as it is', (t) => {
  class Model {}
  const state = {
    model: new Model(),
    payload: new Payload(1),
    bytes: new Uint8Array(1),
    url: new URL('file:///a'),
    re: /a/,
  }
  const { view } = watched(state)
  for (const [name, value] of Object.entries(view)) t.is(value, Reflect.get(state, name))
  t.is(
    tracked(5, () => {}),
    5,
  )
})

test('what was frozen is read as ever, and its parts are tracked', (t) => {
  const { view, changes } = watched({ config: Object.freeze({ deep: { lr: 1 } }), list: Object.freeze([[1]]) })
  changesOnce(t, changes, () => (view.config.deep.lr = 2))
  changesOnce(t, changes, () => (view.list[0]![0] = 2))
  t.throws(() => Reflect.apply(Array.prototype.push, view.list, [1]), { instanceOf: TypeError })
  t.throws(() => Object.assign(view.config, { lr: 1 }), { instanceOf: TypeError })
  t.false(Reflect.deleteProperty(view.config, 'deep'))
  t.is(changes(), 0)
  t.is(format(view.config), '{ deep: { lr: 2 } }')
})

test('what its holder froze later can be read', (t) => {
  const config = { deep: { lr: 1 } }
  const { view } = watched({ config })
  t.is(view.config.deep.lr, 1)
  Object.freeze(config)
  t.is(view.config.deep.lr, 1)
})

test('nothing but plain data can be defined through a view', (t) => {
  const { view, changes } = watched<Record<PropertyKey, unknown>>({ a: 1 })
  throwsCode(t, 'ERR_WORK', () => Object.defineProperty(view, 'b', { get: () => 1, configurable: true }))
  throwsCode(t, 'ERR_WORK', () => Object.defineProperty(view, 'b', { value: 1 }))
  throwsCode(t, 'ERR_WORK', () => Object.defineProperty(view, 'a', { enumerable: false }))
  throwsCode(t, 'ERR_WORK', () => Object.freeze(view))
  throwsCode(t, 'ERR_WORK', () => (view[Symbol('a')] = 1))
  t.throws(() => Object.setPrototypeOf(view, Map.prototype), { instanceOf: TypeError })
  t.throws(() => (view['__proto__'] = {}), { instanceOf: TypeError })
  t.is(changes(), 0)
  t.deepEqual(raw(view), { a: 1 })
})

test('what is set is checked before anything changes', (t) => {
  const state: Record<string, any> = { config: {}, list: [1], map: new Map(), set: new Set() }
  let count = 0
  const view = tracked(state, {
    changed: () => count++,
    check: (value, container, key) => checkPlainData(value, `train[${String(key)}]`, undefined, container),
  })
  const bad = [1, () => {}]
  const acts: (() => unknown)[] = [
    () => (view['config'].a = bad),
    () => (view['config'].a = Symbol('a')),
    () =>
      Object.defineProperty(view['config'], 'a', { value: bad, writable: true, enumerable: true, configurable: true }),
    () => view['list'].push(2, bad),
    () => view['list'].unshift(2, bad),
    () => view['list'].splice(0, 1, 2, bad),
    () => Reflect.apply(view['list'].fill, view['list'], [bad]),
    () => (view['list'][3] = bad),
    () => view['map'].set('a', bad),
    () => view['map'].set(bad, 1),
    () => view['set'].add(bad),
    // What would be a part of itself.
    () => (view['config'].self = view['config']),
    () => view['list'].push({ deep: [view['list']] }),
    () => view['map'].set('self', view['map']),
  ]
  for (const act of acts) throwsCode(t, 'ERR_WORK', act)
  t.is(count, 0)
  t.deepEqual(state, { config: {}, list: [1], map: new Map(), set: new Set() })
  const error = t.throws(() => view['list'].push(0, bad), { instanceOf: EngramError })
  t.is(error?.path, 'train[2][1]')
})

test('an object that has a view for its prototype has properties of its own', (t) => {
  const { view, changes } = watched({ lr: 1 })
  const child = Object.create(view)
  child.lr = 2
  t.deepEqual([child.lr, view.lr, changes()], [2, 1, 0])
})
