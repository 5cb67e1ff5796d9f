import test from 'ava'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EngramError, Memory } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { StoppedClock } from '../kit/stopped-clock.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

// ---------------------------------------------------------------------- opening

test('the location is a path, a file URL or null, and is told as an absolute path', async (t) => {
  const directory = temporaryDirectory(t)
  const memories = [new Memory(directory), new Memory(pathToFileURL(directory)), new Memory({ location: directory })]
  for (const memory of memories) t.is(resolve(memory.location!), directory)
  const relative = new Memory('.engram')
  t.is(relative.location, resolve('.engram'))
  t.is(new Memory(null).location, null)
  await Promise.all([...memories, relative].map((memory) => memory.close()))
})

test('the directory is made by the first run, not by opening, wrapping or looking up', (t) => {
  const memory = openMemory(t)
  const f = memory.cache((n: number) => n)
  t.false(f.has(1))
  t.false(existsSync(memory.location!))
  f(1)
  t.true(existsSync(memory.location!))
})

test('a store outlives the memory that wrote it', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  let runs = 0
  const f = (n: number): Map<number, Uint8Array> => (runs++, new Map([[n, new Uint8Array(100_000).fill(n)]]))
  for (let opening = 0; opening < 3; opening++) {
    const memory = new Memory(location)
    t.deepEqual(memory.cache(f)(7), new Map([[7, new Uint8Array(100_000).fill(7)]]))
    await memory.close()
  }
  t.is(runs, 1)
})

test('two memories on one directory share entries; one goes on after the other is closed', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const [one, other] = [openMemory(t, { location }), openMemory(t, { location })]
  let runs = 0
  const f = (n: number): number => (runs++, n)
  const [first, second] = [one.cache(f), other.cache(f)]
  first(1)
  t.true(second.has(1))
  second(1)
  t.is(runs, 1)
  second(2)
  t.is([...one.entries()].length, 2)

  await one.close()
  t.deepEqual([second(1), second(2), second(3)], [1, 2, 3])
  t.is(runs, 3)
  second.forget(1)
  second(1)
  t.is(runs, 4)
})

test('results never cross projects or domains', (t) => {
  const location = join(temporaryDirectory(t), 'store')
  let runs = 0
  const f = (n: number): number => (runs++, n)
  const scopes = [{}, { project: 'a' }, { project: 'b' }, { domain: 'a' }, { project: 'a', domain: 'a' }]
  const functions = scopes.map((scope) => openMemory(t, { location, ...scope }).cache(f))
  const options = scopes.map((scope) => openMemory(t, { location, project: 'x', domain: 'y' }).cache(f, scope))
  for (let round = 0; round < 2; round++) for (const one of [...functions, ...options]) one(1)
  // Options go before the memory's; ('a', 'a') is the same whoever says it.
  t.is(runs, scopes.length * 2 - 1)
})

// ------------------------------------------------------------------------- eval

test('eval runs a function once for equal arguments', async (t) => {
  const memory = openMemory(t)
  let runs = 0
  const f = (n: number): number => (runs++, n * 2)
  t.deepEqual([memory.eval(f, 2), memory.eval(f, 2), memory.eval(f, 3)], [4, 4, 6])
  t.is(await memory.eval(async (n: number) => n, 1), 1)
  t.is(runs, 2)
  t.true(memory.cache(f).has(2))
})

// ---------------------------------------------------------------------- classes

class Celsius {
  readonly degrees: number
  constructor(degrees: number) {
    this.degrees = degrees
  }
}

test('instances of a registered class are arguments and results', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  let runs = 0
  const warmer = (from: Celsius): Celsius[] => (runs++, [new Celsius(from.degrees + 1)])
  for (let opening = 0; opening < 2; opening++) {
    const memory = new Memory(location)
    memory.register(Celsius, {
      name: 'Celsius',
      encode: (value) => value.degrees,
      decode: (degrees: number) => new Celsius(degrees),
    })
    const [result] = memory.cache(warmer)(new Celsius(20))
    t.true(result instanceof Celsius)
    t.is(result?.degrees, 21)
    await memory.close()
  }
  t.is(runs, 1)
})

test('what a codec gives for keys stands for the instance there', (t) => {
  const memory = openMemory(t)
  memory.register(Celsius, {
    name: 'Celsius',
    encode: (value) => value.degrees,
    decode: (degrees: number) => new Celsius(degrees),
    key: (value) => Math.round(value.degrees),
  })
  const f = memory.cache((value: Celsius) => value.degrees)
  t.deepEqual([f(new Celsius(20.1)), f(new Celsius(19.9)), f(new Celsius(21))], [20.1, 20.1, 21])
})

test('a codec without name, encode or decode, or for no class, is an invalid option', (t) => {
  const memory = openMemory(t)
  const codec = { name: 'Celsius', encode: () => 1, decode: () => new Celsius(1) }
  for (const missing of ['name', 'encode', 'decode']) {
    throwsCode(t, 'ERR_INVALID_OPTION', () => memory.register(Celsius, { ...codec, [missing]: undefined as never }))
  }
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.register({} as typeof Celsius, codec))
  memory.register(Celsius, codec)
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.register(class Other extends Celsius {}, codec))
})

// ---------------------------------------------------------------------- entries

