import { builtin } from './builtin.ts'
import { callingFile } from './caller.ts'

/** The scope of the packages with the compiled core. */
export const SCOPE = '@engram'

const machine = `${process.platform}-${process.arch}`

/**
 * As the packages with the compiled core call this platform: `linux-x64-gnu`. On Linux it may be either of two: both may be
 * installed, as npm takes both from a lockfile that does not say what they are for.
 */
export const platforms: readonly string[] = {
  linux: [`${machine}-gnu`, `${machine}-musl`],
  win32: [`${machine}-msvc`],
}[process.platform as string] ?? [machine]

/**
 * Where a file of this platform may lie: built beside the sources, installed beside the package, or copied to a bundle that
 * the package is in. `folder` is that of a script of the package.
 */
export function platformFiles(extension: string, folder = ownFolder()): string[] {
  const { toNamespacedPath } = builtin('node:path')
  // This file lies in `src/platform` of its package, or is bundled into `dist`.
  const packageFolder = folderOf(baseOf(folder) === 'platform' ? folderOf(folder) : folder)
  return platforms.flatMap((platform) => {
    const folders = [`${packageFolder}/native`, `${folderOf(packageFolder)}/${SCOPE}/${platform}`, folder]
    return folders.map((one) => toNamespacedPath(`${one}/engram.${platform}.${extension}`))
  })
}

/**
 * The folder of what has this full name. node:path's own functions, whose first use has V8 compile them, would take a quarter
 * of a millisecond of each program's start.
 */
export function folderOf(name: string): string {
  return name.slice(0, nameStart(name) - 1)
}

/** The last part of a full name. */
export function baseOf(name: string): string {
  return name.slice(nameStart(name))
}

function nameStart(name: string): number {
  const isWindows = process.platform === 'win32'
  return Math.max(name.lastIndexOf('/'), isWindows ? name.lastIndexOf('\\') : -1) + 1
}

/** The folder of this file, or of what it is bundled into. */
export function ownFolder(): string {
  const { isAbsolute } = builtin('node:path')
  // Some bundlers give a name that is nowhere, or none.
  const named = typeof __filename === 'string' && isAbsolute(__filename) && builtin('node:fs').existsSync(__filename)
  const file = named ? __filename : runningFile()
  return file === undefined ? process.cwd() : folderOf(file)
}

/** Not for bytecode, which keeps the name under which it was compiled. */
function runningFile(): string | undefined {
  const ask = (): string | undefined => callingFile(ask)
  return ask()
}
