// What a reader of flowyml's article will try: a program is run, edited, and run again.
import test from 'ava'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { put } from '../kit/files.ts'
import { UserProgram } from '../kit/user-program.ts'

const STATES = `
const states = (result) => Object.fromEntries(Object.entries(result.stepResults).map(([name, { state }]) => [name, state]))
`

const program = `
import { Pipeline, step } from 'engram'

const factor = 2
function scaled(x) {
  return x * factor
}
const load = step(function load(path) {
  return [path.length, 2, 3]
})
const processed = step(
  function processed(load) {
    // Changing this comment triggers a re-run!
    return load.map((x) => scaled(x))
  },
  { cache: 'code_hash' },
)
const stable = step(
  function stable(load, epochs) {
    // You can refactor this code.
    return load.length * epochs
  },
  { cache: 'input_hash' },
)
const tolerant = step(
  function tolerant(load) {
    // Only what runs counts.
    return load.map((x) => scaled(x))
  },
  { cache: 'syntaxHash' },
)
const alert = step((processed) => processed.length, { name: 'alert', cache: false })
const pipeline = new Pipeline('edited', { cacheDir: './cache', context: { epochs: 3, path: 'a' } })
pipeline.addStep(load, processed, stable, tolerant, alert)
${STATES}
const result = (await pipeline.run()).orThrow()
console.log(JSON.stringify({ states: states(result), processed: result.outputs.processed, changed: result.stepResults.processed.changed.map(({ part, name }) => [part, name]) }))
await pipeline.close()
`

test('code, a comment, a helper and a constant each run a step again that counts its code', async (t) => {
  const user = new UserProgram(t, program, 'program.mjs')
  const all = { load: 'ran', processed: 'ran', stable: 'ran', tolerant: 'ran', alert: 'ran' }
  const warm = { load: 'hit', processed: 'hit', stable: 'hit', tolerant: 'hit', alert: 'ran' }
  t.deepEqual(await user.run(), { states: all, processed: [2, 4, 6], changed: [] })
  t.deepEqual((await user.run()).states, warm)

  user.edit('// Changing this comment triggers a re-run!', '// Changed.')
  t.deepEqual((await user.run()).states, { ...warm, processed: 'ran' })
  user.edit('// Only what runs counts.', '')
  t.deepEqual((await user.run()).states, warm)
  user.edit('return load.length * epochs', 'return epochs * load.length')
  t.deepEqual((await user.run()).states, warm)

  user.edit('return x * factor', 'return factor * x')
  const helper = await user.run()
  t.deepEqual(helper.states, { ...warm, processed: 'ran', tolerant: 'ran' })
  t.true(helper.changed.some(([, name]: [string, string]) => name.includes('scaled')))
  user.edit('const factor = 2', 'const factor = 10')
  const constant = await user.run()
  t.deepEqual(constant.states, { ...warm, processed: 'ran', tolerant: 'ran' })
  t.deepEqual(constant.processed, [10, 20, 30])
  // As before, the old results are there.
  user.edit('const factor = 10', 'const factor = 2')
  t.deepEqual((await user.run()).states, warm)

  user.edit(`epochs: 3, path: 'a'`, `epochs: 4, path: 'a'`)
  t.deepEqual((await user.run()).states, { ...warm, stable: 'ran' })
  // The equal number of letters gives equal rows: what follows does not run.
  user.edit(`epochs: 4, path: 'a'`, `epochs: 4, path: 'b'`)
  t.deepEqual((await user.run()).states, { ...warm, load: 'ran' })
})

test('results are found by another process of tsx, and an edit runs a step again', async (t) => {
  const user = new UserProgram(t, program)
  await user.runByTsx()
  const warm = { load: 'hit', processed: 'hit', stable: 'hit', tolerant: 'hit', alert: 'ran' }
  t.deepEqual((await user.runByTsx()).states, warm)
  // tsx drops comments.
  user.edit('// Changing this comment triggers a re-run!', '')
  t.deepEqual((await user.runByTsx()).states, warm)
  user.edit('return load.map((x) => scaled(x))', 'return load.map((x) => scaled(x) + 1)')
  t.deepEqual((await user.runByTsx()).states, { ...warm, processed: 'ran' })
})

