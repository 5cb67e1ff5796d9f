// Says for each kind of thing that functions capture which of four have equal keys: two that captured the same, one that
// captured something else, and the first once more. Where all is right that is `[0, 0, 2, 0]`. Prints a line from the main
// thread, and another one from a worker.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify, types } from 'node:util'
import { Script, runInNewContext } from 'node:vm'
import { Worker, isMainThread, threadId, workerData } from 'node:worker_threads'
import { Memory } from '../../../index.ts'

type Fn = (n: number) => unknown

const directory = isMainThread ? process.argv[2]! : (workerData as string)
const memory = new Memory({ location: join(directory, `store-${threadId}`) })
const require = createRequire(import.meta.url)
const codes: string[] = []
let written = 0
process.on('warning', (warning: Error & { code?: string }) => codes.push(`${warning.name} ${warning.code}`))

/** A file of its own folder. */
function file(name: string, text: string): string {
  const folder = join(directory, `${threadId}-${written++}`)
  mkdirSync(folder)
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const url = (path: string, version: number): string => `${pathToFileURL(path).href}?v=${version}`
const helper = (k: number) => (n: number) => n * k

class Shop {
  rate: number
  constructor(rate: number) {
    this.rate = rate
  }
  prices(n: number): number {
    return n * this.rate
  }
}

const makers: Readonly<Record<string, (k: number) => Fn | Promise<Fn>>> = {
  'a constant': (k) => (n) => n * k,
  'a helper': (k) => {
    const scale = helper(k)
    return (n) => scale(n)
  },
  'an object': (k) => {
    const config = { rate: k, more: [k] }
    return (n) => [n, config]
  },
  'a frozen object': (k) => {
    const config = Object.freeze({ rate: k })
    return (n) => [n, config]
  },
  'a variable that others assign': (k) => {
    let rate = 0
    const set = (value: number): void => void (rate = value)
    set(k)
    return (n) => n * rate
  },
  'a method': (k) => {
    const shop = { rate: k, prices: Shop.prototype.prices }
    return (n) => shop.prices(n)
  },
  'a bound function': (k) => {
    const scale = Math.max.bind(null, k)
    return (n) => scale(n)
  },
  'a function that Node made': (k) => {
    const later = promisify((n: number, done: (error: null, found: number) => void) => done(null, n * k))
    return (n) => later(n)
  },
  'a function of Node in native code': (k) => {
    const table = { list: [types.isArrayBuffer, k] }
    return (n) => [n, table]
  },
  'a function in an object': (k) => {
    const table = { list: [helper(k)] }
    return (n) => [n, table]
  },
  'a function of another context': (k) => {
    const scale = runInNewContext(`const k = ${k}; (n) => n * k`) as Fn
    return (n) => scale(n)
  },
  'a constant of a module': async (k) => {
    const path = file('constant.mjs', `const k = ${k}; export const f = (n) => n * k`)
    return ((await import(url(path, 1))) as { f: Fn }).f
  },
  'a constant that another module exports': async (k) => {
    const path = file('main.mjs', `import { k } from './part.mjs'; export const f = (n) => n * k`)
    writeFileSync(join(path, '../part.mjs'), `export const k = ${k}`)
    return ((await import(url(path, 1))) as { f: Fn }).f
  },
  'a module that is loaded late': async (k) => {
    const path = file('main.mjs', `export const f = async (n) => n * (await import('./part.mjs')).k`)
    writeFileSync(join(path, '../part.mjs'), `export const k = ${k}`)
    return ((await import(url(path, 1))) as { f: Fn }).f
  },
  'a constant of a CommonJS module': (k) => {
    const path = file('constant.cjs', `const k = ${k}; exports.f = (n) => n * k`)
    return (require(path) as { f: Fn }).f
  },
  'a module that was loaded again': async (k) => {
    const path = file('again.mjs', `let k = ${k}; export const f = (n) => n * k`)
    memory.cache(((await import(url(path, 1))) as { f: Fn }).f, { name: 'f' }).key(1)
    writeFileSync(path, `let k = 0; export const f = (n) => n * k; export const set = (value) => { k = value }`)
    const { f, set } = (await import(url(path, 2))) as { f: Fn; set: (k: number) => void }
    memory.cache(f, { name: 'f' }).key(1)
    set(k)
    return f
  },
  'a script under the name of a file': (k) => {
    const filename = file('script.js', '')
    return new Script(`(() => { const k = ${k}; return (n) => n * k })()`, { filename }).runInThisContext() as Fn
  },
}

const found: Record<string, { equal: number[]; key: string }> = {}
for (const [about, make] of Object.entries(makers)) {
  const functions = [await make(2), await make(2), await make(3)]
  const cached = functions.map((fn) => memory.cache(fn, { name: 'f' }))
  const keys = [...cached, cached[0]!].map((fn) => fn.key(1))
  found[about] = { equal: keys.map((key) => keys.indexOf(key)), key: keys[0]! }
}
const told = memory.cache((fn: Fn) => fn, { name: 'f' })
const keys = [helper(2), helper(2), helper(3), helper(2)].map((fn) => told.key(fn))
found['a function as an argument'] = { equal: keys.map((key) => keys.indexOf(key)), key: keys[0]! }
await memory.close()

function fail(error: Error): never {
  throw error
}

setImmediate(() => {
  process.stdout.write(`${JSON.stringify({ found, codes })}\n`)
  if (isMainThread) new Worker(new URL(import.meta.url), { workerData: directory }).on('error', fail)
})
