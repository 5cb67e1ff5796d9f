import test from 'ava'
import { EventEmitter } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { pathToFileURL } from 'node:url'
import { types } from 'node:util'
import type { EngramError } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

// Instances of classes that nobody registered entered keys by their names alone: a client with another address got the
// first one's data.

class Hidden {
  #state: unknown
  constructor(state: unknown) {
    this.#state = state
  }
  get(): unknown {
    return this.#state
  }
}
class Derived extends Hidden {
  readonly #own = 1
  own(): number {
    return this.#own
  }
}
class Labelled extends Map<string, unknown> {
  readonly label = 'prices'
}
class Rows extends Array<unknown> {
  columns: unknown
}
class Bytes extends Uint8Array {}
class Failure extends Error {
  readonly status: unknown
  constructor(status: unknown) {
    super('failed')
    this.status = status
  }
}
class Client {
  readonly pool: unknown
  constructor(pool: unknown) {
    this.pool = pool
  }
}
class Bound {
  readonly state: unknown
  constructor(state: unknown) {
    this.state = state
    for (const name of ['one', 'two', 'three'] as const) this[name] = this[name].bind(this)
  }
  one(): unknown {
    return this.state
  }
  two(): unknown {
    return this.state
  }
  three(): unknown {
    return this.state
  }
}
class Arrow {
  readonly state: unknown
  constructor(state: unknown) {
    this.state = state
  }
  get = (): unknown => this.state
}
const kept = new WeakMap<object, unknown>()
class Kept {
  constructor(state: unknown) {
    kept.set(this, { state })
  }
  get(): unknown {
    return kept.get(this)
  }
}
const slots = new WeakMap<object, unknown>()
const slotsOf = slots.get.bind(slots)
const stateOf = (one: object): unknown => slotsOf(one)
class Slotted {
  constructor(state: unknown) {
    slots.set(this, { state })
  }
  get(): unknown {
    return stateOf(this)
  }
}
const tags = new WeakMap<object, unknown>()
const tag = (one: object, state: unknown): unknown => tags.set(one, { state })
const tagOf = (one: object): unknown => tags.get(one)
class Tagged {
  readonly name = 'tagged'
  constructor(state: unknown) {
    tag(this, state)
  }
  get(): unknown {
    return tagOf(this)
  }
}
const files = { byObject: new WeakMap<object, unknown>() }
class Filed {
  readonly name = 'filed'
  constructor(state: unknown) {
    files.byObject.set(this, { state })
  }
  get(): unknown {
    return files.byObject.get(this)
  }
}
class LoudMap extends Map<string, unknown> {
  override get size(): number {
    return 7
  }
}
class LoudSearch extends URLSearchParams {
  override toString(): string {
    return 'loud'
  }
}
class LoudPattern extends RegExp {
  override get source(): string {
    return 'loud'
  }
}
class LoudBytes extends Uint8Array {
  override get length(): number {
    return 0
  }
  override get byteLength(): number {
    return 0
  }
}
class Priced extends Intl.NumberFormat {
  readonly state: number
  constructor(state: number) {
    super('en')
    this.state = state
  }
}
class Sorted extends URLSearchParams {
  readonly #state: number
  constructor(state: number) {
    super('a=1')
    this.#state = state
  }
  get state(): number {
    return this.#state
  }
}
class Cyclic {
  readonly self = this
  readonly state: unknown
  constructor(state: unknown) {
    this.state = state
  }
}
class Emitter extends EventEmitter {
  constructor(state: unknown) {
    super()
    this.on('data', () => state)
  }
}

function older(state: unknown): object {
  function Shop(this: { state: unknown }): void {
    this.state = state
  }
  Shop.prototype.get = function (this: { state: unknown }): unknown {
    return this.state
  }
  return new (Shop as unknown as new () => object)()
}

function closing(state: unknown): object {
  const client = new Client(1) as Client & { get?: () => unknown; again?: () => unknown }
  client.get = () => [state, client]
  client.again = () => client.get!()
  return client
}

function scale(from: unknown): (() => unknown) & { domain(domain: unknown): void } {
  let domain = from
  return Object.assign(() => domain, { domain: (next: unknown) => void (domain = next) })
}

