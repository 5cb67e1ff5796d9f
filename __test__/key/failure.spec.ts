import test from 'ava'
import { MessageChannel } from 'node:worker_threads'
import { encodeKeyValue } from '../../src/key/encoder.ts'
import { HeapSink } from '../../src/platform/byte-sink.ts'
import { TypeRegistry } from '../../src/value/type-registry.ts'
import { EngramError } from '../../src/words/error.ts'
import { Point, contextOf, keyOf, types } from './key-of.ts'

class Unregistered {}
class SubPoint extends Point {}
class NamedMap extends Map {}
class NamedHeaders extends Headers {}
class SecretError extends Error {
  readonly #secret = 1
  get secret(): number {
    return this.#secret
  }
}

function throwing(): never {
  throw new TypeError('broken')
}

const REFUSED: readonly (readonly [what: string, path: string, make: () => unknown])[] = [
  ['a function', 'args[0]', () => throwing],
  ['a function deep inside', 'args[0].items[3].callback', () => ({ items: [0, 0, 0, { callback: throwing }] })],
  ['a method', 'args[0]["get all"]', () => ({ 'get all'() {} })],
  ['a symbol', 'args[0][1]', () => [0, Symbol('s')]],
  ['a boxed symbol', 'args[0]', () => Object(Symbol.iterator)],
  ['a property named by a symbol', 'args[0].a[Symbol(s)]', () => ({ a: { [Symbol('s')]: 1 } })],
  ['a promise', 'args[0].p', () => ({ p: Promise.resolve(1) })],
  ['a WeakMap', 'args[0]', () => new WeakMap()],
  ['a WeakSet', 'args[0]', () => new WeakSet()],
  ['a WeakRef', 'args[0]', () => new WeakRef({})],
  ['a generator', 'args[0]', () => (function* () {})()],
  ['an async generator', 'args[0]', () => (async function* () {})()],
  ['an iterator', 'args[0]', () => [1].values()],
  ['an instance of an unregistered class', 'args[0].x', () => ({ x: new Unregistered() })],
  ['an instance of a class derived from a registered one', 'args[0]', () => new SubPoint(1, 2)],
  ['an instance of a class derived from a built-in one', 'args[0]', () => new NamedMap()],
  ['an instance of a class derived from one of the web', 'args[0]', () => new NamedHeaders()],
  ['an error with private fields', 'args[0]', () => new SecretError('no')],
  ['an object that only claims to be a Blob', 'args[0]', () => Object.create(Blob.prototype)],
  ['an object that only claims to be Headers', 'args[0]', () => Object.create(Headers.prototype)],
  ['a message of fetch', 'args[0]', () => new Response('x')],
  ['a function under a name of an array', 'args[0].rate', () => Object.assign([1], { rate: throwing })],
  [
    'a function in what stands under a name of an array',
    'args[0].a.b',
    () => Object.assign([1], { a: { b: throwing } }),
  ],
  ['an element of an array with a name', 'args[0][1]', () => Object.assign([1, throwing], { a: 1 })],
  [
    'a getter under a name of an array',
    'args[0].a',
    () => Object.defineProperty([1], 'a', { get: throwing, enumerable: true }),
  ],
  ['an object that only claims to be a Map', 'args[0]', () => Object.create(Map.prototype)],
  ['an object that only claims to be a Date', 'args[0]', () => Object.create(Date.prototype)],
  ['an object that only claims to be an array', 'args[0]', () => Object.create(Array.prototype)],
  ['an object that only claims to be an ArrayBuffer', 'args[0]', () => Object.create(ArrayBuffer.prototype)],
  ['an object that only claims to be a typed array', 'args[0]', () => Object.create(Int8Array.prototype)],
  ['a Map behind a proxy', 'args[0]', () => new Proxy(new Map(), {})],
  ['a value of a Map', 'args[0].get("a")', () => new Map([['a', throwing]])],
  [
    'a value of a Map under an object',
    'args[0].entries()[1][1]',
    () =>
      new Map<unknown, unknown>([
        [1, 2],
        [{}, throwing],
      ]),
  ],
  ['a key of a Map', 'args[0].entries()[0][0].f', () => new Map([[{ f: throwing }, 1]])],
  ['an item of a Set', 'args[0].values()[1]', () => new Set([1, throwing])],
  ['an item after a hole', 'args[0][5]', () => Object.assign([1], { 5: throwing })],
  [
    'one of many properties',
    'args[0].k170',
    () => ({ ...Object.fromEntries(Array.from({ length: 190 }, (_, i) => [`k${i}`, i])), k170: throwing }),
  ],
  ['a cause', 'args[0].cause', () => new Error('no', { cause: throwing })],
  [
    'a getter that throws',
    'args[0].a',
    () => ({
      get a() {
        return throwing()
      },
    }),
  ],
  ['a proxy whose trap throws', 'args[0].p', () => ({ p: new Proxy({}, { ownKeys: throwing }) })],
  [
    'a revoked proxy',
    'args[0][0]',
    () => {
      const { proxy, revoke } = Proxy.revocable({}, {})
      revoke()
      return [proxy]
    },
  ],
  [
    'a Set that grows while it is read',
    'args[0]',
    () => {
      const set = new Set<unknown>()
      return set.add({
        get a() {
          return set.add('later').size
        },
      })
    },
  ],
  [
    'a view of a transferred buffer',
    'args[0]',
    () => {
      const view = new Uint8Array(8)
      new MessageChannel().port1.postMessage(0, [view.buffer])
      return view
    },
  ],
  [
    'a transferred buffer',
    'args[0]',
    () => {
      const buffer = new ArrayBuffer(8)
      structuredClone(buffer, { transfer: [buffer] })
      return buffer
    },
  ],
]

