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
 * - `changed`: a file that its value refers to has another content now or is gone, or a payload in it is gone.
 * - `refresh`: it was not looked for.
 */
export type MissReason = 'absent' | 'expired' | 'rejected' | 'corrupt' | 'dangling' | 'format' | 'changed' | 'refresh'

/** What a function was given to: `memory` for `memory.cache(fn)`. Functions of two kinds never share entries. */
export type FunctionKind = 'memory' | 'step' | 'task' | 'workflow' | 'work'

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
  /** What the function was given to. */
  kind: FunctionKind
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
  /**
   * Hexadecimal digest of the value, equal for equal values of any function: what is equal as an argument (docs/keys.md)
   * is equal here. Kept since the result was stored.
   */
  outputDigest: string
  /** How it is compressed: structure bytes, and large buffers where `compression.blobs` was set as it was stored. */
  compression: {
    /** Structure bytes. */
    inline: 'none' | 'lz4' | 'zstd'
    /** Large arrays. */
    blobs: 'none' | 'zstd'
  }
  /** Bytes that the value takes in the store. What several entries share counts for each. */
  storedLength: number
}

/**
 * What `CachedFunction.lookup` found. `key` is the hexadecimal call key; empty where nothing is cached.
 */
export type Lookup =
  | {
      /** There is an entry that counts. */
      status: 'hit'
      /** Its facts. */
      info: EntryInfo
    }
  | {
      /** There is none, or one that does not count. */
      status: 'miss' | 'stale'
      /** Why a call would run. */
      reason: MissReason
      /** Hexadecimal call key; empty where nothing is cached. */
      key: string
    }

/** The core's entry without its absent fields. */
export function entryInfoOf(entry: Entry): EntryInfo {
  const { version, project, domain, codeDigest, kind, strategy, compression, isPacked, ...facts } = entry
  const { isPromised: _, hasReferences: __, ...shown } = facts
  return {
    ...shown,
    compression: { inline: compression as EntryInfo['compression']['inline'], blobs: isPacked ? 'zstd' : 'none' },
    kind: kind as FunctionKind,
    strategy: strategy as EntryInfo['strategy'],
    ...(version !== undefined && { version }),
    ...(project !== undefined && { project }),
    ...(domain !== undefined && { domain }),
    ...(codeDigest !== undefined && { codeDigest }),
  }
}