function filled(t: Parameters<typeof openMemory>[0]) {
  const clock = new StoppedClock()
  const memory = openMemory(t, { clock: clock.read })
  const load = memory.cache(function load(n: number) {
    return n
  })
  const train = memory.cache((n: number) => -n, { name: 'train', project: 'p', domain: 'd' })
  for (const n of [1, 2, 3]) {
    clock.now += 1000
    load(n)
    clock.now += 1000
    train(n)
  }
  return { clock, memory, load, train }
}

test('entries lists the facts of every result, newest first', (t) => {
  const { memory, load, train, clock } = filled(t)
  const entries = [...memory.entries()]
  const keys = [3, 2, 1].flatMap((n) => [train.key(n), load.key(n)])
  t.deepEqual(
    entries.map((info) => info.key),
    keys,
  )
  t.is(entries[0]!.createdAt, clock.now)
  const found = load.lookup(2)
  t.deepEqual(found.status === 'hit' && found.info, entries[3])
})

test('entries takes those that match every field of the filter', (t) => {
  const { memory, load, train, clock } = filled(t)
  const count = (filter: Parameters<Memory['entries']>[0]): number => [...memory.entries(filter)].length
  t.is(count({}), 6)
  t.is(count({ name: 'load' }), 3)
  t.is(count({ name: load.id }), 3)
  t.is(count({ name: 'oad' }), 0)
  t.is(count({ project: 'p' }), 3)
  t.is(count({ domain: 'd', name: 'load' }), 0)
  t.is(count({ key: train.key(2) }), 1)
  t.is(count({ where: (info) => info.key === load.key(1) }), 1)
  t.is(count({ olderThan: 1000 }), 4)
  t.is(count({ olderThan: '1s', name: 'train' }), 2)
  clock.now += 1
  t.is(count({ olderThan: 1000 }), 5)
  t.is(count({ olderThan: 0 }), 6)
})

test('entries lists more than it takes from the store at a time', (t) => {
  const memory = openMemory(t)
  const f = memory.cache((n: number) => n)
  for (let n = 0; n < 1000; n++) f(n)
  t.is(new Set(Array.from(memory.entries(), (info) => info.key)).size, 1000)
  t.is(memory.clear({ name: f.id }), 1000)
})

test('entries may be dropped while they are listed', (t) => {
  const { memory } = filled(t)
  let dropped = 0
  for (const info of memory.entries()) dropped += memory.clear({ key: info.key })
  t.is(dropped, 6)
  t.is([...memory.entries()].length, 0)
})

test('an unknown or unreadable filter is refused at once', (t) => {
  const { memory } = filled(t)
  for (const filter of [{ nmae: 'load' }, { olderThan: -1 }, { olderThan: 'long' }, { where: true }, null, 'load']) {
    throwsCode(t, 'ERR_INVALID_OPTION', () => memory.entries(filter as never))
    throwsCode(t, 'ERR_INVALID_OPTION', () => memory.clear(filter as never))
  }
  t.is([...memory.entries()].length, 6)
})

// ------------------------------------------------------------------------ clear

test('clear drops what matches, or everything, and says how many went', (t) => {
  const { memory, load, train } = filled(t)
  t.is(memory.clear({ name: 'train', where: (info) => info.key !== train.key(2) }), 2)
  t.deepEqual([train.has(1), train.has(2), train.has(3), load.has(1)], [false, true, false, true])
  t.is(memory.clear(), 4)
  t.is(memory.clear(), 0)
  t.is(load(1), 1)
  t.true(load.has(1))
})

test('clear takes the files of large results with it and leaves files of others alone', (t) => {
  const memory = openMemory(t)
  const f = memory.cache((n: number) => new Uint8Array(200_000).fill(n))
  f(1)
  writeFileSync(join(memory.location!, 'mine.txt'), 'mine')
  t.is(memory.stats().blobs, 1)
  memory.clear()
  t.like(memory.stats(), { entries: 0, blobs: 0, blobBytes: 0 })
  t.is(readFileSync(join(memory.location!, 'mine.txt'), 'utf8'), 'mine')
})

// ------------------------------------------------------------------------- ends

test('every method of a closed memory says so, and calls of its functions run', async (t) => {
  const memory = openMemory(t, { onError: 'throw' })
  const f = memory.cache((n: number) => n)
  const never = memory.cache((n: number) => n, { strategy: false })
  f(1)
  const entries = memory.entries()
  await memory.close()
  await memory.close()
  const wrappedLater = memory.cache((n: number) => n)
  const actions = [
    () => memory.entries(),
    () => [...entries],
    () => memory.stats(),
    () => memory.clear(),
    () => memory.clear({ name: 'f' }),
    () => memory.reduce({ maxEntries: 1 }),
    () => memory.eval((n: number) => n, 1),
    ...[f, wrappedLater, f.with({ maxAge: 1 })].flatMap((cached) => [
      () => cached(1),
      () => cached.refresh(1),
      () => cached.has(1),
      () => cached.lookup(1),
      () => cached.key(1),
      () => cached.forget(1),
      () => cached.clear(),
      () => cached.stats(),
    ]),
  ]
  for (const action of actions) throwsCode(t, 'ERR_CLOSED', action)
  t.is(never(1), 1)
})

test('`await using` closes a memory', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  let left: Memory
  {
    await using memory = new Memory(location)
    memory.cache((n: number) => n)(1)
    left = memory
  }
  t.is(t.throws(() => left.stats(), { instanceOf: EngramError })?.code, 'ERR_CLOSED')
})
