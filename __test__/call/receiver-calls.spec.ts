// Functions that use `this`, wrapped by `memory.cache`: all objects that they were called on shared their entries.
import test from 'ava'
import { createRequire } from 'node:module'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

class Shop {
  region: string
  constructor(region: string) {
    this.region = region
  }
  prices(day: string): string {
    return `${this.region} ${day}`
  }
}

test('a method put back on its prototype counts `this`', (t) => {
  const memory = openMemory(t)
  class Local extends Shop {}
  Local.prototype.prices = memory.cache(Local.prototype.prices)
  const [north, south] = [new Local('north'), new Local('south')]
  for (let round = 0; round < 2; round++)
    t.deepEqual([north.prices('mon'), south.prices('mon')], ['north mon', 'south mon'])
  t.like(memory.stats(), { misses: 2, hits: 2 })
  t.is(new Local('north').prices('mon'), 'north mon')
  t.is(memory.stats().hits, 3)
  north.region = 'east'
  t.is(north.prices('mon'), 'east mon')
})

test('a method of an object counts the object', (t) => {
  const memory = openMemory(t)
  const make = (step: number) => ({
    step,
    add: memory.cache(function add(this: { step: number }, n: number) {
      return this.step + n
    }),
  })
  const [one, other] = [make(1), make(2)]
  t.deepEqual([one.add(1), other.add(1), make(1).add(1)], [2, 3, 2])
  one.step = 100
  t.is(one.add(1), 101)
  t.is(one.add.call({ step: 7, add: one.add }, 2), 9)
  t.is(one.add.refresh.call({ step: 8, add: one.add }, 2), 10)
})

test('so does one with a version, whatever class it is of', (t) => {
  const memory = openMemory(t)
  const describe = memory.cache(
    function describe(this: { name: string }) {
      return `${this.constructor.name} ${this.name}`
    },
    { version: '1' },
  )
  class Cat {
    name = 'x'
    describe = describe
  }
  class Dog {
    name = 'x'
    describe = describe
  }
  t.deepEqual([new Cat().describe(), new Dog().describe(), new Cat().describe()], ['Cat x', 'Dog x', 'Cat x'])
  t.is(describe.stats().entries, 2)
  t.is(describe.stats().hits, 1)
})

// How a text hands its `this` on, or uses it where no path shows it.
const uses: Record<string, (this: { rate: number }) => number> = {
  'a helper that is called with it': function (this: { rate: number }) {
    return rateOf.call(this)
  },
  'a helper that is given it': function (this: { rate: number }) {
    return (({ rate }) => rate)(this)
  },
  'an arrow function inside': function (this: { rate: number }) {
    return [1].map((n) => n * this.rate)[0]!
  },
  'a default of a parameter': function (this: { rate: number }, rate = this.rate) {
    return rate
  },
  'a pattern': function (this: { rate: number }) {
    const { rate } = this
    return rate
  },
  'a name that is computed': function (this: Record<string, number>) {
    return this[['ra', 'te'].join('')]!
  },
}

function rateOf(this: { rate: number }): number {
  return this.rate
}

for (const [what, fn] of Object.entries(uses)) {
  test(`it counts by whatever way it is used: ${what}`, (t) => {
    const cached = openMemory(t).cache(fn)
    t.deepEqual([cached.call({ rate: 2 }), cached.call({ rate: 3 }), cached.call({ rate: 2 })], [2, 3, 2])
    t.is(cached.stats().hits, 1)
  })
}

test('a function inside that has a `this` of its own does not make the outer one use it', (t) => {
  const cached = openMemory(t).cache((n: number) => {
    const counter = {
      n,
      next(): number {
        return ++this.n
      },
    }
    return counter.next()
  })
  t.deepEqual([cached.call({ a: 1 } as never, 1), cached.call({ a: 2 } as never, 1)], [2, 2])
  t.is(cached.stats().hits, 1)
})

