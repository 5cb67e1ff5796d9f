import { Memory } from '../memory/memory.ts'
import { localCacheLocation } from './local-cache-location.ts'

const memories = new Map<string, Memory>()

/**
 * Where tasks keep their results that have no memory, and are called outside of a workflow that has one.
 *
 * @example
 * ```ts
 * console.log(localCache.location) // '/home/me/.engram/local-cache'
 * localCache.clear() // how many results went
 * ```
 */
// oxlint-disable-next-line typescript/no-extraneous-class -- what is loaded late has to be a function or a class
export class localCache {
  /** Absolute path: of the environment variable ENGRAM_LOCAL_CACHE, else `~/.engram/local-cache`. */
  static get location(): string {
    return localCacheLocation()
  }

  /** Drops all that is stored there; says how many entries. @throws EngramError ERR_STORE_UNAVAILABLE, ERR_STORE_FORMAT */
  static clear(): number {
    return localMemory().clear()
  }
}

/** The memory of that place, which is opened once. */
export function localMemory(): Memory {
  const { location } = localCache
  let memory = memories.get(location)
  if (memory === undefined) memories.set(location, (memory = new Memory({ location })))
  return memory
}
