import type { FunctionStats } from './function-stats.ts'

/** What a memory did in this thread since it was opened, and what its store holds. */
export interface MemoryStats extends FunctionStats {
  /** Large values kept as files. */
  blobs: number
  /** Bytes of those files; one that several entries need counts once. */
  blobBytes: number
  /** 'owner' once this process has the store open for writing, else 'none'. */
  role: 'owner' | 'none'
  /** By function id. */
  byFunction: Record<string, FunctionStats>
}