/** Functions that packages make of one another, each a trap of the next one. */
function layered(state: unknown): () => unknown {
  let made = (): unknown => state
  for (let layer = 0; layer < 40; layer++) {
    const inner = made
    made = new Proxy(() => 1, { apply: () => inner() })
  }
  return made
}

function listened(state: number): EventTarget {
  const target = new EventTarget()
  target.addEventListener('a', () => state)
  return target
}

/** A class whose static fields were set since it was made. */
function rated(rate: number, hidden = 1): { type: unknown; instance: object } {
  class Rated {
    static rate = 0
    static #hidden = 0
    static set(next: number): void {
      Rated.#hidden = next
    }
    get(): number[] {
      return [Rated.rate, Rated.#hidden]
    }
  }
  Rated.rate = rate
  Rated.set(hidden)
  return { type: Rated, instance: new Rated() }
}

/** What holds a state in some way or other. */
const holders: readonly (readonly [what: string, make: (state: number) => unknown])[] = [
  ['a private field', (state) => new Hidden(state)],
  ['a private field of a parent', (state) => new Derived(state)],
  ['an entry of a derived Map', (state) => new Labelled([['a', state]])],
  ['an element of a derived array', (state) => Rows.from([state])],
  // What overrides that by which a built-in type is read was taken for equal, or refused as if it changed meanwhile.
  ['an entry of a derived Map with a size of its own', (state) => new LoudMap([['a', state]])],
  ['a parameter of a query with a text of its own', (state) => new LoudSearch({ a: String(state) })],
  ['a derived pattern with a source of its own', (state) => new LoudPattern(`a{${state}}`)],
  ['an element of a derived typed array with a length of its own', (state) => LoudBytes.of(state)],
  ['a property of a derived formatter', (state) => new Priced(state)],
  ['a private field of a derived query', (state) => new Sorted(state)],
  ['what was put on a formatter', (state) => Object.assign(new Intl.NumberFormat('en'), { state })],
  // It was left out where these were passed.
  ['what was put on a Map', (state) => Object.assign(new Map([['a', 1]]), { state })],
  ['what was put on a date', (state) => Object.assign(new Date(0), { state })],
  ['what was put on a pattern', (state) => Object.assign(/a/, { state: { state } })],
  ['what was put on a boxed text', (state) => Object.assign(new String('ab'), { state })],
  ['what was put on a buffer', (state) => Object.assign(new ArrayBuffer(2), { state })],
  ['what was put on a Map that it leads back to', (state) => circled(state)],
  // Plain data that `Symbol.for` names was refused, as tools, patterns and containers of packages are made.
  ['what plain data has under a symbol of all', (state) => ({ [Symbol.for('state')]: state, a: 1 })],
  ['what plain data has under a symbol of the language', (state) => ({ [Symbol.toStringTag]: String(state) })],
  ['what deep data has under a symbol of all', (state) => nested(300, { [Symbol.for('state')]: state })],
  ['a property of a derived array', (state) => Object.assign(Rows.from([1]), { columns: state })],
  ['an element of a derived typed array', (state) => Bytes.from([state])],
  ['a property of a derived error', (state) => new Failure(state)],
  ['an instance within an instance', (state) => new Client(new Client({ sizes: [state] }))],
  ['an instance within plain data', (state) => ({ all: [new Client(state)] })],
  ['a private field within an instance', (state) => new Client(new Map([['a', new Hidden(state)]]))],
  ['methods that are bound to an instance', (state) => new Bound(state)],
  ['an arrow function that a class makes', (state) => new Arrow(state)],
  ['a weak map', (state) => new Kept(state)],
  ['a weak map behind helpers', (state) => new Slotted(state)],
  // It counted by its property alone.
  ['a weak map behind helpers, beside a property', (state) => new Tagged(state)],
  ['a weak map in an object', (state) => new Filed(state)],
  ['an instance that holds itself', (state) => new Cyclic(state)],
  ['a listener', (state) => new Emitter(state)],
  ['a class of older code', older],
  ['functions that close over the instance', closing],
  ['a prototype that is no class', (state) => Object.create({ state })],
  ['a method of a prototype that is no class', (state) => Object.create({ get: () => state })],
  ['a property named by a symbol', (state) => Object.assign(new Client(1), { [Symbol('state')]: state })],
  ['what holds the clock of the platform', (state) => new Client([performance, state])],
  ['a symbol', (state) => new Client({ kind: Symbol(`kind ${state}`) })],
  ['what a plain object has under a symbol', (state) => new Client({ [Symbol('state')]: state })],
  ['a function of Node in native code', (state) => new Client([types.isArrayBuffer, state])],
  ['a trap of a proxy that leads to another proxy', layered],
  ['a property that is not listed', (state) => Object.defineProperty(new Client(1), 'state', { value: state })],
  ['an accessor', (state) => Object.defineProperty(new Client(1), 'state', { get: () => state })],
  ['a proxy that makes up its members', (state) => new Proxy({}, { get: () => state })],
  // It counted as an empty object.
  ['a proxy that makes up its members, deep within data', (state) => nested(300, new Proxy({}, { get: () => state }))],
  ['a proxy of a function', (state) => new Proxy(() => 1, { get: () => state })],
  ['an agent', (state) => new Agent({ maxSockets: state })],
  ['a listener of an event target', listened],
  ['what was put on a function', (state) => Object.assign(() => 1, { unit: state })],
  ['what was put on a function under a symbol', (state) => Object.assign(() => 1, { [Symbol('unit')]: state })],
  ['a static field', (state) => rated(state).instance],
  ['a static field of a class', (state) => rated(state).type],
  ['a private static field', (state) => rated(1, state).instance],
  ['a formatter', (state) => new Client(new Intl.NumberFormat('en', { minimumFractionDigits: state }))],
  [
    'a class that a function made',
    (state) =>
      class {
        get = (): number => state
      },
  ],
  ['a function with a variable that another one sets', (state) => scale(state)],
  [
    'a function that counts on',
    (state) =>
      (() => {
        let n = state
        return () => n++
      })(),
  ],
]

function strict<T extends object>(known: T): T {
  return new Proxy(known, {
    get(target, name) {
      if (typeof name === 'string' && !(name in target)) throw new Error(`no ${name}`)
      return Reflect.get(target, name) as unknown
    },
  })
}

function circled(state: number): Map<string, unknown> {
  const map = new Map<string, unknown>()
  return map.set('map', Object.assign(map, { state: { map, state } }))
}

function nested(levels: number, value: unknown): unknown {
  let outer = value
  for (let level = 0; level < levels; level++) outer = level % 2 === 0 ? { outer } : [outer]
  return outer
}

for (const [what, make] of holders) {
  test(`what ${what} holds is in the key of who captured it, and of who is passed it`, (t) => {
    const memory = openMemory(t)
    const capturing = (held: unknown): string => memory.cache((n: number) => [n, held], { name: what }).key(1)
    const passed = memory.cache((held: unknown) => typeof held, { name: `${what}, passed` })
    t.is(capturing(make(1)), capturing(make(1)))
    t.not(capturing(make(1)), capturing(make(2)))
    t.is(passed.key(make(1)), passed.key(make(1)))
    t.not(passed.key(make(1)), passed.key(make(2)))
  })
}

// A container of dependencies had its calls uncached, as it was asked for a name that it does not know.
test('what a proxy gives under the names that it knows is in the key, and no other name is asked for', (t) => {
  const memory = openMemory(t)
  const keyFor = (state: number): string => {
    const held = strict({ state })
    return memory.cache((n: number) => [n, held.state], { name: 'strict' }).key(1)
  }
  t.is(keyFor(1), keyFor(1))
  t.not(keyFor(1), keyFor(2))
})

test('what a method named `write` reads is in the key of who captured its object', (t) => {
  const memory = openMemory(t)
  const keyFor = (encoding: BufferEncoding): string => {
    const decoder = new StringDecoder(encoding)
    return memory.cache((bytes: Buffer) => decoder.write(bytes), { name: 'decode' }).key(Buffer.from('abc'))
  }
  t.is(keyFor('hex'), keyFor('hex'))
  t.not(keyFor('hex'), keyFor('latin1'))
})

// An instance of mathjs, whose functions hold each other, had its first call take minutes.
test.serial('what leads to more values than can be looked at is not cached, and says so', (t) => {
  const warnings = collectWarnings()
  const made = Array.from({ length: 4100 }, (_, i) => (held: object) => () => [i, held])
  const all = made.map((make, i) => make({ i }))
  const f = openMemory(t).cache(() => all.length)
  t.deepEqual([f(), f()], [4100, 4100])
  t.regex(warnings.messages()[0]!, /more than can be looked at/)
})

test('the code of a class is in the key of its instances', (t) => {
  const memory = openMemory(t)
  const made = (text: string): object => new (new Function(`return class Shop { ${text} }`)() as new () => object)()
  const passed = memory.cache((shop: object) => typeof shop)
  t.is(passed.key(made('get() { return 1 }')), passed.key(made('get() { return 1 /* one */ }')))
  t.not(passed.key(made('get() { return 1 }')), passed.key(made('get() { return 2 }')))
})

test('a captured instance that changes is another value', (t) => {
  const client = new Client(1)
  const hidden = { value: new Hidden(1) }
  const f = openMemory(t).cache((n: number) => [n, client, hidden].length)
  const keys = [f.key(1)]
  ;(client as { pool: unknown }).pool = 2
  keys.push(f.key(1))
  hidden.value = new Hidden(2)
  keys.push(f.key(1))
  Object.assign(client, { pool: { added: () => 1 } })
  keys.push(f.key(1))
  t.is(new Set(keys).size, 4)
})

/** What nobody can see, and what it is called. */
const unseen: readonly (readonly [kind: RegExp, make: () => unknown])[] = [
  [/is a network socket/, () => new Socket()],
  [/is an abort signal/, () => new AbortController().signal],
  [/is a promise/, () => Promise.resolve(1)],
  [/is a WeakMap/, () => new WeakMap()],
  [/is an iterator/, () => [1].values()],
  [/an iterator/, () => (function* () {})()],
  [/is a stream/, () => new ReadableStream()],
  [/is a response/, () => new Response('')],
]

for (const [kind, make] of unseen) {
  test.serial(`what ${String(kind)} has the call run uncached, with one warning that names path and remedy`, (t) => {
    const warnings = collectWarnings()
    const memory = openMemory(t)
    const db = { pool: { socket: make() } }
    const client = new Client(db)
    let runs = 0
    const f = memory.cache((n: number) => (runs++, [n, typeof client, client].length))
    t.deepEqual([f(1), f(1)], [3, 3])
    t.is(runs, 2)
    t.deepEqual(warnings.codes(), ['ERR_UNHASHABLE'])
    t.regex(warnings.messages()[0]!, kind)
    t.regex(warnings.messages()[0]!, /`client\.pool\.pool\.socket` .*argument.*ignore: \['client'\].*version/)
    const g = memory.cache((held: unknown) => typeof held)
    const error = t.throws<EngramError>(() => g.key(db), { code: 'ERR_UNHASHABLE' })
    t.is(error.path, 'args[0].pool.socket')
    t.regex(error.message, kind)
  })
}

test('what the user says does not matter is not in the key', (t) => {
  const memory = openMemory(t)
  const capturing = (db: unknown, stats: number, ignore: string[]): string => {
    const client = Object.assign(new Client(db), { stats: { sent: stats } })
    return memory.cache((n: number) => [n, client], { name: 'load', captures: { ignore } }).key(1)
  }
  t.is(capturing(1, 1, ['client']), capturing(2, 2, ['client']))
  t.is(capturing(1, 1, ['client.stats.sent']), capturing(1, 2, ['client.stats.sent']))
  t.not(capturing(1, 1, ['client.stats']), capturing(2, 1, ['client.stats']))
  t.not(capturing(1, 1, []), capturing(1, 2, []))
  t.notThrows(() => capturing(new Socket(), 1, ['client.pool']))
  for (const captures of [{ ignore: 'db' }, { ignore: [1] }, {}, { ignore: [], more: 1 }])
    throwsCode(t, 'ERR_INVALID_OPTION', () => memory.cache(() => 1, { captures: captures as never }))
})

test.serial('an instance that changes while the function runs is said once, and explained by its path', (t) => {
  const warnings = collectWarnings()
  const client = Object.assign(new Client(1), { stats: { sent: 0 }, count: (): unknown => client.stats.sent++ })
  const count = (one: { stats: { sent: number } }): unknown => one.stats.sent++
  const f = openMemory(t).cache((n: number) => [n, count(client)].length)
  f(1)
  t.deepEqual(
    f.explain(1).changed.map(({ part, name }) => [part, name]),
    [['capture', 'client.stats.sent']],
  )
  f(1)
  f(1)
  t.deepEqual(warnings.codes(), ['ERR_UNHASHABLE'])
  t.regex(warnings.messages()[0]!, /`client\.stats\.sent`.*ignore: \['client\.stats\.sent'\]/)
})

test('a dependency that cannot be read is an error where it is named', (t) => {
  const memory = openMemory(t)
  for (const dep of [new Socket(), new WeakMap(), Symbol('s'), new Client(new Socket())])
    throwsCode(t, 'ERR_UNHASHABLE', () => memory.cache(() => 1, { deps: [dep] }))
})

test('a captured promise counts by what it was fulfilled with, and not before', async (t) => {
  const memory = openMemory(t, { onError: 'throw' })
  const capturing = (rows: Promise<number>): (() => Promise<number>) & { key(): string } =>
    memory.cache(async () => (await rows) * 2, { name: 'double' })
  const [one, other] = [Promise.resolve(1), Promise.resolve(2)]
  t.is(capturing(one).key(), capturing(Promise.resolve(1)).key())
  t.not(capturing(one).key(), capturing(other).key())
  let fulfil = (_rows: number): void => {}
  const late = capturing(new Promise((resolve) => (fulfil = resolve)))
  throwsCode(t, 'ERR_UNHASHABLE', () => late.key())
  fulfil(1)
  t.is(late.key(), capturing(one).key())
})

// The method of a request that a package had made was taken for an export of the package: each request got the first one's.
test('an object that a package made counts where one of its methods uses it', async (t) => {
  const home = join(temporaryDirectory(t), 'node_modules', 'requests')
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'package.json'), '{"name":"requests","version":"1.0.0","type":"module"}')
  writeFileSync(
    join(home, 'index.js'),
    `const core = { base: '', url(path) { return { ...this, base: this.base + path } }, default() {}, twice(n) { return 2 * n } }
    export const requests = (base) => ({ ...core, base })`,
  )
  const { requests } = (await import(pathToFileURL(join(home, 'index.js')).href)) as {
    requests(base: string): { base: string; url(path: string): { base: string }; twice(n: number): number }
  }
  const memory = openMemory(t)
  const [one, same, other] = ['http://one', 'http://one', 'http://other'].map((base) => {
    const it = requests(base)
    return [
      memory.cache(() => it.url('/users').base, { name: 'url' }).key(),
      memory.cache(() => it.twice(1), { name: 'twice' }).key(),
    ]
  })
  t.deepEqual(one, same)
  t.not(one![0], other![0])
  t.is(one![1], other![1])
})

