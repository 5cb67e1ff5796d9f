import test, { type ExecutionContext } from 'ava'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { CacheOptions } from '../../index.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

/** A package of someone's: what its instances hold nobody can see, and it throws where it is told to. */
const PACKAGE = `
  export class Sink {
    #level
    constructor(level) { this.#level = level; this.lines = 0 }
    info(...parts) { this.lines++; return this }
    debug(...parts) { return this.info(...parts) }
    inc() { this.lines++ }
    flush() { return Promise.resolve() }
    start(text) { return this }
    stop() {}
    isDebug() { return this.#level === 'debug' }
    child() { return new Sink(this.#level) }
    startTimer() { return () => this.lines++ }
    sort(rows) { rows.sort((a, b) => this.#level === 'debug' ? a - b : b - a) }
    parse(x) { if (this.#level === 'debug') throw new Error('no') }
    run(act) { return act(this.#level) }
  }
  export const makeLog = (level) => { const debug = (...parts) => level; debug.level = level; return debug }
`

interface Program {
  readonly f: (...args: any[]) => unknown
}

/** What `source` exports as `f`, in a module that finds the package, with `level` for LEVEL. */
async function program(t: ExecutionContext, source: string, level: string): Promise<Program> {
  const directory = temporaryDirectory(t)
  const home = join(directory, 'node_modules', 'sink')
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'package.json'), '{"name":"sink","version":"1.0.0","type":"module","exports":"./index.js"}')
  writeFileSync(join(home, 'index.js'), PACKAGE)
  const file = join(directory, 'm.mjs')
  writeFileSync(file, `import { Sink, makeLog } from 'sink'\nconst LEVEL = '${level}'\n${source}`)
  return (await import(pathToFileURL(file).href)) as Program
}

/** The keys that `source` has with each of two levels, and what is said of it. */
async function told(t: ExecutionContext, source: string): Promise<{ isOne: boolean; codes: string[] }> {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  const keys = new Set<string>()
  for (const level of ['info', 'debug']) {
    const { f } = await program(t, source, level)
    const cached = memory.cache(f, { name: 'f' } as CacheOptions)
    cached(1)
    keys.add(cached.key(1))
  }
  return { isOne: keys.size === 1, codes: warnings.codes() }
}

const ONLY_TOLD: Record<string, string> = {
  'in a statement': `const out = new Sink(LEVEL); export const f = (n) => { out.info('n', { n }); return n }`,
  'in a condition': `const out = new Sink(LEVEL); export const f = (n) => { n > 0 && out.info(n); return n }`,
  'through a child': `const out = new Sink(LEVEL); export const f = (n) => { const own = out.child(); own.info(n); return n }`,
  'and awaited': `const metrics = new Sink(LEVEL); export const f = async (n) => { await metrics.flush(); return n }`,
  'by a timer': `const latency = new Sink(LEVEL); export const f = (n) => { const end = latency.startTimer(); end(); return n }`,
  'as a bar, by its name': `const progressBar = new Sink(LEVEL); export const f = (n) => { progressBar.start('a'); progressBar.stop(); return n }`,
  'as a function of a package under another name': `const it = makeLog(LEVEL); export const f = (n) => { it('n', n); return n }`,
  'as a function': `const log = makeLog(LEVEL); export const f = (n) => { log('n', n); return n }`,
  'by a helper that gives back what it gives': `const out = new Sink(LEVEL); const note = (n) => out.info(n); export const f = (n) => { note(n); return n }`,
  'for each row': `const out = new Sink(LEVEL); export const f = (n) => { [n].forEach((row) => out.info(row)); return n }`,
  'by an instance of the user that holds it': `class Shop { constructor(logger) { this.logger = logger; this.rate = 2 } load(n) { this.logger.info(n); return n * this.rate } } const shop = new Shop(new Sink(LEVEL)); export const f = (n) => shop.load(n)`,
  'by an object of the user': `const out = new Sink(LEVEL); const log = { level: LEVEL, info(n) { if (this.level === 'info') out.info(n) } }; export const f = (n) => { log.info(n); return n }`,
}

for (const [how, source] of Object.entries(ONLY_TOLD))
  test.serial(`what is only told something does not count, and nothing is said of it: ${how}`, async (t) => {
    t.deepEqual(await told(t, source), { isOne: true, codes: [] })
  })

const ASKED: Record<string, string> = {
  'its answer decides': `const out = new Sink(LEVEL); export const f = (n) => out.isDebug() ? n : 2 * n`,
  'it sorts what it is handed': `const out = new Sink(LEVEL); export const f = (n) => { const rows = [n, 2]; out.sort(rows); return rows }`,
  'it may refuse': `const out = new Sink(LEVEL); export const f = (n) => { try { out.parse(n) } catch { return 0 } return n }`,
  'it calls what it is given': `const out = new Sink(LEVEL); export const f = (n) => { let r; out.info(n); out.run((level) => { r = level }); return r }`,
  'a helper gives back what it gives': `const out = new Sink(LEVEL); const ask = () => out.isDebug(); export const f = (n) => ask() ? n : 2 * n`,
}

for (const [how, source] of Object.entries(ASKED))
  test.serial(`what may answer counts: ${how}`, async (t) => {
    const { isOne, codes } = await told(t, source)
    t.false(isOne && codes.length === 0)
  })

const OF_THE_USER: Record<string, string> = {
  'it throws': `const log = { level: LEVEL, info(n) { if (this.level === 'debug') throw new Error('no') } }; export const f = (n) => { try { log.info(n) } catch { return 0 } return n }`,
  'it changes what it is handed': `const log = { level: LEVEL, info(rows) { if (this.level === 'debug') rows.push(1) } }; export const f = (n) => { const rows = [n]; log.info(rows); return rows }`,
  'a method that it uses throws': `const log = { level: LEVEL, check() { if (this.level === 'debug') throw new Error('no') }, info(n) { this.check() } }; export const f = (n) => { try { log.info(n) } catch { return 0 } return n }`,
  'its code is another one': `const lines = []; const log = LEVEL === 'info' ? { info(n) { lines.push(n) } } : { info(n) { lines.push(2 * n) } }; export const f = (n) => { log.info(n); return n }`,
}

for (const [how, source] of Object.entries(OF_THE_USER))
  test.serial(`the user's own code counts though it is only told something: ${how}`, async (t) => {
    t.deepEqual(await told(t, source), { isOne: false, codes: [] })
  })

test.serial('what a method only tells something is no part of its receiver', async (t) => {
  const source = `
    class RequestLogger extends Sink {}
    class Shop {
      constructor() { this.logger = new Sink(LEVEL); this.out = new RequestLogger(LEVEL); this.rate = 2 }
      load(n) { this.logger.info(n); this.out.flush(); return n * this.rate }
    }
    export const f = Shop`
  const warnings = collectWarnings()
  const memory = openMemory(t)
  const [one, other] = await Promise.all(
    ['info', 'debug'].map(async (level) => {
      const { f: Shop } = (await program(t, source, level)) as unknown as { f: new () => { load(n: number): number } }
      const { prototype } = Shop as { prototype: { load(n: number): number } }
      const context = { kind: 'method', name: 'load', static: false, private: false, addInitializer() {} } as never
      prototype.load = memory.cached({ name: 'Shop.load' })(prototype.load, context) as typeof prototype.load
      return new Shop()
    }),
  )
  t.deepEqual([one!.load(2), other!.load(2)], [4, 4])
  t.deepEqual(warnings.codes(), [])
  t.is(memory.stats().hits, 1)
})
