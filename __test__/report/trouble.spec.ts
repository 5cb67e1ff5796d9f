import test, { type ExecutionContext } from 'ava'
import { chmodSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EngramError, type EngramErrorCode, type Memory, type MemoryOptions } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { blobsIn } from '../kit/files.ts'
import { StoppedClock } from '../kit/stopped-clock.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

// Process warnings are one stream for all tests of a file: these run one after the other.

/** What fails, by the code that says so. `fails` makes calls in pairs, so that a second warning would be seen. */
interface Failure {
  code: EngramErrorCode
  options?: (t: ExecutionContext) => MemoryOptions
  call(memory: Memory): unknown
}

const failures: Record<string, Failure> = {
  'an argument that cannot be hashed': {
    code: 'ERR_UNHASHABLE',
    call: (memory) =>
      memory.cache(function f(value: unknown) {
        return typeof value
      })(Symbol('s')),
  },
  'an object whose state nobody can see, as an argument': {
    code: 'ERR_UNHASHABLE',
    call: (memory) =>
      memory.cache(function f(value: unknown) {
        return typeof value
      })(new WeakMap()),
  },
  'a getter that throws': {
    code: 'ERR_UNHASHABLE',
    call: (memory) =>
      memory.cache(function f(_value: unknown) {
        return 1
      })({
        get broken() {
          throw new RangeError()
        },
      }),
  },
  'a key function that throws': {
    code: 'ERR_INVALID_OPTION',
    call: (memory) =>
      memory.cache((n: number) => n, {
        strategy: () => {
          throw new RangeError()
        },
      })(1),
  },
  'a key function that gives no text': {
    code: 'ERR_INVALID_OPTION',
    call: (memory) => memory.cache((n: number) => n, { strategy: (() => 5) as never })(1),
  },
  'a result that cannot be stored': {
    code: 'ERR_UNSERIALIZABLE',
    call: (memory) => typeof memory.cache((_n: number) => ({ inner: [() => 1] }))(1),
  },
  'a storeIf that throws': {
    code: 'ERR_INVALID_OPTION',
    call: (memory) =>
      memory.cache((n: number) => n, {
        storeIf: () => {
          throw new RangeError()
        },
      })(1),
  },
  'a location that is a file': {
    code: 'ERR_STORE_UNAVAILABLE',
    options: (t) => {
      const location = join(temporaryDirectory(t), 'file')
      writeFileSync(location, 'mine')
      return { location }
    },
    call: (memory) => memory.cache((n: number) => n)(1),
  },
}

for (const [what, { code, options, call }] of Object.entries(failures)) {
  test.serial(`${what}: the call gives its value and one warning, or ${code} under 'throw'`, (t) => {
    const warnings = collectWarnings()
    const tolerant = openMemory(t, options?.(t))
    const value = call(tolerant)
    t.not(value, undefined)
    t.is(call(tolerant), value)
    t.deepEqual(warnings.codes(), [code])

    const strict = openMemory(t, { ...options?.(t), onError: 'throw' })
    throwsCode(t, code, () => call(strict))
    t.deepEqual(warnings.codes(), [code])
  })
}

test.serial('the path of what cannot be hashed or stored is told', (t) => {
  const memory = openMemory(t, { onError: 'throw' })
  const f = memory.cache((_options: unknown) => ({ a: [{ callback: () => 1 }] }))
  const unhashable = t.throws(() => f({ items: [1, { callback: Symbol('s') }] }), { instanceOf: EngramError })
  t.is(unhashable?.path, 'args[0].items[1].callback')
  const unserializable = t.throws(() => f(1), { instanceOf: EngramError })
  t.true(unserializable?.path?.endsWith('.a[0].callback'))
})

test.serial('async functions fail alike: the value and a warning, or a rejection', async (t) => {
  const warnings = collectWarnings()
  const f =
    async (_n: number): Promise<() => number> =>
    () =>
      1
  const tolerant = openMemory(t).cache(f)
  t.is((await tolerant(1))(), 1)
  t.deepEqual(warnings.codes(), ['ERR_UNSERIALIZABLE'])
  const strict = openMemory(t, { onError: 'throw' }).cache(f)
  const results = await Promise.allSettled([strict(1), strict(1)])
  const errors = results.map((result) => (result as PromiseRejectedResult).reason as EngramError)
  t.deepEqual(
    errors.map((error) => error.code),
    ['ERR_UNSERIALIZABLE', 'ERR_UNSERIALIZABLE'],
  )
})

test.serial('a cause is said once for each function', (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  const one = memory.cache((_value: unknown) => 1, { name: 'one' })
  const other = memory.cache((_value: unknown) => 1, { name: 'other' })
  for (let round = 0; round < 3; round++) t.is(one(Symbol('s')), other(Symbol('s')))
  t.is(warnings.codes().length, 2)
})

test.serial('a function without trouble gives no warning', async (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  const f = memory.cache((n: number) => n)
  f(1)
  f(1)
  f.has(2)
  await memory.close()
  t.deepEqual(warnings.codes(), [])
})

