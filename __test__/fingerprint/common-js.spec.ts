import test, { type ExecutionContext } from 'ava'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

interface Program {
  readonly f: (n: number) => unknown
}

/** The key of `f` in each of these modules, every one in a folder of its own. */
async function keysOf(t: ExecutionContext, ending: 'mjs' | 'cjs', sources: readonly string[]): Promise<string[]> {
  const memory = openMemory(t)
  const directory = temporaryDirectory(t)
  const programs = sources.map(async (source, index) => {
    const file = join(directory, String(index), `m.${ending}`)
    mkdirSync(join(directory, String(index)))
    writeFileSync(file, source)
    if (ending === 'cjs') return createRequire(file)(file) as Program
    return (await import(pathToFileURL(file).href)) as Program
  })
  return (await Promise.all(programs)).map(({ f }) => memory.cache(f, { name: 'f' }).key(1))
}

// These names were left out wherever they stood, as CommonJS gives them to modules, with paths in them.
for (const name of ['module', 'require', '__filename', '__dirname', '__name'])
  test.serial(`a variable of the user's own counts though it is called ${name}`, async (t) => {
    const warnings = collectWarnings()
    const value = (rate: number): string => (name === 'require' ? `(n) => n * ${rate}` : `'${rate}'`)
    const use = name === 'require' ? `${name}(n)` : `${name} + n`
    const declared = [2, 3, 2].map((rate) => `const ${name} = ${value(rate)}; export const f = (n) => ${use}`)
    const [two, three, again] = await keysOf(t, 'mjs', declared)
    t.not(two, three)
    t.is(two, again)
    const given = [2, 3, 2].map((rate) => `exports.f = ((${name}) => (n) => ${use})(${value(rate)})`)
    const [first, second, third] = await keysOf(t, 'cjs', given)
    t.not(first, second)
    t.is(first, third)
    t.deepEqual(warnings.codes(), [])
  })

test.serial('what CommonJS gives to a module does not count, nor what stands for it', async (t) => {
  const warnings = collectWarnings()
  // Not as it stands here, or this file would be taken for the module.
  const body = ['__filename', '__dirname', 'module.id', `typeof require('node:fs')`, 'n'].join(', ')
  const common = `exports.f = (n) => [${body}]`
  const [one, other] = await keysOf(t, 'cjs', [common, common])
  t.is(one, other)
  const modern = `
    import { createRequire } from 'node:module'
    import { dirname } from 'node:path'
    import { fileURLToPath } from 'node:url'
    const require = createRequire(import.meta.url)
    const __filename = fileURLToPath(import.meta.url)
    const __dirname = dirname(__filename)
    export const f = (n) => [${body.replace('module.id, ', '')}]`
  const [here, there] = await keysOf(t, 'mjs', [modern, modern])
  t.is(here, there)
  t.deepEqual(warnings.codes(), [])
})

// The name `module` was left out with all that follows it: edits of what lies in the exports changed no key.
const exported: Record<string, string> = {
  'a constant': 'module.exports = { f: (n) => n * module.exports.rate, rate: $ }',
  'a helper': 'module.exports = { f: (n) => module.exports.twice(n), twice: (n) => n * $ }',
  'beside a function': `module.exports = () => 1
    module.exports.f = (n) => n * module.exports.rate
    module.exports.rate = $`,
  'the exports that are handed on': `const read = (all) => all.rate
    module.exports = { f: (n) => n * read(module.exports), rate: $ }`,
}
for (const [about, source] of Object.entries(exported))
  test.serial(`what a module reads of its own exports counts: ${about}`, async (t) => {
    const warnings = collectWarnings()
    const sources = [2, 3, 2].map((rate) => source.replace('$', String(rate)))
    const [two, three, again] = await keysOf(t, 'cjs', sources)
    t.not(two, three)
    t.is(two, again)
    t.deepEqual(warnings.codes(), [])
  })

test.serial('what a function assigns of its exports is its state', async (t) => {
  const text = 'module.exports = { f: (n) => (module.exports.runs = (module.exports.runs ?? 0) + 1, n), runs: $ }'
  const [one, other] = await keysOf(t, 'cjs', [text.replace('runs: $', 'runs: 1'), text.replace('runs: $', 'runs: 2')])
  t.is(one, other)
})
