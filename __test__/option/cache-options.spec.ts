import test from 'ava'
import { type EntryInfo, expiresAfter } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { StoppedClock } from '../kit/stopped-clock.ts'
import { openMemory } from '../kit/temporary-store.ts'

// -------------------------------------------------------- what stands for the code

/** Two functions of one name whose texts differ. */
function versions() {
  const before = function work(n: number): number {
    return n + 1
  }
  const after = function work(n: number): number {
    return n + 2
  }
  return { before, after }
}

for (const strategy of ['codeHash', 'syntaxHash'] as const) {
  test(`${strategy}: another text is another key, and the old one hits again`, (t) => {
    const memory = openMemory(t, { strategy })
    const { before, after } = versions()
    t.deepEqual([memory.cache(before)(1), memory.cache(after)(1)], [2, 3])
    t.true(memory.cache(before).has(1))
    t.is(memory.cache(before, { strategy: 'codeHash' }).stats().entries, strategy === 'codeHash' ? 1 : 0)
    t.is([...memory.entries()][0]?.strategy, strategy)
  })
}

test('codeHash: a comment counts', (t) => {
  const memory = openMemory(t)
  const plain = new Function('return function work(n) { return n }')() as (n: number) => number
  const commented = new Function('return function work(n) { /* why */ return n }')() as (n: number) => number
  const options = { strategy: 'codeHash' } as const
  memory.cache(plain, options)(1)
  t.false(memory.cache(commented, options).has(1))
})

test('inputHash: the code does not count, the name does', (t) => {
  const memory = openMemory(t)
  const { before, after } = versions()
  t.is(memory.cache(before, { strategy: 'inputHash' })(1), 2)
  t.is(memory.cache(after, { strategy: 'inputHash' })(1), 2)
  t.is(memory.cache(after, { strategy: 'inputHash', name: 'other' })(1), 3)
  const [newest] = memory.entries()
  t.is(newest?.codeDigest, undefined)
})

test('a version without a strategy stands for the code', (t) => {
  const memory = openMemory(t, { strategy: 'codeHash' })
  const { before, after } = versions()
  t.is(memory.cache(before, { version: '1.0' })(1), 2)
  t.is(memory.cache(after, { version: '1.0' })(1), 2)
  t.is(memory.cache(after, { version: '1.1' })(1), 3)
  t.true(memory.cache(before, { version: '1.0' }).has(1))
  t.deepEqual(Array.from(memory.entries(), (info) => [info.strategy, info.version]).toSorted(), [
    ['inputHash', '1.0'],
    ['inputHash', '1.1'],
  ])
})

test('a version with a strategy counts besides the code', (t) => {
  const memory = openMemory(t)
  const { before, after } = versions()
  const options = { version: '1', strategy: 'codeHash' } as const
  t.deepEqual([memory.cache(before, options)(1), memory.cache(after, options)(1)], [2, 3])
  t.false(memory.cache(before, { ...options, version: '2' }).has(1))
})

test('strategy false: each call runs, nothing is stored', (t) => {
  let runs = 0
  const memory = openMemory(t)
  const f = memory.cache((n: number) => (runs++, n), { strategy: false })
  f(1)
  f(1)
  f.refresh(1)
  t.is(runs, 3)
  t.deepEqual([f.has(1), f.key(1), [...memory.entries()].length], [false, '', 0])
  t.is(openMemory(t, { strategy: false }).cache(() => ++runs)(), 4)
})

test('a key function decides alone what is equal', (t) => {
  let runs = 0
  const seen: unknown[] = []
  const memory = openMemory(t)
  const f = memory.cache((user: { id: number; at: () => void }, _n: number) => (runs++, user.id), {
    name: 'user',
    strategy: (call) => {
      seen.push(call)
      return `user ${(call.args[0] as { id: number }).id}`
    },
  })
  const at = (): void => {}
  t.deepEqual([f({ id: 1, at }, 1), f({ id: 1, at }, 2), f({ id: 2, at }, 1)], [1, 1, 2])
  t.is(runs, 2)
  t.deepEqual(seen[0], { name: 'user', args: [{ id: 1, at }, 1], context: {} })
  const [info] = memory.entries()
  t.is(info?.strategy, 'custom')
})

