// What joblib's own tests of Memory assert, for this library: test_memory.py and test_memory_async.py.
import test, { type ExecutionContext } from 'ava'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type CachedFunction, Memory, expiresAfter } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { blobsIn } from '../kit/files.ts'
import { StoppedClock } from '../kit/stopped-clock.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

/** "Computed once per argument": each of three arguments twice; `ran` gets one more element for each argument alone. */
async function checkRunsOncePerArgument(t: ExecutionContext, f: (n: number) => unknown, ran: unknown[]): Promise<void> {
  const before = ran.length
  for (let n = 0; n < 3; n++) {
    for (let round = 0; round < 2; round++) {
      t.is(await f(n), n)
      t.is(ran.length - before, n + 1)
    }
  }
}

// ----------------------------------------------------------------------- basics

for (const kind of ['sync', 'async'] as const) {
  test(`memory integration, ${kind}`, async (t) => {
    const memory = openMemory(t)
    const ran: number[] = []
    const f = (
      kind === 'sync'
        ? memory.cache((n: number) => (ran.push(n), n))
        : memory.cache(async (n: number) => (ran.push(n), n))
    ) as CachedFunction<(n: number) => unknown>
    await checkRunsOncePerArgument(t, f, ran)

    // Cleared by the memory, by the function, and deleted from under it, it computes again.
    memory.clear()
    await checkRunsOncePerArgument(t, f, ran)
    f.clear()
    await checkRunsOncePerArgument(t, f, ran)
    rmSync(memory.location!, { recursive: true })
    // A store looks for its directory only now and then.
    await setTimeout(300)
    t.is(await f(10), 10)
    t.is(await f(10), 10)

    // eval is the same as a call.
    const before = ran.length
    t.is(await memory.eval(f.fn, 10), 10)
    t.is(ran.length, before)
    t.is(await memory.eval(f.fn, 11), 11)
    t.is(await f(11), 11)
    t.is(ran.length, before + 1)
  })

  test(`no memory, ${kind}: each call runs`, async (t) => {
    const memory = new Memory(null)
    let ran = 0
    const f = kind === 'sync' ? memory.cache((n: number) => (ran++, n)) : memory.cache(async (n: number) => (ran++, n))
    for (let round = 1; round <= 3; round++) {
      t.is(await f(1), 1)
      t.is(ran, round)
    }
    t.is(memory.clear(), 0)
    t.is(memory.clear({ name: 'f' }), 0)
    t.deepEqual([...memory.entries()], [])
  })

  test(`an error is raised by every call and never cached, ${kind}`, async (t) => {
    class CustomError extends Error {}
    let ran = 0
    const fail = (): never => {
      ran++
      throw new CustomError()
    }
    const f = openMemory(t).cache(kind === 'sync' ? () => fail() : async () => fail())
    for (let round = 1; round <= 3; round++) {
      await t.throwsAsync(async () => f(), { instanceOf: CustomError })
      t.is(ran, round)
    }
  })
}

test('options objects stand for keyword arguments: their order does not count, a new value does', async (t) => {
  const memory = openMemory(t)
  const ran: number[] = []
  const f = memory.cache((n: number, { scale = 1, offset = 0 }: { scale?: number; offset?: number } = {}) => {
    ran.push(n)
    return n * scale + offset
  })
  await checkRunsOncePerArgument(t, f, ran)
  const before = ran.length
  t.is(f(2, { scale: 3, offset: 1 }), 7)
  t.is(f(2, { offset: 1, scale: 3 }), 7)
  t.is(ran.length, before + 1)
  t.is(f(2, { scale: 4, offset: 1 }), 9)
  t.is(ran.length, before + 2)
})

test('lambdas, and functions made from text, are cached', async (t) => {
  const memory = openMemory(t)
  const ran: number[] = []
  await checkRunsOncePerArgument(
    t,
    memory.cache((n: number) => (ran.push(n), n)),
    ran,
  )
  const evaluated = new Function('ran', 'return (n) => (ran.push(n), n * 1)')(ran) as (n: number) => number
  await checkRunsOncePerArgument(t, memory.cache(evaluated), ran)
})

