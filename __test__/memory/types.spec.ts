// What the compiler must say of wrapped functions: `npm run check` reads this file, and a wrong type is an error there.
import test from 'ava'
import {
  type Age,
  type CacheOptions,
  type CachedFunction,
  type Dependency,
  type Duration,
  type EntryFilter,
  type EntryInfo,
  EngramError,
  type EngramErrorCode,
  type FunctionStats,
  type Limits,
  type Lookup,
  Memory,
  type MemoryMethodDecorator,
  type MemoryOptions,
  type MethodOptions,
  type ValueCodec,
  env,
  expiresAfter,
  packageOf,
} from '../../index.ts'

/** True for exactly the same type: `any` equals nothing but itself. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Does not compile unless `T` is true. */
const holds = <T extends true>(): T => true as T

const memory = new Memory(null)

interface Row {
  id: number
  tags?: readonly string[]
}

test('parameters and results keep their types', (t) => {
  const sync = memory.cache((_path: string, _limit?: number): Row[] => [])
  holds<Equal<Parameters<typeof sync>, [_path: string, _limit?: number | undefined]>>()
  holds<Equal<ReturnType<typeof sync>, Row[]>>()
  const rest = memory.cache((_first: Row, ...others: Row[]): number => others.length)
  holds<Equal<Parameters<typeof rest>, [_first: Row, ...others: Row[]]>>()
  const nothing = memory.cache(() => {})
  holds<Equal<ReturnType<typeof nothing>, void>>()
  const tuple = memory.cache((n: number) => [n, String(n)] as const)
  holds<Equal<ReturnType<typeof tuple>, readonly [number, string]>>()
  const array = memory.cache((n: number) => new Float64Array(n))
  holds<Equal<ReturnType<typeof array>, Float64Array<ArrayBuffer>>>()

  // @ts-expect-error a number is no path
  t.notThrows(() => sync(1))
  // @ts-expect-error the path is missing
  t.notThrows(() => sync())
  // @ts-expect-error there is no third parameter
  t.notThrows(() => sync('a', 1, 2))
})

test('async functions stay async', async (t) => {
  const load = memory.cache(async (id: number): Promise<Row> => ({ id }))
  holds<Equal<ReturnType<typeof load>, Promise<Row>>>()
  holds<Equal<Awaited<ReturnType<typeof load>>, Row>>()
  const row = await load(1)
  holds<Equal<typeof row, Row>>()
  const maybe = memory.cache((n: number): number | Promise<number> => n)
  holds<Equal<ReturnType<typeof maybe>, number | Promise<number>>>()
  t.deepEqual(row, { id: 1 })
})

test('generic functions stay generic', (t) => {
  const first = memory.cache(<T>(items: readonly T[]): T | undefined => items[0])
  const number = first([1, 2])
  holds<Equal<typeof number, number | undefined>>()
  const row = first<Row>([{ id: 1 }])
  holds<Equal<typeof row, Row | undefined>>()
  const pick = memory.cache(<T extends object, K extends keyof T>(value: T, key: K): T[K] => value[key])
  const id = pick({ id: 1, name: 'a' }, 'name')
  holds<Equal<typeof id, string>>()
  t.deepEqual([number, row, id], [1, { id: 1 }, 'a'])
  // @ts-expect-error there is no such key
  t.is(pick({ id: 1 }, 'name'), undefined)
})

test('overloaded functions keep all their signatures', (t) => {
  function parse(text: string): number
  function parse(text: string, many: true): number[]
  function parse(text: string, many?: true): number | number[] {
    return many === true ? text.split(',').map(Number) : Number(text)
  }
  const cached = memory.cache(parse)
  const one = cached('1')
  const many = cached('1,2', true)
  holds<Equal<typeof one, number>>()
  holds<Equal<typeof many, number[]>>()
  t.deepEqual([one, many], [1, [1, 2]])

  // What a wrapper has took the last signature only.
  const fresh = cached.refresh('1')
  holds<Equal<typeof fresh, number>>()
  const freshOnes = cached.refresh('1,2', true)
  holds<Equal<typeof freshOnes, number[]>>()
  t.deepEqual([cached.has('1'), cached.has('1', true)], [false, false])
  t.deepEqual([cached.key('1'), cached.key('1', true)], ['', ''])
  t.deepEqual([cached.forget('1'), cached.forget('1', true)], [false, false])
  t.deepEqual([cached.lookup('1').status, cached.lookup('1', true).status], ['miss', 'miss'])
  t.deepEqual([cached.explain('1').changed, cached.explain('1', true).changed], [[], []])
  holds<Equal<ReturnType<typeof cached.adopt>, number>>()
  t.is(cached.adopt(), 0)
  const evaluated = memory.eval(parse, '1')
  holds<Equal<typeof evaluated, number | number[]>>()
  // @ts-expect-error a number is none of the texts
  t.notThrows(() => cached.has(1))
  // @ts-expect-error there is no such overload
  t.notThrows(() => cached.key('1', false))
  memory.cache(parse, {
    storeIf: (value) => {
      holds<Equal<typeof value, number | number[]>>()
      return true
    },
  })
})

