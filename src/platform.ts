import { builtin } from './builtin.ts'

const suffixes: Readonly<Record<string, string>> = { linux: '-gnu', win32: '-msvc' }
const platform = `${process.platform}-${process.arch}${suffixes[process.platform] ?? ''}`

/** Where a file of this platform may lie: built beside the sources, or installed beside the package. */
export function platformFiles(extension: string): string[] {
  const { toNamespacedPath } = builtin('node:path')
  const { fileURLToPath } = builtin('node:url')
  const fileIn = (folder: string) => new URL(`${folder}/engram.${platform}.${extension}`, import.meta.url)
  return ['../native', `../../engram-${platform}`].map((folder) => toNamespacedPath(fileURLToPath(fileIn(folder))))
}