test('partial application is cached under a name and a version', async (t) => {
  const ran: number[] = []
  const add = (offset: number, n: number): number => (ran.push(n), offset + n)
  const partial = openMemory(t).cache(add.bind(null, 0), { name: 'add-nothing', version: '1' })
  await checkRunsOncePerArgument(t, partial, ran)
})

test('an argument that the function changes is keyed by its value at the time of the call', (t) => {
  const memory = openMemory(t)
  let ran = 0
  const f = memory.cache((list: number[]) => {
    ran++
    const { length } = list
    list.push(1)
    return length
  })
  const list: number[] = []
  for (let round = 0; round < 3; round++) t.is(f([]), 0)
  t.is(ran, 1)
  t.deepEqual([f(list), f([0]), f([0])], [0, 1, 1])
  t.is(ran, 2)
})

test('options given once hold for every call', (t) => {
  const f = openMemory(t).cache((_x: number, _y: number) => Math.random(), { ignore: ['_y'] })
  t.is(f(1, 2), f(1, 3))
  t.not(f(1, 2), f(2, 2))
})

test.serial('a result whose files are gone is computed again', async (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  let ran = 0
  const f = memory.cache((n: number) => (ran++, new Float64Array(n).fill(1)))
  f(20_000)
  await memory.close()
  rmSync(join(memory.location!, 'blobs'), { recursive: true })
  const again = openMemory(t, { location: memory.location }).cache(f)
  t.is(again(20_000)[19_999], 1)
  t.is(ran, 2)
  t.deepEqual(warnings.codes(), ['ERR_CORRUPT'])
})

// -------------------------------------------------------------------- arguments

test('an ignored argument does not change the key', (t) => {
  let ran = 0
  const f = openMemory(t).cache((x: number, _y = 1) => (ran++, x), { ignore: ['_y'] })
  for (const y of [0, 1, 2, undefined]) t.is(f(0, y), 0)
  t.is(ran, 1)
  f(1)
  t.is(ran, 2)
})

test('ignoring works through a decorator that names the parameters', (t) => {
  let ran = 0
  const decorated =
    (fn: (x: number, y: number) => number) =>
    (...args: [number, number]) =>
      fn(...args)
  const inner = (x: number, _y: number): number => (ran++, x)
  const f = openMemory(t).cache(decorated(inner), { params: ['x', 'y'], ignore: ['y'] })
  for (const y of [1, 2, 3]) t.is(f(0, y), 0)
  t.is(ran, 1)
})

test('filter_args: what of f(x, y), h(x, y, ...args) and k(...args) makes the key', (t) => {
  const memory = openMemory(t)
  const f = (_x?: number, _y = 0): void => {}
  const same = (one: string, other: string): boolean => t.is(one, other)
  const ignoring = (...ignore: (string | number)[]) => memory.cache(f, { ignore })
  same(memory.cache(f).key(1), memory.cache(f).key(1, undefined))
  same(ignoring('_x').key(1, 5), ignoring('_x').key(2, 5))
  same(ignoring('_y').key(0, 1), ignoring('_y').key(0))
  same(ignoring('_x', '_y').key(1, 2), ignoring('_x', '_y').key())
  t.not(ignoring('_y').key(1), ignoring('_y').key(2))

  const h = (_x: number, _y = 0, ..._args: number[]): void => {}
  const plain = memory.cache(h)
  t.not(plain.key(1, 2, 3, 4), plain.key(1, 2, 3))
  const rest = memory.cache(h, { ignore: ['_args'] })
  same(rest.key(1, 2, 25), rest.key(1, 2))
  t.not(rest.key(1, 2), rest.key(1, 3))
  const k = memory.cache((..._args: number[]): void => {}, { ignore: ['_args'] })
  same(k.key(1, 2), k.key())
})

test('ignoring what is not there, or no list, is an error', (t) => {
  const memory = openMemory(t)
  throwsCode(t, 'ERR_UNKNOWN_PARAMETER', () => memory.cache((_x: number) => 1, { ignore: ['y'] }))
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.cache((_x: number) => 1, { ignore: '_x' as never }))
})