test('the methods of a generic function take what it takes', (t) => {
  // `refresh` gave unknown, and the others refused arguments that depend on each other.
  const first = memory.cache(<T>(items: readonly T[]): T | undefined => items[0])
  const number = first.refresh([1, 2])
  holds<Equal<typeof number, number | undefined>>()
  const pick = memory.cache(<T extends object, K extends keyof T>(value: T, key: K): T[K] => value[key])
  const id = pick.refresh({ id: 1, name: 'a' }, 'name')
  holds<Equal<typeof id, string>>()
  const filter = memory.cache(<T>(items: T[], keeps: (item: T) => boolean): T[] => items.filter(keeps))
  const odd = (n: number): boolean => n % 2 === 1
  t.deepEqual([first.has([1]), pick.has({ id: 1 }, 'id'), filter.has([1, 2], odd)], [false, false, false])
  t.deepEqual([first.key([1]), pick.key({ id: 1 }, 'id'), filter.key([1, 2], odd)], ['', '', ''])
  // @ts-expect-error the items are missing
  t.notThrows(() => filter.has())
  // @ts-expect-error a number is no array
  t.notThrows(() => first.has(1))
})

test('functions that take any cached function compile', (t) => {
  const wrapped: CachedFunction[] = [memory.cache((n: number) => n), memory.cache(async (text: string) => text)]
  function warm<F extends (...args: any[]) => unknown>(fn: CachedFunction<F>, ...args: Parameters<F>): boolean {
    if (!fn.has(...args)) fn.refresh(...args)
    return fn.forget(...args)
  }
  function named<F extends (...args: any[]) => unknown>(fn: F, options: CacheOptions<F>): CachedFunction<F> {
    return memory.cache(fn, options).with({ version: '1' })
  }
  class Loader<T> {
    readonly load: CachedFunction<(id: T) => T[]>
    constructor(load: (id: T) => T[]) {
      this.load = memory.cache(load)
    }
    again(id: T): T[] {
      return this.load.has(id) ? this.load(id) : this.load.refresh(id)
    }
  }
  const double = memory.cache((n: number) => n * 2)
  t.false(warm(double, 1))
  t.is(named((n: number) => n, { name: 'same' }).id, 'same')
  t.deepEqual(new Loader((id: number) => [id]).again(1), [1])
  t.is(wrapped.length, 2)
  // @ts-expect-error a string is no number
  t.notThrows(() => warm(double, '1'))
})

test('`this` and properties of a function keep their types', (t) => {
  const scale = memory.cache(function (this: { factor: number }, n: number): number {
    return this.factor * n
  })
  holds<Equal<ThisParameterType<typeof scale>, { factor: number }>>()
  t.is(scale.call({ factor: 2 }, 3), 6)
  holds<Equal<ThisParameterType<typeof scale.refresh>, { factor: number }>>()
  t.is(scale.refresh.call({ factor: 2 }, 3), 6)
  t.false(scale.has(3))
  // @ts-expect-error `this` has no factor
  t.is(scale.refresh.call({}, 3), Number.NaN)
})

test('what a function has besides keeps its type on the wrapper', (t) => {
  const client = Object.assign((path: string): string => path, {
    defaults: { base: 'a' },
    post: (path: string, _body: Row): Promise<Row> => Promise.resolve({ id: path.length }),
  })
  const cached = memory.cache(client)
  holds<Equal<typeof cached.defaults, { base: string }>>()
  holds<Equal<ReturnType<typeof cached.post>, Promise<Row>>>()
  holds<Equal<Parameters<typeof cached.post>, [path: string, _body: Row]>>()
  const other = cached.with({ name: 'client', version: '2' })
  holds<Equal<typeof other.post, typeof client.post>>()
  holds<Equal<typeof cached.fn.post, typeof client.post>>()
  t.is(other.defaults, client.defaults)
  // @ts-expect-error there is no such member
  t.is(cached.put, undefined)
})

test('type predicates survive', (t) => {
  const isText = memory.cache((value: unknown): value is string => typeof value === 'string')
  const value: unknown = 'a'
  if (isText(value)) holds<Equal<typeof value, string>>()
  t.true(isText(value))
})

