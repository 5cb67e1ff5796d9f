// CommonJS could not load the package, default Jest failed with "Must use import to load ES Module", TypeScript in CommonJS with
// TS1479, and bundles were built and then died with "Invalid URL".
import test from 'ava'
import { build } from 'esbuild'
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMusl } from '../../src/platform/elf.ts'
import { SCOPE } from '../../src/platform/files.ts'
import { VERSION } from '../../src/words/version.ts'
import { PROGRAM, addon, core, folderWithEngram, runsWithCoreBeside, saidBy } from '../kit/installed.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

interface PlatformManifest {
  readonly name: string
  readonly os: string[]
  readonly cpu: string[]
  readonly libc?: string[]
  readonly files: string[]
}

const project = fileURLToPath(new URL('../..', import.meta.url))

test('import and require give one instance', async (t) => {
  const text = `const required = require('engram')
const codecs = require('engram/codecs')
const names = ['pipeline', 'task']
const families = names.map((name) => require('engram/' + name))
import('engram').then(async (imported) => {
  const same = Object.keys(imported).filter((name) => name !== 'default').map((name) => imported[name] === required[name])
  console.log(same.length > 5, same.every(Boolean))
  for (const [at, family] of families.entries()) {
    const importedFamily = Object.entries(await import('engram/' + names[at]))
    const familyNames = importedFamily.map(([name]) => name).sort().join()
    console.log(familyNames === Object.keys(family).sort().join(), familyNames.length > 0)
    console.log(importedFamily.every(([name, one]) => one === imported[name] && one === family[name]))
  }
  console.log(Object.keys(codecs).sort().join() === Object.keys(await import('engram/codecs')).sort().join())
})`
  t.is(
    await saidBy(folderWithEngram(t, { 'run.cjs': text }), ['run.cjs']),
    'true true\ntrue true\ntrue\ntrue true\ntrue\ntrue',
  )
})

test('who imports it first, and requires it then, has one instance too', async (t) => {
  const text = `import { createRequire } from 'node:module'
const imported = await import('engram')
const required = createRequire(import.meta.url)('engram')
const byPath = await import('./node_modules/engram/dist/index.js')
const names = Object.keys(imported)
console.log(names.length > 5, names.every((name) => imported[name] === required[name] && imported[name] === byPath[name]))
console.log(import.meta.resolve('engram').endsWith('node.js') === (process.features.require_module === true))`
  t.is(await saidBy(folderWithEngram(t, { 'run.mjs': text }), ['run.mjs']), 'true true\ntrue')
})

const COUNTING = `class Counting extends Work {
  reached = 0
  async run(to) {
    while (this.reached < to) this.reached++
    return isMainThread
  }
}`
const COUNTED = `class Counted extends Flow {
  counting = new Counting({ parallel: true, thread: new URL('COUNTING', HERE) })
  run() {
    this.counting.run(3)
  }
}
const root = new Counted()
new App(root, { memory: new Memory({ location: './store' }) })
  .start()
  .then(() => console.log(root.counting.reached, root.counting.lastResult))`

for (const [kind, files] of Object.entries({
  'ES modules': {
    'counting.mjs': `import { Work } from 'engram/work'\nimport { isMainThread } from 'node:worker_threads'\nexport default ${COUNTING}`,
    'run.mjs': `import { App, Flow, Memory } from 'engram'\nimport Counting from './counting.mjs'
${COUNTED.replace('COUNTING', './counting.mjs').replace('HERE', 'import.meta.url')}`,
  },
  CommonJS: {
    'counting.cjs': `const { Work } = require('engram/work')\nconst { isMainThread } = require('node:worker_threads')\nmodule.exports = ${COUNTING}`,
    'run.cjs': `const { App, Flow, Memory } = require('engram')\nconst Counting = require('./counting.cjs')
const { pathToFileURL } = require('node:url')
${COUNTED.replace('COUNTING', './counting.cjs').replace('HERE', 'pathToFileURL(__filename)')}`,
  },
})) {
  test(`a work runs in a thread: ${kind}`, async (t) => {
    const [, entry] = Object.keys(files)
    t.is(await saidBy(folderWithEngram(t, files), [entry!]), '3 false')
  })
}

