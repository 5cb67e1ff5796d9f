import { builtin } from './builtin.ts'

const suffixes: Readonly<Record<string, string>> = { linux: '-gnu', win32: '-msvc' }
const platform = `${process.platform}-${process.arch}${suffixes[process.platform] ?? ''}`

/** Where a file of this platform may lie: built beside the sources, or installed beside the package. */
export function platformFiles(extension: string): string[] {
  const { join, toNamespacedPath } = builtin('node:path')
  const fileIn = (...folder: string[]) => join(here(), ...folder, `engram.${platform}.${extension}`)
  return [fileIn('..', 'native'), fileIn('..', '..', `engram-${platform}`)].map((file) => toNamespacedPath(file))
}

/** The folder of this file, or of what it is bundled into. */
export function here(): string {
  // The name of the folder is not there in each Node 20.
  return import.meta.dirname ?? builtin('node:url').fileURLToPath(new URL('.', import.meta.url))
}
