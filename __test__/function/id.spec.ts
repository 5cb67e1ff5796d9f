import test from 'ava'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Memory } from '../../index.ts'
import { functionId, moduleOf } from '../../src/function/id.ts'
import { callingFile } from '../../src/platform/caller.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))

test('a function id is the module and the name', (t) => {
  t.is(functionId('load', 'data/src/load.ts'), 'data/src/load.ts#load')
  t.is(functionId('load', undefined), 'load')
})

test('the id names the module that wraps, relative to its package', (t) => {
  const memory = openMemory(t)
  const load = (n: number): number => n
  const id = 'engram/__test__/function/id.spec.ts#load'
  t.is(memory.cache(load).id, id)
  t.is(memory.cache(load).with({ maxAge: 1 }).id, id)
  t.is(memory.cache(load, { name: 'mine' }).id, 'mine')
  memory.eval(load, 1)
  t.true(memory.cache(load).has(1))
  t.is(memory.cache(() => 0).id, 'engram/__test__/function/id.spec.ts#anonymous')
})

test('a memory that extends Memory does not stand for the caller', (t) => {
  class Loud extends Memory {
    override cache: Memory['cache'] = (fn, options) => super.cache(fn, options)
  }
  const memory = new Loud(null)
  t.is(memory.cache(function load() {}).id, 'engram/__test__/function/id.spec.ts#load')
})

test('where there is no module file the id is the name', (t) => {
  const outside = (callee: (...args: never[]) => unknown): string | undefined => moduleOf(callingFile(callee))
  const maker = new Function('outside', 'return function callee() { return outside(callee) }')
  const evaluated = maker(outside) as () => unknown
  const throughEval = new Function('callee', 'return callee()') as (callee: () => unknown) => unknown
  t.is(throughEval(evaluated), undefined)
})

test('what a program sets for stack traces is left as it was', (t) => {
  const prepare = (): string => 'mine'
  const { prepareStackTrace, stackTraceLimit } = Error
  Error.prepareStackTrace = prepare
  Error.stackTraceLimit = 3
  try {
    new Memory(null).cache(() => 0)
    t.is(Error.prepareStackTrace, prepare)
    t.is(Error.stackTraceLimit, 3)
  } finally {
    Object.assign(Error, { prepareStackTrace, stackTraceLimit })
  }
})

test('another checkout, another place and a query in the URL give the same keys', (t) => {
  const directory = temporaryDirectory(t)
  const one = join(directory, 'one/nested')
  const other = join(directory, 'other')
  writePackage(one, { name: 'data', type: 'module' })
  mkdirSync(dirname(other), { recursive: true })
  cpSync(one, other, { recursive: true })
  const [first, second] = [run(join(one, 'src/load.ts')), run(join(other, 'src/load.ts'))]
  t.is(first.id, 'data/src/load.ts#load')
  t.deepEqual(first, second)
})

test('a package without a name, and none at all, give a path without directories above', (t) => {
  const directory = temporaryDirectory(t)
  writePackage(directory, { type: 'module' })
  t.is(run(join(directory, 'src/load.ts')).id, 'src/load.ts#load')
})

function writePackage(directory: string, manifest: object): void {
  mkdirSync(join(directory, 'src'), { recursive: true })
  writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest))
  const index = pathToFileURL(join(project, 'index.ts')).href
  writeFileSync(
    join(directory, 'src/load.ts'),
    `import { Memory } from ${JSON.stringify(index)}
     const memory = new Memory(process.env.STORE)
     const load = memory.cache(function load(n: number) { return n })
     console.log(JSON.stringify({ id: load.id, key: load.key(1) }))`,
  )
}

/** Id and key that the program prints; it runs nothing and so makes no store. */
function run(program: string): { id: string; key: string } {
  const loader = pathToFileURL(join(project, 'node_modules/tsx/dist/loader.mjs')).href
  const env = { ...process.env, STORE: join(dirname(program), 'store') }
  const text = execFileSync(process.execPath, [`--import=${loader}`, program], { env, encoding: 'utf8' })
  return JSON.parse(text) as { id: string; key: string }
}
