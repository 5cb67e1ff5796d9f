import type { PayloadJson } from '../entry/payload.ts'
import type { Door } from '../memory/door.ts'
import type { RecordId } from '../native/binding.ts'
import { EngramError } from '../words/error.ts'
import { alone } from './drive-claim.ts'

/** A file as a drive keeps it: where its bytes lie, in order. */
export interface DriveFile {
  readonly chunks: readonly PayloadJson[]
}

/** Files by their paths. */
export type DriveFiles = ReadonlyMap<string, DriveFile>

/** Rows of deleted files stay until they are more than this, and more than the others. */
const MOST_DELETED = 64

interface Owned {
  readonly record: RecordId
  readonly files: Map<string, DriveFile>
  readonly deleted: number
}

/**
 * Which files are in a drive: for each owner a record, with a part for each file. What one act changes is written at once, so
 * others see all of it or nothing. Who writes is alone.
 */
export class DriveRows {
  readonly #door: Door
  readonly #id: string

  constructor(door: Door, id: string) {
    this.#door = door
    this.#id = id
  }

  /** By owner. */
  files(): Map<string, DriveFiles> {
    return filesOf(this.#read())
  }

  /** Adds or replaces files of an owner, unless `check` throws for what is there. */
  put(owner: string, files: DriveFiles, check: (there: Map<string, DriveFiles>) => void): Promise<void> {
    return this.#alone(() => {
      const there = this.#read()
      check(filesOf(there))
      this.#write(there.get(owner)?.record ?? this.#recordNamed(nameOf(owner), 1), files)
    })
  }

  /** Removes files of an owner: those that `choose` names, which may throw. It names only files of that owner. */
  remove(owner: string, choose: (there: Map<string, DriveFiles>) => readonly string[]): Promise<void> {
    return this.#alone(() => {
      const there = this.#read()
      const paths = choose(filesOf(there))
      const owned = there.get(owner)!
      this.#write(owned.record, new Map(paths.map((path) => [path, null])))
      this.#tidy(owned, paths)
    })
  }

  #alone(change: () => void): Promise<void> {
    return alone(this.#door.records, this.#id, change)
  }

  /** Read once more where a record took the place of another meanwhile: that one's parts leave one by one. */
  #read(): Map<string, Owned> {
    for (;;) {
      const records = this.#records()
      const read = new Map(records.map((record) => [ownerIn(record), this.#owned(record)]))
      const now = this.#records()
      if (now.length === records.length && now.every(({ id }, at) => id === records[at]!.id)) return read
    }
  }

  /** The newest of each owner. */
  #records(): RecordId[] {
    const newest = new Map<string, RecordId>()
    for (const { record } of this.#door.records.list({ kind: this.#kind }))
      if (!newest.has(record.name)) newest.set(record.name, record)
    return [...newest.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))
  }

  #owned(record: RecordId): Owned {
    const parts = this.#door.records.parts(record)
    const files = new Map<string, DriveFile>()
    for (const { part, value } of parts) if (value !== null) files.set(part, value as DriveFile)
    return { record, files, deleted: parts.length - files.size }
  }

  #recordNamed(name: string, generation: number): RecordId {
    return { kind: this.#kind, name, beganAt: generation, id: String(generation) }
  }

  #write(record: RecordId, files: ReadonlyMap<string, DriveFile | null>): void {
    const parts = Array.from(files, ([part, value]) => ({ record, part, value }))
    // A store that cannot be written may only warn, and who puts must know.
    if (this.#door.records.write([{ record, value: null }, ...parts], 1)) return
    throw new EngramError('ERR_STORE_UNAVAILABLE', `The drive '${this.#id}' cannot be written.`)
  }

  #tidy({ record, files, deleted }: Owned, paths: readonly string[]): void {
    for (const path of paths) files.delete(path)
    const { kind, name } = record
    const rows = deleted + paths.length
    if (files.size === 0) this.#door.records.drop({ kind, name })
    else if (rows > MOST_DELETED && rows > files.size) this.#write(this.#recordNamed(name, record.beganAt + 1), files)
  }

  get #kind(): string {
    return `drive ${this.#id}`
  }
}

function filesOf(owned: ReadonlyMap<string, Owned>): Map<string, DriveFiles> {
  return new Map(Array.from(owned, ([owner, { files }]) => [owner, files]))
}

function nameOf(owner: string): string {
  return `/${owner}`
}

function ownerIn({ name }: RecordId): string {
  return name.slice(1)
}