test('without a `this` its keys are those of any function', (t) => {
  const memory = openMemory(t)
  const options = { name: 'f', version: '1' }
  const using = memory.cache(function (this: unknown, n: number) {
    return [typeof this, n]
  }, options)
  const plain = openMemory(t).cache((n: number) => [n], options)
  t.is(using.key(1), plain.key(1))
  t.not(using.key.call({ a: 1 }, 1), plain.key(1))
})

test('static methods and functions have themselves as `this`', (t) => {
  const memory = openMemory(t)
  class Table {
    static rate = 2
    static scale(n: number): number {
      return n * this.rate
    }
  }
  Table.scale = memory.cache(Table.scale)
  class Other extends Table {
    static override rate = 5
  }
  t.deepEqual([Table.scale(1), Other.scale(1), Table.scale(1)], [2, 5, 2])
  Table.rate = 3
  t.is(Table.scale(1), 3)
})

test('what a method reaches through `this` and `super` is code', (t) => {
  const memory = openMemory(t)
  const make = (scaled: (n: number) => number, factor: number) => {
    class Base {
      scale(n: number): number {
        return n * factor
      }
    }
    class Sub extends Base {
      override scale(n: number): number {
        return super.scale(n) + 1
      }
      load(n: number): number {
        return this.scale(scaled(n))
      }
    }
    Sub.prototype.load = memory.cache(Sub.prototype.load)
    Sub.prototype.scale = memory.cache(Sub.prototype.scale)
    return new Sub()
  }
  t.is(make((n) => n, 2).load(1), 3)
  t.is(make((n) => n, 3).load(1), 4)
  t.is(make((n) => n * 2, 2).load(1), 5)
  t.is(make((n) => n, 2).load(1), 3)
})

test('a `this` that cannot be read makes the call run uncached, and says so once', (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  class Secret {
    readonly lock = new WeakMap()
    readonly rate: number
    constructor(rate: number) {
      this.rate = rate
    }
    load(n: number): number {
      return n * this.rate
    }
  }
  Secret.prototype.load = memory.cache(Secret.prototype.load)
  t.deepEqual([new Secret(2).load(1), new Secret(3).load(1), new Secret(2).load(1)], [2, 3, 2])
  t.deepEqual(warnings.codes(), ['ERR_UNHASHABLE'])
  t.is(memory.stats().entries, 0)
})

test('`ignoreThis` leaves its state out', (t) => {
  const memory = openMemory(t)
  class Local extends Shop {}
  Local.prototype.prices = memory.cache(Local.prototype.prices, { ignoreThis: true })
  t.deepEqual([new Local('north').prices('mon'), new Local('south').prices('mon')], ['north mon', 'north mon'])
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.cache(() => 1, { ignoreThis: 1 as never }))
})

test('native functions may read what they are called on, bound ones have their own', (t) => {
  const memory = openMemory(t)
  const join = memory.cache(Array.prototype.join, { name: 'join', version: '1' })
  t.deepEqual([join.call([1, 2], '-'), join.call([3], '-'), join.call([1, 2], '-')], ['1-2', '3', '1-2'])
  t.is(join.stats().hits, 1)
  const bound = memory.cache(join.fn.bind([7, 8]), { name: 'bound', version: '1' })
  t.deepEqual([bound.call([1], '-'), bound.call([2], '-')], ['7-8', '7-8'])
  t.is(bound.stats().hits, 1)
})

test('what a wrapper has is about calls on what it is called with', (t) => {
  const memory = openMemory(t)
  class Local extends Shop {}
  const prices = memory.cache(Local.prototype.prices)
  Local.prototype.prices = prices
  const [north, south] = [new Local('north'), new Local('south')]
  north.prices('mon')
  t.deepEqual([prices.has.call(north, 'mon'), prices.has.call(south, 'mon'), prices.has('mon')], [true, false, false])
  t.true(memory.of(north.prices, north).has('mon'))
  t.is(memory.of(north.prices, north).key('mon'), prices.key.call(north, 'mon'))
  t.true(memory.of(north.prices, north).with({ maxAge: '1d' }).has('mon'))
  t.is(prices.explain.call(south, 'mon').changed[0]?.name, 'this.region')
  south.prices('mon')
  t.like(prices.stats(), { entries: 2, misses: 2 })
  t.true(prices.forget.call(north, 'mon'))
  t.is(prices.clear(), 1)
  t.false(prices.has.call(south, 'mon'))
})