// ------------------------------------------------------------ identity and code

test.serial('two functions of one name give their own results, and no warning is needed', (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  const a = memory.cache(function named(n: number) {
    return n
  })
  const b = memory.cache(function named(n: number) {
    return n + 1
  })
  t.deepEqual([a(1), b(1), a(1)], [1, 2, 1])
  const [x, y] = [memory.cache((n: number) => n * 2), memory.cache((n: number) => n * 3)]
  t.deepEqual([x(0), y(1), x(1), y(1)], [0, 3, 2, 3])
  t.deepEqual(warnings.codes(), [])
})

test('an edited file computes again only for the functions that changed', async (t) => {
  const directory = temporaryDirectory(t)
  const file = join(directory, 'module.mjs')
  mkdirSync(directory, { recursive: true })
  const ran: string[] = []
  Object.assign(globalThis, { joblibRan: ran })
  t.teardown(() => Reflect.deleteProperty(globalThis, 'joblibRan'))
  const memory = openMemory(t)
  const load = async (text: string, edition: number): Promise<CachedFunction<(x: number) => number>> => {
    writeFileSync(file, text)
    const module = (await import(`${pathToFileURL(file).href}?edition=${edition}`)) as { f: (x: number) => number }
    return memory.cache(module.f)
  }
  const text = 'export function f(x) { joblibRan.push(String(x)); return x }\n'
  const first = await load(text, 1)
  for (const x of [1, 2, 1]) first(x)
  // Blank lines above it change nothing.
  const moved = await load(`\n\n${text}`, 2)
  t.deepEqual([moved(1), moved(1)], [1, 1])
  t.deepEqual(ran, ['1', '2'])
  const changed = await load(text.replace('String(x)', '`x=${x}`'), 3)
  // The text in the file is not what runs until it is loaded.
  t.is(first(1), 1)
  t.deepEqual([changed(1), changed(1)], [1, 1])
  t.deepEqual(ran, ['1', '2', 'x=1'])
  t.is(first(2), 2)
  t.deepEqual(ran, ['1', '2', 'x=1'])
})

// ---------------------------------------------------------------------- queries

for (const verdict of [true, false]) {
  test(`has is false before a call and ${verdict} after it, as the validation says`, (t) => {
    const f = openMemory(t).cache((n: number) => n, { validate: () => verdict })
    t.is(f.has(2), false)
    f(2)
    t.is(f.has(2), verdict)
    t.is(new Memory(null).cache(f).has(2), false)
  })
}

test('refresh forces a run, with and without a store', async (t) => {
  for (const memory of [openMemory(t), new Memory(null)]) {
    let ran = 0
    const f = memory.cache((_n: number) => ++ran)
    t.deepEqual([f.refresh(5), f.refresh(5)], [1, 2])
    const later = memory.cache(async (_n: number) => ++ran)
    t.deepEqual([await later.refresh(5), await later.refresh(5)], [3, 4])
    // Forced results are found by the next call.
    if (memory.location !== null) t.deepEqual([f(5), await later(5)], [2, 4])
  }
})

// ------------------------------------------------------------------- validation

test('a validation that is no function is refused', (t) => {
  throwsCode(t, 'ERR_INVALID_OPTION', () => openMemory(t).cache(() => 1, { validate: true as never }))
})

for (const verdict of [true, false]) {
  test(`a validation that always says ${verdict} ${verdict ? 'hits' : 'runs each time'}`, (t) => {
    const f = openMemory(t).cache((_n: number) => Math.random(), { validate: () => verdict })
    t.is(f(2) === f(2), verdict)
  })
}

test('a validation may keep only what took long', async (t) => {
  const ran: number[] = []
  const refused: number[] = []
  const f = openMemory(t).cache(async (ms: number) => (ran.push(ms), setTimeout(ms, ms)), {
    validate: (info) => {
      if (info.durationMs <= 250) refused.push(info.durationMs)
      return info.durationMs > 250
    },
  })
  for (const ms of [1, 1, 300, 300]) await f(ms)
  // On a busy machine a short run may take long too.
  t.deepEqual(ran, refused.length === 0 ? [1, 300] : [1, 1, 300])
})

