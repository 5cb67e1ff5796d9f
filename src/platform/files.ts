import { builtin } from './builtin.ts'
import { callingFile } from './caller.ts'

const suffixes: Readonly<Record<string, string>> = { linux: '-gnu', win32: '-msvc' }

/** As the packages with the compiled core call this platform: `linux-x64-gnu`. */
export const platform = `${process.platform}-${process.arch}${suffixes[process.platform] ?? ''}`

/**
 * Where a file of this platform may lie: built beside the sources, installed beside the package, or copied to a bundle that
 * the package is in.
 */
export function platformFiles(extension: string): string[] {
  const { basename, join, toNamespacedPath } = builtin('node:path')
  const folder = ownFolder()
  // This file lies in `src/platform` of its package, or is bundled into `dist`.
  const packageFolder = basename(folder) === 'platform' ? join(folder, '..', '..') : join(folder, '..')
  const name = `engram.${platform}.${extension}`
  const folders = [join(packageFolder, 'native'), join(packageFolder, '..', '@engram', platform), folder]
  return folders.map((one) => toNamespacedPath(join(one, name)))
}

/** The folder of this file, or of what it is bundled into. */
export function ownFolder(): string {
  const { dirname, isAbsolute } = builtin('node:path')
  // Some bundlers give a name that is nowhere, or none.
  const named = typeof __filename === 'string' && isAbsolute(__filename) && builtin('node:fs').existsSync(__filename)
  const file = named ? __filename : runningFile()
  return file === undefined ? process.cwd() : dirname(file)
}

/** Not for bytecode, which keeps the name under which it was compiled. */
function runningFile(): string | undefined {
  const ask = (): string | undefined => callingFile(ask)
  return ask()
}
