// RocksDB is compiled once, in a few large units, before cargo runs. These builds are real but for the compiler, which is
// a shell script here: what they leave behind, and what they say, when something goes wrong.
import test, { type ExecutionContext } from 'ava'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { PATIENCE_MS } from '../kit/deadline.ts'
import { smallFileSystem } from '../kit/small-file-system.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

interface Unit {
  sources: string[]
  size: number
}

declare const Recipe: {
  knownVersion: string
  sourcesIn(list: string): string[]
  unitsOf(sources: string[], sizeOf: (source: string) => number, count?: number): Unit[]
}
declare const Library: { jobsFor(machine: { cores: number; memory: number; wanted?: string }): number }

const project = fileURLToPath(new URL('../..', import.meta.url))

async function script<Module>(path: string): Promise<Module> {
  return (await import(pathToFileURL(join(project, 'scripts', path)).href)) as Module
}

/** A compiler that logs what it compiles and writes an object of `$FAKE_SIZE` bytes, half of it after a while. */
const COMPILER = `#!/bin/sh
[ "$1" = --version ] && { echo "fake $FAKE_VERSION"; exit; }
while [ $# -gt 0 ]; do
  [ "$1" = -o ] && object=$2
  [ "$1" = -c ] && source=$2
  shift
done
name=\${source##*/}
[ "$FAKE_BROKEN" = "$name" ] && { echo 'error: nothing is right' >&2; exit 1; }
half=$((\${FAKE_SIZE:-100} / 2))
head -c $half /dev/zero > "$object" || exit 1
[ "$FAKE_KILLED" = "$name" ] && kill -9 $$
sleep 0.1
head -c $half /dev/zero >> "$object" || exit 1
echo "$name" >> "$FAKE_LOG"
`

/** What a developer may have set for builds of their own. */
const NOTHING_SAID = Object.fromEntries(
  ['CXXFLAGS', 'AR', 'RUSTFLAGS', 'CARGO_ENCODED_RUSTFLAGS', 'CARGO_BUILD_TARGET', 'CARGO_BUILD_JOBS']
    .concat(Object.keys(process.env).filter((name) => name.startsWith('ROCKSDB_')))
    .map((name) => [name, undefined]),
)

/** Builds with the fake compiler, each in the cache folder and the checkout of its test. */
class Builder {
  readonly folder: string
  readonly cache: string
  readonly #log: string
  readonly #compiler: string

