import type { ExecutionContext } from 'ava'
import { execFile } from 'node:child_process'
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { environment } from './environment.ts'
import { temporaryDirectory } from './temporary-store.ts'

declare const Packing: { stagePackage(folder: string): void; stageCore(folder: string): void }

const project = fileURLToPath(new URL('../..', import.meta.url))
const { stageCore, stagePackage } = (await import(
  pathToFileURL(join(project, 'scripts/pack.mjs')).href
)) as typeof Packing
const [suffix] = process.platform === 'linux' ? ['-gnu'] : process.platform === 'win32' ? ['-msvc'] : ['']

/** As the package with the core of this platform is called. */
export const core = `@engram/${process.platform}-${process.arch}${suffix}`
export const addon = `engram.${process.platform}-${process.arch}${suffix}.node`

/** A folder with these files, in which engram is installed as it is published. */
export function folderWithEngram(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(temporaryDirectory(t))
  put(folder, files)
  stagePackage(join(folder, 'node_modules/engram'))
  stageCore(join(folder, 'node_modules', core))
  return folder
}

export function put(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** What Node says, on both streams, when it runs this in a folder. */
export function saidBy(folder: string, args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<string> {
  const options = { cwd: folder, env: { ...environment(), ...variables }, timeout: 240_000, maxBuffer: 2 ** 26 }
  return new Promise((resolve) => {
    execFile(process.execPath, [...args], options, (_, stdout, stderr) => resolve((stdout + stderr).trim()))
  })
}