test('a package that is updated runs the steps again that use it', async (t) => {
  const user = new UserProgram(
    t,
    `
import { Pipeline, step } from 'engram'
import { parse } from 'parser'
const parsed = step(() => parse('1,2'), { name: 'parsed' })
const plain = step(() => 'plain', { name: 'plain' })
const pipeline = new Pipeline('updated', { cacheDir: './cache' }).addStep(parsed, plain)
${STATES}
console.log(JSON.stringify(states((await pipeline.run()).orThrow())))
await pipeline.close()
`,
  )
  const install = (version: string): void => {
    const manifest = { name: 'parser', version, type: 'module', exports: './index.js' }
    put(user.directory, 'node_modules/parser/package.json', JSON.stringify(manifest))
    put(user.directory, 'node_modules/parser/index.js', `export const parse = (text) => text.split(',')\n`)
  }
  install('1.0.0')
  t.deepEqual(await user.run(), { parsed: 'ran', plain: 'ran' })
  t.deepEqual(await user.run(), { parsed: 'hit', plain: 'hit' })
  install('1.0.1')
  t.deepEqual(await user.run(), { parsed: 'ran', plain: 'hit' })
})

const crashing = `
import { Pipeline, step } from 'engram'
const add = (name: string, input: string) =>
  step(
    function add(value: number) {
      return value + 1
    },
    { name, inputs: [input] },
  )
const report = step(
  function five(four: number) {
    throw new Error('the plot has a typo')
  },
)
const pipeline = new Pipeline('crash', { cacheDir: './cache', context: { zero: 0 } })
pipeline.addStep(add('one', 'zero'), add('two', 'one'), add('three', 'two'), add('four', 'three'), report)
${STATES}
const result = await pipeline.run()
console.log(JSON.stringify({ success: result.success, states: states(result), five: result.success ? result.outputs.five : null }))
await pipeline.close()
`

test('a crash in step 5 is fixed, and steps 1 to 4 come from the cache', async (t) => {
  const user = new UserProgram(t, crashing)
  const ran = { one: 'ran', two: 'ran', three: 'ran', four: 'ran' }
  t.deepEqual(await user.run(), { success: false, states: { ...ran, five: 'failed' }, five: null })
  user.edit(`throw new Error('the plot has a typo')`, `return four * 10`)
  const hit = { one: 'hit', two: 'hit', three: 'hit', four: 'hit' }
  t.deepEqual(await user.run(), { success: true, states: { ...hit, five: 'ran' }, five: 40 })
})

test('without a directory the cache is below the package that runs, and a debug run tells each step', async (t) => {
  const user = new UserProgram(
    t,
    `
import { Pipeline, step } from 'engram'
const load = step((path: string) => path.length, { name: 'load' })
const fails = step(() => { throw new Error('no way') }, { name: 'fails' })
const pipeline = new Pipeline('debugged', { context: { path: process.argv[2] } }).addStep(load, fails)
const result = await pipeline.run({ debug: true, onFailure: 'continue' })
for (const [stepName, stepResult] of Object.entries(result.stepResults)) {
  if (stepResult.cached) console.log('✓ ' + stepName + ' was cached')
  else console.log('✗ ' + stepName + ' was executed (not cached)')
}
await pipeline.close()
`,
  )
  const first = await user.said('a')
  t.is(first.stdout, '✗ load was executed (not cached)\n✗ fails was executed (not cached)\n')
  t.regex(first.stderr, /debugged: load ran/)
  t.regex(first.stderr, /debugged: fails failed.*no way/)
  const second = await user.said('a')
  t.is(second.stdout, '✓ load was cached\n✗ fails was executed (not cached)\n')
  t.regex(second.stderr, /debugged: load hit/)
  const third = await user.said('b')
  t.regex(third.stderr, /debugged: load ran.*context path/)
  t.true(existsSync(join(user.directory, '.engram')))
})
