// What a function has besides being called, as `axios.get`: its wrapper had none of it, though its type said so.
import test from 'ava'
import { openMemory } from '../kit/temporary-store.ts'

/** A client as packages make them. */
function makeClient() {
  function request(path: string): string {
    return `${request.defaults.base}${path}`
  }
  request.defaults = { base: 'a/' }
  request.calls = 0
  request.post = function (this: unknown, path: string): unknown[] {
    return [this === request, path]
  }
  request.plain = (): string => 'plain'
  request.id = 'of the client'
  return request
}

test('the properties of a function are there on its wrapper', (t) => {
  const client = makeClient()
  Object.defineProperty(client, 'hidden', { value: 'not enumerable' })
  const cached = openMemory(t).cache(client)
  t.is(cached.defaults, client.defaults)
  t.is(cached.plain, client.plain)
  t.is((cached as unknown as { hidden: string }).hidden, 'not enumerable')
  t.true('post' in cached)
  t.false('put' in cached)
  t.true(Object.prototype.isPrototypeOf.call(Function.prototype, cached))
})

test('a function that is such a property is called on the original', (t) => {
  const cached = openMemory(t).cache(makeClient())
  t.deepEqual(cached.post('x'), [true, 'x'])
  t.is(cached.post, cached.post)
  t.is(cached.post.length, 1)
  t.deepEqual(cached.post.call({}, 'x'), [false, 'x'])
})

test('accessors run on the original, and inherited and static members are found', (t) => {
  class Base {
    static inherited = 'inherited'
  }
  class Table extends Base {
    static readonly #rows = 3
    static Row = class Row {}
    static get rows(): number {
      return this.#rows
    }
  }
  const made = Object.setPrototypeOf((n: number) => n, Table) as ((n: number) => number) & typeof Table
  Object.defineProperty(made, 'self', {
    get(this: unknown) {
      return this
    },
  })
  const cached = openMemory(t).cache(made) as unknown as typeof Table & { self: unknown }
  t.is(cached.inherited, 'inherited')
  t.is(cached.Row, Table.Row)
  t.true(new cached.Row() instanceof Table.Row)
  t.is(cached.self, made)
})

test('they are read at the time, and assigned to the original', (t) => {
  const client = makeClient() as ReturnType<typeof makeClient> & { later?: number }
  const cached = openMemory(t).cache(client)
  t.is(cached.later, undefined)
  client.later = 1
  t.is(cached.later, 1)
  cached.later = 2
  cached.calls++
  t.deepEqual([client.later, client.calls], [2, 1])
})

test("engram's own members win, and `fn` has the function's", (t) => {
  const client = makeClient()
  const cached = openMemory(t).cache(client, { name: 'client' })
  t.is(cached.id as string, 'client')
  t.is(cached.fn.id, 'of the client')
  t.false(cached.has('x'))
  t.deepEqual([cached.name, cached.length], ['request', 1])
})

test('a frozen function shows its properties too', (t) => {
  const frozen = Object.freeze(
    Object.assign((n: number) => n, {
      self(this: unknown) {
        return this
      },
    }),
  )
  t.is(openMemory(t).cache(frozen).self(), frozen)
})

test('wrapped again, under other options, bound and decorated: all show them', (t) => {
  const memory = openMemory(t)
  const client = makeClient()
  t.is(memory.cache(memory.cache(client), { version: '2' }).defaults, client.defaults)
  t.is(memory.cache(client).with({ version: '3' }).plain, client.plain)
  const tagged = Object.assign((n: number) => n, { tag: 'of the method' })
  class Shop {
    declare prices: typeof tagged
  }
  Shop.prototype.prices = memory.cached()(tagged, { kind: 'method', name: 'prices', static: false } as never) as never
  const shop = new Shop()
  t.is(shop.prices.tag, 'of the method')
  t.is((memory.of(shop.prices, shop) as unknown as typeof tagged).tag, 'of the method')
})

test('what another function reads of it is in the key of that function', (t) => {
  const memory = openMemory(t)
  const inner = memory.cache(Object.assign((n: number) => n, { rate: 2 }))
  const outer = memory.cache((n: number) => inner(n) * inner.rate)
  t.is(outer(1), 2)
  inner.rate = 3
  t.is(outer(1), 3)
})

test('call, apply and bind are those of the wrapper', (t) => {
  let runs = 0
  const self = {}
  const f = openMemory(t).cache((n: number) => (runs++, n))
  t.deepEqual([f.call(self, 1), f.apply(self, [1]), f.bind(self, 1)()], [1, 1, 1])
  t.is(runs, 1)
})
