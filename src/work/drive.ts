import { noteFamiliar } from '../function/wrapped.ts'
import { StandIn } from '../key/stand-in.ts'
import { Memory, doorOf } from '../memory/memory.ts'
import { checkKnown, checkString, invalid } from '../option/check.ts'
import { type Duration, parseDuration } from '../option/duration.ts'
import { builtin } from '../platform/builtin.ts'
import { EngramError } from '../words/error.ts'
import { filesAt, storeFile, writeFile, writeFolder } from './drive-content.ts'
import { ownerOf } from './drive-owner.ts'
import { clashOf, drivePath, isWithin } from './drive-path.ts'
import { type DriveFile, type DriveFiles, DriveRows } from './drive-rows.ts'
import { workError } from './error.ts'

const { join, posix, resolve } = builtin('node:path')

/** What a drive is, beside its id. */
export interface DriveOptions {
  /** In whose store the files are. Default `new Memory()`. */
  memory?: Memory
  /** Whether components may put files of equal paths. Each has its own then. Default false. */
  allowDuplicates?: boolean
  /** Where `put` reads and `get` writes. Default the working directory. */
  rootFolder?: string
}

/** Of whose files `list` tells. */
export interface DriveListOptions {
  /** Only what this component put. Default: of all. */
  component?: string
}

/** Which files `get` writes, and when. */
export interface DriveGetOptions extends DriveListOptions {
  /** Replaces a folder that is there. A file is replaced in any case. Default false. */
  overwrite?: boolean
  /** Waits so long for what is not there yet. Default 0. */
  timeout?: Duration
}

/** As JSON; `Drive.from` makes it a drive again. */
export interface DriveJson {
  /** Id, with `lit://`. */
  readonly drive: string
  /** As `DriveOptions` has it. */
  readonly allowDuplicates: boolean
  /** As `DriveOptions` has it; absent for the current directory. */
  readonly rootFolder?: string
}

const PROTOCOL = 'lit://'
const LONGEST_ID = 200
const FIRST_PAUSE_MS = 10
const LONGEST_PAUSE_MS = 250

let ownMemory: Memory | undefined

/**
 * A shared folder of files, between works, threads and processes. All drives of one id and one store are the same.
 *
 * What a work puts is that work's: only it may delete it, and others may put files of the same paths only with `allowDuplicates`.
 * What is put outside of every work has one owner, whichever program puts it.
 *
 * Files are in the store of a memory, by their content: equal ones are there once. They count for the limits of that memory, which
 * drop first what was got longest ago: `list` still names such a file, and `get` throws ERR_NOT_FOUND. Deleting a file leaves its
 * bytes to the limits. Paths are relative, with '/' on all systems.
 *
 * @example
 * ```ts
 * const drive = new Drive('lit://checkpoints', { memory })
 * await drive.put('epochs/3.bin') // here, or a folder: await drive.put('epochs')
 * const path = await drive.get('epochs/3.bin', { timeout: '1m' }) // there
 * ```
 */
export class Drive extends StandIn {
  /** With `lit://`: drives of one id and one store are the same. */
  readonly id: string
  /** Whether components may put files of one name. */
  readonly allowDuplicates: boolean
  readonly #rootFolder: string | undefined
  readonly #given: Memory | undefined

  /** @throws EngramError ERR_INVALID_OPTION */
  constructor(id: string, options: DriveOptions = {}) {
    super()
    checkKnown(options, ['memory', 'allowDuplicates', 'rootFolder'])
    const { memory, allowDuplicates = false, rootFolder } = options
    if (memory !== undefined && !(memory instanceof Memory)) throw invalid(`The option 'memory' must be a memory.`)
    if (typeof allowDuplicates !== 'boolean') throw invalid(`The option 'allowDuplicates' must be true or false.`)
    checkString(rootFolder, 'rootFolder')
    this.id = checkedId(id)
    this.allowDuplicates = allowDuplicates
    this.#rootFolder = rootFolder === undefined ? undefined : existingFolder(rootFolder)
    this.#given = memory
  }

