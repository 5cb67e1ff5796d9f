// The ready codecs as programs import them from the package.
import test from 'ava'
import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as codecs from '../../src/codecs/index.ts'

declare const Bundling: { bundle(folder: string): Promise<void> }

const project = fileURLToPath(new URL('../..', import.meta.url))

/** A program's folder, with the package in `node_modules`, as it is built of the sources as they are now. */
const folder = mkdtempSync(join(tmpdir(), 'engram-package-'))
const engram = join(folder, 'node_modules/engram')

test.before(async () => {
  mkdirSync(engram, { recursive: true })
  for (const part of ['native', 'npm']) symlinkSync(join(project, part), join(engram, part))
  copyFileSync(join(project, 'package.json'), join(engram, 'package.json'))
  const { bundle } = (await import(pathToFileURL(join(project, 'scripts/bundle.mjs')).href)) as typeof Bundling
  await bundle(join(engram, 'dist'))
})

test.after.always(() => rmSync(folder, { recursive: true }))

function printed(program: string): string {
  const args = ['--input-type=module', '--eval', program]
  return execFileSync(process.execPath, args, { encoding: 'utf8', cwd: folder }).trim()
}

/** `mlMatrix` is in `ml-matrix`. */
const moduleOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

test('each codec can be imported by itself, and all from one module', (t) => {
  const names = Object.keys(codecs)
  const imports = names.map((name) => `import { ${name} } from 'engram/codecs/${moduleOf(name)}'`)
  const shown = `const alone = { ${names.join(', ')} }
    console.log(Object.keys(all).join(), Object.keys(alone).every((name) => alone[name].name === all[name].name))`
  t.is(printed([...imports, "import * as all from 'engram/codecs'", shown].join('\n')), `${names.sort().join()} true`)
})

test('a codec of the package is one that its memory knows', (t) => {
  const program = `
    import { Memory } from 'engram'
    import { temporal } from 'engram/codecs'
    class PlainDate {
      constructor(text) { this.text = text }
      static from(text) { return new PlainDate(text) }
      toString() { return this.text }
      get [Symbol.toStringTag]() { return 'Temporal.PlainDate' }
    }
    const memory = new Memory({ location: ${JSON.stringify(join(folder, 'store'))}, onError: 'throw' })
    memory.register(PlainDate, temporal)
    const load = memory.cache((text) => new PlainDate(text), { name: 'load' })
    load('2024-07-01')
    console.log(load.lookup('2024-07-01').status, load('2024-07-01') instanceof PlainDate)
    await memory.close()`
  t.is(printed(program), 'hit true')
})

test('a bundler takes the one codec that a program imports', async (t) => {
  for (const name of Object.keys(codecs)) {
    const contents = `export { ${name} } from 'engram/codecs'`
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: folder },
      bundle: true,
      format: 'esm',
      write: false,
    })
    const alone = statSync(join(engram, 'dist/codecs', `${moduleOf(name)}.js`)).size
    // A part of another codec that was left in would be half as much again.
    t.true(outputFiles[0]!.contents.length < alone * 1.1, name)
  }
})
