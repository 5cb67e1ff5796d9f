// Every first call in an ES module had V8 list all scripts of the process, seven milliseconds: its file was told by all that
// it declares, and V8 lists only what functions of the module refer to, what it imports and what it exports.
import test, { type ExecutionContext } from 'ava'
import { execFileSync } from 'node:child_process'
import { Session } from 'node:inspector'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { namesIn } from '../../src/code/module-file.ts'
import { put } from '../kit/files.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

const other = `export default 1; export const a = 1, b = 2, c = 3; export function d() {}`

const modules: Readonly<Record<string, string>> = {
  'a script': `import d, { a, b as e } from './other.mjs'
    const scale = 2, unused = 3
    let kept = await unused
    export const seen = () => scale + kept + a`,
  namespaces: `import * as all from './other.mjs'
    import * as some from './other.mjs'
    export function seen() { return some.a }`,
  exports: `const a = 1, b = 2, c = 3
    export { a as renamed, b }
    export default class Named { m() { return Named } }
    export * from './other.mjs'
    export let later
    export const seen = () => 1`,
  classes: `var inherited = class {}, held, key = 'x', field, started
    class Own { m() { return Own } }
    class Used { static { held = 1 } [key] = field; static x = started }
    class Child extends inherited {}
    export const seen = () => Used`,
  'blocks and patterns': `var { x, y: [z] = fallback } = { y: [1] }, fallback
    for (const one of [1]) { () => one }
    if (x) { var within = 1; let hidden = () => within }
    try { throw 1 } catch (caught) { () => caught }
    const text = \`\${(() => z)()}\`
    export const seen = () => typeof nowhere`,
  'generators, defaults and recursion': `var step, first, last
    async function* steps() { yield step }
    function again(n = first) { return n && again(0) }
    const made = { get x() { return last } }
    export const seen = () => 1`,
}

for (const [title, text] of Object.entries(modules)) {
  test(`V8 lists the names that a module is said to keep: ${title}`, (t) => {
    t.deepEqual(listed(t, text), [...namesIn(text)!.kept].sort())
  })
}

test.serial('the first call in an ES module lists no scripts, whatever else the module declares', async (t) => {
  const file = join(temporaryDirectory(t), 'module.mjs')
  put(
    dirname(file),
    basename(file),
    'const unused = 1, scale = 2\nexport const wrap = (cache) => cache((n) => n * scale)\n',
  )
  const { wrap } = (await import(pathToFileURL(file).href)) as {
    wrap: (cache: typeof memory.cache) => (n: number) => number
  }
  const memory = openMemory(t)
  const asked: string[] = []
  const { post } = Session.prototype
  Session.prototype.post = function (this: Session, ...given: Parameters<typeof post>) {
    asked.push(given[0])
    post.apply(this, given)
  } as typeof post
  t.teardown(() => (Session.prototype.post = post))
  t.is(wrap(memory.cache.bind(memory))(3), 6)
  t.true(asked.includes('Runtime.getProperties'))
  // Its debugger it is asked for: a file that is younger than the process may say something else than what was loaded.
  t.false(asked.some((method) => method.startsWith('Profiler')))
})

/** What V8 shows to a function of such a module. */
function listed(t: ExecutionContext, text: string): string[] {
  const folder = temporaryDirectory(t)
  for (const [name, content] of Object.entries({ module: text, other, program })) put(folder, `${name}.mjs`, content)
  return JSON.parse(execFileSync(process.execPath, [join(folder, 'program.mjs')], { encoding: 'utf8' })) as string[]
}

const program = `
  import inspector from 'node:inspector'
  globalThis.seen = (await import('./module.mjs')).seen
  const session = new inspector.Session()
  session.connect()
  const ask = (method, parameters) => {
    let answer
    session.post(method, parameters, (error, result) => (answer = result))
    return answer
  }
  const properties = (objectId) => ask('Runtime.getProperties', { objectId, ownProperties: true })
  const { result } = ask('Runtime.evaluate', { expression: 'seen' })
  const scopes = properties(result.objectId).internalProperties.find(({ name }) => name === '[[Scopes]]')
  const own = properties(scopes.value.objectId).result.find(({ value }) => value.description === 'Module')
  console.log(JSON.stringify(properties(own.value.objectId).result.map(({ name }) => name).sort()))
`
