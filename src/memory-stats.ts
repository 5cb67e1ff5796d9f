import type { FunctionStats } from './function-stats.ts'

/** What a memory did in this process, and what its store holds. */
export interface MemoryStats extends FunctionStats {
  /** Large values kept as files. */
  blobs: number
  /** Bytes of those files. */
  blobBytes: number
  /** 'owner' once this process has the store open for writing, else 'none'. */
  role: 'owner' | 'none'
  /** By function id. */
  byFunction: Record<string, FunctionStats>
}
