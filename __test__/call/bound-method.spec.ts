// What `memory.of` gives: the members of a cached function, for a decorated method on one object.
import test from 'ava'
import { type CallEvent, Memory } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory } from '../kit/temporary-store.ts'

/** What became of the calls of a memory from now on. */
function listen(memory: Memory): CallEvent[] {
  const events: CallEvent[] = []
  memory.on('call', (event) => events.push(event))
  return events
}

/** Status of each event so far, which are then forgotten. */
const taken = (events: CallEvent[]): string[] => events.splice(0).map(({ status }) => status)

test('a decorated method has the members of a cached function, for one object', async (t) => {
  // There was no way to look at, overwrite or drop the entries of a method's calls.
  const memory = openMemory(t)
  const events = listen(memory)
  class Shop {
    readonly region: string
    constructor(region: string) {
      this.region = region
    }
    @memory.cached()
    async prices(day: string, _currency = 'EUR'): Promise<string> {
      return `${this.region} ${day}`
    }
  }
  const [north, south] = [new Shop('north'), new Shop('south')]
  const prices = memory.of(north.prices, north)
  t.deepEqual([prices.has('mon'), prices.lookup('mon').status], [false, 'miss'])
  const first = await north.prices('mon')
  t.deepEqual([prices.has('mon'), prices.lookup('mon').status, prices.has('tue')], [true, 'hit', false])
  t.false(memory.of(south.prices, south).has('mon'), 'another object has another state')
  t.true(memory.of(new Shop('north').prices, new Shop('north')).has('mon'), 'an equal one has the same')
  t.is(prices.key('mon'), events[0]!.key)
  t.deepEqual(
    [...memory.entries()].map(({ name, key }) => [name, key]),
    [[prices.id, prices.key('mon')]],
  )
  t.is(await prices('mon'), first, 'it is called as the method is')
  t.deepEqual(
    prices.explain('tue').changed.map(({ part, name }) => `${part} ${name}`),
    ['argument day'],
  )
  t.is(await prices.refresh('mon'), first)
  t.true(prices.forget('mon'))
  t.deepEqual([prices.has('mon'), prices.forget('mon')], [false, false])
  t.deepEqual(taken(events), ['miss', 'hit', 'refresh'])
  t.is(await prices.fn('wed'), 'north wed')
  t.deepEqual([prices.name, prices.length], ['prices', 1])
  t.deepEqual(taken(events), [], 'calling fn leaves the cache alone')
})

test('clear and stats are of the calls on all objects of the class', (t) => {
  const memory = openMemory(t)
  class Shop {
    region: string
    constructor(region: string) {
      this.region = region
    }
    @memory.cached()
    size(n: number): number {
      return this.region.length * n
    }
  }
  const [north, south] = [new Shop('north'), new Shop('so')]
  t.deepEqual([north.size(1), south.size(1), north.size(1)], [5, 2, 5])
  const { hits, misses, entries } = memory.of(north.size, north).stats()
  t.deepEqual({ hits, misses, entries }, { hits: 1, misses: 2, entries: 2 })
  t.is(memory.of(south.size, south).clear(), 2)
  t.is(memory.stats().entries, 0)
})

