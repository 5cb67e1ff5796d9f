import test from 'ava'
import { type CallEvent, Memory } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory } from '../kit/temporary-store.ts'

/** What became of the calls of a memory from now on, and their keys. */
function listen(memory: Memory): { take(): string[]; keys: string[] } {
  const said: string[] = []
  const keys: string[] = []
  memory.on('call', ({ status, key }: CallEvent) => {
    said.push(status)
    keys.push(key)
  })
  return { take: () => said.splice(0), keys }
}

test('a method is cached by its `this` and its arguments', (t) => {
  const memory = openMemory(t)
  const calls = listen(memory)
  class Shop {
    readonly factor: number
    constructor(factor: number) {
      this.factor = factor
    }
    @memory.cached()
    price(n: number, _currency?: string): number {
      return n * this.factor
    }
  }
  t.deepEqual([new Shop(2).price(5), new Shop(3).price(5)], [10, 15])
  t.deepEqual([new Shop(2).price(5), new Shop(3).price(5), new Shop(2).price(5, undefined)], [10, 15, 10])
  t.deepEqual(calls.take(), ['miss', 'miss', 'hit', 'hit', 'hit'])
  t.regex([...memory.entries()][0]!.name, /cached-method\.spec\.ts#Shop\.price$/)
  t.deepEqual([new Shop(1).price.name, new Shop(1).price.length], ['price', 2])
})

test('async methods stay async, and equal calls under way at once run once', async (t) => {
  const memory = openMemory(t)
  const calls = listen(memory)
  class Shop {
    region = 'a'
    @memory.cached()
    async prices(day: string): Promise<string[]> {
      return [this.region, day]
    }
  }
  const [one, other] = [new Shop(), new Shop()]
  t.deepEqual(await Promise.all([one.prices('mon'), other.prices('mon')]), [
    ['a', 'mon'],
    ['a', 'mon'],
  ])
  t.deepEqual(calls.take(), ['miss', 'joined'])
  const again = one.prices('mon')
  t.true(again instanceof Promise)
  t.deepEqual(await again, ['a', 'mon'])
})

test('a static method has its class as `this`', (t) => {
  const memory = openMemory(t)
  const calls = listen(memory)
  class Shop {
    static factor = 2
    @memory.cached()
    static price(n: number): number {
      return n * this.factor
    }
    @memory.cached()
    price(n: number): number {
      return -n
    }
  }
  class Discount extends Shop {
    static override factor = 3
  }
  t.deepEqual([Shop.price(1), Discount.price(1), Shop.price(1), Discount.price(1)], [2, 3, 2, 3])
  t.is(new Shop().price(1), -1)
  Shop.factor = 5
  t.is(Shop.price(1), 5)
  t.deepEqual(calls.take(), ['miss', 'miss', 'hit', 'hit', 'miss', 'miss'])
})

test('private methods are cached too', (t) => {
  const memory = openMemory(t)
  const calls = listen(memory)
  class Shop {
    factor = 2
    @memory.cached()
    #price(n: number): number {
      return n * this.factor
    }
    price(n: number): number {
      return this.#price(n)
    }
  }
  t.deepEqual([new Shop().price(2), new Shop().price(2)], [4, 4])
  t.deepEqual(calls.take(), ['miss', 'hit'])
})

test('what is no method is refused, with the options of none', (t) => {
  const memory = openMemory(t)
  const decorate = memory.cached() as unknown as (target: unknown, context: unknown, descriptor?: unknown) => unknown
  for (const kind of ['getter', 'setter', 'field', 'accessor', 'class']) {
    throwsCode(t, 'ERR_INVALID_OPTION', () => decorate(() => 1, { kind, name: 'x', static: false }))
  }
  throwsCode(t, 'ERR_INVALID_OPTION', () => decorate({}, 'x', { get: () => 1 }))
  throwsCode(t, 'ERR_INVALID_OPTION', () => decorate({}, 'x'))
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.cached({ ignoreThis: 1 as never }))
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.cached((() => 1) as never))
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.cached({ maxage: 1 } as never))
  throwsCode(t, 'ERR_UNKNOWN_PARAMETER', () => {
    class Shop {
      @memory.cached({ ignore: ['m'] })
      price(n: number): number {
        return n
      }
    }
    return Shop
  })
})

