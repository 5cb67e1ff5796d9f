// What a receiver is without its own enumerable properties: instances that differed in it got each other's results.
import test from 'ava'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

type Rated = { rate: number }

/** What calls on three receivers give, of which the last two are equal, and how many of the calls ran. */
function resultsOf(
  t: Parameters<typeof openMemory>[0],
  fn: (this: any) => unknown,
  make: (rate: number) => object,
): unknown {
  const memory = openMemory(t)
  const cached = memory.cache(fn)
  const given = [2, 3, 3].map((rate) => cached.call(make(rate)))
  return [...given, memory.stats().misses]
}

// The setter was taken to run, so what it assigns was taken for what the method changes.
test('a field behind a getter and a setter counts where the method only reads it', (t) => {
  class Tax {
    kept: number
    constructor(rate: number) {
      this.kept = rate
    }
    get rate(): number {
      return this.kept
    }
    set rate(rate: number) {
      this.kept = rate
    }
    twice(): number {
      return this.rate * 2
    }
  }
  class Duty extends Tax {
    override get rate(): number {
      return super.rate
    }
    override set rate(rate: number) {
      super.rate = rate
    }
  }
  const read = function (this: Rated): number {
    return this.rate
  }
  const called = function (this: Tax): number {
    return this.twice()
  }
  t.deepEqual(
    resultsOf(t, read, (rate) => new Tax(rate)),
    [2, 3, 3, 2],
  )
  t.deepEqual(
    resultsOf(t, read, (rate) => new Duty(rate)),
    [2, 3, 3, 2],
  )
  t.deepEqual(
    resultsOf(t, called, (rate) => new Duty(rate)),
    [4, 6, 6, 2],
  )
})

test('what a method assigns through a setter stays its state', (t) => {
  class Counter {
    kept = 0
    get runs(): number {
      return this.kept
    }
    set runs(runs: number) {
      this.kept = runs
    }
  }
  const memory = openMemory(t)
  const count = memory.cache(function count(this: Counter) {
    if (this.runs < 0) return -1
    this.runs = 1
    return 0
  })
  const it = new Counter()
  t.deepEqual([count.call(it), count.call(it)], [0, 0])
  t.like(memory.stats(), { misses: 1, hits: 1 })
})

// Properties that no loop shows counted only where the method handed its `this` on.
const unlisted: Record<string, (rate: number) => object> = {
  'a property of a plain object': (rate) => Object.defineProperty({ id: 1 }, 'rate', { value: rate }),
  'a getter of a plain object': (rate) => Object.defineProperty({ id: 1 }, 'rate', { get: () => rate }),
  'a property of an instance': (rate) => Object.defineProperty(new (class Tax {})(), 'rate', { value: rate }),
}
for (const [about, make] of Object.entries(unlisted)) {
  test(`what is not enumerable counts where the method names it: ${about}`, (t) => {
    const read = function (this: Rated): number {
      return this.rate
    }
    t.deepEqual(resultsOf(t, read, make), [2, 3, 3, 2])
  })
}

test('what is not enumerable counts where a function of the receiver reads it', (t) => {
  type Reader = { rate?: number; read(): number | undefined }
  const make = (rate: number): object =>
    Object.defineProperty<Reader>(
      {
        read() {
          return this.rate
        },
      },
      'rate',
      { value: rate },
    )
  const read = function (this: Reader): number | undefined {
    return this.read()
  }
  t.deepEqual(resultsOf(t, read, make), [2, 3, 3, 2])
})

const hand = ({ rate }: Rated): number => rate
// oxlint-disable-next-line typescript/no-extraneous-class -- an old way to write one
const Old = function (this: { id: number }): void {
  this.id = 1
} as unknown as { prototype: object; new (): object }

// Of what no class has, only members that the method names counted.
const lent: Record<string, (rate: number) => object> = {
  'a plain object': (rate) => Object.create({ rate }) as object,
  'two objects': (rate) => Object.create(Object.create({ rate }) as object) as object,
  'an object without a prototype': (rate) => Object.create(Object.assign(Object.create(null), { rate })) as object,
  'an instance': (rate) => Object.create(Object.assign(new (class Tax {})(), { rate })) as object,
  'the prototype of a function': (rate) => {
    Old.prototype = { rate }
    return new Old()
  },
}
for (const [about, make] of Object.entries(lent)) {
  test(`what a receiver inherits counts where it is handed on: ${about}`, (t) => {
    const read = function (this: Rated): number {
      return hand(this)
    }
    t.deepEqual(resultsOf(t, read, make), [2, 3, 3, 2])
  })
}

// A client of Redis is made by Object.create from one that has the options: each got the first one's.
test('what a receiver inherits counts where a method of a package reads it', async (t) => {
  const home = join(temporaryDirectory(t), 'node_modules', 'store')
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'package.json'), '{"name":"store","version":"1.0.0","type":"module"}')
  writeFileSync(
    join(home, 'index.js'),
    `class Client { #options; self = this; constructor(options) { this.#options = options } get options() { return this.self.#options } }
    export const createClient = (options) => Object.create(new Client(options))`,
  )
  type Client = { options: Rated }
  const { createClient } = (await import(pathToFileURL(join(home, 'index.js')).href)) as {
    createClient(options: Rated): Client
  }
  const read = function (this: Client): number {
    return this.options.rate
  }
  t.deepEqual(
    resultsOf(t, read, (rate) => createClient({ rate })),
    [2, 3, 3, 2],
  )
})

test('a function that is called as `this()` counts', (t) => {
  const call = function (this: () => number): number {
    return this()
  }
  t.deepEqual(
    resultsOf(t, call, (rate) => () => rate),
    [2, 3, 3, 2],
  )
})
