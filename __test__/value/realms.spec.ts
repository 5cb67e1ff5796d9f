import test from 'ava'
import vm from 'node:vm'
import { Realm } from '../../src/value/realm.ts'
import { openMemory } from '../kit/temporary-store.ts'

interface Other {
  /** Gives one thing of each kind. */
  make(): Record<string, object>
  /** The kinds of those that are no instances of the context's classes. */
  foreignIn(things: Record<string, object>): string[]
  run(code: string): any
}

const WORLD = `({
  make: () => ({
    Object: { list: [1] }, Array: [{ a: 1 }, [2]], Map: new Map([[1, {}]]), Set: new Set([[]]), Date: new Date(5), RegExp: /a/g,
    Number: Object(1), String: Object('s'), Error: new Error('no', { cause: [1] }), RangeError: new RangeError('no'),
    ArrayBuffer: new ArrayBuffer(8), SharedArrayBuffer: new SharedArrayBuffer(8), DataView: new DataView(new ArrayBuffer(8)),
    Uint8Array: new Uint8Array(3), BigInt64Array: new BigInt64Array(2), Float32Array: new Float32Array(40_000),
    Float64Array: new Float64Array(3_000_000),
  }),
  foreignIn: (things) => Object.keys(things).filter((name) => {
    const thing = things[name], own = globalThis[name].prototype
    const parts = [thing.list, thing.cause, thing[0], thing[1]].filter((part) => typeof part === 'object')
    return Object.getPrototypeOf(thing) !== own || !(thing instanceof Object) || parts.some((part) => !(part instanceof Object)) ||
      (ArrayBuffer.isView(thing) && !(thing.buffer instanceof ArrayBuffer))
  }),
})`

function otherRealm(options?: vm.CreateContextOptions): Other {
  const context = vm.createContext({}, options)
  const run = (code: string): unknown => vm.runInContext(code, context)
  return { ...(run(WORLD) as Other), run }
}

// Test runners run each file in a context of its own: what a hit gave was an instance of nothing there, `toStrictEqual` saw
// another Date, and `instanceof Date` was false.
test('hits are instances of the classes of the realm that the function is of', (t) => {
  const { make, foreignIn, run } = otherRealm()
  const memory = openMemory(t)
  const load = memory.cache(make, { name: 'make' })
  for (let call = 0; call < 4; call++) t.deepEqual(foreignIn(load()), [], `call ${call}`)
  t.true(foreignIn(memory.cache(() => make(), { name: 'here' })()).length === 0)
  t.is(
    Object.getPrototypeOf(memory.cache(run('() => ({})') as () => object, { name: 'small' })()),
    run('Object.prototype'),
  )
})

test('so are those of functions of this realm', (t) => {
  const memory = openMemory(t)
  const load = memory.cache(() => [new Map(), new Date(1)], { name: 'load' })
  for (let call = 0; call < 4; call++) {
    const value = load()
    const prototypes = [value, ...value].map((one) => Object.getPrototypeOf(one) as object)
    t.true([Array, Map, Date].every(({ prototype }, index) => prototypes[index] === prototype))
  }
})

test('the objects that a hit gives work in their realm', (t) => {
  const { run } = otherRealm()
  const memory = openMemory(t)
  const source = '() => ({ map: new Map([[1, new Date(7)]]), list: [3, 1, 2], bytes: new Uint8Array([1, 2]) })'
  const load = memory.cache(run(source) as () => object, { name: 'load' })
  load()
  const use = run(`(value) => {
    value.map.set(2, value.list.sort().map((n) => n * 2))
    return [value.map.get(1).getTime(), value.map.get(2).join(), value.bytes.slice(1).length].join(' ')
  }`) as (value: object) => string
  t.is(use(load()), '7 2,4,6 1')
})

test('what is frozen, shared or leads back to itself is so there too', (t) => {
  const { run } = otherRealm()
  const memory = openMemory(t)
  const load = memory.cache(
    run(`() => {
      const shared = Object.freeze([1]), cycle = { shared, again: Object.seal(new Map([[1, shared]])) }
      cycle.self = cycle
      return Object.freeze(cycle)
    }`) as () => object,
    { name: 'load' },
  )
  load()
  const seen = run(`(value) => [
    value instanceof Object, Object.isFrozen(value), value.self === value, value.again.get(1) === value.shared,
    value.again instanceof Map, Object.isSealed(value.again), Object.isFrozen(value.shared), value.shared instanceof Array,
  ]`) as (value: object) => boolean[]
  t.deepEqual([...seen(load())], new Array(8).fill(true))
})

test('what a codec gives stays as it is', (t) => {
  class Config {}
  const shared = Object.freeze(new Map([[1, 2]]))
  const memory = openMemory(t)
  memory.register(Config, { name: 'Config', encode: () => [1], decode: () => shared as object })
  const { run } = otherRealm()
  const make = run('(make) => () => [make()]') as (make: () => Config) => () => [Config]
  const load = memory.cache(
    make(() => new Config()),
    { name: 'load', captures: 'none' },
  )
  load()
  t.is(load()[0], shared)
  t.is(Object.getPrototypeOf(shared), Map.prototype)
})

test('async functions, generators and methods are of their realm', (t) => {
  const { run } = otherRealm()
  const functions = run(
    '[() => 1, async () => 1, function* () {}, class {}, { m() {} }.m, (() => 1).bind(null)]',
  ) as Function[]
  t.is(new Set(Array.from(functions, (fn) => Realm.of(fn))).size, 1)
  t.truthy(Realm.of(functions[0]!))
  for (const fn of [() => 1, async () => 1, function* () {}, class {}]) t.is(Realm.of(fn), undefined)
})

test('a function whose realm cannot be seen has hits of this realm', (t) => {
  const { run } = otherRealm({ codeGeneration: { strings: false } })
  const memory = openMemory(t)
  const load = memory.cache(run('() => new Map([[1, 2]])') as () => Map<number, number>, { name: 'load' })
  load()
  t.is(load().get(1), 2)
  const odd = new Proxy(() => [1], {
    getPrototypeOf() {
      throw new Error('not for you')
    },
  })
  t.is(Realm.of(odd), undefined)
})