test('a function that captures a class of a family has one key, whether that is loaded or not', async (t) => {
  const text = `import { Memory, Pipeline } from 'engram'
const memory = new Memory({ location: './store', onError: 'throw' })
if (process.env.FIRST) console.assert(Pipeline.length >= 0)
console.log(memory.cache((one) => one instanceof Pipeline).key(1))`
  const folder = folderWithEngram(t, { 'run.mjs': text })
  const key = await saidBy(folder, ['run.mjs'])
  t.regex(key, /^[0-9a-f]{64}$/)
  t.is(await saidBy(folder, ['run.mjs'], { FIRST: 'yes' }), key)
})

for (const [module, moduleResolution] of [
  ['commonjs', 'node10'],
  ['node16', 'node16'],
  ['preserve', 'bundler'],
]) {
  test(`TypeScript finds the types of the package, of its families and of its codecs: ${moduleResolution}`, async (t) => {
    const text = `import { Memory, type CachedFunction } from 'engram'
import { bson } from 'engram/codecs'
import * as luxon from 'engram/codecs/luxon'
import { Pipeline } from 'engram/pipeline'
import { workflow } from 'engram/task'
import { App, Flow, Work, type WorkOptions } from 'engram/work'
import { Pipeline as ofRoot, task, workflow as workflowOfRoot } from 'engram'
export const same: [typeof Pipeline, typeof workflow] = [ofRoot, workflowOfRoot]
export const square = task(({ n }: { n: number }) => n * n, { name: 'square', cache: true, cacheVersion: '1' })
export const sum: Promise<number> = task(({ a, b }) => a + b.length, { inputs: { a: 'int', b: 'str' } })({ a: square({ n: 2 }), b: 'x' })
class Half extends Work { run(n: number): number { return n / 2 } }
class Halves extends Flow { half = new Half({ parallel: true } satisfies WorkOptions); run(): void { this.half.run(3) } }
export const result: number | undefined = new App(new Halves()).root.half.lastResult
const memory = new Memory({ location: null })
export const f: CachedFunction<(n: number) => number> = memory.cache((n: number) => n * 2, { maxAge: '7d' })
export const all = [bson, luxon]
`
    const options = {
      module,
      moduleResolution,
      strict: true,
      noEmit: true,
      target: 'es2022',
      types: ['node'],
      // Reading all of Node's own types takes most of the time: once is enough.
      skipLibCheck: moduleResolution !== 'bundler',
      ignoreDeprecations: '6.0',
    }
    const typeRoots = [join(project, 'node_modules/@types')]
    const config = JSON.stringify({ compilerOptions: { ...options, typeRoots }, files: ['a.ts'] })
    const folder = folderWithEngram(t, {
      'a.ts': text,
      'tsconfig.json': config,
      'package.json': '{ "type": "commonjs" }',
    })
    t.is(await saidBy(folder, [join(project, 'node_modules/typescript/bin/tsc'), '-p', '.']), '')
  })
}

// ---------------------------------------------------------------------------------------------------------- bundles

for (const format of ['cjs', 'esm'] as const) {
  test(`a bundle runs with the core beside it, and says what to do without: ${format}`, async (t) => {
    const folder = folderWithEngram(t, { 'app.mjs': PROGRAM })
    const [moved, entry] = [temporaryDirectory(t), format === 'cjs' ? 'app.cjs' : 'app.mjs']
    const { warnings } = await build({
      entryPoints: [join(folder, 'app.mjs')],
      bundle: true,
      platform: 'node',
      format,
      outfile: join(moved, entry),
    })
    t.deepEqual(warnings, [])
    await runsWithCoreBeside(t, moved, entry, folder)
  })
}

// ------------------------------------------------------------------------------------------------------ a missing core

const loads = `require('engram')`

test('without the package of the core, it says how to install it', async (t) => {
  const folder = folderWithEngram(t, { 'run.cjs': loads })
  rmSync(join(folder, 'node_modules', core), { recursive: true })
  const said = await saidBy(folder, ['run.cjs'])
  t.regex(said, /ERR_NO_CORE/)
  t.regex(said, /npm install --include=optional/)
})

test('a core that cannot be loaded is said to be at fault', async (t) => {
  const folder = folderWithEngram(t, { 'run.cjs': loads })
  writeFileSync(join(folder, 'node_modules', core, addon), 'half a file')
  const said = await saidBy(folder, ['run.cjs'])
  t.regex(said, /ERR_NO_CORE/)
  t.regex(said, new RegExp(`install ${core} again`))
})