test('static, private, inherited, overridden and symbol-named methods have them too', (t) => {
  const memory = openMemory(t)
  const load = Symbol('load')
  class Shop {
    static factor = 2
    factor = 3
    @memory.cached()
    static price(n: number): number {
      return n * this.factor
    }
    @memory.cached()
    #hidden(n: number): number {
      return n + this.factor
    }
    hidden(n: number): { value: number; isKnown: boolean } {
      const isKnown = memory.of(this.#hidden, this).has(n)
      return { value: this.#hidden(n), isKnown }
    }
    @memory.cached()
    [load](n: number): number {
      return n - this.factor
    }
    @memory.cached()
    inherited(n: number): number {
      return n * this.factor
    }
  }
  class Branch extends Shop {
    override inherited(n: number): number {
      return super.inherited(n) + (memory.of(super.inherited, this).has(n) ? 100 : 0)
    }
  }
  class Other extends Shop {
    static override factor = 5
  }
  t.deepEqual(
    [Shop.price(1), memory.of(Shop.price, Shop).has(1), memory.of(Other.price, Other).has(1)],
    [2, true, false],
  )
  const shop = new Shop()
  t.deepEqual(
    [shop.hidden(1), shop.hidden(1)],
    [
      { value: 4, isKnown: false },
      { value: 4, isKnown: true },
    ],
  )
  t.is(memory.of(shop[load], shop).refresh(1), -2)
  t.true(memory.of(shop[load], shop).has(1))
  const branch = new Branch()
  t.is(branch.inherited(1), 103)
  t.false(memory.of(shop.inherited, shop).has(1), 'another class of receiver has other entries')
  t.true(memory.of(new Other().inherited, branch).has(1), 'the receiver is what counts')
})

test("methods that TypeScript's older decorators decorated have them too", (t) => {
  const memory = openMemory(t)
  class Shop {
    factor = 2
    price(n: number): number {
      return n * this.factor
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Shop.prototype, 'price')!
  Object.defineProperty(Shop.prototype, 'price', memory.cached()(Shop.prototype, 'price', descriptor))
  const shop = new Shop()
  t.is(shop.price(2), 4)
  t.true(memory.of(shop.price, shop).has(2))
})

test('with gives the same method on the same object other options', (t) => {
  const memory = openMemory(t)
  class Shop {
    factor = 2
    @memory.cached({ ignoreThis: true, version: '1' })
    price(n: number, _currency?: string): number {
      return n * this.factor
    }
  }
  const shop = new Shop()
  const price = memory.of(shop.price, shop)
  const second = price.with({ ignore: ['_currency'] })
  t.is(second(2, 'EUR'), 4)
  t.deepEqual([second.has(2, 'USD'), price.has(2, 'EUR')], [true, false])
  shop.factor = 3
  t.true(second.has(2, 'EUR'), 'what is not named stays: the state of `this` is ignored')
  t.is(second.refresh(2), 6)
  throwsCode(t, 'ERR_INVALID_OPTION', () => price.with({ maxage: 1 } as never))
  throwsCode(t, 'ERR_UNKNOWN_PARAMETER', () => price.with({ ignore: ['nothing'] }))
})

test('what keeps calls on an object from the cache is thrown by those who ask about them', (t) => {
  const memory = openMemory(t, { onError: 'throw' })
  class Shop {
    readonly lock = new WeakMap()
    @memory.cached()
    price(n: number): number {
      return n
    }
  }
  const shop = new Shop()
  const price = memory.of(shop.price, shop)
  for (const ask of [price.has, price.key, price.lookup, price.explain, price.forget]) {
    throwsCode(t, 'ERR_UNHASHABLE', () => ask(1))
  }
})

test('a method that is not decorated by this memory is refused, and so is none', (t) => {
  const memory = openMemory(t)
  const other = new Memory(null)
  class Shop {
    @other.cached()
    price(n: number): number {
      return n
    }
    plain(n: number): number {
      return n
    }
  }
  const shop = new Shop()
  const cached = memory.cache((n: number) => n)
  const of = memory.of.bind(memory) as (...args: unknown[]) => unknown
  for (const method of [shop.price, shop.plain, cached, undefined, null, 'price', {}]) {
    throwsCode(t, 'ERR_INVALID_OPTION', () => of(method, shop))
  }
  throwsCode(t, 'ERR_INVALID_OPTION', () => (other.of as (...args: unknown[]) => unknown).call(other, shop.price))
  t.is(other.of(shop.price, shop)(1), 1)
  t.false(other.of(shop.price, shop).has(1))
})

test('wrapping a method on an object again needs a name and a version, and keeps its object', (t) => {
  const memory = openMemory(t)
  class Shop {
    factor = 2
    @memory.cached()
    price(n: number): number {
      return n * this.factor
    }
  }
  const shop = new Shop()
  throwsCode(t, 'ERR_UNNAMED_FUNCTION', () => memory.cache(memory.of(shop.price, shop)))
  t.is(memory.cache(memory.of(shop.price, shop), { name: 'price', version: '1' })(2), 4)
})
