import test, { type ExecutionContext } from 'ava'
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as index from '../../index.ts'
import { bytecodeFiles } from '../../src/platform/bytecode.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

declare const Bundling: { bundle(folder: string): Promise<void> }

const project = fileURLToPath(new URL('../..', import.meta.url))
const [bytecodeName, bytecodeOfDeferred] = ['/engram.cjs', '/deferred.cjs'].map((name) =>
  basename(bytecodeFiles(name)[0]!),
)

/** The package as it is built, of the sources as they are now, and its bytecode: once for all tests. It needs no other. */
const folderOfAll = mkdtempSync(join(tmpdir(), 'engram-package-'))

test.before(async () => {
  const folder = join(folderOfAll, 'engram')
  mkdirSync(join(folder, 'native'), { recursive: true })
  for (const name of readdirSync(join(project, 'native')).filter((file) => file.endsWith('.node'))) {
    symlinkSync(join(project, 'native', name), join(folder, 'native', name))
  }
  symlinkSync(join(project, 'npm'), join(folder, 'npm'))
  copyFileSync(join(project, 'package.json'), join(folder, 'package.json'))
  const { bundle } = (await import(pathToFileURL(join(project, 'scripts/bundle.mjs')).href)) as typeof Bundling
  await bundle(join(folder, 'dist'))
  execFileSync(process.execPath, ['--import=tsx', 'scripts/bytecode.mjs', folder], { cwd: project })
})

test.after.always(() => rmSync(folderOfAll, { recursive: true }))

/** A copy of it, for one test. */
function compiled(t: ExecutionContext): string {
  const folder = join(temporaryDirectory(t), 'engram')
  cpSync(join(folderOfAll, 'engram'), folder, { recursive: true, verbatimSymlinks: true })
  return folder
}

/** The same without bytecode. */
function built(t: ExecutionContext): string {
  const folder = compiled(t)
  const isBytecode = (name: string): boolean => name.endsWith('.bytecode')
  for (const name of readdirSync(join(folder, 'native')).filter(isBytecode)) rmSync(join(folder, 'native', name))
  return folder
}

interface Used {
  /** What V8 did with the bytecode it was given, if any. */
  readonly isRejected?: boolean
  readonly value: unknown
  readonly said: unknown
  /** Whether all is there that is loaded late. */
  readonly hasParts: unknown
}

/** What programs import: what bundlers and early releases of Node take, and what later ones take. */
const entries = ['index.js', ...(process.getBuiltinModule === undefined ? [] : ['node.js'])]

function uses(t: ExecutionContext, folder: string, expected: Used, ...flags: string[]): void {
  for (const entry of entries) t.deepEqual(used(entry, folder, flags), expected, entry)
}

function used(entry: string, folder: string, flags: readonly string[] = []): Used {
  const program = `
    import vm from 'node:vm'
    const { Script } = vm
    let script
    vm.Script = function (...args) { return (script = new Script(...args)) }
    const engram = await import(${JSON.stringify(pathToFileURL(join(folder, 'dist', entry)).href)})
    const { EngramError, Memory } = engram
    const memory = new Memory({ location: ${JSON.stringify(join(folder, 'store'))}, onError: 'throw' })
    const value = memory.cache((name) => 'hello ' + name, { name: 'greet', maxAge: '7d' })('you')
    let said
    try { memory.cache(1) } catch (error) { said = error instanceof EngramError && error.message }
    await memory.close()
    const hasParts = Object.values(engram).every((one) => one.length >= 0)
    console.log(JSON.stringify({ isRejected: script?.cachedDataRejected, value, said, hasParts }))`
  const args = [...flags, '--input-type=module', '--eval', program]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Used
}

const right = { value: 'hello you', said: 'cache(fn) needs a function.', hasParts: true }

test('the package exports what index.ts exports', async (t) => {
  const exported = (await import(pathToFileURL(join(built(t), 'dist/index.js')).href)) as Record<string, unknown>
  t.deepEqual(Object.keys(exported).sort(), Object.keys(index).sort())
  // Node prints instances with the name of their class, which may be exported under two.
  for (const [name, one] of Object.entries(index))
    if (String(one).startsWith('class')) t.is((exported[name] as Function).name, (one as Function).name)
})

