// Parts of the package are loaded, and look around, at the first miss, when the program has changed what is around them. A class of the
// language or of Node that had been replaced by then was no longer known, so that results with instances of it were not stored;
// without a SharedArrayBuffer every call failed. And tests that stand in for functions of node:fs, by which Node reads modules,
// kept the part from being loaded: ERR_PACKAGE_CHANGED.
import test from 'ava'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { core, folderWithEngram, saidBy } from '../kit/installed.ts'

const program = (changing: string): string => `const { Memory } = require('engram')
const fs = require('node:fs')
const memory = new Memory({ location: process.env.STORE, onError: 'throw' })
const { URL: Url } = globalThis
const urls = memory.cache((n) => [new Url('http://a/' + n), new Uint8Array(n), new RangeError('far')], { name: 'urls' })
const { existsSync, readFileSync } = fs
${changing}
urls(1)
Object.assign(fs, { existsSync, readFileSync })
const [url, bytes, error] = urls(1)
console.log(urls.lookup(1).status, url.href, bytes.length, error.name)
`

const changes: Readonly<Record<string, string>> = {
  'a class of Node is another one': 'globalThis.URL = class URL {}; urls(2); globalThis.URL = Url',
  'a class of the language is another one': `const { Map: Own } = globalThis; globalThis.Map = class Map extends Own {}; urls(2); globalThis.Map = Own`,
  'a class of the language is missing': 'delete globalThis.SharedArrayBuffer',
  'files seem to hold something else': `fs.readFileSync = () => '1'`,
  'no file can be read': `fs.existsSync = () => false; fs.readFileSync = () => { throw new Error('mocked') }`,
}

for (const kind of ['bytecode', 'source'])
  test(`a program stores its first result whatever it has changed: ${kind}`, async (t) => {
    const files = Object.entries(changes).map(([what, changing]) => [`${what}.cjs`, program(changing)])
    const folder = folderWithEngram(t, Object.fromEntries(files) as Record<string, string>)
    const cores = join(folder, 'node_modules', core)
    const bytecode = kind === 'source' ? readdirSync(cores).filter((file) => file.endsWith('.bytecode')) : []
    for (const file of bytecode) rmSync(join(cores, file))
    for (const what of Object.keys(changes)) {
      const said = await saidBy(folder, [`${what}.cjs`], { STORE: join(folder, what) })
      t.is(said, 'hit http://a/1 1 RangeError', what)
    }
  })
