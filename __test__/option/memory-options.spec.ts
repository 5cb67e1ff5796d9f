import test from 'ava'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Memory, type MemoryOptions } from '../../index.ts'
import { resolveMemoryOptions } from '../../src/option/memory-options.ts'
import { eventually } from '../kit/deadline.ts'
import { throwsCode } from '../kit/error-code.ts'
import { Party, type Peer } from '../kit/peer.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

const countRuns = () => {
  let runs = 0
  return (_n: number) => ++runs
}

// ------------------------------------------------------------------------- modes

test('readOnly reads and never writes', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const f = countRuns()
  const absent = openMemory(t, { location, mode: 'readOnly' })
  t.deepEqual([absent.cache(f)(1), absent.cache(f)(1)], [1, 2])
  t.false(existsSync(location))
  await absent.close()

  openMemory(t, { location }).cache(f)(1)
  const memory = openMemory(t, { location, mode: 'readOnly' })
  const cached = memory.cache(f)
  t.deepEqual([cached(1), cached(2), cached.refresh(1), cached(1)], [3, 4, 5, 3])
  t.deepEqual([cached.has(1), cached.has(2)], [true, false])
  t.deepEqual([cached.forget(1), cached.clear(), memory.clear(), memory.clear({ name: cached.id })], [false, 0, 0, 0])
  t.is(memory.reduce({ maxEntries: 0 }).entries, 0)
  t.is(cached(1), 3)
})

test('readOnly hands a stale entry to nobody, joined callers included', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  let runs = 0
  const f = async (_n: number): Promise<number> => ++runs
  await openMemory(t, { location }).cache(f)(1)
  const cached = openMemory(t, { location, mode: 'readOnly' }).cache(f, { validate: () => false })
  t.deepEqual(await Promise.all([cached(1), cached(1)]), [2, 2])
})

test('refresh never reads: each call runs and overwrites', (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const f = countRuns()
  const plain = openMemory(t, { location }).cache(f)
  plain(1)
  const memory = openMemory(t, { location, mode: 'refresh' })
  const cached = memory.cache(f)
  t.deepEqual([cached(1), cached(1), plain(1)], [2, 3, 3])
  t.false(cached.has(1))
  t.deepEqual(cached.lookup(1), { status: 'miss', reason: 'refresh', key: plain.key(1) })
})

test('off neither reads nor writes', (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const f = countRuns()
  openMemory(t, { location }).cache(f)(1)
  const memory = openMemory(t, { location, mode: 'off' })
  const cached = memory.cache(f)
  t.deepEqual([cached(1), cached(1), cached.refresh(1)], [2, 3, 4])
  t.deepEqual([cached.has(1), cached.key(1), [...memory.entries()].length, memory.clear()], [false, '', 0, 0])
  t.like(memory.stats(), { entries: 0, role: 'none' })
  t.true(openMemory(t, { location }).cache(f).has(1))
})

test.serial('ENGRAM_MODE is the default of mode', (t) => {
  const f = countRuns()
  withEnvironment('ENGRAM_MODE', 'off', () => {
    const cached = openMemory(t).cache(f)
    t.deepEqual([cached(1), cached(1)], [1, 2])
    const chosen = openMemory(t, { mode: 'readWrite' }).cache(f)
    t.deepEqual([chosen(1), chosen(1)], [3, 3])
  })
  withEnvironment('ENGRAM_MODE', '', () => t.notThrows(() => openMemory(t)))
  withEnvironment('ENGRAM_MODE', 'on', () => throwsCode(t, 'ERR_INVALID_OPTION', () => new Memory(null)))
})

// ----------------------------------------------------------------------- verbose

const OWNS = 'this process owns it, and serves it to others'
const ASKS = 'another process owns it, and this one asks it'

test.serial('verbose 0 says nothing, 1 a line for each run, 2 for each hit too', async (t) => {
  const lines = (options: MemoryOptions): Promise<string[]> => {
    const memory = openMemory(t, options)
    const f = memory.cache((n: number) => {
      if (n < 0) throw new RangeError()
      return n
    })
    const never = memory.cache((n: number) => n, { strategy: false })
    const later = memory.cache(async (n: number) => n)
    return linesOnStderr(async () => {
      f(1) // runs
      f(1) // hits
      f.refresh(1) // runs
      t.throws(() => f(-1)) // runs
      never(1) // runs
      await Promise.all([later(1), later(1)]) // one runs, one joins
    })
  }
  t.deepEqual(await lines({}), [])
  t.deepEqual(await lines({ verbose: 0 }), [])
  for (const [verbose, calls] of [
    [1, 5],
    [2, 7],
  ] as const) {
    const [first, ...rest] = await lines({ verbose })
    t.regex(first!, /^engram: the cache is in \/.*; this process owns it/)
    t.is(rest.length, calls)
    t.false(rest.some((line) => line.includes(OWNS)))
  }
  // Without a cache, nobody owns it, and every call runs.
  const uncached = await lines({ verbose: 1, location: null })
  t.is(uncached.filter((line) => line.includes(' ran ')).length, 7)
  t.is(uncached.length, 7)
})