test('a package runs the bytecode that was made when it was built', async (t) => {
  const folder = compiled(t)
  // A hit does not change it.
  for (let run = 0; run < 2; run++) uses(t, folder, { isRejected: false, ...right })
})

test('a package without bytecode for this V8 runs its source', async (t) => {
  uses(t, built(t), right)
})

test('bytecode that was made with other flags gives way to the source', async (t) => {
  uses(t, compiled(t), { isRejected: true, ...right }, '--stack-size=900')
})

test('bytecode of a source that was edited since is not used, even if that is as long as before', async (t) => {
  const folder = compiled(t)
  const bundled = join(folder, 'dist/engram.cjs')
  writeFileSync(bundled, readFileSync(bundled, 'utf8').replace('"cache(fn) ', '"CACHE(fn) '))
  uses(t, folder, { ...right, said: 'CACHE(fn) needs a function.' })
})

test('bytecode that was made by a V8 built in another way is not used', async (t) => {
  const folder = compiled(t)
  const file = join(folder, 'native', bytecodeName!)
  const bytes = readFileSync(file)
  const at = bytes.indexOf('"v8_enable_')
  t.true(at > 0)
  bytes.write('"v8_ENABLE_', at)
  writeFileSync(file, bytes)
  uses(t, folder, right)
})

for (const [part, kept] of [
  ['its source', 0.2],
  ['itself', 0.9],
  ['nothing', 0],
] as const) {
  test(`bytecode that was cut off within ${part} gives way to the source`, async (t) => {
    const folder = compiled(t)
    const file = join(folder, 'native', bytecodeName!)
    truncateSync(file, Math.floor(readFileSync(file).length * kept))
    for (const entry of entries) {
      const { isRejected, ...rest } = used(entry, folder)
      t.not(isRejected, false)
      t.deepEqual(rest, right, entry)
    }
  })
}

/** What a program of the package prints, which says first which of the package's scripts V8 was given bytecode of. */
function printed(folder: string, body: string): string {
  const program = `
    import vm from 'node:vm'
    const { Script } = vm
    const ran = []
    vm.Script = function (text, options) {
      const script = new Script(text, options)
      ran.push(options.filename.replace(/.*[\\\\/]/, '') + (script.cachedDataRejected ? ' rejected' : ''))
      return script
    }
    const engram = await import(${JSON.stringify(pathToFileURL(join(folder, 'dist/index.js')).href)})
    const memory = new engram.Memory({ location: ${JSON.stringify(join(folder, 'store'))}, onError: 'throw' })
    ${body}
    await memory.close()
    console.log(...ran)`
  return execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8', cwd: folder })
}

const HITS = `
    const rate = 2
    const half = (x) => x / rate
    memory.cache((id) => ({ id, name: 'a' }), { name: 'record' })(1)
    memory.cache((x) => half(x), { name: 'half' })(3)
    memory.cache((rows) => rows.map(({ at }) => at), { name: 'dates', maxAge: '7d' })([{ at: new Date(3), of: new Map([[1, 2]]) }])
    memory.cache((length) => new Float64Array(length), { name: 'array' })(100_000)
    memory.cache((view) => view.length, { name: 'length' })(new Float64Array(10_000))
    await memory.cache(async ({ names }) => new Set(names), { name: 'later' })({ names: ['a'] })`

test('a program that only finds results does not load what is deferred, a program that stores one does', (t) => {
  const folder = compiled(t)
  t.is(printed(folder, HITS), 'engram.cjs deferred.cjs\n')
  t.is(printed(folder, HITS), 'engram.cjs\n')
  t.is(printed(folder, `memory.cache((x) => x, { name: 'half' }).explain(3)`), 'engram.cjs deferred.cjs\n')
})

test('families run from bytecode, when one of their names is used', (t) => {
  const names = ['Pipeline', 'task', 'App'].map((name) => `engram.${name}.length`).join('\n')
  const ran = printed(compiled(t), names).trimEnd().split(' ')
  t.deepEqual(ran.sort(), ['deferred.cjs', 'engram.cjs', 'families.cjs', 'pipeline.cjs', 'task.cjs', 'work.cjs'])
})

