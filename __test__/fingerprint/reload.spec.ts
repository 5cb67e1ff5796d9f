// A program that goes on while it is edited (`import('./x.js?v=2')`, a `require` whose cache was cleared, the modules that
// vite and webpack exchange) loads one file several times. What the file says of its names was kept by its path: a variable
// that only the new version assigns was taken for a constant, and its new value had the entries of the old one. The same
// came of an edit between loading and the first call. What V8 compiled says what a module is; its file does so only while
// nobody has written to it.
import test, { type ExecutionContext } from 'ava'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { register } from 'tsx/esm/api'
import { type CachedFunction, type Memory } from '../../index.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

register()

/** What each module gives. */
interface Loaded {
  wrap(memory: Memory): CachedFunction<(n: number) => unknown>
  set(rate: number): void
}

/** A way in which a file is loaded again. */
interface Way {
  readonly ending: string
  /** The text of a module with these statements. */
  text(statements: string): string
  load(path: string, text: string, version: number): Loaded | Promise<Loaded>
}

const require = createRequire(import.meta.url)
const exported = '{ wrap: (memory) => memory.cache(f, { name: "f" }), set }'

const imported: Way = {
  ending: '.mjs',
  text: (statements) => `${statements}\nexport const { wrap, set: change } = ${exported}\nexport { change as set }\n`,
  load: (path, _, version) => import(`${pathToFileURL(path).href}?v=${version}`) as Promise<Loaded>,
}

const ways: Readonly<Record<string, Way>> = {
  'an import with another query': imported,
  'an import with another query, through a compiler': { ...imported, ending: '.mts' },
  'a require after the cache was cleared': {
    ending: '.cjs',
    text: (statements) => `${statements}\nmodule.exports = ${exported}\n`,
    load(path) {
      delete require.cache[path]
      return require(path) as Loaded
    },
  },
  'a script that is evaluated under the name of a file': {
    ending: '.js',
    text: (statements) => `(() => {\n${statements}\nreturn ${exported}\n})()\n`,
    // As those who serve modules out of memory do it: the file need not say what is evaluated.
    load: (filename, text) => new Script(text, { filename }).runInThisContext() as Loaded,
  },
}

const CONSTANT = 'let rate = 2; const f = (n) => n * rate; const set = () => {}'
const OTHER_CONSTANT = 'let rate = 3; const f = (n) => n * rate; const set = () => {}'
const VARIABLE = 'let rate = 2; const f = (n) => n * rate; const set = (value) => { rate = value }'
const HELPER = 'const rate = () => 2; const f = (n) => n * rate(); const set = () => {}'
const OTHER_HELPER = 'const rate = () => 3; const f = (n) => n * rate(); const set = () => {}'

/** A file that is written and loaded again and again. */
class Reloaded {
  readonly path: string
  readonly #way: Way
  #text = ''
  #versions = 0

  constructor(t: ExecutionContext, way: Way) {
    this.path = join(temporaryDirectory(t), `module${way.ending}`)
    this.#way = way
  }

