import test, { type ExecutionContext } from 'ava'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { env, fileOf, hashMethod, packageOf } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

test.serial('what cannot be seen is said once, and the call is not cached', (t) => {
  const warnings = collectWarnings()
  const connection = new WeakMap()
  let runs = 0
  const f = openMemory(t).cache((n: number) => (runs++, [n, typeof connection, connection].length))
  t.deepEqual([f(1), f(1), f(2)], [3, 3, 3])
  t.is(runs, 3)
  t.deepEqual(warnings.codes(), ['ERR_UNHASHABLE'])
})

test('a variable that other code changes counts at its value at each call', (t) => {
  let factor = 1
  const f = openMemory(t).cache((n: number) => n * factor)
  const seen = [f(5)]
  factor = 2
  seen.push(f(5), f(5))
  factor = 1
  seen.push(f(5))
  t.deepEqual(seen, [5, 10, 10, 5])
  t.is(f.stats().misses, 2)
})

test('a result is stored under the values that its call began with', async (t) => {
  const config = { factor: 1 }
  let open = (): void => {}
  const gate = new Promise<void>((resolve) => (open = resolve))
  const f = openMemory(t).cache(
    async (n: number, wait: () => Promise<unknown>) => {
      const { factor } = config
      await wait()
      return n * factor
    },
    { hash: { wait: () => 'gate' } },
  )
  const first = f(5, () => gate)
  config.factor = 2
  open()
  t.is(await first, 5)
  t.is(await f(5, () => gate), 10)
  config.factor = 1
  t.true(f.has(5, () => gate))
  t.is(await f(5, () => gate), 5)
})

test('functions that reach each other, and themselves through a table, have keys', (t) => {
  const table = {
    even: (n: number): boolean => n === 0 || table.odd(n - 1),
    odd: (n: number): boolean => n !== 0 && table.even(n - 1),
  }
  const f = openMemory(t).cache((name: 'even' | 'odd', n: number) => table[name](n))
  t.deepEqual([f('even', 4), f('odd', 4), f('even', 4)], [true, false, true])
  t.is(f.stats().hits, 1)
})

/** Functions of modules that a minifier wrote: each is the one that the text returns. */
async function minified(t: ExecutionContext, texts: readonly string[]): Promise<((...args: unknown[]) => unknown)[]> {
  const directory = temporaryDirectory(t)
  const modules = texts.map(async (text, index) => {
    const file = join(directory, `m${index}.mjs`)
    writeFileSync(file, `const filler=[${'1,'.repeat(100)}];${text}`)
    return (await import(pathToFileURL(file).href)) as { f: () => unknown }
  })
  return (await Promise.all(modules)).map(({ f }) => f)
}

test('the names that a minifier gave do not count, but what they stand for', async (t) => {
  const memory = openMemory(t)
  const keys = async (texts: string[], captures: 'auto' | 'none' = 'auto'): Promise<string[]> =>
    (await minified(t, texts)).map((f) => memory.cache(f, { name: 'f', captures }).key(1))
  const [two, renamed, three] = await keys([
    'const a=2;export const f=n=>n*a',
    'const t=2;export const f=e=>e*t',
    'const t=3;export const f=e=>e*t',
  ])
  t.is(two, renamed)
  t.not(two, three)
  for (const [one, other] of [
    ['export const f=n=>Map.prototype===n', 'export const f=n=>Set.prototype===n'],
    ['const a=process;export const f=n=>a.argv', 'const a=globalThis;export const f=n=>a.argv'],
  ] as const) {
    t.is(new Set(await keys([one, other])).size, 2)
    t.is(new Set(await keys([one, other], 'none')).size, one.includes('argv') ? 1 : 2)
  }
})

test('functions are told apart as arguments', (t) => {
  const f = openMemory(t).cache((map: (n: number) => number, n: number) => map(n))
  const scale = (k: number) => (n: number) => n * k
  t.deepEqual([f(scale(2), 1), f(scale(3), 1), f(scale(2), 1)], [2, 3, 2])
  t.is(f.stats().hits, 1)
})

test('a file as an argument counts by its content, wherever it lies', (t) => {
  const directory = temporaryDirectory(t)
  const [a, b] = [join(directory, 'a'), join(directory, 'b')]
  for (const path of [a, b]) writeFileSync(path, 'rows')
  const f = openMemory(t).cache((file: { byteLength: number }) => file.byteLength)
  t.is(f.key(fileOf(a)), f.key(fileOf(b)))
  const before = f.key(fileOf(a))
  writeFileSync(a, 'more')
  t.not(f.key(fileOf(a)), before)
  t.is(fileOf(a).byteLength, 4)
  t.notThrows(() => f.key(fileOf(join(directory, 'none'))))
})

test('a dependency counts at its value at each call', (t) => {
  t.teardown(() => delete process.env['ENGRAM_TEST_DEPENDENCY'])
  const f = openMemory(t).cache((n: number) => n, { deps: [env('ENGRAM_TEST_DEPENDENCY'), packageOf('ms')] })
  const without = f.key(1)
  process.env['ENGRAM_TEST_DEPENDENCY'] = '1'
  t.not(f.key(1), without)
  delete process.env['ENGRAM_TEST_DEPENDENCY']
  t.is(f.key(1), without)
})

test('mistakes in dependencies and hash functions are refused', (t) => {
  const memory = openMemory(t)
  throwsCode(t, 'ERR_INVALID_OPTION', () => packageOf('there-is-no-such-package'))
  throwsCode(t, 'ERR_INVALID_OPTION', () => env(''))
  throwsCode(t, 'ERR_INVALID_OPTION', () => hashMethod(1 as never))
  throwsCode(t, 'ERR_UNKNOWN_PARAMETER', () => memory.cache((n: number) => n, { hash: { m: String } }))
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.cache((n: number) => n, { hash: { n: (() => 1) as never } }).key(1))
})

test('a codec says what stands for an instance in a key', (t) => {
  class Row {
    readonly id: number
    readonly at: number
    constructor(id: number, at: number) {
      this.id = id
      this.at = at
    }
  }
  const memory = openMemory(t)
  memory.register(Row, {
    name: 'Row',
    encode: ({ id, at }) => [id, at],
    decode: ([id, at]) => new Row(id, at),
    key: ({ id }) => id,
  })
  const f = memory.cache((row: Row) => row.id)
  t.is(f.key(new Row(1, 2)), f.key(new Row(1, 3)))
  const captured = new Row(1, 2)
  const g = memory.cache((n: number) => [n, captured].length)
  t.is(g.stats().misses, 0)
  t.notThrows(() => g.key(1))
})
