// Node 22 and 24 ended with "Assertion failed: isolate_data" where engram was in a context of its own and was the first that
// read the global DOMException: it looks through the globals of Node's own realm for what comes with the language.
import test from 'ava'
import { join } from 'node:path'
import { missingNode, nodeBinary } from '../fingerprint/corpus/tool.ts'
import { folderWithEngram, saidBy } from '../kit/installed.ts'

/** Loads engram into a context, as Jest does. */
const LOADING = `const vm = require('node:vm')
const { createRequire } = require('node:module')
const { readFileSync } = require('node:fs')
const { dirname } = require('node:path')
const context = vm.createContext({ process, console, URL, URLSearchParams, Buffer, setTimeout, clearTimeout, performance })
const load = (file) => {
  const module = { exports: {} }
  const require = createRequire(file)
  const inContext = (id) => (id.startsWith('./') ? load(require.resolve(id)) : require(id))
  const wrapped = '(function (exports, require, module, __filename, __dirname) {' + readFileSync(file) + '\\n})'
  new vm.Script(wrapped, { filename: file }).runInContext(context)(module.exports, inContext, module, file, dirname(file))
  return module.exports
}
context.engram = load(require.resolve('engram'))
`

const programs = {
  'its errors and promises are of that context': {
    text: `console.log(vm.runInContext(\`
  const memory = new engram.Memory(process.env.STORE)
  const calls = memory.cache(async function calls(n) { return new Map([[n, new Date(n)]]) })
  let isError
  try { memory.cache(1) } catch (error) { isError = error instanceof Error && error instanceof engram.EngramError }
  const promise = calls(1)
  promise.then(() => calls(1)).then((hit) => console.log(hit instanceof Map, hit.get(1) instanceof Date, calls.lookup(1).status))
  isError && promise instanceof Promise\`, context))
`,
    said: 'true\ntrue true hit',
  },
  'a function of the main realm gets back what is of that realm': {
    text: `const memory = new context.engram.Memory(process.env.STORE)
const dated = memory.cache((n) => new Date(n), { name: 'dated' })
console.log([dated(1), dated(1)].map((date) => date instanceof Date).join(), dated.lookup(1).status)
`,
    said: 'true,true hit',
  },
  // As in Jest with jsdom, which has no setImmediate, and whose setTimeout gives a number.
  'it runs where timers are those of a browser': {
    text: `context.setTimeout = () => 1
const memory = new context.engram.Memory(process.env.STORE)
const doubled = memory.cache((n) => n * 2, { name: 'doubled' })
console.log(doubled(1), doubled(1), doubled.lookup(1).status)
`,
    said: '2 2 hit',
  },
}

for (const [what, { said, text }] of Object.entries(programs)) {
  for (const version of ['this', '22', '24']) {
    test(`in a context of its own, ${what}: Node ${version}`, async (t) => {
      const isThis = version === 'this'
      const why = isThis ? undefined : missingNode(version)
      if (why !== undefined) {
        t.log(`Not tested: ${why}.`)
        t.pass()
        return
      }
      const folder = folderWithEngram(t, { 'run.cjs': LOADING + text })
      const program = isThis ? process.execPath : nodeBinary(version)
      t.is(await saidBy(folder, ['run.cjs'], { STORE: join(folder, 'store') }, program), said)
    })
  }
}