test('what a weak map behind helpers keeps of a receiver is in the key', (t) => {
  const read = openMemory(t).cache(function read(this: Slotted) {
    // oxlint-disable-next-line typescript/no-this-alias -- that hands it on
    const it = this
    return it.get()
  })
  const runs = [1, 1, 2].map((state) => read.call(new Slotted(state)))
  t.deepEqual(runs, [{ state: 1 }, { state: 1 }, { state: 2 }])
})

// What such an object had in properties that no loop shows was not seen, and one without any of its own was refused.
test('what an instance inherits from an object of no class is in the key', (t) => {
  const memory = openMemory(t)
  class Tax {
    rate: number
    constructor(rate: number) {
      this.rate = rate
    }
  }
  const read = memory.cache(function read(it: { rate: number }) {
    return it.rate
  })
  const make: ((rate: number) => { rate: number })[] = [
    (rate) => Object.create(new Tax(rate)) as Tax,
    (rate) => Object.create(Object.create(new Tax(rate)) as Tax) as Tax,
    (rate) => Object.create(Object.defineProperty({}, 'rate', { value: rate })) as Tax,
    (rate) => Object.assign(Object.create(Object.defineProperty({}, 'rate', { value: rate })), { id: 1 }) as Tax,
  ]
  for (const one of make) {
    t.deepEqual([read(one(2)), read(one(3)), read(one(3))], [2, 3, 3])
    t.is(read.key(one(2)), read.key(one(2)))
  }
  t.is(memory.stats().hits, 4)
})
