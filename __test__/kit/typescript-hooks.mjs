import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(project, 'node_modules/.cache/typescript')
/** Names that hide others are numbered, so they are kept apart from the functions that have them, as tsx keeps them. */
const options = { loader: 'ts', target: 'node20.10', keepNames: true, sourcemap: 'inline' }
const compiler = JSON.stringify(options) + readFileSync(join(project, 'node_modules/esbuild/package.json'), 'utf8')

/** Gives Node the JavaScript of a TypeScript module: kept from an earlier process, or compiled now. */
export async function load(url, context, next) {
  const file = url.startsWith('file:') ? fileURLToPath(new URL(url)) : ''
  if (!file.endsWith('.ts')) return next(url, context)
  const text = readFileSync(file, 'utf8')
  // The path is in the source map.
  const digest = createHash('sha1').update(compiler).update(file).update('\0').update(text).digest('hex')
  const compiled = join(folder, `${digest}.js`)
  return { format: 'module', source: read(compiled) ?? (await compile(file, text, compiled)), shortCircuit: true }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

async function compile(file, text, compiled) {
  // Loading the compiler takes as long as all modules together: only where it is needed.
  const { transform } = await import('esbuild')
  const { code } = await transform(text, { ...options, sourcefile: file })
  // Under its name only when it is whole: several processes, and threads of them, compile at once.
  const fresh = `${compiled}.${process.pid}.${randomUUID()}`
  mkdirSync(folder, { recursive: true })
  writeFileSync(fresh, code)
  renameSync(fresh, compiled)
  return code
}