test('a key function is asked once for each call', (t) => {
  let asked = 0
  const clock = new StoppedClock()
  const f = openMemory(t, { clock: clock.read }).cache((n: number) => n, { strategy: () => `${++asked}`, maxAge: 10 })
  f(1)
  t.is(asked, 1)
  const stale = f.with({ strategy: () => (asked++, 'same') })
  stale(1)
  clock.now += 11
  stale(1)
  t.is(asked, 3)
})

test('a key function that gives null or undefined leaves the call uncached', (t) => {
  let runs = 0
  const events: string[] = []
  const memory = openMemory(t).on('call', ({ status, cacheStatus }) => events.push(`${status} ${cacheStatus}`))
  const keys = [null, undefined, '']
  const f = memory.cache((index: number) => (runs++, index), { strategy: ({ args }) => keys[args[0] as number] })
  for (const index of [0, 0, 1, 1, 2, 2]) f(index)
  t.is(runs, 5)
  t.deepEqual([f.has(0), f.key(0), f.forget(0), f.has(2)], [false, '', false, true])
  t.deepEqual(events, [...Array(4).fill('bypass disabled'), 'miss populated', 'hit hit'])
  t.is(f.refresh(0), 0)
})

test('an uncached call that throws runs once', (t) => {
  let runs = 0
  const f = openMemory(t).cache(
    () => {
      runs++
      throw new RangeError()
    },
    { strategy: () => null },
  )
  t.throws(() => f(), { instanceOf: RangeError })
  t.is(runs, 1)
  t.throws(() => f.refresh(), { instanceOf: RangeError })
  t.is(runs, 2)
})

// ------------------------------------------------------------- which arguments count

test('ignored parameters do not count, by name, position or path', (t) => {
  const memory = openMemory(t)
  let runs = 0
  const f = (rows: number, options: { verbose?: boolean; step: number }, ..._rest: unknown[]): number => (
    runs++,
    rows * options.step
  )
  const cached = memory.cache(f, { ignore: ['options.verbose', 2] })
  t.is(cached(2, { step: 3 }), 6)
  t.is(cached(2, { step: 3, verbose: true }, 'anything', Symbol('even this')), 6)
  t.is(runs, 1)
  cached(2, { step: 4, verbose: true })
  cached(3, { step: 3 })
  t.is(runs, 3)
})

test('params names parameters whose names were minified away', (t) => {
  const memory = openMemory(t)
  let runs = 0
  const f = memory.cache((a: number, b: number) => (runs++, a + b), { params: ['rows', 'seed'], ignore: ['seed'] })
  t.deepEqual([f(1, 1), f(1, 2)], [2, 2])
  t.is(runs, 1)
  throwsCode(t, 'ERR_UNKNOWN_PARAMETER', () => f.with({ ignore: ['b'] }))
})

test('ignoring a parameter that is not there is an error, and with.ignore too', (t) => {
  const memory = openMemory(t)
  const f = (rows: number, { seed }: { seed: number }): number => rows + seed
  throwsCode(t, 'ERR_UNKNOWN_PARAMETER', () => memory.cache(f, { ignore: ['row'] }))
  throwsCode(t, 'ERR_UNKNOWN_PARAMETER', () => memory.cache(f, { ignore: [2] }))
  throwsCode(t, 'ERR_UNKNOWN_PARAMETER', () => memory.cache(f).with({ ignore: ['sede'] }))
  t.notThrows(() => memory.cache(f, { ignore: ['seed', 0] }))
})

// ---------------------------------------------------------------- which entries count

test('an entry is stale when its age is greater than maxAge', (t) => {
  const clock = new StoppedClock()
  let runs = 0
  const f = openMemory(t, { clock: clock.read }).cache((_n: number) => ++runs, { maxAge: '1s' })
  t.is(f(1), 1)
  clock.now += 1000
  t.is(f(1), 1)
  clock.now += 1
  t.deepEqual(f.lookup(1), { status: 'stale', reason: 'expired', key: f.key(1) })
  t.is(f(1), 2)
  t.is(f(1), 2)
  t.is(f.stats().stale, 1)
})