// As a program in plain JavaScript has it, which knows no decorators.
test('memory.cached() wraps a method without being a decorator', (t) => {
  const memory = openMemory(t)
  class Local extends Shop {}
  const places = [{ kind: 'method', name: 'prices', static: false }, { name: 'prices' }, undefined] as const
  for (const place of places) {
    class Branch extends Local {}
    Branch.prototype.prices = memory.cached({ maxAge: '1d' })(Branch.prototype.prices, place)
    const [north, south] = [new Branch('north'), new Branch('south')]
    t.deepEqual(
      [north.prices('mon'), south.prices('mon'), north.prices('mon')],
      ['north mon', 'south mon', 'north mon'],
    )
    t.true(memory.of(north.prices, north).has('mon'))
  }
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.cached()(Local.prototype.prices, { kind: 'getter' } as never))
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.cached()(undefined as never))
  class Table {
    static rate = 2
    static scale(n: number): number {
      return n * this.rate
    }
  }
  Table.scale = memory.cached()(Table.scale)
  t.is(Table.scale(1), 2)
  Table.rate = 3
  t.is(Table.scale(1), 3)
})

test('exports of a module that use each other through `this` count', (t) => {
  const memory = openMemory(t)
  const { Script } = createRequire(import.meta.url)('node:vm') as typeof import('node:vm')
  const make = new Script(`(memory, rate) => {
    const exports = { rate }
    exports.scale = memory.cache(function scale(n) { return n * this.rate })
    return exports
  }`).runInThisContext() as (given: unknown, rate: number) => { scale(n: number): number }
  t.deepEqual([make(memory, 2).scale(1), make(memory, 3).scale(1), make(memory, 2).scale(1)], [2, 3, 2])
})

// Nothing of these counted: all calls on one of a kind had the entries of the first.
const unlisted: readonly (readonly [what: string, make: (n: number) => object, use: (it: any) => unknown])[] = [
  ['a weak reference', (n) => new WeakRef(kept({ n })), (it) => it.deref().n],
  [
    'a bound function',
    (n) =>
      function (this: { n: number }) {
        return this.n
      }.bind({ n }),
    (it) => it(),
  ],
  ['a function that closes over a value', (n) => () => n, (it) => it()],
  ['a callable instance', (n) => new Callable(n), (it) => it.twice()],
  ['a proxy that makes up its members', (n) => new Proxy({}, { get: () => n }), (it) => it.anything],
  ['a proxy of a function', (n) => new Proxy(() => n, {}), (it) => it()],
  ['a native object', (n) => new (globalThis as any).WebAssembly.Global({ value: 'i32' }, n), (it) => it.value],
  ['a bound format', (n) => new Intl.NumberFormat('en', { minimumFractionDigits: n }).format, (it) => it(1.5)],
  ['a property that is not listed', (n) => Object.defineProperty(new Thing(), 'n', { value: n }), (it) => it.get()],
]

const alive: object[] = []

function kept(value: object): object {
  alive.push(value)
  return value
}

class Thing {
  get(): unknown {
    return (this as { n?: number }).n
  }
}

class Callable extends Function {
  constructor(n: number) {
    super()
    const it = Object.assign(() => n, { n })
    return Object.setPrototypeOf(it, new.target.prototype) as Callable
  }
  twice(this: any): number {
    return this() * 2
  }
}

for (const [what, make, use] of unlisted) {
  test.serial(`a call on ${what} has its result, and never that of another`, (t) => {
    collectWarnings()
    const ask = openMemory(t).cache(function ask(this: unknown) {
      return use(this)
    })
    for (const n of [1, 2, 1, 2]) t.deepEqual(ask.call(make(n)), use(make(n)))
  })
}
