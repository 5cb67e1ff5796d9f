import test from 'ava'
import { existsSync } from 'node:fs'
import { Memory } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { StoppedClock } from '../kit/stopped-clock.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

// ------------------------------------------------------------------ being called

test('a call with arguments seen before does not run', (t) => {
  let runs = 0
  const square = openMemory(t).cache((n: number) => (runs++, n * n))
  t.deepEqual([square(3), square(3), square(4), square(3)], [9, 9, 16, 9])
  t.is(runs, 2)
})

test('arguments count by value, order and position', (t) => {
  let runs = 0
  const f = openMemory(t).cache((..._args: unknown[]) => ++runs)
  const first = f({ a: 1, b: [1, 2] }, 'x')
  t.is(f({ b: [1, 2], a: 1 }, 'x'), first)
  const options = { a: 1, b: [1, 2] }
  const others = [[{ a: 1, b: [2, 1] }, 'x'], [options], ['x', options], [['a', 'b']], ['a', 'b'], ['ab']]
  t.is(new Set([first, ...others.map((args) => f(...args))]).size, 7)
})

test('a missing argument is the same as a trailing undefined', (t) => {
  let runs = 0
  const f = openMemory(t).cache((a: number, b?: number) => (runs++, b ?? a))
  t.deepEqual([f(1), f(1, undefined)], [1, 1])
  t.is(runs, 1)
})

test('a sync function stays sync and an async one async, on a miss and on a hit', async (t) => {
  const memory = openMemory(t)
  const sync = memory.cache((n: number) => n)
  const asynchronous = memory.cache(async (n: number) => n)
  for (let round = 0; round < 2; round++) {
    t.is(sync(1), 1)
    const promise = asynchronous(1)
    t.true(promise instanceof Promise)
    t.is(await promise, 1)
  }
})

test('a function that returns promises only sometimes gets each result back as it gave it', async (t) => {
  const maybe = openMemory(t).cache((n: number) => (n > 0 ? Promise.resolve(n) : n))
  for (let round = 0; round < 2; round++) {
    t.is(maybe(-1), -1)
    t.true(maybe(1) instanceof Promise)
    t.is(await maybe(1), 1)
  }
})

// A query builder was run by the cache, and its caller got a promise in its place: without `where`, `limit` and the rest.
test('a result that can be awaited and is no promise stays itself, and is not stored', async (t) => {
  const warnings = collectWarnings()
  let queries = 0
  class Query {
    limit(): this {
      return this
    }
    // oxlint-disable-next-line unicorn/no-thenable -- what is tested
    then<T>(resolve: (rows: number[]) => T): Promise<T> {
      queries++
      return Promise.resolve([1]).then(resolve)
    }
  }
  // oxlint-disable-next-line unicorn/no-thenable -- what is tested
  const bare = { then: (resolve: (n: number) => void): void => resolve(1) }
  const memory = openMemory(t)
  const events: string[] = []
  memory.on('call', ({ cacheStatus }) => events.push(cacheStatus))
  const results = [new Query(), bare]
  const find = memory.cache((at: number) => results[at], { version: '1' })
  for (const at of [0, 1]) {
    t.is(find(at), results[at])
    t.is(find(at), results[at])
    t.false(find.has(at))
    t.is(find.refresh(at), results[at])
  }
  t.is(queries, 0)
  t.deepEqual(await new Query().limit(), [1])
  t.deepEqual(new Set(events), new Set(['putFailure']))
  t.deepEqual(warnings.codes(), ['ERR_UNSERIALIZABLE'])
  const found = memory.cache(async (_id: number) => new Query().limit())
  t.deepEqual([await found(1), await found(1)], [[1], [1]])
  t.is(queries, 2)
})

test('the promises of a library are promises', async (t) => {
  let runs = 0
  const promised = (name: string): PromiseLike<number> => {
    const made = {
      [name]: class {
        readonly value = ++runs
      },
    }[name]!
    // oxlint-disable-next-line unicorn/no-thenable -- what is tested
    Object.defineProperty(made.prototype, 'then', {
      value: (...args: Parameters<Promise<number>['then']>) => Promise.resolve(runs).then(...args),
    })
    return new made() as unknown as PromiseLike<number>
  }
  const f = openMemory(t).cache((_n: number) => promised('Promise'))
  t.true(f(1) instanceof Promise)
  t.deepEqual([await f(1), await f(1)], [1, 1])
  t.is(runs, 1)
})