test('maxAge 0, the default, is never; a clock set back makes nothing stale', (t) => {
  const clock = new StoppedClock()
  let runs = 0
  const f = openMemory(t, { clock: clock.read }).cache((_n: number) => ++runs)
  f(1)
  clock.now += 1e12
  t.is(f.with({ maxAge: 0 })(1), 1)
  t.is(f(1), 1)
  clock.now = 0
  t.is(f.with({ maxAge: 1 })(1), 1)
})

test('validate is asked on every hit with complete facts', async (t) => {
  const clock = new StoppedClock()
  const memory = openMemory(t, { clock: clock.read, project: 'p' })
  const asked: EntryInfo[] = []
  const f = memory.cache(async (n: number) => n, { name: 'f', version: '1', validate: (info) => asked.push(info) > 0 })
  await f(1)
  t.is(asked.length, 0)
  await f(1)
  t.is(asked.length, 1)
  const [entry] = memory.entries()
  t.deepEqual(asked[0], entry)
  t.like(asked[0], { key: f.key(1), name: 'f', version: '1', project: 'p', createdAt: clock.now })
  t.true(f.has(1))
  t.is(asked.length, 2)
})

test('validate makes an entry stale by false or by a throw', (t) => {
  let runs = 0
  const memory = openMemory(t)
  const f = memory.cache((_n: number) => ++runs, { name: 'f', version: '1' })
  const refusing = f.with({ validate: () => false })
  const throwing = f.with({
    validate: () => {
      throw new Error()
    },
  })
  t.is(f(1), 1)
  t.deepEqual([refusing(1), throwing(1), refusing(1)], [2, 3, 4])
  t.deepEqual(throwing.lookup(1), { status: 'stale', reason: 'rejected', key: f.key(1) })
  t.deepEqual([refusing.has(1), f(1)], [false, 4])
})

test('a stale entry stays while its function throws', (t) => {
  const clock = new StoppedClock()
  const memory = openMemory(t, { clock: clock.read })
  let isDown = false
  const f = memory.cache(
    (n: number) => {
      if (isDown) throw new RangeError()
      return n
    },
    { maxAge: 10, captures: 'none' },
  )
  f(1)
  isDown = true
  clock.now += 11
  t.throws(() => f(1), { instanceOf: RangeError })
  t.true(f.with({ maxAge: 100 }).has(1))
})

test('expiresAfter is a validation', (t) => {
  const clock = new StoppedClock()
  let runs = 0
  const f = openMemory(t, { clock: clock.read }).cache((_n: number) => ++runs, {
    validate: expiresAfter({ days: 1 }, clock.read),
  })
  f(1)
  clock.now += 86_400_000
  t.is(f(1), 1)
  clock.now += 1
  t.is(f(1), 2)
})

test('storeIf decides by value, duration and size whether a result is stored', async (t) => {
  const memory = openMemory(t)
  const asked: unknown[] = []
  const options = {
    storeIf: (value: string, info: { durationMs: number; byteLength: number }) => {
      asked.push([value.length, info.durationMs >= 0, info.byteLength >= value.length])
      return value.length > 100
    },
  }
  const events: string[] = []
  memory.on('call', ({ cacheStatus }) => events.push(cacheStatus))
  const sync = memory.cache((n: number) => 'x'.repeat(n), options)
  const asynchronous = memory.cache(async (n: number) => 'y'.repeat(n), options)
  for (const n of [100, 101]) t.is(sync(n).length, (await asynchronous(n)).length)
  t.deepEqual([sync.has(100), sync.has(101)], [false, true])
  t.deepEqual([asynchronous.has(100), asynchronous.has(101)], [false, true])
  t.deepEqual(
    asked,
    [100, 100, 101, 101].map((n) => [n, true, true]),
  )
  t.deepEqual(events, ['miss', 'miss', 'populated', 'populated'])
})

test('storeIf that refuses leaves an entry that is there', (t) => {
  let runs = 0
  const f = openMemory(t).cache((_n: number) => ++runs)
  f(1)
  t.is(f.with({ storeIf: () => false }).refresh(1), 2)
  t.is(f(1), 1)
})

test('byteLength counts large buffers', (t) => {
  const told: number[] = []
  const f = openMemory(t).cache((n: number) => new Float64Array(n), {
    storeIf: (_, info) => told.push(info.byteLength) > 0,
  })
  f(100_000)
  const found = f.lookup(100_000)
  t.true(told[0]! >= 800_000)
  t.true(found.status === 'hit' && found.info.byteLength >= 800_000)
})