for (const [what, path, make] of REFUSED) {
  test(`${what} has no key, and the error names its path`, (t) => {
    const error = t.throws(() => keyOf(make()), { instanceOf: EngramError })
    t.is(error.code, 'ERR_UNHASHABLE')
    t.is(error.path, path)
  })
}

test('what user code threw is the cause', (t) => {
  t.true(
    t.throws(() =>
      keyOf({
        get a() {
          return throwing()
        },
      }),
    ).cause instanceof TypeError,
  )
})

test('a codec that throws, or returns the instance itself, is refused', (t) => {
  for (const encode of [throwing, (point: Point) => point]) {
    const registry = new TypeRegistry()
    registry.register(Point, { name: 'Point', encode, decode: () => new Point(0, 0) })
    const encoded = (): unknown => encodeKeyValue(new HeapSink(), 0, [new Point(1, 2)], 'deps[0]', contextOf(registry))
    t.is(t.throws(encoded, { instanceOf: EngramError }).path, 'deps[0][0]')
  }
})

test('the culprit is named by its argument', (t) => {
  t.is(t.throws(() => keyOf(1, { a: 2 }, throwing), { instanceOf: EngramError }).path, 'args[2]')
})

test('a failure leaves nothing behind', (t) => {
  const before = keyOf([{ a: [1] }])
  t.throws(() => keyOf([{ a: [throwing], b: 2 }]))
  t.is(keyOf([{ a: [1] }]), before)
})

function nested(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = wrap(value)
  return value
}

const WRAPS: readonly ((inner: unknown) => unknown)[] = [
  (inner) => [inner],
  (inner) => ({ inner }),
  (inner) => new Map([[inner, 1]]),
  (inner) => new Set([inner]),
  (inner) => new Error('no', { cause: inner }),
]

test('ten thousand levels are hashed and more are refused, with a path that stays readable', (t) => {
  for (const wrap of WRAPS.slice(0, 4)) {
    t.notThrows(() => keyOf(nested(10_000, wrap)))
    const error = t.throws(() => keyOf(nested(100_000, wrap)), { instanceOf: EngramError })
    t.is(error.code, 'ERR_UNHASHABLE')
    t.true((error.path?.length ?? Infinity) < 1000)
  }
})

test('a value whose getters never end is refused', (t) => {
  const endless = (): object => ({
    get next() {
      return endless()
    },
  })
  t.is(t.throws(() => keyOf(endless()), { instanceOf: EngramError }).code, 'ERR_UNHASHABLE')
})

test('a caller near the end of its stack gets the same error', (t) => {
  const value = nested(900, WRAPS[1] as (inner: unknown) => unknown)
  const outcomes = new Set<unknown>()
  // Tries at every tenth level on the way back from the end of the stack, until there is room.
  const descend = (level: number): void => {
    try {
      descend(level + 1)
    } catch {
      // The end of the stack.
    }
    if (level % 10 === 0 && !outcomes.has('hashed')) outcomes.add(outcomeOf(value))
  }
  descend(0)
  t.true(outcomes.delete('hashed'))
  t.true(outcomes.delete('ERR_UNHASHABLE'))
  // With no room for any call, not even for the one that makes the error.
  outcomes.delete('RangeError')
  t.deepEqual([...outcomes], [])
})

function outcomeOf(value: unknown): unknown {
  try {
    keyOf(value)
    return 'hashed'
  } catch (error) {
    return error instanceof EngramError ? error.code : (error as Error).name
  }
}

test('a value whose shared parts multiply without bound is refused', (t) => {
  let value: unknown = 'x'.repeat(2 ** 20)
  for (let level = 0; level < 40; level++) value = [value, value]
  const sink = new HeapSink()
  const encoded = (): unknown => encodeKeyValue(sink, 0, value, 'args[0]', contextOf(types))
  t.is(t.throws(encoded, { instanceOf: EngramError }).code, 'ERR_UNHASHABLE')
})