test('null and undefined are results like any other', async (t) => {
  let runs = 0
  const memory = openMemory(t)
  const sync = memory.cache((value: null | undefined) => (runs++, value))
  const asynchronous = memory.cache(async (value: null | undefined) => (runs++, value))
  for (let round = 0; round < 3; round++) {
    t.deepEqual([sync(null), sync(undefined)], [null, undefined])
    t.deepEqual([await asynchronous(null), await asynchronous(undefined)], [null, undefined])
  }
  t.is(runs, 4)
  t.true(sync.has(undefined))
})

test('what a function throws reaches the caller as the same object and is never stored', async (t) => {
  const memory = openMemory(t)
  const thrown = [new TypeError('1'), 'text', undefined]
  let runs = 0
  const sync = memory.cache((index: number) => {
    runs++
    throw thrown[index]
  })
  const asynchronous = memory.cache(async (index: number) => {
    runs++
    throw thrown[index]
  })
  for (const index of [0, 1, 2]) {
    for (let round = 0; round < 2; round++) {
      t.is(
        caught(() => sync(index)),
        thrown[index],
      )
      t.is(
        await asynchronous(index).then(
          () => 'resolved',
          (error: unknown) => error,
        ),
        thrown[index],
      )
    }
  }
  t.is(runs, 12)
  t.is(memory.stats().entries, 0)
})

test('a caller who changes a result changes neither the store nor what others get', async (t) => {
  const memory = openMemory(t)
  const make = memory.cache((n: number) => ({ list: [n], big: new Uint8Array(100_000) }))
  const makeLater = memory.cache(async (n: number) => ({ list: [n], big: new Uint8Array(100_000) }))
  for (let round = 0; round < 3; round++) {
    for (const result of [make(1), await makeLater(1)]) {
      t.deepEqual(result.list, [1])
      t.is(result.big[99_999], 0)
      result.list.push(2)
      result.big.fill(7)
    }
  }
})

test('arguments that the function changes count as they were before', async (t) => {
  let runs = 0
  const memory = openMemory(t)
  const drain = memory.cache((items: number[]) => (runs++, items.splice(0).length))
  const drainLater = memory.cache(async (items: number[]) => {
    await Promise.resolve()
    return (runs++, items.splice(0).length)
  })
  t.deepEqual([drain([1, 2]), drain([1, 2]), drain([])], [2, 2, 0])
  t.deepEqual([await drainLater([1, 2]), await drainLater([1, 2]), await drainLater([])], [2, 2, 0])
  t.is(runs, 4)
})

test('`this` is passed through, and is no part of the key of a function that does not use it', (t) => {
  let runs = 0
  const add = openMemory(t).cache((n: number) => ++runs + n)
  const counter = { step: 5, add }
  t.is(counter.add(1), 2)
  counter.step = 100
  t.deepEqual([counter.add(1), add(1), add.call({ step: 7 }, 1)], [2, 2, 2])
})

test('a wrapper has the name and the length of its function', (t) => {
  const memory = openMemory(t)
  function load(_path: string, _limit: number): void {}
  const cached = memory.cache(load)
  t.is(cached.name, 'load')
  t.is(cached.length, 2)
  t.is(cached.fn, load)
  t.true(cached.id.endsWith('#load'))
  t.is(memory.cache((_first: number, ..._rest: number[]) => 0).length, 1)
})

test('a function may call itself through its wrapper', async (t) => {
  const memory = openMemory(t)
  let runs = 0
  const fibonacci: (n: number) => number = memory.cache(function fibonacciOf(n: number): number {
    runs++
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2)
  })
  t.is(fibonacci(70), 190_392_490_709_135)
  t.is(runs, 71)
  const later: (n: number) => Promise<number> = memory.cache(async function laterOf(n: number): Promise<number> {
    runs++
    return n < 2 ? n : (await later(n - 1)) + (await later(n - 2))
  })
  t.is(await later(70), 190_392_490_709_135)
  t.is(runs, 142)
})