test.serial('after close, calls run and say so once; of functions that are never cached nothing is said', async (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  let runs = 0
  const f = memory.cache((n: number) => (runs++, n))
  const never = memory.cache((n: number) => n, { strategy: false, name: 'never' })
  f(1)
  await memory.close()
  t.deepEqual([f(1), f(1), f.refresh(1), never(1)], [1, 1, 1, 1])
  t.is(runs, 4)
  t.deepEqual(warnings.codes(), ['ERR_CLOSED'])
  t.is(memory.cache((n: number) => n, { name: 'late' })(2), 2)
  t.deepEqual(warnings.codes(), ['ERR_CLOSED', 'ERR_CLOSED'])
})

test.serial('a run that ends after its memory was closed gives its value and a warning', async (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  // Keeps the store itself open.
  const other = openMemory(t, { location: memory.location })
  let finish!: (value: number) => void
  const f = memory.cache(() => new Promise<number>((resolve) => (finish = resolve)))
  const pending = f()
  await memory.close()
  finish(5)
  t.is(await pending, 5)
  t.false(other.cache(f).has())
  t.deepEqual(warnings.codes(), ['ERR_CLOSED'])
})

// --------------------------------------------------------------------- damaged entries

const damages: Record<string, (blob: string) => void> = {
  missing: (blob) => rmSync(blob),
  'cut short': (blob) => {
    chmodSync(blob, 0o600)
    truncateSync(blob, 1000)
  },
}

for (const [what, damage] of Object.entries(damages)) {
  test.serial(`an entry whose file is ${what} is dangling: one warning, a run, and it is whole again`, (t) => {
    const warnings = collectWarnings()
    for (const onError of ['warn', 'throw'] as const) {
      let runs = 0
      const memory = openMemory(t, { onError })
      const f = memory.cache((n: number) => (runs++, new Uint8Array(100_000).fill(n)))
      f(1)
      for (const blob of blobsIn(memory.location!)) damage(blob)
      t.deepEqual(f.lookup(1), { status: 'miss', reason: 'dangling', key: f.key(1) })
      t.false(f.has(1))
      t.is(f(1)[99_999], 1)
      t.is(f(1)[99_999], 1)
      t.is(runs, 2)
    }
    t.deepEqual(warnings.codes(), ['ERR_CORRUPT', 'ERR_CORRUPT'])
  })
}

for (const onError of ['warn', 'throw'] as const) {
  test.serial(`an entry whose codec cannot decode it is run anew and replaced under '${onError}'`, (t) => {
    const warnings = collectWarnings()
    class Point {}
    let isBroken = true
    const decode = (): Point => {
      if (isBroken) throw new RangeError()
      return new Point()
    }
    const clock = new StoppedClock()
    const memory = openMemory(t, { onError, clock: clock.read })
    memory.register(Point, { name: 'Point', encode: () => 1, decode })
    const reasons: unknown[] = []
    memory.on('call', ({ reason }) => reasons.push(reason))
    const f = memory.cache((n: number) => ({ point: new Point(), values: new Uint8Array(n) }))
    for (const length of [1, 100_000]) {
      isBroken = true
      f(length)
      clock.now++
      t.true(f(length).point instanceof Point)
      const found = f.lookup(length)
      t.is(found.status === 'hit' && found.info.createdAt, clock.now)
      isBroken = false
      t.true(f(length).point instanceof Point)
    }
    t.deepEqual(reasons, ['absent', 'corrupt', undefined, 'absent', 'corrupt', undefined])
    t.deepEqual(warnings.codes(), ['ERR_CORRUPT'])
  })
}

test.serial('a result of a class that is no longer registered is run anew', (t) => {
  const warnings = collectWarnings()
  const location = join(temporaryDirectory(t), 'store')
  class Point {}
  let runs = 0
  const make = (): { kind: string } => (runs++ === 0 ? (new Point() as { kind: string }) : { kind: 'plain' })
  const first = openMemory(t, { location })
  first.register(Point, { name: 'Point', encode: () => 1, decode: () => new Point() })
  first.cache(make)()
  const second = openMemory(t, { location })
  t.deepEqual([second.cache(make)().kind, second.cache(make)().kind], ['plain', 'plain'])
  t.is(runs, 2)
  t.is(warnings.codes().length, 1)
})

test.serial('a store that is deleted meanwhile is made again', async (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  let runs = 0
  const f = memory.cache((n: number) => (runs++, new Uint8Array(100_000).fill(n)))
  f(1)
  rmSync(memory.location!, { recursive: true })
  await new Promise((done) => setTimeout(done, 300))
  t.deepEqual([f(1)[0], f(2)[0]], [1, 2])
  t.deepEqual([f(1)[0], f(2)[0]], [1, 2])
  t.true(runs <= 4)
  t.deepEqual(
    warnings.codes().filter((code) => code !== 'ERR_CORRUPT'),
    [],
  )
})
