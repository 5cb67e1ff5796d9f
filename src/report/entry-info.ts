import type { Entry } from '../native/binding.ts'

/**
 * Why there was no usable entry.
 *
 * - `absent`: there is none.
 * - `expired`: its age is greater than `maxAge`.
 * - `rejected`: `validate` returned false or threw.
 * - `corrupt`: its bytes are damaged, or do not make a value.
 * - `dangling`: a file that it needs is missing or has another length.
 * - `format`: it has the format of another version.
 * - `refresh`: it was not looked for.
 */
export type MissReason = 'absent' | 'expired' | 'rejected' | 'corrupt' | 'dangling' | 'format' | 'refresh'

/** The facts of a stored result. */
export interface EntryInfo {
  /** Hexadecimal call key. */
  key: string
  /** Function id, or the name that the user gave. */
  name: string
  /** As given; absent where none was. */
  version?: string
  /** As given; absent where none was. */
  project?: string
  /** As given; absent where none was. */
  domain?: string
  /** What the function was given to: `memory` for `memory.cache(fn)`. */
  kind: 'memory' | 'step' | 'task' | 'workflow' | 'work'
  /** The rule that made the key. */
  strategy: 'codeHash' | 'syntaxHash' | 'inputHash' | 'custom'
  /** Hexadecimal fingerprint of the function's code, where the strategy has one. */
  codeDigest?: string
  /** Hexadecimal digest of the arguments alone. */
  inputsDigest: string
  /** When the run ended, in milliseconds since the epoch. */
  createdAt: number
  /** When it was last used, in milliseconds since the epoch; that of `createdAt` until the first hit. To a second. */
  accessedAt: number
  /** How long the function ran, in milliseconds. */
  durationMs: number
  /** Bytes of the value, before compression. */
  byteLength: number
  /** How often it was used; the latest uses may be lost in a crash. */
  hits: number
}

/**
 * What `CachedFunction.lookup` found. `key` is the hexadecimal call key; empty where nothing is cached.
 */
export type Lookup = { status: 'hit'; info: EntryInfo } | { status: 'miss' | 'stale'; reason: MissReason; key: string }

/**
 * Which entries `Memory.entries` lists and `Memory.clear` drops: those that match every field given. A field that there
 * is not is ERR_INVALID_OPTION.
 */
export interface EntryFilter {
  /** The whole function id, or the function's name after the `#` in it. */
  name?: string
  /** Entries of this project. */
  project?: string
  /** Entries of this domain. */
  domain?: string
  /** Entries whose age is greater than this: milliseconds, or text such as '7d'. */
  olderThan?: number | string
  /** Hexadecimal call key. */
  key?: string
  /** Entries for which it returns true; what it throws is thrown. */
  where?: (info: EntryInfo) => boolean
}

/** The core's entry without its absent fields. */
export function entryInfoOf(entry: Entry): EntryInfo {
  const { version, project, domain, codeDigest, kind, strategy, ...facts } = entry
  return {
    ...facts,
    kind: kind as EntryInfo['kind'],
    strategy: strategy as EntryInfo['strategy'],
    ...(version !== undefined && { version }),
    ...(project !== undefined && { project }),
    ...(domain !== undefined && { domain }),
    ...(codeDigest !== undefined && { codeDigest }),
  }
}
