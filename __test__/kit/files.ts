import { type Dirent, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The paths of all files below a directory, without what goes while they are listed: stores sweep in the background. */
export function filesIn(directory: string): string[] {
  return entriesIn(directory).flatMap((entry) => {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) return filesIn(path)
    return entry.isFile() ? [path] : []
  })
}

/** Writes a file, in folders that are made where they are missing. */
export function put(directory: string, name: string, text: string): void {
  const path = join(directory, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** The paths of a store's blobs. */
export function blobsIn(location: string): string[] {
  return filesIn(join(location, 'blobs'))
}

function entriesIn(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
