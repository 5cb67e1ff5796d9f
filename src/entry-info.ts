import type { Entry } from './native.ts'

/** Why there was no usable entry. */
export type MissReason = 'absent' | 'expired' | 'rejected' | 'corrupt' | 'dangling' | 'format' | 'refresh'

/** The facts of a stored result. */
export interface EntryInfo {
  /** Hexadecimal call key. */
  key: string
  /** Function id, or the name that the user gave. */
  name: string
  version?: string
  project?: string
  domain?: string
  strategy: 'codeHash' | 'syntaxHash' | 'inputHash' | 'custom'
  /** Hexadecimal fingerprint of the function's code, where the strategy has one. */
  codeDigest?: string
  /** Hexadecimal digest of the arguments alone. */
  inputsDigest: string
  /** Milliseconds since the epoch. */
  createdAt: number
  /** Milliseconds since the epoch; that of `createdAt` until the first hit. */
  accessedAt: number
  /** How long the function ran, in milliseconds. */
  durationMs: number
  /** Bytes of the value, before compression. */
  byteLength: number
  hits: number
}

/** What `CachedFunction.lookup` found. */
export type Lookup =
  | { status: 'hit'; info: EntryInfo }
  | { status: 'miss' | 'stale'; reason: MissReason; key: string }

/** Which entries `Memory.entries` lists and `Memory.clear` drops: those that match every field given. */
export interface EntryFilter {
  /** The whole function id, or the function's name after the `#` in it. */
  name?: string
  project?: string
  domain?: string
  /** Entries whose age is greater than this: milliseconds, or text such as '7d'. */
  olderThan?: number | string
  /** Hexadecimal call key. */
  key?: string
  where?: (info: EntryInfo) => boolean
}

/** The core's entry without its absent fields. */
export function entryInfoOf(entry: Entry): EntryInfo {
  const { version, project, domain, codeDigest, strategy, ...facts } = entry
  return {
    ...facts,
    strategy: strategy as EntryInfo['strategy'],
    ...(version !== undefined && { version }),
    ...(project !== undefined && { project }),
    ...(domain !== undefined && { domain }),
    ...(codeDigest !== undefined && { codeDigest }),
  }
}