test('a getter read while arguments are encoded may call cached functions', (t) => {
  const memory = openMemory(t)
  let runs = 0
  const inner = memory.cache((text: string) => (runs++, text.repeat(50)))
  const outer = memory.cache(({ a, middle, z }: { a: string; middle: string; z: string }) => a + middle + z)
  const call = (): string =>
    outer({
      a: 'a'.repeat(300),
      get middle() {
        return inner('inner')
      },
      z: 'z'.repeat(300),
    })
  const expected = 'a'.repeat(300) + 'inner'.repeat(50) + 'z'.repeat(300)
  t.deepEqual([call(), call()], [expected, expected])
  t.is(runs, 1)
  t.is(outer.stats().hits, 1)
})

test('a codec may call cached functions while it encodes and decodes', (t) => {
  const memory = openMemory(t)
  const squared = memory.cache((n: number) => ({ squared: n * n, padding: 'p'.repeat(n) }))
  class Point {
    readonly x: number
    constructor(x: number) {
      this.x = x
    }
  }
  memory.register(Point, {
    name: 'Point',
    encode: (point) => [point.x, squared(point.x).squared],
    decode: ([x, square]: [number, number]) => {
      t.is(squared(x).squared, square)
      return new Point(x)
    },
  })
  const spread = memory.cache((point: Point, count: number) =>
    Array.from({ length: count }, (_, i) => [i, new Point(point.x + i)] as const),
  )
  const expected = Array.from({ length: 300 }, (_, i) => [i, new Point(100 + i)] as const)
  for (let round = 0; round < 3; round++) {
    t.deepEqual(spread(new Point(100), 300), expected)
  }
  t.deepEqual([spread.stats().misses, spread.stats().hits], [1, 2])
})

// ------------------------------------------------------------------ being asked

test('refresh runs and overwrites, whatever is stored', async (t) => {
  let runs = 0
  const memory = openMemory(t)
  const sync = memory.cache((_n: number) => ++runs)
  t.deepEqual([sync(1), sync.refresh(1), sync(1), sync.refresh(2), sync(2)], [1, 2, 2, 3, 3])
  const asynchronous = memory.cache(async (_n: number) => ++runs)
  t.deepEqual([await asynchronous(1), await asynchronous.refresh(1), await asynchronous(1)], [4, 5, 5])
})

test('has tells whether a call would hit', (t) => {
  const f = openMemory(t).cache((n: number) => n)
  t.false(f.has(1))
  f(1)
  t.true(f.has(1))
  t.false(f.has(2))
  f.forget(1)
  t.false(f.has(1))
})

test('asking runs nothing, makes nothing and notes no use', (t) => {
  let runs = 0
  const clock = new StoppedClock()
  const memory = openMemory(t, { clock: clock.read })
  const f = memory.cache((n: number) => (runs++, n))
  t.deepEqual([f.has(1), f.lookup(1).status, f.key(1).length], [false, 'miss', 64])
  t.deepEqual([f.forget(1), f.clear(), memory.clear()], [false, 0, 0])
  t.deepEqual([f.stats().entries, [...memory.entries()].length], [0, 0])
  t.false(existsSync(memory.location!))
  t.is(runs, 0)

  f(1)
  const before = [...memory.entries()]
  clock.now += 1000
  f.has(1)
  f.lookup(1)
  f.key(1)
  t.deepEqual([...memory.entries()], before)
  t.is(f.stats().hits, 0)
})

test('lookup gives the facts of an entry', (t) => {
  const clock = new StoppedClock()
  const memory = openMemory(t, { clock: clock.read, project: 'p', domain: 'd' })
  const f = memory.cache((n: number) => 'x'.repeat(n), { version: '2', strategy: 'codeHash', name: 'repeat' })
  f(1000)
  const createdAt = clock.now
  clock.now += 5000
  f(1000)
  const found = f.lookup(1000)
  if (found.status !== 'hit') return t.fail(found.status)
  const { info } = found
  t.is(info.key, f.key(1000))
  t.like(info, { name: 'repeat', version: '2', project: 'p', domain: 'd', strategy: 'codeHash' })
  t.like(info, { createdAt, accessedAt: clock.now, hits: 1 })
  t.regex(info.inputsDigest, /^[0-9a-f]{64}$/)
  t.regex(info.codeDigest ?? '', /^[0-9a-f]{64}$/)
  t.true(info.durationMs >= 0 && info.byteLength >= 1000)
})

