import { noteFamiliar } from '../function/wrapped.ts'
import { KeyFailure } from '../key/failure.ts'
import { StandIn } from '../key/stand-in.ts'
import { digestOfFile, digestOfText } from '../native/binding.ts'
import { invalid } from '../option/check.ts'
import { builtin } from '../platform/builtin.ts'
import { noteLook } from './file-looks.ts'

const { lstatSync, readdirSync, readlinkSync, realpathSync, statSync } = builtin('node:fs')
const { join, resolve, sep } = builtin('node:path')
const { fileURLToPath } = builtin('node:url')

type Stats = ReturnType<typeof stateOf>

/** A file may change without another time of change while clocks tick this slowly, in milliseconds. */
const DISTRUSTED_MS = 2000

interface Remembered {
  readonly stamp: string
  readonly digest: string
}

const remembered = new Map<string, Remembered>()

/**
 * A file or a directory that stands in a key by its content: what `fileOf` gives.
 *
 * @example
 * ```ts
 * const images = fileOf('images/')
 * images.path // '/home/me/project/images'
 * images.digest // changes with any file in it
 * ```
 */
export class FileRef extends StandIn {
  /** Absolute path; no part of a key. */
  readonly path: string

  /** @param path - Absolute. `fileOf` takes a relative one, or a URL. */
  constructor(path: string) {
    super()
    this.path = path
  }

  /** BLAKE3 of the content as it is now, in hexadecimal. Throws where it cannot be read. */
  get digest(): string {
    return contentOf(this.path).digest
  }

  /** Bytes of the content as it is now; of a directory, those of all files in it. Throws where there is nothing. */
  get byteLength(): number {
    return contentOf(this.path).byteLength
  }

  /** That a file is not there is a state of it like any other. */
  override form(): string {
    const form = this.#form()
    for (const look of looks) look.set(this.path, form)
    noteLook({ file: this, form })
    return form
  }

  /** Whether it is what `form` said. No look: who watches files looks for what they were when keys were made. */
  isStill(form: string): boolean {
    try {
      return this.#form() === form
    } catch {
      return false
    }
  }

  #form(): string {
    try {
      const { kind, digest } = contentOf(this.path)
      return `${kind} ${digest}`
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'no file'
      throw error
    }
  }
}

/** What looks are kept in: see `noteLooks`. */
const looks = new Set<Map<string, string>>()

/**
 * Keeps which files keys, results and entries were looked at for from now on, by path, and what each was when that was done last.
 * By whom is not known: it may be another run of this thread. What is returned ends it.
 */
export function noteLooks(seen: Map<string, string>): () => void {
  looks.add(seen)
  return () => looks.delete(seen)
}

/**
 * A file as a dependency or an argument: its content counts, not its path. Looked at for every call; a file that has not
 * changed is not read again. Of a directory, all that is in it counts: the names and contents of files, and of directories in
 * turn. A link counts as what it leads to; one that leads nowhere, or to a directory that contains it, by its text. Where there
 * is something that has no content, such as a socket or a pipe, the call is not cached (ERR_UNHASHABLE). A file that changes
 * between the look and the end of the call keeps the result from being stored, as nobody knows which of the two contents it is
 * of: a warning says so (ERR_INPUT_CHANGED).
 *
 * The look is part of the call, also of an asynchronous one: a file that is not known yet is read through, in pieces, and
 * nothing else runs in this thread meanwhile. Where that takes too long, give a name to the content with
 * `withHash(fileOf(path), 'release 7')`, or make the call in a worker thread.
 *
 * @example
 * ```ts
 * const count = memory.cache(countRows, { deps: [fileOf('rows.csv')] })
 * const train = memory.cache((images: FileRef) => fit(images.path)) // train(fileOf('images/'))
 * ```
 */
export function fileOf(path: string | URL): FileRef {
  if (typeof path !== 'string' && !(path instanceof URL)) throw invalid('fileOf(path) needs a path or a file URL.')
  return new FileRef(resolve(typeof path === 'string' ? path : fileURLToPath(path)))
}

// Who makes a reference in a function is cached wherever engram lies.
noteFamiliar(fileOf)

interface Content {
  readonly kind: 'file' | 'directory'
  readonly digest: string
  readonly byteLength: number
}

/** `above` are the directories that are being looked at, each without links in its path. */
function contentOf(path: string, above: readonly string[] = []): Content {
  const stats = stateOf(path)
  if (stats.isFile()) return { kind: 'file', digest: digestAt(path, stats), byteLength: Number(stats.size) }
  if (stats.isDirectory()) return directoryAt(path, [...above, realpathSync(path)])
  throw new KeyFailure(`is ${kindOf(stats)} (${path}), which has no content; name a file or a directory.`)
}

/** In nanoseconds: a file may change twice within a millisecond. */
function stateOf(path: string) {
  return statSync(path, { bigint: true })
}

function digestAt(path: string, { dev, ino, size, mtimeNs, ctimeNs, mtimeMs, ctimeMs }: Stats): string {
  const stamp = `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`
  const known = remembered.get(path)
  if (known?.stamp === stamp) return known.digest
  const digest = digestOfFile(path)
  const changedAt = Number(mtimeMs > ctimeMs ? mtimeMs : ctimeMs)
  if (Date.now() - changedAt > DISTRUSTED_MS) remembered.set(path, { stamp, digest })
  return digest
}

function directoryAt(path: string, above: readonly string[]): Content {
  let byteLength = 0
  // In the order of their code units, on every machine.
  const parts = readdirSync(path)
    .sort()
    .map((name) => {
      const leadsTo = linkWithoutContent(join(path, name), above)
      if (leadsTo !== undefined) return [name, 'link', leadsTo]
      const content = contentOf(join(path, name), above)
      byteLength += content.byteLength
      return [name, content.kind, content.digest]
    })
  return { kind: 'directory', digest: digestOfText(JSON.stringify(parts)), byteLength }
}

/** The text of a link that leads nowhere, or into a circle. */
function linkWithoutContent(path: string, above: readonly string[]): string | undefined {
  if (!lstatSync(path).isSymbolicLink()) return undefined
  try {
    const target = realpathSync(path)
    return above.some((directory) => contains(target, directory)) ? readlinkSync(path) : undefined
  } catch {
    return readlinkSync(path)
  }
}

function contains(target: string, directory: string): boolean {
  return `${directory}${sep}`.startsWith(target.endsWith(sep) ? target : `${target}${sep}`)
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a pipe'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}
