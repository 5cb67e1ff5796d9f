import { builtin } from './builtin.ts'

const suffixes: Readonly<Record<string, string>> = { linux: '-gnu', win32: '-msvc' }
const platform = `${process.platform}-${process.arch}${suffixes[process.platform] ?? ''}`

/** Where a file of this platform may lie: built beside the sources, or installed beside the package. */
export function platformFiles(extension: string): string[] {
  const { join, toNamespacedPath } = builtin('node:path')
  const fileIn = (...folder: string[]) => join(packageFolder(), ...folder, `engram.${platform}.${extension}`)
  const files = [fileIn('native'), fileIn('..', `engram-${platform}`)]
  return files.map((file) => toNamespacedPath(file))
}

/** The package's folder: this file lies in `src/platform` of it, or is bundled into `dist`. */
function packageFolder(): string {
  const { basename, join } = builtin('node:path')
  return basename(here()) === 'platform' ? join(here(), '..', '..') : join(here(), '..')
}

/** The folder of this file, or of what it is bundled into. */
export function here(): string {
  // The name of the folder is not there in each Node 20.
  return import.meta.dirname ?? builtin('node:url').fileURLToPath(new URL('.', import.meta.url))
}
