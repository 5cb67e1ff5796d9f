// Programs that are bundled together with engram: only the addon stays a file of its own. And how engram itself is bundled:
// families are files of their own, and so is what no hit needs.
import test, { type ExecutionContext } from 'ava'
import { type BuildOptions, type Plugin, build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { put } from '../kit/files.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

interface Package {
  readonly build: typeof build
  readonly options: BuildOptions
  readonly entry: string
  readonly families: Readonly<Record<string, string>>
  readonly deferred?: readonly string[]
  readonly constants?: readonly string[]
}

declare const Bundling: { bundle(folder: string): Promise<void> }
declare const Parts: { families: Readonly<Record<string, string>> }
declare const Dividing: {
  divided(all: Package): Promise<{ scripts: Map<string, string>; plugins: Plugin[] }>
}

const project = fileURLToPath(new URL('../..', import.meta.url))

test('a bundled program reads durations', async (t) => {
  // The parser was loaded with `require` when it was needed, so that it was not in the bundle.
  const folder = temporaryDirectory(t)
  symlinkSync(join(project, 'native'), join(folder, 'native'))
  const contents = `import { Memory } from './index.ts'
    const memory = new Memory({ location: ${JSON.stringify(join(folder, 'store'))}, onError: 'throw' })
    const load = memory.cache((n) => n * 2, { name: 'load', maxAge: '7d' })
    load(2)
    console.log(load.lookup(2).status, [...memory.entries({ olderThan: '1h' })].length)
    await memory.close()`
  const outfile = join(folder, 'dist/program.mjs')
  await build({
    stdin: { contents, resolveDir: project },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['#binding'],
  })
  t.is(execFileSync(process.execPath, [outfile], { encoding: 'utf8', cwd: folder }), 'hit 0\n')
})

// ----------------------------------------------------------------------------------------------------------- families

async function scriptOf<T>(name: string): Promise<T> {
  return (await import(pathToFileURL(join(project, 'scripts', name)).href)) as T
}

test('a family is a file of its own, and is loaded when one of its names is used', async (t) => {
  const { bundle } = await scriptOf<typeof Bundling>('bundle.mjs')
  const { families } = await scriptOf<typeof Parts>('parts.mjs')
  const folder = temporaryDirectory(t)
  for (const part of ['native', 'npm', 'package.json']) symlinkSync(join(project, part), join(folder, part))
  await bundle(join(folder, 'dist'))
  const hasErrorClass = (name: string): boolean =>
    readFileSync(join(folder, `dist/${name}.cjs`), 'utf8').includes('EngramError=class')
  t.true(hasErrorClass('engram'))
  for (const [name, source] of Object.entries(families)) {
    const exported = (await import(pathToFileURL(join(project, source)).href)) as Record<string, unknown>
    // What stands for them is callable.
    for (const one of Object.values(exported)) t.is(typeof one, 'function')
    t.false(hasErrorClass(name))
    const program = `const engram = require('./dist/index.cjs')
      const ran = () => globalThis[Symbol.for('engram: what ran from bytecode')]?.keys() ?? []
      const loaded = () => [...ran(), ...Object.keys(require.cache)]
      const isLoaded = () => loaded().some((file) => file.endsWith(${JSON.stringify(`${name}.cjs`)}))
      new engram.Memory({ location: null })
      const before = isLoaded()
      const family = require('./dist/${name}/index.cjs')
      console.log(before, isLoaded(), Object.keys(family).every((one) => family[one] === engram[one]))
      console.log(Object.keys(family).every((one) => family[one].length >= 0), isLoaded())`
    t.is(printed(folder, program), 'false false true\ntrue true\n')
  }
})

function printed(folder: string, program: string): string {
  return execFileSync(process.execPath, ['--eval', program], { encoding: 'utf8', cwd: folder })
}

/** A package with two families, made as engram is, and what it exports. */
async function packageOf(
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
  late: Pick<Package, 'deferred' | 'constants'> = {},
): Promise<Record<string, unknown>> {
  const { divided } = await scriptOf<typeof Dividing>('division.mjs')
  const folder = realpathSync(temporaryDirectory(t))
  for (const [name, text] of Object.entries(files)) put(folder, name, text)
  const options: BuildOptions & { plugins: Plugin[] } = {
    absWorkingDir: folder,
    bundle: true,
    platform: 'node',
    plugins: [],
    logLevel: 'silent',
  }
  const entry = 'index.ts'
  const families = { first: 'first/index.ts', second: 'second/index.ts' }
  const { scripts, plugins } = await divided({ build, options, entry, families, ...late })
  for (const [name, text] of scripts) writeFileSync(join(folder, `${name}.cjs`), text)
  const outfile = join(folder, 'main.cjs')
  await build({ ...options, entryPoints: [entry], outfile, format: 'cjs', plugins })
  return createRequire(outfile)(outfile) as Record<string, unknown>
}

const FAILURE = `export class Failure extends Error {}
export const seen = []
export default 'a default'`

test('of what families have in common with each other and with the package there is one', async (t) => {
  const made = await packageOf(t, {
    'failure.ts': FAILURE,
    'index.ts': `export { Failure } from './failure.ts'
export { First, firstSaw } from './first/index.ts'
export { Second, secondSaw } from './second/index.ts'`,
    'shared/state.ts': `import byDefault, { Failure, seen } from '../failure.ts'
export class Shared extends Failure {}
export const saw = (name) => [...seen, seen.push(name), byDefault]`,
    'first/index.ts': `import { saw, Shared } from '../shared/state.ts'
export class First extends Shared {}
export const firstSaw = () => saw('first')`,
    'second/index.ts': `import * as path from 'node:path'
import { Shared, saw as look } from '../shared/state.ts'
export class Second extends Shared {}
export function secondSaw() { return [this, ...look(path.basename('a/second'))] }`,
  })
  const { First, Second, Failure, firstSaw, secondSaw } = made as Record<string, new () => object> & {
    firstSaw: () => unknown[]
    secondSaw: () => unknown[]
  }
  t.deepEqual(firstSaw(), [1, 'a default'])
  t.deepEqual(secondSaw(), [undefined, 'first', 2, 'a default'])
  const [first, second] = [new First!(), new Second!()]
  t.true(first instanceof Failure!)
  t.is(Object.getPrototypeOf(first.constructor), Object.getPrototypeOf(second.constructor))
})

test('a family that takes all of a module of the package, or loads it late, is refused', async (t) => {
  const index = `export { Failure } from './failure.ts'
export { first } from './first/index.ts'
export { second } from './second/index.ts'`
  const second = 'export const second = () => 2'
  for (const first of [
    `import * as all from '../failure.ts'\nexport const first = () => Object.keys(all)`,
    `export * from '../failure.ts'\nexport const first = () => 1`,
    `export const first = () => import('../failure.ts')`,
  ]) {
    const files = { 'failure.ts': FAILURE, 'index.ts': index, 'second/index.ts': second, 'first/index.ts': first }
    await t.throwsAsync(packageOf(t, files), { message: /^A script/ }, first)
  }
})

// ------------------------------------------------------------------------------------------------------------ deferral

const FIRST = `import { Deferred } from '../late.ts'
export const first = (one) => [one instanceof Deferred, new Deferred(7).value]`
const SECOND = 'export const second = () => 2'
const LATE = `import { Failure, seen } from './failure.ts'
import { LIMIT } from './limit.ts'
seen.push('loaded')
let count = 0
export class Deferred {
  constructor(value) { this.value = value }
  fail() { return new Failure('late') }
}
export function counted(by = 1) { return [this?.name, (count += by), LIMIT] }
export async function* endless() { yield* [1, 2] }`

test('what is deferred is loaded when it is first called, and is there once', async (t) => {
  const made = await packageOf(
    t,
    {
      'failure.ts': FAILURE,
      'limit.ts': 'export const LIMIT = 3',
      'late.ts': LATE,
      'index.ts': `import { Deferred, counted, endless } from './late.ts'
import { LIMIT } from './limit.ts'
import { seen } from './failure.ts'
export { Failure } from './failure.ts'
export { first } from './first/index.ts'
export { second } from './second/index.ts'
const handed = [counted]
export const isOne = (one) => one instanceof Deferred
export const make = (value) => new Deferred(value)
export const call = (name, by) => Reflect.apply(counted, { name }, [by])
export const callHanded = () => handed[0](LIMIT)
export const all = async () => { const found = []; for await (const one of endless()) found.push(one); return found }
export const saw = () => [...seen]`,
      'first/index.ts': FIRST,
      'second/index.ts': SECOND,
    },
    { deferred: ['late.ts'], constants: ['limit.ts'] },
  )
  const { isOne, make, call, callHanded, all, saw, first, Failure } = made as Record<string, (...given: any[]) => any>
  t.false(isOne!({}))
  t.deepEqual(saw!(), [])
  const one = make!(5)
  t.deepEqual(saw!(), ['loaded'])
  t.is(one.value, 5)
  t.true(isOne!(one))
  t.true(one.fail() instanceof Failure!)
  t.deepEqual(call!('it', 2), ['it', 2, 3])
  t.deepEqual(callHanded!(), [undefined, 5, 3])
  t.deepEqual(await all!(), [1, 2])
  // A family has the very class.
  t.deepEqual(first!(one), [true, 7])
  t.deepEqual(saw!(), ['loaded'])
})

test('a family loads what is deferred, if nobody has before', async (t) => {
  const made = await packageOf(
    t,
    {
      'failure.ts': FAILURE,
      'limit.ts': 'export const LIMIT = 3',
      'late.ts': LATE,
      'index.ts': `import { Deferred } from './late.ts'
export { first } from './first/index.ts'
export { second } from './second/index.ts'
export const make = () => new Deferred(5)`,
      'first/index.ts': FIRST,
      'second/index.ts': SECOND,
    },
    { deferred: ['late.ts'] },
  )
  const { first, make } = made as Record<string, (...given: any[]) => any>
  t.deepEqual(first!({}), [false, 7])
  t.deepEqual(first!(make!()), [true, 7])
})

test('what a stand-in cannot stand for is not deferred', async (t) => {
  const files = {
    'first/index.ts': 'export const first = () => 1',
    'second/index.ts': SECOND,
    'late.ts': `export class Late { static of() { return new Late() } }
export const LIMIT = 3
export const arrow = () => 1`,
  }
  const families = `export { first } from './first/index.ts'\nexport { second } from './second/index.ts'\n`
  for (const [program, message] of [
    [`import { Late } from './late.ts'\nexport const made = () => Late.of()`, /Late is deferred, and may only/],
    [`import { Late } from './late.ts'\nexport class Early extends Late {}`, /Late is deferred, and may only/],
    [`import { Late } from './late.ts'\nexport { Late }`, /Late is deferred, and may only/],
    [`export { Late } from './late.ts'`, /index.ts exports what is deferred/],
    [`import { LIMIT } from './late.ts'\nexport const twice = () => 2 * LIMIT`, /LIMIT must be declared as a function/],
    [`import { arrow } from './late.ts'\nexport const same = () => arrow()`, /arrow must be declared as a function/],
  ] as const) {
    const made = packageOf(t, { ...files, 'index.ts': families + program }, { deferred: ['late.ts'] })
    await t.throwsAsync(made, { message }, program)
  }
})
