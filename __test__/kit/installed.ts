import type { ExecutionContext } from 'ava'
import { type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, copyFileSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isMusl } from '../../src/platform/elf.ts'
import { SCOPE, platforms } from '../../src/platform/files.ts'
import { environment } from './environment.ts'
import { put } from './files.ts'
import { temporaryDirectory } from './temporary-store.ts'

declare const Packing: { stagePackage(folder: string): void; stageCore(folder: string): void }

const project = fileURLToPath(new URL('../..', import.meta.url))
const { stageCore, stagePackage } = (await import(
  pathToFileURL(join(project, 'scripts/package.mjs')).href
)) as typeof Packing

const platform = platforms[isMusl() ? 1 : 0]

/** As the package with the core of this platform is called, and the file in it. */
export const core = `${SCOPE}/${platform}`
export const addon = `engram.${platform}.node`

/**
 * The statements of an application: `slow` may hit, `code` is that of an error, if that is one of its classes, and `families`
 * what there is of parts that are loaded late: a class of one, and what a function of another gives.
 */
export const STATEMENTS = `const memory = new Memory(process.env.STORE)
const scale = 3
const slow = memory.cache(function slow(n) { return { n: n * scale, list: [1, 2, 3] } })
let code
try { memory.cache(1) } catch (error) { code = error instanceof EngramError && error instanceof Error && error.code }
const families = [typeof Pipeline.prototype.constructor, task(({ n }) => n, { name: 'late' }).nodeName]
`
/** What the application says then, as an expression. */
export const SAYING = `[slow.lookup(7).status, JSON.stringify(slow(7)), code, ...families].join(' ')`
/** The whole of it, as a module. */
export const PROGRAM = `import { EngramError, Memory, Pipeline, task } from 'engram'\n${STATEMENTS}console.log(${SAYING})\n`

/** What it says when its call has this status. */
export function saying(status: 'miss' | 'hit'): string {
  return `${status} {"n":21,"list":[1,2,3]} ERR_INVALID_OPTION function late`
}

/** A folder with these files, in which engram is installed as it is published. */
export function folderWithEngram(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(temporaryDirectory(t))
  for (const [name, text] of Object.entries(files)) put(folder, name, text)
  stagePackage(join(folder, 'node_modules/engram'))
  stageCore(join(folder, 'node_modules', core))
  return folder
}

/**
 * What Node says, on both streams, when it runs this in a folder. Into files: of an uncaught error Node shows the whole line,
 * which in a bundle is all of it, and of what a pipe does not take at once the end is lost, with the message.
 */
export async function saidBy(
  folder: string,
  args: readonly string[],
  variables: NodeJS.ProcessEnv = {},
  node = process.execPath,
): Promise<string> {
  const said = mkdtempSync(join(tmpdir(), 'engram-said-'))
  const files = ['stdout', 'stderr'].map((name) => join(said, name))
  const [stdout, stderr] = files.map((file) => openSync(file, 'w')) as [number, number]
  try {
    const env = { ...environment(), ...variables }
    const options = { cwd: folder, env, timeout: 240_000, stdio: ['ignore', stdout, stderr] as StdioOptions }
    await once(spawn(node, [...args], options), 'close')
    return files
      .map((file) => readFileSync(file, 'utf8'))
      .join('')
      .trim()
  } finally {
    for (const descriptor of [stdout, stderr]) closeSync(descriptor)
    rmSync(said, { recursive: true })
  }
}

/** The application runs where it was moved to: its first run misses, its second one hits. */
export async function hitsInSecondRun(t: ExecutionContext, folder: string, entry: string): Promise<void> {
  for (const status of ['miss', 'hit'] as const) t.is(await runIn(folder, entry), saying(status))
}

/** A bundle that was moved says what to do without the core, and runs with the one that an application has installed. */
export async function runsWithCoreBeside(
  t: ExecutionContext,
  folder: string,
  entry: string,
  application: string,
): Promise<void> {
  const alone = await runIn(folder, entry)
  t.regex(alone, /ERR_NO_CORE/)
  t.regex(alone, /mark it as external/)
  copyFileSync(join(application, 'node_modules', core, addon), join(folder, addon))
  await hitsInSecondRun(t, folder, entry)
}

function runIn(folder: string, entry: string): Promise<string> {
  return saidBy(folder, [entry], { STORE: join(folder, 'store') })
}
