import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Case } from './program.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const here = fileURLToPath(new URL('.', import.meta.url))

/** What became of one use of a program's, called twice in one process. */
export interface Call {
  /** As JSON. */
  readonly values: readonly string[]
  readonly statuses: readonly string[]
  readonly warnings: readonly { readonly code: string; readonly message: string }[]
  /** What `explain` names where the first call missed. */
  readonly changed?: readonly string[]
  readonly failure?: string
}

/** What one process says of each program; `failure` is why it did not run to its end. */
export type Said = Readonly<Record<string, { readonly calls: Readonly<Record<string, Call>>; readonly failure?: string }>>

/** The instance, an equal one in a process of its own, and one that differs. */
export interface Sides {
  readonly first: Said
  readonly equal: Said
  readonly other: Said
}

/** Runs the sides of all programs, each in one process. `directory` holds nothing else. */
export async function runSides(directory: string, cases: readonly Case[]): Promise<Sides> {
  symlinkSync(join(here, 'node_modules'), join(directory, 'node_modules'), 'junction')
  const first = write(join(directory, 'first'), cases, 0)
  const equal = write(join(directory, 'equal'), cases, 0)
  const other = write(join(directory, 'other'), cases, 1)
  const store = join(directory, 'store')
  const told = await run(first, store)
  const [toldEqual, toldOther] = await Promise.all([run(equal, store), run(other, store)])
  return { first: told, equal: toldEqual, other: toldOther }
}

function write(directory: string, cases: readonly Case[], which: 0 | 1): string {
  mkdirSync(join(directory, 'node_modules'), { recursive: true })
  symlinkSync(project, join(directory, 'node_modules', 'engram'), 'junction')
  put(directory, 'package.json', '{ "name": "program", "type": "module" }')
  put(directory, 'gather.mjs', readFileSync(join(here, 'gather.mjs'), 'utf8'))
  const lines = cases.map(({ name, side }) => {
    const folder = name.replaceAll(/[^\w.-]+/g, '-')
    for (const [file, text] of Object.entries(side(which).files)) put(directory, `programs/${folder}/${file}`, text)
    return `await tell(${JSON.stringify(name)}, () => import('./programs/${folder}/main.mjs'))`
  })
  put(directory, 'run.mjs', [`import { finish, tell } from './gather.mjs'`, ...lines, 'await finish()', ''].join('\n'))
  return directory
}

function run(directory: string, store: string): Promise<Said> {
  const said = join(directory, 'said.json')
  const { NODE_OPTIONS: _, FORCE_COLOR: __, ...env } = process.env
  const options = {
    cwd: directory,
    env: { ...env, PACKAGES_STORE: store, PACKAGES_SAID: said },
    maxBuffer: 2 ** 26,
    timeout: 240_000,
  }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['run.mjs'], options, (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(readFileSync(said, 'utf8')) as Said)
      } catch {
        // The last line names the program that ended all.
        reject(new Error(`The programs did not end: ${stderr.slice(-2000)}${stdout.slice(-500)}`, { cause: error }))
      }
    })
  })
}

function put(directory: string, name: string, text: string): void {
  const path = join(directory, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