// dlopen() maps what is not there, and the process died of a bus error without a word.
test('half of a core is said to be at fault', async (t) => {
  const folder = folderWithEngram(t, { 'run.cjs': loads })
  const file = join(folder, 'node_modules', core, addon)
  truncateSync(file, Math.floor(statSync(file).size / 2))
  const said = await saidBy(folder, ['run.cjs'])
  t.regex(said, /ERR_NO_CORE/)
  t.regex(said, new RegExp(`install ${core} again`))
})

test('a core of another version is refused', async (t) => {
  const folder = folderWithEngram(t, { 'run.cjs': loads })
  const file = join(folder, 'node_modules/engram/dist/engram.cjs')
  writeFileSync(file, readFileSync(file, 'utf8').replace(`VERSION="${VERSION}"`, 'VERSION="9.9.9"'))
  const said = await saidBy(folder, ['run.cjs'])
  t.regex(said, /ERR_NO_CORE/)
  t.regex(said, /engram 9\.9\.9 found a core of version/)
})

test('on a platform without a package, it says which there are', async (t) => {
  const text = `Object.defineProperty(process, 'arch', { value: 's390x' })\n${loads}`
  const said = await saidBy(folderWithEngram(t, { 'run.cjs': text }), ['run.cjs'])
  t.regex(said, /ERR_NO_CORE/)
  for (const platform of readdirSync(join(project, 'npm'), { withFileTypes: true }))
    if (platform.isDirectory()) t.true(said.includes(platform.name), platform.name)
})

for (const libc of ['gnu', 'musl'] as const) {
  test(`of cores for both C libraries, that for the running one is opened, whatever else lies there: ${libc}`, async (t) => {
    // What runs says which C library it was linked to: by its name, or by what is in it. On musl a file stands for another.
    const programs = {
      gnu: isMusl() ? join(project, 'package.json') : process.execPath,
      musl: `/lib/ld-musl-${process.arch}.so.1`,
    }
    const opens = `Object.defineProperty(process, 'execPath', { value: ${JSON.stringify(programs[libc])} })
const opened = []
const { dlopen } = process
process.dlopen = (module, file) => (opened.push(require('node:path').basename(file)), dlopen(module, file))
${loads}
console.log(opened.join())`
    const folder = folderWithEngram(t, { 'run.cjs': opens })
    const names = ['gnu', 'musl'].map((one) => `linux-${process.arch}-${one}`)
    const native = readFileSync(join(folder, 'node_modules', core, addon))
    for (const name of names) {
      const place = join(folder, 'node_modules', SCOPE, name)
      mkdirSync(place, { recursive: true })
      writeFileSync(join(place, `engram.${name}.node`), native)
    }
    const expected = process.platform === 'linux' ? `engram.linux-${process.arch}-${libc}.node` : addon
    t.is(await saidBy(folder, ['run.cjs']), expected)
  })
}

test('the packages of platforms are what their names say, and a release names them all', (t) => {
  const folders = readdirSync(join(project, 'npm'), { withFileTypes: true }).filter((one) => one.isDirectory())
  for (const { name } of folders) {
    const manifest = JSON.parse(readFileSync(join(project, 'npm', name, 'package.json'), 'utf8')) as PlatformManifest
    const [os, cpu, libc] = name.split('-')
    t.is(manifest.name, `${SCOPE}/${name}`)
    t.deepEqual([manifest.os, manifest.cpu], [[os], [cpu]])
    t.deepEqual(manifest.libc, os === 'linux' ? [libc === 'gnu' ? 'glibc' : 'musl'] : undefined)
    t.true(manifest.files.includes(`engram.${name}.node`))
  }
  const folder = folderWithEngram(t, {})
  const { optionalDependencies } = JSON.parse(
    readFileSync(join(folder, 'node_modules/engram/package.json'), 'utf8'),
  ) as { optionalDependencies: Record<string, string> }
  const expected = Object.fromEntries(folders.map(({ name }) => [`${SCOPE}/${name}`, VERSION]))
  t.deepEqual(optionalDependencies, expected)
})

test('all parts of a release have one version', (t) => {
  const version = (file: string): unknown =>
    (JSON.parse(readFileSync(join(project, file), 'utf8')) as { version: unknown }).version
  const platforms = readdirSync(join(project, 'npm'), { withFileTypes: true }).filter((one) => one.isDirectory())
  const versions = ['package.json', ...platforms.map(({ name }) => `npm/${name}/package.json`)].map(version)
  const [, crate] = /^version = "(.+)"/m.exec(readFileSync(join(project, 'Cargo.toml'), 'utf8'))!
  t.deepEqual([...new Set([...versions, crate])], [VERSION])
})