test('the methods of a cached function take its parameters', (t) => {
  const f = memory.cache((_path: string, _limit?: number): Row[] => [])
  type Args = [_path: string, _limit?: number | undefined]
  holds<Equal<Parameters<typeof f.refresh>, Args>>()
  holds<Equal<ReturnType<typeof f.refresh>, Row[]>>()
  holds<Equal<Parameters<typeof f.has>, Args>>()
  holds<Equal<Parameters<typeof f.lookup>, Args>>()
  holds<Equal<Parameters<typeof f.key>, Args>>()
  holds<Equal<Parameters<typeof f.forget>, Args>>()
  holds<Equal<ReturnType<typeof f.has>, boolean>>()
  holds<Equal<ReturnType<typeof f.lookup>, Lookup>>()
  holds<Equal<ReturnType<typeof f.key>, string>>()
  holds<Equal<ReturnType<typeof f.forget>, boolean>>()
  holds<Equal<ReturnType<typeof f.clear>, number>>()
  holds<Equal<ReturnType<typeof f.stats>, FunctionStats>>()
  holds<Equal<typeof f.id, string>>()
  holds<Equal<typeof f.fn, (_path: string, _limit?: number) => Row[]>>()
  // @ts-expect-error a number is no path
  t.notThrows(() => f.refresh(1))
  // @ts-expect-error what a wrapper is stays
  t.throws(() => (f.id = 'other'))
})

test('with and wrapping again keep the types', (t) => {
  const f = memory.cache(async (_id: number): Promise<Row[]> => [])
  const other = f.with({ maxAge: '1d' })
  holds<Equal<typeof other, typeof f>>()
  const again = memory.cache(f, { version: '2' })
  holds<Equal<Parameters<typeof again>, [_id: number]>>()
  holds<Equal<ReturnType<typeof again>, Promise<Row[]>>>()
  const plain: (id: number) => Promise<Row[]> = again
  t.is(typeof plain, 'function')
})

test('eval has the types of the function', (t) => {
  const sum = memory.eval((a: number, b: number) => a + b, 1, 2)
  holds<Equal<typeof sum, number>>()
  t.is(sum, 3)
  // @ts-expect-error a string is no number
  memory.eval((a: number) => a, '1')
})

test('options know the function and refuse what is none', (t) => {
  memory.cache(async (_id: number): Promise<Row> => ({ id: 1 }), {
    storeIf: (row, info) => {
      holds<Equal<typeof row, Row>>()
      holds<Equal<typeof info, { durationMs: number; byteLength: number }>>()
      return row.id > 0
    },
    validate: (info) => {
      holds<Equal<typeof info, EntryInfo>>()
      return true
    },
    strategy: ({ name, args }) => {
      holds<Equal<typeof args, readonly unknown[]>>()
      return args.length > 0 ? name : null
    },
  })
  memory.cache(() => 1, { validate: expiresAfter({ days: 1 }), maxAge: '1d', strategy: false })
  holds<Equal<CacheOptions['singleFlight'], boolean | 'process' | undefined>>()
  holds<Equal<CacheOptions['waitTimeout'], Duration | undefined>>()
  holds<Equal<MemoryOptions['durability'], 'process' | 'power' | undefined>>()
  const f = (n: number): number => n
  // @ts-expect-error there is no such reach
  t.throws(() => memory.cache(f, { singleFlight: 'thread' }))
  // @ts-expect-error a duration is a number or a string
  t.throws(() => memory.cache(f, { waitTimeout: true }))
  // @ts-expect-error there is no such durability
  t.throws(() => new Memory({ durability: 'disk' }))
  // @ts-expect-error there is no such option
  t.throws(() => memory.cache(f, { maxage: 1 }))
  // @ts-expect-error there is no such strategy
  t.throws(() => memory.cache(f, { strategy: 'code' }))
  memory.cache(async () => 1, { validate: async () => true, storeIf: async (n) => n > 0 })
  // @ts-expect-error a validation answers with true or false
  t.notThrows(() => memory.cache(f, { validate: async () => 'yes' }))
  // @ts-expect-error there is no such mode
  t.throws(() => new Memory({ mode: 'on' }))
  // @ts-expect-error a string is no function
  t.throws(() => memory.cache('f'))
})