test('lookup gives the key and the reason where a call would not hit', (t) => {
  const clock = new StoppedClock()
  const f = openMemory(t, { clock: clock.read }).cache((n: number) => n)
  t.deepEqual(f.lookup(1), { status: 'miss', reason: 'absent', key: f.key(1) })
  f(1)
  clock.now += 11
  t.deepEqual(f.with({ maxAge: 10 }).lookup(1), { status: 'stale', reason: 'expired', key: f.key(1) })
  t.deepEqual(f.with({ validate: () => false }).lookup(1), { status: 'stale', reason: 'rejected', key: f.key(1) })
  t.is(f.lookup(1).status, 'hit')
})

test('key is the same for equal calls of equal functions, in any memory', (t) => {
  const make = () => openMemory(t).cache((n: unknown) => n)
  const [one, other] = [make(), make()]
  t.regex(one.key(1), /^[0-9a-f]{64}$/)
  t.is(one.key({ a: 1, b: 2 }), other.key({ b: 2, a: 1 }))
  t.not(one.key(1), one.key('1'))
})

test('forget drops one call and says whether it was there', (t) => {
  let runs = 0
  const f = openMemory(t).cache((n: number) => (runs++, n))
  f(1)
  f(2)
  t.deepEqual([f.forget(1), f.forget(1), f.has(2)], [true, false, true])
  f(1)
  f(2)
  t.is(runs, 3)
})

test('clear drops the calls of one function and says how many went', (t) => {
  const memory = openMemory(t)
  const f = memory.cache((n: number) => n)
  const g = memory.cache((n: number) => -n)
  for (const n of [1, 2, 3]) t.is(f(n), -g(n))
  t.is(f.clear(), 3)
  t.is(f.clear(), 0)
  t.deepEqual([f.has(1), g.has(1)], [false, true])
})

test('an argument that cannot be hashed is an error of whoever asks about the call', (t) => {
  const f = openMemory(t).cache((value: unknown) => value)
  for (const ask of [f.has, f.lookup, f.key, f.forget]) throwsCode(t, 'ERR_UNHASHABLE', () => ask(Symbol('s')))
})

// --------------------------------------------------------------- other options

test('with gives the same function under other options; what is not named stays', (t) => {
  const memory = openMemory(t)
  let runs = 0
  const f = memory.cache((n: number, _seed: number) => (runs++, n), { ignore: ['_seed'], version: '1', name: 'f' })
  f(1, 1)
  const other = f.with({ version: '2' })
  t.is(other.fn, f.fn)
  t.is(other.id, 'f')
  t.is(other.key(1, 1), other.key(1, 2))
  t.not(other.key(1, 1), f.key(1, 1))
  other(1, 2)
  t.is(runs, 2)
  t.is(other.with({ version: '1' }).key(1, 3), f.key(1, 1))
  f(1, 9)
  t.is(runs, 2)
})

test('wrapping a wrapped function replaces its options', (t) => {
  const memory = openMemory(t)
  let runs = 0
  const f = memory.cache((n: number, _seed: number) => (runs++, n), { ignore: [1], name: 'first' })
  const again = memory.cache(f, { name: 'second' })
  t.is(again.fn as unknown, f.fn)
  t.is(again.id, 'second')
  again(1, 1)
  again(1, 2)
  t.is(runs, 2)
  t.false(f.has(1, 1))
})

test('a wrapped function can be wrapped by another memory', (t) => {
  let runs = 0
  const f = openMemory(t).cache((n: number) => (runs++, n))
  f(1)
  const elsewhere = openMemory(t).cache(f)
  t.is(elsewhere.fn as unknown, f.fn)
  t.false(elsewhere.has(1))
  elsewhere(1)
  t.is(runs, 2)
})

test('a transparent memory runs each call and answers as if nothing were stored', async (t) => {
  let runs = 0
  const memory = new Memory(null)
  const f = memory.cache((n: number) => (runs++, n))
  t.deepEqual([f(1), f(1), f.refresh(1)], [1, 1, 1])
  t.is(runs, 3)
  t.deepEqual([f.has(1), f.key(1), f.forget(1), f.clear()], [false, '', false, 0])
  t.deepEqual(f.lookup(1), { status: 'miss', reason: 'absent', key: '' })
  t.is(f.stats().entries, 0)
  const promise = Promise.resolve(1)
  t.is(memory.cache(() => promise)(), promise)
  t.is(await memory.cache(async () => 5)(), 5)
})

function caught(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return 'nothing was thrown'
}