// Node gives `import()` to scripts that it loads itself.
test('no script of the package imports while it runs', (t) => {
  const dist = join(compiled(t), 'dist')
  const scripts = readdirSync(dist).filter((name) => name.endsWith('.cjs'))
  t.true(scripts.length > 6)
  for (const name of scripts) t.notRegex(readFileSync(join(dist, name), 'utf8'), /[^.\w]import\(/, name)
})

test('what is deferred runs its source where it has no bytecode of its own, or another one', (t) => {
  const folder = compiled(t)
  const source = join(folder, 'dist/deferred.cjs')
  writeFileSync(source, readFileSync(source, 'utf8').replace('"use strict"', '"USE STRICT"'))
  t.is(printed(folder, HITS), 'engram.cjs\n')
  rmSync(join(folder, 'native', bytecodeOfDeferred!))
  t.is(printed(folder, `memory.cache((x) => x, { name: 'half' }).explain(3)`), 'engram.cjs\n')
})

for (const [what, change] of [
  ['missing', `rmSync(part)`],
  ['of another build', `writeFileSync(part, readFileSync(part, 'utf8').replace(/stamp="../, 'stamp="xx'))`],
] as const) {
  test(`calls run without the cache where a part of the package is ${what} when it is needed`, (t) => {
    // A package that is installed anew while a program runs.
    const folder = compiled(t)
    const program = `
      import { execFileSync } from 'node:child_process'
      import { readFileSync, rmSync, writeFileSync } from 'node:fs'
      import { Memory } from './dist/index.js'
      const part = 'dist/deferred.cjs'
      const memory = new Memory({ location: 'store' })
      const double = memory.cache((n) => n * 2, { name: 'double' })
      const codes = []
      process.on('warning', ({ code }) => codes.push(code))
      const codeOf = (use) => { try { use() } catch ({ code }) { return code } }
      ${change}
      console.log(double(2), double(2), await memory.cache(async (n) => n, { name: 'later' })(4))
      console.log(codeOf(() => double.explain(2)), codeOf(() => memory.payload(1)))
      // Nobody waits for a run that was never made.
      const args = ['--input-type=module', '--eval', process.env.OTHER]
      console.log(execFileSync(process.execPath, args, { encoding: 'utf8', cwd: process.env.WHOLE, timeout: 60_000 }).trim())
      await memory.close()
      setImmediate(() => console.log(...new Set(codes)))`
    const other = `
      import { Memory } from './dist/index.js'
      const memory = new Memory({ location: ${JSON.stringify(join(folder, 'store'))} })
      const double = memory.cache((n) => n * 2, { name: 'double' })
      console.log(double(2), double.lookup(2).status)
      await memory.close()`
    const args = ['--input-type=module', '--eval', program]
    const said = execFileSync(process.execPath, args, {
      encoding: 'utf8',
      cwd: folder,
      env: { ...process.env, OTHER: other, WHOLE: compiled(t) },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    t.is(said, '4 4 4\nERR_PACKAGE_CHANGED ERR_PACKAGE_CHANGED\n4 hit\nERR_PACKAGE_CHANGED\n')
  })
}

test('the addon is found where the platform package lies', async (t) => {
  const folder = compiled(t)
  const addon = readdirSync(join(folder, 'native')).find((name) => name.endsWith('.node'))
  const beside = join(folder, '..', addon!.replace(/^engram\.(.*)\.node$/, '@engram/$1'))
  mkdirSync(beside, { recursive: true })
  for (const name of [addon!, bytecodeName!]) copyFileSync(join(folder, 'native', name), join(beside, name))
  rmSync(join(folder, 'native'), { recursive: true })
  uses(t, folder, { isRejected: false, ...right })
})

for (const [what, packageIn] of [
  ['bytecode', compiled],
  ['its source', built],
] as const) {
  test(`who imports and who requires a package that runs ${what} get the same objects`, (t) => {
    const dist = join(packageIn(t), 'dist')
    const required = (name: string) => `createRequire(import.meta.url)(${JSON.stringify(join(dist, name))}).Memory`
    const imported = (name: string) => `(await import(${JSON.stringify(pathToFileURL(join(dist, name)).href)})).Memory`
    const orders = entries.flatMap((entry) => [
      [imported(entry), required('index.cjs'), imported(entry)],
      [required('index.cjs'), imported(entry), required('index.cjs')],
    ])
    for (const order of orders) {
      const program = `import { createRequire } from 'node:module'
        const all = [${order.join(', ')}]
        console.log(all.every((one) => one === all[0]) && typeof all[0] === 'function')`
      t.is(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' }), 'true\n')
    }
  })
}
