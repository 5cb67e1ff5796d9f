// What of its `this` is in the keys of a decorated method.
import test from 'ava'
import type { Memory } from '../../index.ts'
import { digestView } from '../../src/native/binding.ts'
import { HeapSink } from '../../src/platform/byte-sink.ts'
import { throwsCode } from '../kit/error-code.ts'
import { type Loading, type Version, compare, pick, versioned } from '../kit/method-versions.ts'
import { openMemory } from '../kit/temporary-store.ts'

test('own properties count by content, in any order', (t) => {
  const holding = (content: (version: Version) => object) => (memory: Memory) => {
    class Shop {
      constructor(version: Version) {
        Object.assign(this, content(version))
      }
      @memory.cached()
      load(n: number): number {
        return n
      }
    }
    return (version: Version) => new Shop(version)
  }
  compare(
    t,
    'same',
    holding((v) => pick<object>(v, { a: 1, b: [2] }, { b: [2], a: 1 })),
  )
  compare(
    t,
    'different',
    holding((v) => pick<object>(v, { a: 1 }, { a: '1' })),
  )
  compare(
    t,
    'different',
    holding((v) => ({ a: { b: v } })),
  )
  compare(
    t,
    'different',
    holding((v) => ({
      map: versioned(v),
    })),
  )
  compare(
    t,
    'different',
    holding((v) => (v === 1 ? { a: undefined } : {})),
  )
})

test('the bytes of `this` are those of docs/keys.md', (t) => {
  const memory = openMemory(t)
  class Shop {
    k = 2
    @memory.cached()
    load(n: number): number {
      return n
    }
  }
  new Shop().load(1)
  const form = '0f02180453686f701101016b06000000000000004006000000000000f03f'
  const sink = new HeapSink(32)
  digestView(Buffer.from(form, 'hex'), sink, 0)
  t.is([...memory.entries()][0]!.inputsDigest, sink.bytes.toString('hex', 0, 32))
})

test('a property that changes between calls counts at its value', (t) => {
  const memory = openMemory(t)
  class Shop {
    factor = 2
    @memory.cached()
    load(n: number): number {
      return n * this.factor
    }
  }
  const shop = new Shop()
  const seen = [shop.load(1)]
  shop.factor = 3
  t.deepEqual([...seen, shop.load(1)], [2, 3])
})

test('an instance of a registered class counts by its codec', (t) => {
  const registered = (key: 'factor' | 'note') => (memory: Memory) => {
    class Shop {
      readonly #factor: number
      readonly note: number
      constructor(factor: number, note: number) {
        this.#factor = factor
        this.note = note
      }
      get factor(): number {
        return this.#factor
      }
      @memory.cached()
      load(n: number): number {
        return n * this.#factor
      }
    }
    memory.register(Shop, {
      name: 'Shop',
      encode: ({ factor, note }) => [factor, note],
      decode: ([factor, note]) => new Shop(factor, note),
      key: (shop) => shop[key],
    })
    return (version: Version) => new Shop(version, 0)
  }
  compare(t, 'different', registered('factor'))
  compare(t, 'same', registered('note'))
})

test('with ignoreThis the state does not count, and neither does what cannot be seen', (t) => {
  compare(t, 'same', (memory) => {
    class Shop {
      readonly #factor: number
      readonly socket = Symbol('socket')
      readonly region: number
      constructor(region: number) {
        this.region = region
        this.#factor = region
      }
      @memory.cached({ ignoreThis: true })
      load(n: number): number {
        return this.region + this.#factor > 0 ? n : 0
      }
    }
    return (version) => new Shop(version)
  })
})

test('a private field counts where a method may look at it', (t) => {
  const memory = openMemory(t, { onError: 'throw' })
  class Shop {
    readonly #factor: number
    constructor(factor: number) {
      this.#factor = factor
    }
    @memory.cached()
    load(n: number): number {
      return n * this.#factor
    }
    @memory.cached()
    open(n: number): number {
      return n
    }
  }
  t.deepEqual([new Shop(2).load(1), new Shop(3).load(1), new Shop(3).load(1)], [2, 3, 3])
  t.deepEqual([new Shop(2).open(1), new Shop(3).open(1)], [1, 1])
  t.is(memory.stats().entries, 3)
})

test('a private field of a class that no compiler changed counts where a method may look at it', (t) => {
  const memory = openMemory(t, { onError: 'throw' })
  const keys = (text: string): number => {
    const Shop = new Function(`return class Shop { #k; constructor(k) { this.#k = k } ${text} }`)() as {
      new (k: number): Loading
      prototype: Loading
    }
    const descriptor = Object.getOwnPropertyDescriptor(Shop.prototype, 'load')!
    Object.defineProperty(Shop.prototype, 'load', memory.cached()(Shop.prototype, 'load', descriptor))
    return new Set([1, 2].map((k) => memory.of(Shop.prototype.load, new Shop(k)).key(1))).size
  }
  t.is(keys('load(n) { return n * this.#k }'), 2)
  t.is(keys('get k() { return this.#k } load(n) { return n * this.k }'), 2)
  t.is(keys('load(n) { return Object.keys(this).length + n }'), 2)
  t.is(keys('load(n) { return n }'), 1)
})

test('what in `this` cannot be hashed is named by its path', (t) => {
  const memory = openMemory(t, { onError: 'throw' })
  class Shop {
    config = { socket: Symbol('socket') }
    @memory.cached()
    load(n: unknown): unknown {
      return n
    }
  }
  const error = t.throws(() => new Shop().load(1), { code: 'ERR_UNHASHABLE' }) as Error & { path: string }
  t.is(error.path, 'this.config.socket')
  t.regex(error.message, /ignoreThis/)
  class Plain {
    @memory.cached()
    load(_n: unknown, _m: unknown): unknown {
      return 1
    }
  }
  const other = t.throws(() => new Plain().load(1, [Symbol('x')]), { code: 'ERR_UNHASHABLE' }) as Error & {
    path: string
  }
  t.is(other.path, 'args[1][0]')
  class Rows extends Map<string, number> {
    @memory.cached()
    load(n: number): number {
      return this.size + n
    }
  }
  t.deepEqual([new Rows().load(1), new Rows([['a', 1]]).load(1)], [1, 2])
  class Thrower {
    constructor() {
      Object.defineProperty(this, 'x', {
        enumerable: true,
        get: () => {
          throw new Error('no')
        },
      })
    }
    @memory.cached()
    load(n: number): number {
      return n
    }
  }
  throwsCode(t, 'ERR_UNHASHABLE', () => new Thrower().load(1))
})

test('what the method itself changes of `this` is state', (t) => {
  const memory = openMemory(t)
  class Shop {
    runs = 0
    readonly log: number[] = []
    readonly memo = new Map<number, number>()
    readonly stats = { runs: 0, factor: 2 }
    readonly table: Record<string, number> = {}
    index: number[] | undefined
    @memory.cached()
    load(n: number): number {
      this.runs++
      this.log.push(n)
      this.stats.runs++
      this.table[n] = n
      this.index ??= [1]
      if (!this.memo.has(n)) this.memo.set(n, n * this.stats.factor)
      return this.memo.get(n)!
    }
  }
  const shop = new Shop()
  t.deepEqual([shop.load(1), shop.load(2), shop.load(1)], [2, 4, 2])
  t.is(shop.runs, 2)
  const other = new Shop()
  other.stats.factor = 3
  t.is(other.load(1), 3)
})