test('expires_after: a hit before, a run after', (t) => {
  const clock = new StoppedClock()
  const f = openMemory(t, { clock: clock.read }).cache((_n: number) => Math.random(), {
    validate: expiresAfter({ seconds: 0.3 }, clock.read),
  })
  const first = f(2)
  t.is(f(2), first)
  clock.now += 301
  const second = f(2)
  t.not(second, first)
  t.is(f(2), second)
})

test('a size below zero or an age below zero is an error', (t) => {
  throwsCode(t, 'ERR_INVALID_OPTION', () => openMemory(t).cache(() => 1, { maxAge: -1 }))
  throwsCode(t, 'ERR_INVALID_OPTION', () => openMemory(t).clear({ olderThan: -1 }))
})

// ------------------------------------------------------------------- corruption

test.serial('a corrupted payload gives one warning and a newer result', (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  let ran = 0
  const f = memory.cache((n: number) => (ran++, { at: ran, values: new Float64Array(n) }))
  const first = f(20_000)
  for (const blob of blobsIn(memory.location!)) {
    rmSync(blob)
    writeFileSync(blob, 'garbage')
  }
  const second = f(20_000)
  t.true(second.at > first.at)
  t.is(f(20_000).at, second.at)
  t.deepEqual(warnings.codes(), ['ERR_CORRUPT'])
})

// ----------------------------------------------------------------------- stores

test('the location may be a path or a URL', (t) => {
  const directory = temporaryDirectory(t)
  const memory = openMemory(t, { location: pathToFileURL(join(directory, 'store')) })
  t.is(memory.location, join(directory, 'store'))
  memory.cache(() => 1)()
  t.true(existsSync(fileURLToPath(pathToFileURL(join(directory, 'store')))))
})

test('a new store gets a .gitignore; one that is there is left as it is', (t) => {
  const memory = openMemory(t)
  memory.cache(() => 1)()
  t.true(readFileSync(join(memory.location!, '.gitignore'), 'utf8').split('\n').includes('*'))

  const location = join(temporaryDirectory(t), 'mine')
  mkdirSync(location)
  writeFileSync(join(location, '.gitignore'), 'mine\n')
  openMemory(t, { location }).cache(() => 1)()
  t.is(readFileSync(join(location, '.gitignore'), 'utf8'), 'mine\n')
})

test('clearing never deletes what others keep in the directory', (t) => {
  const location = temporaryDirectory(t)
  mkdirSync(join(location, 'data'))
  writeFileSync(join(location, 'data/rows.csv'), '1')
  const memory = openMemory(t, { location })
  memory.cache(() => new Uint8Array(100_000))()
  memory.clear()
  t.is(readFileSync(join(location, 'data/rows.csv'), 'utf8'), '1')
})

// ------------------------------------------------------------------------ arrays

test('arrays count by value', (t) => {
  const memory = openMemory(t)
  let ran = 0
  const f = memory.cache((array: Float64Array) => (ran++, array.map((value) => value * 2)))
  for (let size = 1; size < 100_000; size *= 10) {
    const array = Float64Array.from({ length: size }, (_, i) => i + size)
    const before = ran
    for (let round = 0; round < 3; round++)
      t.deepEqual(
        f(array.slice()),
        array.map((value) => value * 2),
      )
    t.is(ran, before + 1)
    array[0] = -1
    f(array)
    t.is(ran, before + 2)
  }
})

// ------------------------------------------------------------- wrong results in joblib

test('forced results are found by later calls', (t) => {
  let ran = 0
  const f = openMemory(t).cache((_n: number) => ++ran)
  f.refresh(1)
  t.is(f(1), 1)
})

test('the key does not depend on which parts of an argument are shared', (t) => {
  const f = openMemory(t).cache((value: unknown) => value)
  const part = { rows: [1, 2] }
  t.is(f.key([part, part]), f.key([{ rows: [1, 2] }, { rows: [1, 2] }]))
})