// ------------------------------------------------------------------------- equal runs

for (const singleFlight of [true, 'process', false] as const) {
  test(`singleFlight ${singleFlight} changes nothing where nobody else calls, and asynchronous calls join`, async (t) => {
    let runs = 0
    const options = { singleFlight }
    const memory = openMemory(t)
    const sync = memory.cache((n: number) => (runs++, n), { ...options, name: 'sync' })
    const later = memory.cache(async (n: number) => (runs++, n), { ...options, name: 'later' })
    t.deepEqual([sync(1), sync(1), sync.refresh(1), sync(1)], [1, 1, 1, 1])
    t.is(runs, 2)
    t.deepEqual(await Promise.all([later(1), later(1), later(1)]), [1, 1, 1])
    t.is(runs, 3)
    t.deepEqual([sync.has(1), later.has(1)], [true, true])
  })
}

test('waitTimeout is a duration, and changes nothing where nobody else calls', async (t) => {
  let runs = 0
  const memory = openMemory(t)
  for (const waitTimeout of [0, 50, '30s', '1h']) {
    const sync = memory.cache((_n: number) => ++runs, { name: `sync ${waitTimeout}`, waitTimeout })
    const later = memory.cache(async (_n: number) => ++runs, { name: `later ${waitTimeout}`, waitTimeout })
    const before = runs
    t.deepEqual([sync(1), sync(1)], [before + 1, before + 1])
    t.deepEqual(await Promise.all([later(1), later(1)]), [before + 2, before + 2])
  }
})

test('singleFlight and waitTimeout are no part of the key', (t) => {
  const memory = openMemory(t)
  const f = memory.cache((n: number) => n, { name: 'f' })
  f(1)
  t.true(f.with({ singleFlight: false }).has(1))
  t.true(f.with({ singleFlight: 'process', waitTimeout: '1s' }).has(1))
})

// -------------------------------------------------------------------------- mistakes

test('an option that is undefined is as if it was not there, for with too', (t) => {
  const memory = openMemory(t)
  const f = memory.cache((n: number) => n, { name: 'f', version: undefined, maxAge: undefined, ignore: undefined })
  f(1)
  t.is(f.lookup(1).status, 'hit')
  t.is(memory.cache(f.fn, { name: 'f' }).key(1), f.key(1))
  t.is(f.with({ name: undefined, project: undefined }).key(1), f.key(1))
  throwsCode(t, 'ERR_INVALID_OPTION', () => f.with({ nmae: undefined } as never))
  throwsCode(t, 'ERR_INVALID_OPTION', () => f.with(null as never))
})

test('what is no option, or no value for it, is refused when wrapping', (t) => {
  const memory = openMemory(t)
  const mistakes: Record<string, unknown>[] = [
    { maxage: 1 },
    { deps: {} },
    { captures: true },
    { hash: 'rows' },
    { hash: { rows: 1 } },
    { maxAge: -1 },
    { maxAge: Number.NaN },
    { maxAge: 'soon' },
    { maxAge: null },
    { name: '' },
    { name: 5 },
    { version: 1 },
    { version: null },
    { project: '' },
    { domain: {} },
    { strategy: 'code' },
    { strategy: true },
    { ignore: 'rows' },
    { ignore: [true] },
    { params: 'rows' },
    { params: ['a', 'a'] },
    { validate: true },
    { storeIf: 1 },
    { singleFlight: 'all' },
    { singleFlight: 'true' },
    { singleFlight: 1 },
    { waitTimeout: -1 },
    { waitTimeout: Number.NaN },
    { waitTimeout: Number.POSITIVE_INFINITY },
    { waitTimeout: 'soon' },
    { waitTimeout: null },
    { waitTimeout: true },
  ]
  const f = memory.cache((rows: number) => rows)
  for (const options of mistakes) {
    throwsCode(t, 'ERR_INVALID_OPTION', () => memory.cache((rows: number) => rows, options as object))
    throwsCode(t, 'ERR_INVALID_OPTION', () => f.with(options as object))
  }
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.cache(f, null as never))
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.cache('f' as never))
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.eval(undefined as unknown as () => void))
})