  constructor(folder: string) {
    this.folder = folder
    this.cache = join(folder, 'cache')
    this.#log = join(folder, 'compiled')
    this.#compiler = join(folder, 'a compiler')
    writeFileSync(this.#log, '')
    writeFileSync(this.#compiler, COMPILER)
    chmodSync(this.#compiler, 0o755)
  }

  /** What was compiled so far, by all builds. */
  get compiled(): string[] {
    return readFileSync(this.#log, 'utf8').split('\n').filter(Boolean)
  }

  start(env: NodeJS.ProcessEnv = {}, checkout = project): ChildProcess {
    return spawn(process.execPath, [join(checkout, 'scripts/rocksdb.mjs')], {
      env: {
        ...process.env,
        ...NOTHING_SAID,
        XDG_CACHE_HOME: this.cache,
        CXX: this.#compiler,
        FAKE_LOG: this.#log,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: PATIENCE_MS,
      // A group of its own, to be killed with its compilers.
      detached: true,
    })
  }

  async run(env?: NodeJS.ProcessEnv, checkout?: string): Promise<{ code: number; said: string; library: string }> {
    const child = this.start(env, checkout)
    let [told, said] = ['', '']
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => (told += chunk))
    child.stderr!.setEncoding('utf8').on('data', (chunk: string) => (said += chunk))
    const [code] = (await once(child, 'close')) as [number]
    // Cargo says where it waits for other processes, and what it downloads.
    said = said.replaceAll(/^ +.*\n/gm, '')
    const folder = told && (JSON.parse(told) as { ROCKSDB_LIB_DIR?: string }).ROCKSDB_LIB_DIR
    return { code, said, library: folder ? join(folder, 'librocksdb.a') : '' }
  }

  async untilCompiled(count: number): Promise<void> {
    const end = Date.now() + PATIENCE_MS
    while (this.compiled.length < count && Date.now() < end) await sleep(20)
  }
}

function builder(t: ExecutionContext): Builder {
  return new Builder(temporaryDirectory(t))
}

function objectsIn(library: string): string[] {
  return execFileSync('ar', ['t', library], { encoding: 'utf8' }).split('\n').filter(Boolean)
}

/** Bytes of the objects in a library. */
function sizesIn(library: string): string[] {
  const lines = execFileSync('ar', ['tv', library], { encoding: 'utf8' }).split('\n').filter(Boolean)
  return lines.map((line) => line.split(/\s+/)[2]!)
}

const isTried = process.platform === 'linux' && process.arch === 'x64'
const built = isTried ? test : test.skip

test('the recipe is that of the version of the crate that Cargo.lock names', async (t) => {
  // Raised the crate? Compare its build.rs with scripts/rocksdb/recipe.mjs, then name the version there.
  const { knownVersion } = await script<typeof Recipe>('rocksdb/recipe.mjs')
  const lock = readFileSync(join(project, 'Cargo.lock'), 'utf8')
  t.is(/name = "rust-librocksdb-sys"\nversion = "(.*)"/.exec(lock)?.[1], knownVersion)
})

test('units are of about equal size, and hold each source once and in order', async (t) => {
  const { unitsOf } = await script<typeof Recipe>('rocksdb/recipe.mjs')
  const sources = Array.from({ length: 300 }, (_, index) => `db/${index}.cc`)
  const sizeOf = (source: string) => 1_000 + ((source.length * 7_919 * Number(/\d+/.exec(source)![0])) % 20_000)
  const units = unitsOf(sources, sizeOf)
  t.deepEqual(
    units.flatMap((unit) => unit.sources),
    sources,
  )
  const sizes = units.map((unit) => unit.size)
  t.is(units.length, 16)
  t.true(Math.max(...sizes) < 1.5 * Math.min(...sizes))
})

test('a source that is longer than a unit makes one alone', async (t) => {
  const { unitsOf } = await script<typeof Recipe>('rocksdb/recipe.mjs')
  const sizes: Record<string, number> = { a: 1, b: 1, c: 100, d: 1, e: 1 }
  const units = unitsOf(Object.keys(sizes), (source) => sizes[source]!, 4)
  t.deepEqual(
    units.map((unit) => unit.sources.join('')),
    ['ab', 'c', 'de'],
  )
})

test('sources that nothing needs are left out, and the crate says what the version is', async (t) => {
  const { sourcesIn } = await script<typeof Recipe>('rocksdb/recipe.mjs')
  t.deepEqual(sourcesIn('db/c.cc\nutilities/blob_db/blob_db.cc\n\nutil/build_version.cc\n'), [
    'db/c.cc',
    'build_version.cc',
  ])
})

test('there are as many compilers as cores, fewer where memory is short or the user says so, never none', async (t) => {
  const { jobsFor } = await script<typeof Library>('rocksdb/library.mjs')
  t.is(jobsFor({ cores: 4, memory: 64e9 }), 4)
  t.is(jobsFor({ cores: 4, memory: 3e9 }), 2)
  t.is(jobsFor({ cores: 4, memory: 1e8 }), 1)
  t.is(jobsFor({ cores: 4, memory: 64e9, wanted: '1' }), 1)
  t.is(jobsFor({ cores: 4, memory: 64e9, wanted: 'many' }), 4)
})

built('a build says how far it is; the next one compiles nothing', async (t) => {
  const builds = builder(t)
  const first = await builds.run()
  t.is(first.code, 0)
  t.deepEqual(
    first.said.match(/\d+ of \d+/g)?.map((text) => parseInt(text)),
    [...Array(16).keys()].map((n) => n + 1),
  )
  t.is(objectsIn(first.library).length, 16)
  t.deepEqual(readdirSync(dirname(first.library)), ['librocksdb.a'])

  const second = await builds.run()
  t.deepEqual({ ...second, said: '' }, { ...first, said: '' })
  t.is(second.said, '')
  t.is(builds.compiled.length, 16)
})

built('what a killed build compiled is used by the next one', async (t) => {
  const builds = builder(t)
  const killed = builds.start()
  await builds.untilCompiled(5)
  process.kill(-killed.pid!, 'SIGKILL')
  await once(killed, 'close')
  const before = builds.compiled.length
  const { code, library } = await builds.run()
  t.is(code, 0)
  t.is(objectsIn(library).length, 16)
  // Those that were being compiled count as not compiled, as nobody knows whether they are whole.
  t.true(builds.compiled.length - before <= 16 - 5 + 2)
  t.deepEqual([...new Set(sizesIn(library))], ['100'])
})

built('two builds at once compile each unit once', async (t) => {
  const builds = builder(t)
  const [one, other] = await Promise.all([builds.run(), builds.run()])
  t.is(one.code, 0)
  t.deepEqual({ ...one, said: '' }, { ...other, said: '' })
  t.is(builds.compiled.length, 16)
})

built('a compiler that was killed leaves nothing that counts, and one sentence says what to do', async (t) => {
  const builds = builder(t)
  const { code, said } = await builds.run({ FAKE_KILLED: 'unit-07.cc' })
  t.is(code, 1)
  t.regex(said, /CARGO_BUILD_JOBS=1/)
  t.not(builds.compiled.length, 0)
  const { library } = await builds.run()
  t.is(objectsIn(library).length, 16)
  t.is(builds.compiled.length, 16)
  t.is(builds.compiled.filter((name) => name === 'unit-07.cc').length, 1)
})

built('where a compiler refuses a unit, its words are shown and the way without units', async (t) => {
  const { code, said } = await builder(t).run({ FAKE_BROKEN: 'unit-02.cc' })
  t.is(code, 1)
  t.regex(said, /nothing is right/)
  t.regex(said, /ROCKSDB_COMPILE=1/)
})

built('a full disk is named, and what was compiled is kept', async (t) => {
  const disk = smallFileSystem(t, '1m')
  if (!disk) return
  const builds = builder(t)
  const env = { XDG_CACHE_HOME: disk.path }
  const { code, said } = await builds.run({ ...env, FAKE_SIZE: '200000' })
  t.is(code, 1)
  t.regex(said, /XDG_CACHE_HOME/)
  const before = builds.compiled.length
  t.not(before, 0)
  // The disk has room for smaller ones.
  execFileSync('mount', ['-o', 'remount,size=8m', disk.path])
  const { library } = await builds.run(env)
  t.is(objectsIn(library).length, 16)
  t.is(builds.compiled.length, 16)
})

built('without a compiler one sentence says what to install', async (t) => {
  const { code, said } = await builder(t).run({ CXX: 'no-such-compiler' })
  t.is(code, 1)
  t.regex(said.trim(), /^Building needs a C\+\+ compiler.*g\+\+.*$/)
})

built('another compiler and other flags have a library of their own', async (t) => {
  const builds = builder(t)
  const all = [
    await builds.run(),
    await builds.run({ FAKE_VERSION: '2' }),
    await builds.run({ CXXFLAGS: '-march=native' }),
  ]
  t.deepEqual(
    all.map(({ code }) => code),
    [0, 0, 0],
  )
  t.is(new Set(all.map(({ library }) => library)).size, 3)
})

built('users who bring RocksDB, or have the crate compile it, are left alone', async (t) => {
  const builds = builder(t)
  for (const env of [{ ROCKSDB_LIB_DIR: '/usr/lib' }, { ROCKSDB_COMPILE: '1' }, { RUSTFLAGS: '-Ctarget-cpu=native' }]) {
    t.deepEqual(await builds.run(env), { code: 0, said: '', library: '' })
  }
  t.false(existsSync(builds.cache))
})

built(
  'paths may hold spaces and other letters; what cannot be kept for the user is kept in the checkout',
  async (t) => {
    const folder = join(temporaryDirectory(t), 'mein Ärger 日本')
    const checkout = join(folder, 'a checkout')
    mkdirSync(checkout, { recursive: true })
    for (const part of ['Cargo.toml', 'Cargo.lock', 'crate', 'scripts']) {
      cpSync(join(project, part), join(checkout, part), { recursive: true })
    }
    const builds = new Builder(folder)
    const { library } = await builds.run({}, checkout)
    t.true(library.startsWith(join(builds.cache, 'engram/rocksdb')))
    t.is(objectsIn(library).length, 16)

    // A cache folder that is no folder, as none can be made on a read-only disk.
    const other = await builds.run({ XDG_CACHE_HOME: join(checkout, 'Cargo.toml') }, checkout)
    t.is(other.code, 0)
    t.true(other.library.startsWith(join(checkout, 'target/rocksdb')))
  },
)
