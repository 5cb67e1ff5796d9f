import type { FunctionStats } from './function-stats.ts'

/** What a memory did in this thread since it was opened, and what its store holds. */
export interface MemoryStats extends FunctionStats {
  /** Large values kept as files. */
  blobs: number
  /** Bytes of those files; one that several entries need counts once. */
  blobBytes: number
  /**
   * 'owner': this process has the store open, and serves the others. 'client': it reaches the store through the owner.
   * 'none': it has not needed it yet, only reads, or goes on without it.
   */
  role: 'owner' | 'client' | 'none'
  /** By function id. */
  byFunction: Record<string, FunctionStats>
}