test.serial('verbose says what ran or was loaded, how large and of what arguments, which are cut short', async (t) => {
  const trap = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no')
      },
      getPrototypeOf: () => {
        throw new Error('no')
      },
    },
  )
  const lines = (options: MemoryOptions) => {
    const memory = openMemory(t, { verbose: 2, ...options })
    const rows = memory.cache((name: string, _options?: object) => name.repeat(1000), { version: '1', name: 'rows' })
    const taking = memory.cache((_one: object) => 1, { strategy: false, name: 'taking' })
    return linesOnStderr(() => {
      rows('ab', { deep: { list: [1, 2, 3, 4, 5] } })
      rows('ab', { deep: { list: [1, 2, 3, 4, 5] } })
      rows('long'.repeat(1000))
      taking(trap)
    })
  }
  const [, ran, hit, long, trapped] = await lines({})
  t.regex(
    ran!,
    /^engram: rows ran [\d.]+ [mµ]s \(absent\), stored 2\.0 kB: \('ab', \{ deep: \{ list: \[ 1, 2, 3, \.\.\. 2 more items \] \} \}\)$/,
  )
  t.regex(hit!, /^engram: rows hit in [\d.]+ [mµ]s with 2\.0 kB, saved [\d.]+ [mµ]s: \('ab', /)
  t.true(long!.length < 200 && long!.includes('more characters'))
  t.regex(trapped!, /^engram: taking ran .* \(not cached\): \(/)
  const [, secret] = await lines({ explainValues: false })
  t.regex(secret!, /stored 2\.0 kB$/)
})

test.serial(
  'verbose says where the cache is and who owns it when that is known first, and when it changes',
  async (t) => {
    const party = new Party(t)
    const verbose = { verbose: 1 } as const
    const owner = await party.join({ options: verbose })
    const client = await party.join({ options: verbose })
    await client.call('f', 1)
    t.deepEqual(rolesTold(owner), [OWNS])
    t.deepEqual(rolesTold(client), [ASKS])
    await owner.kill()
    await client.call('f', 2)
    await eventually('the client says that it owns the cache', () => rolesTold(client).length > 1)
    t.deepEqual(rolesTold(client), [ASKS, OWNS])
  },
)

function rolesTold(peer: Peer): string[] {
  return peer.stderr.split('\n').flatMap((line) => [OWNS, ASKS].filter((role) => line.endsWith(role)))
}

test.serial('ENGRAM_VERBOSE is the default of verbose', async (t) => {
  process.env['ENGRAM_VERBOSE'] = '1'
  t.teardown(() => delete process.env['ENGRAM_VERBOSE'])
  const [told, silent] = [openMemory(t), openMemory(t, { verbose: 0 })]
  t.is((await linesOnStderr(async () => void told.cache((n: number) => n)(1))).length, 2)
  t.deepEqual(await linesOnStderr(async () => void silent.cache((n: number) => n)(1)), [])
  withEnvironment('ENGRAM_VERBOSE', 'loud', () => throwsCode(t, 'ERR_INVALID_OPTION', () => new Memory(null)))
  withEnvironment('ENGRAM_VERBOSE', '3', () => throwsCode(t, 'ERR_INVALID_OPTION', () => new Memory(null)))
})

// ---------------------------------------------------------------------- mistakes

test('limits whose size is undefined are those of the default size', (t) => {
  // They were no limit at all.
  const maxBytesOf = (limits: MemoryOptions['limits']): number => resolveMemoryOptions({ limits }).limits.maxBytes
  t.is(maxBytesOf({ maxBytes: undefined, maxEntries: 5 }), 10 * 1024 ** 3)
  t.is(maxBytesOf({ maxEntries: 5 }), maxBytesOf(undefined))
  t.is(maxBytesOf({ maxBytes: Number.POSITIVE_INFINITY }), Number.POSITIVE_INFINITY)
})

test('what is no option, or no value for it, is refused when opening', (t) => {
  const mistakes: unknown[] = [
    5,
    { locaton: 'x' },
    { location: '' },
    { location: 5 },
    { location: 'a\0b' },
    { location: new URL('https://example.org/') },
    { project: '' },
    { domain: 1 },
    { strategy: 'none' },
    { mode: 'readwrite' },
    { durability: 'disk' },
    { durability: true },
    { durability: null },
    { onError: 'ignore' },
    { verbose: 3 },
    { verbose: true },
    { clock: 5 },
  ]
  for (const options of mistakes) throwsCode(t, 'ERR_INVALID_OPTION', () => new Memory(options as MemoryOptions))
})

function withEnvironment(name: string, value: string, action: () => void): void {
  const before = process.env[name]
  process.env[name] = value
  try {
    action()
  } finally {
    if (before === undefined) delete process.env[name]
    else process.env[name] = before
  }
}

/** The lines of engram that reach stderr meanwhile. */
async function linesOnStderr(action: () => void | Promise<void>): Promise<string[]> {
  const { stderr } = process
  const original = stderr.write
  let text = ''
  stderr.write = ((chunk: string | Uint8Array) => ((text += chunk.toString()), true)) as typeof stderr.write
  try {
    await action()
  } finally {
    stderr.write = original
  }
  return text.split('\n').filter((line) => line.startsWith('engram: '))
}
