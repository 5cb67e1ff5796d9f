import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { put } from '../kit/files.ts'
import type { Case } from './program.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const here = fileURLToPath(new URL('.', import.meta.url))

/** Programs that share a process, and with it the packages that it has loaded. */
const BATCH = 120
/** Processes at a time. */
const LANES = 2
/** Milliseconds that one program may take. */
const PATIENCE = 120_000

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

/** What became of one program; `failure` is why it did not run to its end. */
export interface Told {
  readonly calls: Readonly<Record<string, Call>>
  /** Milliseconds of CPU. */
  readonly cpu: number
  readonly failure?: string
}

/** What a process says when a program begins, and with `calls` when it has ended. */
type Line = { readonly name: string } & Partial<Told>

/** The name that a process gives its end. */
const END = 'end of the batch'

/** What the processes of one side say, by the programs' names. */
export type Said = Readonly<Record<string, Told>>

/** The instance, an equal one in a process of its own, and one that differs. */
export interface Sides {
  readonly first: Said
  readonly equal: Said
  readonly other: Said
}

/** Runs the sides of all programs, each side in processes of its own. `directory` holds nothing else. */
export async function runSides(directory: string, cases: readonly Case[]): Promise<Sides> {
  symlinkSync(join(here, 'node_modules'), join(directory, 'node_modules'), 'junction')
  const batches = inBatches(cases)
  const first = write(join(directory, 'first'), batches, 0)
  const equal = write(join(directory, 'equal'), batches, 0)
  const other = write(join(directory, 'other'), batches, 1)
  const store = join(directory, 'store')
  const run = async (runs: readonly Run[]): Promise<readonly Said[]> =>
    inLanes(runs.map((one) => () => runBatch(one, store)))
  const told = await run(first)
  const later = await run([...equal, ...other])
  return {
    first: Object.assign({}, ...told) as Said,
    equal: Object.assign({}, ...later.slice(0, equal.length)) as Said,
    other: Object.assign({}, ...later.slice(equal.length)) as Said,
  }
}

function inBatches(cases: readonly Case[]): readonly (readonly Case[])[] {
  const count = Math.ceil(cases.length / BATCH)
  // Neighbours share packages, and a package is best loaded by one process.
  return Array.from({ length: count }, (_, index) =>
    cases.slice(Math.floor((index * cases.length) / count), Math.floor(((index + 1) * cases.length) / count)),
  )
}

async function inLanes<T>(tasks: readonly (() => Promise<T>)[]): Promise<readonly T[]> {
  const results: T[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    for (let index = next++; index < tasks.length; index = next++) results[index] = await tasks[index]!()
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return results
}

/** One batch of one side: a module to run, in a folder. */
interface Run {
  readonly directory: string
  readonly module: string
}

function write(directory: string, batches: readonly (readonly Case[])[], which: 0 | 1): readonly Run[] {
  mkdirSync(join(directory, 'node_modules'), { recursive: true })
  symlinkSync(project, join(directory, 'node_modules', 'engram'), 'junction')
  put(directory, 'package.json', '{ "name": "program", "type": "module" }')
  put(directory, 'gather.mjs', readFileSync(join(here, 'gather.mjs'), 'utf8'))
  return batches.map((cases, index) => {
    const lines = cases.map(({ name, uses, side }) => {
      const folder = name.replaceAll(/[^\w.-]+/g, '-')
      for (const [file, text] of Object.entries(side(which).files)) put(directory, `programs/${folder}/${file}`, text)
      return `await tell(${JSON.stringify(name)}, ${JSON.stringify(uses)}, () => import('./programs/${folder}/main.mjs'))`
    })
    const module = `batch-${index}.mjs`
    put(directory, module, [`import { finish, tell } from './gather.mjs'`, ...lines, 'await finish()', ''].join('\n'))
    return { directory, module }
  })
}

/** Runs a batch to its end: where a program ended the process, another process goes on with the next one. */
async function runBatch(run: Run, store: string): Promise<Said> {
  const said = join(run.directory, `${run.module}.said`)
  const told = new Map<string, Told>()
  let after = ''
  for (;;) {
    const end = await runFrom(run, { PACKAGES_STORE: store, PACKAGES_SAID: said, PACKAGES_AFTER: after })
    const lines = existsSync(said) ? readFileSync(said, 'utf8').split('\n').slice(0, -1) : []
    for (const { name, ...one } of lines.map((line) => JSON.parse(line) as Line)) {
      if (one.calls !== undefined) told.set(name, one as Told)
      else if (!told.has(name)) told.set(name, { calls: {}, cpu: 0, failure: `It ended its process: ${end}` })
    }
    if (told.delete(END)) return Object.fromEntries(told)
    const last = [...told.keys()].at(-1) ?? ''
    if (last === after) throw new Error(`${run.module} does not begin: ${end}`)
    after = last
  }
}

/** Resolves with how the process ended. */
function runFrom({ directory, module }: Run, variables: Readonly<Record<string, string>>): Promise<string> {
  const { NODE_OPTIONS: _, FORCE_COLOR: __, ...env } = process.env
  const options = { cwd: directory, env: { ...env, ...variables }, maxBuffer: 2 ** 26 }
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [module], options, (error, _stdout, stderr) => {
      clearInterval(watch)
      resolve(`${error?.code ?? error?.signal ?? 0} ${stderr.slice(-1000)}`)
    })
    // A function that never returns can be ended from here alone.
    let last = { size: -1, at: performance.now() }
    const watch = setInterval(() => {
      const size = statSync(variables['PACKAGES_SAID']!, { throwIfNoEntry: false })?.size ?? 0
      if (size !== last.size) last = { size, at: performance.now() }
      else if (performance.now() - last.at > PATIENCE) child.kill('SIGKILL')
    }, 1000)
  })
}