  write(statements: string): void {
    this.#text = this.#way.text(statements)
    writeFileSync(this.path, this.#text)
  }

  async load(): Promise<Loaded> {
    return this.#way.load(this.path, this.#text, ++this.#versions)
  }

  async edit(statements: string): Promise<Loaded> {
    this.write(statements)
    return this.load()
  }
}

/** Keys of one call while the variable of its module has one value and then another. */
function keysAround(memory: Memory, { wrap, set }: Loaded): [before: string, after: string] {
  const f = wrap(memory)
  const before = f.key(1)
  set(5)
  const after = f.key(1)
  set(2)
  return [before, after]
}

for (const [name, way] of Object.entries(ways)) {
  test(`an edit gives the edited code's key: ${name}`, async (t) => {
    const memory = openMemory(t)
    const module = new Reloaded(t, way)
    for (const statements of [CONSTANT, OTHER_CONSTANT, HELPER, OTHER_HELPER, CONSTANT]) {
      const { wrap } = await module.edit(statements)
      const elsewhere = await new Reloaded(t, way).edit(statements)
      t.is(wrap(memory).key(1), elsewhere.wrap(memory).key(1))
    }
  })

  test(`a constant that an edit made a variable counts at its value: ${name}`, async (t) => {
    const memory = openMemory(t)
    const module = new Reloaded(t, way)
    const first = await module.edit(CONSTANT)
    t.is(...keysAround(memory, first))
    const second = await module.edit(VARIABLE)
    t.not(...keysAround(memory, second))
    // The first version is still there.
    t.is(...keysAround(memory, first))
  })

  test(`of two versions that were loaded before the first call, each is known: ${name}`, async (t) => {
    const memory = openMemory(t)
    const module = new Reloaded(t, way)
    const [first, second] = [await module.edit(VARIABLE), await module.edit(CONSTANT)]
    t.is(...keysAround(memory, second))
    t.not(...keysAround(memory, first))
  })

  test(`an edit between loading and the first call changes nothing: ${name}`, async (t) => {
    const module = new Reloaded(t, way)
    const loaded = await module.edit(VARIABLE)
    module.write(CONSTANT)
    t.not(...keysAround(openMemory(t), loaded))
  })
}

test('a script under the name of a file that says something else is taken as it is', async (t) => {
  const memory = openMemory(t)
  const way = ways['a script that is evaluated under the name of a file']!
  const module = new Reloaded(t, way)
  t.is(...keysAround(memory, await module.edit(CONSTANT)))
  const inMemory = way.load(module.path, way.text(VARIABLE), 2) as Loaded
  t.not(...keysAround(memory, inMemory))
})

/** Writes a module and the one that it imports, and loads a version of them. */
async function withImport(directory: string, version: number, rate: string): Promise<Loaded> {
  const [main, part] = [join(directory, 'main.mjs'), join(directory, 'part.mjs')]
  writeFileSync(part, rate)
  writeFileSync(
    main,
    `import { rate, set } from './part.mjs?v=${version}'
     const f = (n) => n * rate
     export const wrap = (memory) => memory.cache(f, { name: 'f' })
     export { set }`,
  )
  return (await import(`${pathToFileURL(main).href}?v=${version}`)) as Loaded
}

const IMPORTED_CONSTANT = 'export const rate = 2; export const set = () => {}'
const IMPORTED_VARIABLE = 'export let rate = 2; export const set = (value) => { rate = value }'

test('what an import stands for is told by the version that was imported', async (t) => {
  const memory = openMemory(t)
  const directory = temporaryDirectory(t)
  const constant = await withImport(directory, 1, IMPORTED_CONSTANT)
  t.is(...keysAround(memory, constant))
  const variable = await withImport(directory, 2, IMPORTED_VARIABLE)
  t.not(...keysAround(memory, variable))
})

test('an edit of an imported file between loading and the first call changes nothing', async (t) => {
  const directory = temporaryDirectory(t)
  const variable = await withImport(directory, 1, IMPORTED_VARIABLE)
  writeFileSync(join(directory, 'part.mjs'), IMPORTED_CONSTANT)
  t.not(...keysAround(openMemory(t), variable))
})

/** A function that loads a module when it runs, beside that module. */
async function loadingLate(t: ExecutionContext, part: string) {
  const directory = temporaryDirectory(t)
  const write = (text: string): void => writeFileSync(join(directory, 'part.mjs'), `export const part = '${text}'`)
  write(part)
  const main = join(directory, 'main.mjs')
  writeFileSync(main, `export const load = async (n) => (await import('./part.mjs')).part + n`)
  const { load } = (await import(pathToFileURL(main).href)) as { load: (n: number) => Promise<string> }
  return { load, write }
}

// What a function will load stood in its key as the file was at the first call. Once loaded, a module stays what it is,
// and what its file says by then is not what ran.
test('a module that is loaded late counts as what runs, whatever its file says by then', async (t) => {
  const memory = openMemory(t)
  const { load, write } = await loadingLate(t, 'one')
  const one = memory.cache(load, { name: 'load' })
  const key = one.key(1)
  t.is(await one(1), 'one1')
  write('more')
  const again = memory.cache(load, { name: 'load' })
  t.is(again.key(1), key)
  t.is(await again(2), 'one2')
  const other = await loadingLate(t, 'more')
  t.not(memory.cache(other.load, { name: 'load' }).key(1), key)
})

test('a module that is edited before it is loaded counts as the edited one', async (t) => {
  const memory = openMemory(t)
  const { load, write } = await loadingLate(t, 'one')
  const f = memory.cache(load, { name: 'load' })
  const key = f.key(1)
  write('more')
  t.not(f.key(1), key)
  t.is(await f(1), 'more1')
  const other = await loadingLate(t, 'more')
  t.is(await memory.cache(other.load, { name: 'load' })(1), 'more1')
  t.is(memory.cache(other.load, { name: 'load' }).stats().hits, 1)
})

test('the names in a file do not count once a minifier has written it', async (t) => {
  const memory = openMemory(t)
  const filler = `const filler=[${'1,'.repeat(100)}];`
  const module = new Reloaded(t, imported)
  const plain = await module.edit(CONSTANT)
  plain.wrap(memory).key(1)
  const texts = ['a', 'b'].map((name) => `${filler}const ${name}=2,f=n=>n*${name},set=()=>{};`)
  const [one, other] = [await module.edit(texts[0]!), await new Reloaded(t, imported).edit(texts[1]!)]
  t.is(one.wrap(memory).key(1), other.wrap(memory).key(1))
})

test('a source map and the file that it names change nothing', async (t) => {
  const memory = openMemory(t)
  const module = new Reloaded(t, imported)
  const source = join(module.path, '../source.ts')
  const map = { version: 3, sources: ['source.ts'], mappings: 'AAAA', names: [] }
  const link = `data:application/json,${encodeURIComponent(JSON.stringify(map))}`
  writeFileSync(source, CONSTANT)
  const mapped = await module.edit(`${VARIABLE}\n//# sourceMappingURL=${link}`)
  t.not(...keysAround(memory, mapped))
  const plain = await new Reloaded(t, imported).edit(VARIABLE)
  t.is(mapped.wrap(memory).key(1), plain.wrap(memory).key(1))
})