test('an option may be undefined, as if it was not there', (t) => {
  type Undefined<T> = { [K in keyof T]: undefined }
  // Under `exactOptionalPropertyTypes`, `{ version: maybeUndefined }` was refused.
  const none = <T>(...names: (keyof T)[]): Undefined<T> =>
    Object.fromEntries(names.map((name) => [name, undefined])) as Undefined<T>
  const options: CacheOptions = none<Required<CacheOptions>>('name', 'version', 'strategy', 'maxAge', 'storeIf')
  const ofMethods: MethodOptions = none<Required<MethodOptions>>('name', 'ignoreThis')
  const ofMemories: MemoryOptions = none<Required<MemoryOptions>>('project', 'mode', 'limits', 'clock')
  const limits: Limits = none<Required<Limits>>('maxBytes', 'maxEntries', 'maxAge')
  const filter: EntryFilter = none<Required<EntryFilter>>('name', 'olderThan', 'where')
  const age: Age = { ...none<Required<Age>>('weeks', 'days'), hours: 1 }
  const codec: Pick<ValueCodec<Row>, 'key'> = none<Required<Pick<ValueCodec<Row>, 'key'>>>('key')
  const closed = new Memory({ ...ofMemories, location: null })
  t.is(closed.cache((n: number) => n, options)(1), 1)
  t.is(typeof closed.cached(ofMethods), 'function')
  t.is(closed.reduce(limits).entries, 0)
  t.deepEqual([...closed.entries(filter)], [])
  t.is(typeof expiresAfter(age), 'function')
  t.is(codec.key, undefined)
})

test('durations are numbers and strings, of which editors know the usual ones', (t) => {
  const given: Duration[] = [0, '250ms', '30s', '15m', '24h', '7d', '36h', '1.5 hours']
  const computed: Duration = `${given.length}${t.title.length > 0 ? 'h' : 'd'}`
  const configured: Duration = String(process.env['UNSET'] ?? '1d')
  memory.cache(() => 1, { maxAge: computed, waitTimeout: configured })
  // @ts-expect-error a duration is a number or a string
  t.throws(() => memory.cache(() => 1, { maxAge: new Date() }))
})

test('dependencies have a type', (t) => {
  const deps: Dependency[] = [packageOf('ava'), env('HOME')]
  t.deepEqual(
    deps.map(({ kind }) => kind),
    ['package', 'environment'],
  )
})

test('a decorated method keeps its types, and what is no method does not compile', (t) => {
  class Shop {
    readonly region: string = 'a'
    @memory.cached({ ignoreThis: true, maxAge: '1d' })
    async prices(_day: string, _limit?: number): Promise<number[]> {
      return [this.region.length]
    }
    @memory.cached()
    static open<T>(item: T): T {
      return item
    }
  }
  holds<Equal<Parameters<Shop['prices']>, [_day: string, _limit?: number | undefined]>>()
  holds<Equal<ReturnType<Shop['prices']>, Promise<number[]>>>()
  const item = Shop.open({ id: 1 })
  holds<Equal<typeof item, { id: number }>>()
  holds<Equal<MethodOptions['ignoreThis'], boolean | undefined>>()
  const decorator: MemoryMethodDecorator = memory.cached()
  const older: MethodDecorator = decorator
  const shop = new Shop()
  const prices = memory.of(shop.prices, shop)
  holds<Equal<Parameters<typeof prices>, [_day: string, _limit?: number | undefined]>>()
  holds<Equal<ReturnType<typeof prices.refresh>, Promise<number[]>>>()
  holds<Equal<Parameters<typeof prices.has>, [_day: string, _limit?: number | undefined]>>()
  const opened = memory.of(Shop.open, Shop).refresh({ id: 1 })
  holds<Equal<typeof opened, { id: number }>>()
  // @ts-expect-error the receiver is missing
  t.throws(() => memory.of(shop.prices))
  // @ts-expect-error a number is no day
  t.notThrows(() => prices.key(1))
  t.is(typeof older, 'function')
  // @ts-expect-error there is no such option
  t.throws(() => memory.cached({ ignorethis: true }))
  t.throws(() => {
    class Bad {
      // @ts-expect-error a getter is no method
      @memory.cached()
      get size(): number {
        return 1
      }
    }
    return Bad
  })
})

test('the types of the package say what they stand for', (t) => {
  const f: CachedFunction<(n: number) => string> = memory.cache((n: number) => String(n))
  const options: CacheOptions<typeof f.fn> & { name: string } = { name: 'f', storeIf: (text) => text.length > 0 }
  const given: MemoryOptions = { location: new URL('file:///tmp/store'), verbose: 1 }
  const code: EngramErrorCode = new EngramError('ERR_CLOSED', '').code
  class Day extends Date {}
  memory.register(Day, { name: 'Day', encode: (day) => day.getTime(), decode: (ms: number) => new Day(ms) })
  class Plain {
    x = 1
  }
  memory.register(Plain)
  // @ts-expect-error no class
  const wrong = (): void => memory.register({ x: 1 })
  class Address extends URL {}
  // @ts-expect-error what decode gives is no instance of the class
  memory.register(Address, { name: 'Address', encode: (url) => url.href, decode: (href: string) => href })
  t.truthy([f, options, given, code, wrong])
})
