import type { Door } from '../memory/door.ts'
import type { Memory } from '../memory/memory.ts'

/** What a thread shares with its app. */
export interface ThreadSurroundings {
  readonly memory: Memory
  readonly door: Door
}