test("TypeScript's older decorators take it as well", (t) => {
  const memory = openMemory(t)
  const calls = listen(memory)
  class Shop {
    static factor = 3
    factor = 2
    price(n: number): number {
      return n * this.factor
    }
    static price(n: number): number {
      return n * this.factor
    }
  }
  for (const target of [Shop, Shop.prototype]) {
    const descriptor = Object.getOwnPropertyDescriptor(target, 'price')!
    Object.defineProperty(target, 'price', memory.cached()(target, 'price', descriptor))
  }
  t.deepEqual([new Shop().price(1), new Shop().price(1), Shop.price(1), Shop.price(1)], [2, 2, 3, 3])
  t.deepEqual(calls.take(), ['miss', 'hit', 'miss', 'hit'])
  t.false(Object.keys(Shop.prototype).includes('price'))
})

test('classes that have methods of one name and text do not share entries', (t) => {
  const memory = openMemory(t)
  const calls = listen(memory)
  class Shop {
    @memory.cached({ version: '1' })
    load(n: number): string {
      return `shop ${n}`
    }
  }
  class Bank {
    @memory.cached({ version: '1' })
    load(n: number): string {
      return `shop ${n}`
    }
  }
  class Branch extends Bank {}
  new Shop().load(1)
  new Bank().load(1)
  new Branch().load(1)
  t.deepEqual(calls.take(), ['miss', 'miss', 'miss'])
  t.is(new Set(calls.keys).size, 3)
})

test('a subclass counts, and what it overrides; `super` reaches the method of the parent', (t) => {
  const memory = openMemory(t)
  const calls = listen(memory)
  class Shop {
    @memory.cached()
    load(n: number): number {
      return this.scale(n)
    }
    scale(n: number): number {
      return n
    }
  }
  class Double extends Shop {
    override scale(n: number): number {
      return super.scale(n) * 2
    }
  }
  class Logged extends Shop {
    override load(n: number): number {
      return super.load(n) + 100
    }
  }
  t.deepEqual([new Shop().load(1), new Double().load(1), new Logged().load(1)], [1, 2, 101])
  t.deepEqual([new Shop().load(1), new Double().load(1), new Logged().load(1)], [1, 2, 101])
  t.deepEqual(calls.take(), ['miss', 'miss', 'miss', 'hit', 'hit', 'hit'])
})

test('a method that reads nothing of `this` is cached without one', (t) => {
  const memory = openMemory(t)
  const calls = listen(memory)
  class Shop {
    @memory.cached()
    load(n: number): number {
      return n
    }
  }
  const { load } = new Shop()
  t.deepEqual([load(1), load(1), [1].map(load as (n: number) => number)], [1, 1, [1]])
  t.is(calls.take()[1], 'hit')
})

test('a memory that caches nothing changes nothing', (t) => {
  const memory = new Memory(null)
  class Shop {
    #secret = 1
    @memory.cached()
    load(n: number): number {
      return n + this.#secret++
    }
  }
  const shop = new Shop()
  t.deepEqual([shop.load(1), shop.load(1)], [2, 3])
})

test('a decorated method may be wrapped, and may call another one', (t) => {
  const memory = openMemory(t)
  const calls = listen(memory)
  class Shop {
    factor = 2
    @memory.cached()
    outer(n: number): number {
      return this.inner(n) + 1
    }
    @memory.cached()
    inner(n: number): number {
      return n * this.factor
    }
  }
  t.deepEqual([new Shop().outer(1), new Shop().inner(1), new Shop().outer(1)], [3, 2, 3])
  t.deepEqual(calls.take(), ['miss', 'miss', 'hit', 'hit'])
  const detached = memory.cache(new Shop().inner as (this: { factor: number }, n: number) => number)
  t.is(detached.call({ factor: 5 }, 2), 10)
})
