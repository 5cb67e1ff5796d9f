import type { FSWatcher } from 'node:fs'
import { builtin } from './builtin.ts'

const { readdirSync, statSync, watch } = builtin('node:fs')
const { dirname, join } = builtin('node:path')

/** A directory, and which one it is: it may be removed and made again. */
interface WatchedDirectory {
  readonly watcher: FSWatcher
  readonly mark: string
}

/**
 * Tells when something may have changed at paths. The system watches the directories in which they lie: who saves a file by putting
 * another in its place ends a watch of the file itself, and a path at which there is nothing can be watched in no other way. Of a
 * directory, all directories in it are watched. Where one is removed, that which is left above it tells when it is there again.
 */
export class PathWatch {
  readonly #tell: () => void
  #paths: readonly string[] = []
  readonly #watchers = new Map<string, WatchedDirectory>()

  /** @param tell - Is called for every sign of a change, also of a neighbour. */
  constructor(tell: () => void) {
    this.#tell = tell
  }

  /** Watches these from now on, and no others. Absolute paths. Throws what the system says where it watches no more. */
  watch(paths: Iterable<string>): void {
    this.#paths = [...paths]
    this.#follow()
  }

  close(): void {
    this.#paths = []
    this.#follow()
  }

  /** Directories may have come and gone. */
  #follow(): void {
    const wanted = new Set(this.#paths.flatMap(directoriesFor))
    for (const [directory, { mark }] of this.#watchers)
      if (!wanted.has(directory) || markOf(directory) !== mark) this.#end(directory)
    for (const directory of wanted) if (!this.#watchers.has(directory)) this.#begin(directory)
  }

  #begin(directory: string): void {
    const mark = markOf(directory)
    // It went in this moment: that above it tells when it is there again.
    if (mark === undefined) return
    const watcher = watch(directory, () => this.#changed())
    watcher.on('error', () => {
      this.#end(directory)
      this.#changed()
    })
    this.#watchers.set(directory, { watcher, mark })
  }

  #end(directory: string): void {
    this.#watchers.get(directory)?.watcher.close()
    this.#watchers.delete(directory)
  }

  #changed(): void {
    try {
      this.#follow()
    } catch {
      // What was watched so far still is.
    }
    this.#tell()
  }
}

/** Where a change at a path shows. */
function directoriesFor(path: string): string[] {
  let above = dirname(path)
  while (!isDirectory(above) && dirname(above) !== above) above = dirname(above)
  return isDirectory(path) ? [above, ...directoriesIn(path)] : [above]
}

function directoriesIn(path: string): string[] {
  try {
    const inside = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    return [path, ...inside.flatMap(({ name }) => directoriesIn(join(path, name)))]
  } catch {
    return [path]
  }
}

function isDirectory(path: string): boolean {
  return markOf(path) !== undefined
}

/** Tells a directory from a later one of its path; undefined where there is none. */
function markOf(path: string): string | undefined {
  try {
    const stats = statSync(path)
    return stats.isDirectory() ? `${stats.dev} ${stats.ino}` : undefined
  } catch {
    return undefined
  }
}
