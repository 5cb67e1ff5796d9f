import { execFile } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { buildSync } from 'esbuild'

import type { Files, Loader, Pair } from './pairs.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const execute = promisify(execFile)

/** What one program says: its key, and whether something could not be covered. */
export interface Said {
  readonly key: string
  readonly isDoubtful: boolean
}

/** Writes one side of all pairs as the loader wants it, and runs them in one process that is theirs alone. */
export async function sideOf(
  directory: string,
  loader: Loader,
  pairs: readonly Pair[],
  side: 'before' | 'after',
): Promise<Said[]> {
  mkdirSync(join(directory, 'node_modules'), { recursive: true })
  symlinkSync(project, join(directory, 'node_modules/engram'))
  writeFileSync(
    join(directory, 'package.json'),
    `{ "name": "corpus", "type": ${loader === 'cjs' ? '"commonjs"' : '"module"'} }`,
  )
  for (const [index, pair] of pairs.entries()) writeProgram(join(directory, `p${index}`), loader, pair, pair[side])
  if (loader === 'esbuild' || loader === 'cjs') compile(directory, loader, pairs, side)
  writeFileSync(join(directory, 'run.mjs'), driver(pairs.length, loader === 'tsx' ? 'main.ts' : 'main.js'))
  const { NODE_OPTIONS: _, ...env } = process.env
  const flags = loader === 'tsx' ? [`--import=${join(project, 'node_modules/tsx/dist/loader.mjs')}`] : []
  const { stdout } = await execute(process.execPath, [...flags, 'run.mjs'], { cwd: directory, env, maxBuffer: 2 ** 24 })
  return JSON.parse(stdout) as Said[]
}

function writeProgram(folder: string, loader: Loader, { args = '1' }: Pair, files: Files): void {
  const all = typeof files === 'string' ? { main: files } : files
  for (const [name, text] of Object.entries(all)) {
    const isModule = !name.includes('.')
    const path = join(folder, isModule ? `${name}.${extensionOf(loader)}` : name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, isModule ? resolved(name === 'main' ? program(text, args) : text, loader) : text)
  }
}

function extensionOf(loader: Loader): string {
  return loader === 'tsx' || loader === 'cjs' ? 'ts' : 'js'
}

function program(text: string, args: string): string {
  return `// @ts-nocheck
import { Memory } from 'engram'
import { pathToFileURL } from 'node:url'
const memory = new Memory('store')
const [n0, n1] = [false, true]
const base = pathToFileURL(process.cwd() + '/' + globalThis.pair + '/')
${text}
export const key = () => f.key(${args})
void [n0, n1, base]
`
}

/** Node wants the ending of a module's name where loaders do not. */
function resolved(text: string, loader: Loader): string {
  return loader === 'cjs' ? text : text.replaceAll(/from '(\.\/\w+)'/g, (_, path: string) => `from '${path}.js'`)
}

function compile(directory: string, loader: 'esbuild' | 'cjs', pairs: readonly Pair[], side: 'before' | 'after'): void {
  const common = {
    absWorkingDir: directory,
    outdir: directory,
    outbase: directory,
    platform: 'node',
    logLevel: 'error',
  } as const
  if (loader === 'esbuild') {
    const entryPoints = pairs.map((_, index) => `p${index}/main.js`)
    buildSync({ ...common, entryPoints, allowOverwrite: true, bundle: true, format: 'esm', packages: 'external' })
    return
  }
  const entryPoints = pairs.flatMap((pair, index) => {
    const files = typeof pair[side] === 'string' ? ['main'] : Object.keys(pair[side])
    return files.filter((name) => !name.includes('.')).map((name) => `p${index}/${name}.ts`)
  })
  buildSync({ ...common, entryPoints, format: 'cjs' })
}

function driver(count: number, main: string): string {
  return `const doubtful = new Set()
process.on('warning', ({ name, message }) => {
  if (name === 'EngramWarning') doubtful.add(/^corpus\\/(p\\d+)\\//.exec(message)?.[1])
})
const said = []
for (let index = 0; index < ${count}; index++) {
  globalThis.pair = 'p' + index
  try {
    const module = await import('./p' + index + '/${main}')
    said.push({ key: (module.key ?? module.default.key)() })
  } catch (error) {
    said.push({ key: String(error.stack) + Math.random() })
  }
}
await new Promise((done) => setTimeout(done, 10))
console.log(JSON.stringify(said.map((one, index) => ({ ...one, isDoubtful: doubtful.has('p' + index) }))))
`
}
