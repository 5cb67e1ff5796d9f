/** What `Memory.verify` found. */
export interface VerifyReport {
  /** Entries that were read back. */
  entries: number
  /** Large values kept as files that were read back: each once, however many entries need it. */
  blobs: number
  /** Bytes that were read. */
  bytes: number
  /** Keys of entries that are not what was stored, in hexadecimal. Calls of them miss. */
  corrupt: string[]
  /** Keys of entries that need a file which is missing or has another length. Calls of them miss. */
  dangling: string[]
  /** Digests of files that no entry needs: they take room, and do no harm. */
  orphans: string[]
  /** How many entries `repair` dropped: those in `corrupt` and `dangling`. It removes `orphans` too. */
  dropped: number
}