  /** From what `toJSON` gave, in any process. @throws EngramError ERR_INVALID_OPTION */
  static from(json: unknown, memory?: Memory): Drive {
    const { drive, ...options } = (typeof json === 'object' && json !== null ? json : {}) as Partial<DriveJson>
    if (drive === undefined) throw invalid('Drive.from(json, memory) needs what toJSON() of a drive gave, parsed.')
    return new Drive(drive, { ...options, ...(memory !== undefined && { memory }) })
  }

  /**
   * Puts a file, or all files of a folder, without those of the store itself: others see all of them or none. Files of its own are replaced.
   *
   * @throws EngramError ERR_NOT_FOUND where there is no file; ERR_WORK for a path that leaves the drive, what another component
   *   put (without `allowDuplicates`), a file where there is a folder, in a flow, and for a memory that writes nothing.
   */
  async put(path: string): Promise<void> {
    const [owner, name, root] = [ownerOf('put'), drivePath(path), this.#root]
    this.#refuseReadOnly()
    const found = await filesAt(join(root, name), this.#memory.location)
    if (found.length === 0) throw notFound(`There is no file at '${path}', which is to be put.`)
    const files = new Map<string, DriveFile>()
    for (const below of found) {
      // oxlint-disable-next-line no-await-in-loop -- one chunk of one file is in memory at a time
      files.set(drivePath(posix.join(name, below)), await storeFile(join(root, name, below), this.#memory))
    }
    await this.#rows.put(owner, files, (there) => this.#checkPlace(owner, files, there))
  }

  #checkPlace(owner: string, files: DriveFiles, there: Map<string, DriveFiles>): void {
    const paths = new Set(files.keys())
    for (const [other, its] of there) {
      if (other !== owner && this.allowDuplicates) continue
      const taken = other === owner ? undefined : [...paths].find((path) => its.has(path))
      if (taken !== undefined)
        throw workError(
          `'${taken}' is in the drive '${this.id}' already: ${shown(other)} put it. See \`allowDuplicates\`.`,
        )
      const clash = clashOf(paths, new Set(its.keys()))
      if (clash !== undefined) throw workError(`'${clash}' would be a file and a folder in the drive '${this.id}'.`)
    }
  }

  /**
   * The paths of files, sorted: of all, or of a folder, or of one file. What several components put is named once.
   *
   * @throws EngramError ERR_WORK for a path that leaves the drive, and in a flow.
   */
  async list(prefix = '.', { component }: DriveListOptions = {}): Promise<string[]> {
    ownerOf('list')
    const name = drivePath(prefix)
    const found = new Set<string>()
    for (const files of this.#matching(name, component).values()) for (const path of files.keys()) found.add(path)
    return [...found].toSorted()
  }

  /**
   * Writes a file or a folder to its path below the working directory, whole or not at all; gives the absolute path.
   *
   * @throws EngramError ERR_NOT_FOUND for what is not there, or has left the store; ERR_TIMEOUT where it did not come;
   *   ERR_WORK for what several components put (name one), a folder that is there already (`overwrite`), a path that leaves the
   *   drive, and in a flow; ERR_INVALID_OPTION.
   */
  async get(path: string, options: DriveGetOptions = {}): Promise<string> {
    checkKnown(options, ['overwrite', 'timeout', 'component'])
    const { overwrite = false, timeout = 0, component } = options
    const timeoutMs = parseDuration(timeout, 'timeout')
    ownerOf('get')
    const name = drivePath(path)
    if (name === '') throw workError('A drive as a whole cannot be got: name a file or a folder.')
    const target = join(this.#root, name)
    const files = await this.#awaited(name, component, timeoutMs)
    const file = files.get(name)
    if (file === undefined) await this.#getFolder(target, name, files, overwrite)
    else await this.#getFile(target, file)
    return target
  }

  async #getFile(target: string, file: DriveFile): Promise<void> {
    if (isFolder(target)) throw workError(`'${target}' is a folder, and a file in the drive.`)
    await writeFile(target, file, this.#memory)
  }

  async #getFolder(target: string, name: string, files: DriveFiles, overwrite: boolean): Promise<void> {
    if (!overwrite && builtin('node:fs').existsSync(target))
      throw workError(`'${target}' is there already. Replace it with get(path, { overwrite: true }).`)
    // Another system may have put what leaves the folder here.
    const within = new Map(Array.from(files, ([file, content]) => [drivePath(file).slice(name.length + 1), content]))
    await writeFolder(target, within, this.#memory)
  }

  /** What one component put at a path, once it is there. */
  async #awaited(name: string, component: string | undefined, timeoutMs: number): Promise<DriveFiles> {
    const giveUpAt = performance.now() + timeoutMs
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const found = this.#matching(name, component)
      const [files] = found.values()
      if (found.size > 1)
        throw workError(`Several put '${name}': ${[...found.keys()].map(shown).join(', ')}. Name one.`)
      if (files !== undefined) return files
      if (timeoutMs === 0) throw notFound(`'${name}' is not in the drive '${this.id}'.`)
      const leftMs = giveUpAt - performance.now()
      if (leftMs <= 0)
        throw new EngramError('ERR_TIMEOUT', `'${name}' did not come into the drive '${this.id}' in ${timeoutMs} ms.`)
      // oxlint-disable-next-line no-await-in-loop -- it is looked for again when this time is over
      await new Promise((done) => setTimeout(done, Math.min(pauseMs, leftMs)))
    }
  }

  /**
   * Removes a file, or a folder, from the drive. Nothing else is touched.
   *
   * @throws EngramError ERR_WORK for what another component put, a path that leaves the drive, and in a flow; ERR_NOT_FOUND.
   */
  async delete(path: string): Promise<void> {
    const [owner, name] = [ownerOf('delete'), drivePath(path)]
    this.#refuseReadOnly()
    await this.#rows.remove(owner, (there) => {
      const own = matching(there.get(owner) ?? new Map(), name)
      if (own.size > 0) return [...own.keys()]
      const others = [...there].filter(([, files]) => matching(files, name).size > 0)
      if (others.length === 0) throw notFound(`'${path}' is not in the drive '${this.id}'.`)
      throw workError(
        `'${path}' is not of ${shown(owner)}: ${others.map(([other]) => shown(other)).join(', ')} put it.`,
      )
    })
  }

  /** What `Drive.from` makes a drive of again, in any process. */
  toJSON(): DriveJson {
    const rootFolder = this.#rootFolder
    return { drive: this.id, allowDuplicates: this.allowDuplicates, ...(rootFolder !== undefined && { rootFolder }) }
  }

  /** As an argument it counts by its id. */
  override form(): string {
    return `drive ${this.id}`
  }

  /** What is at a path, by owner. */
  #matching(name: string, component: string | undefined): Map<string, DriveFiles> {
    const there = [...this.#rows.files()].filter(([owner]) => component === undefined || owner === component)
    const found = there.map(([owner, files]) => [owner, matching(files, name)] as const)
    return new Map(found.filter(([, files]) => files.size > 0))
  }

  #refuseReadOnly(): void {
    if (!doorOf(this.#memory).isWriting) throw workError('The drive cannot be changed: its memory writes nothing.')
  }

  get #memory(): Memory {
    return this.#given ?? (ownMemory ??= new Memory())
  }

  get #root(): string {
    return this.#rootFolder ?? process.cwd()
  }

  get #rows(): DriveRows {
    return new DriveRows(doorOf(this.#memory), this.id)
  }
}

// A function may use drives: what they do changes no result.
noteFamiliar(Drive)

function matching(files: DriveFiles, name: string): DriveFiles {
  return new Map([...files].filter(([path]) => isWithin(path, name)))
}

function checkedId(id: string): string {
  const name = typeof id === 'string' && id.startsWith(PROTOCOL) ? id.slice(PROTOCOL.length) : id
  const isId = typeof name === 'string' && name !== '' && !/[/\\\0]/.test(name) && name.length <= LONGEST_ID
  if (isId) return name
  throw invalid(`The id of a drive is a name without '/', as 'checkpoints' or 'lit://checkpoints'.`)
}

function existingFolder(path: string): string {
  if (isFolder(path)) return resolve(path)
  throw invalid(`The option 'rootFolder': '${path}' is no directory.`)
}

function isFolder(path: string): boolean {
  return builtin('node:fs').statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function shown(owner: string): string {
  return owner === '' ? 'a program outside of works' : `'${owner}'`
}

function notFound(message: string): EngramError {
  return new EngramError('ERR_NOT_FOUND', message)
}
