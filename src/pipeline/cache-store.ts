import { Memory } from '../memory/memory.ts'
import { checkKnown, invalid } from '../option/check.ts'
import type { EntryFilter } from '../option/entry-filter.ts'
import type { EntryInfo } from '../report/entry-info.ts'
import type { MemoryStats } from '../report/memory-stats.ts'
import { entryName } from './step-calls.ts'

/** Which entries of steps go; what is not named is any. */
export interface Invalidation {
  /** Hexadecimal key, as `StepResult` has it. Default: any. */
  key?: string
  /** Results of the step of this name. Default: of any step. */
  step?: string
  /** Entries that were stored before. Default: whenever they were. */
  before?: Date
}

/**
 * The results of steps in a directory.
 *
 * @example
 * ```ts
 * const cache = new CacheStore('.engram')
 * cache.clearStep('loadData')
 * cache.age('train') // milliseconds, or null
 * ```
 */
export class CacheStore implements AsyncDisposable {
  readonly #memory: Memory

  /** @throws EngramError ERR_INVALID_OPTION */
  constructor(location: string) {
    if (typeof location !== 'string' || location === '')
      throw invalid('new CacheStore(location) needs the path of a directory.')
    this.#memory = new Memory({ location })
  }

  /** Drops all entries; says how many. @throws EngramError as `Memory.clear` does. */
  clear(): number {
    return this.#memory.clear()
  }

  /** Drops the entries of a step; says how many. */
  clearStep(name: string): number {
    return this.invalidate({ step: name })
  }

  /** Drops the entries of steps that match; says how many. @throws EngramError ERR_INVALID_OPTION */
  invalidate(filter: Invalidation): number {
    return this.#memory.clear({ where: matcherOf(filter) })
  }

  /** How old the newest entry of a step is, in milliseconds; null where there is none. */
  age(name: string): number | null {
    const where = matcherOf({ step: name })
    const [newest] = this.#memory.entries({ where })
    return newest === undefined ? null : Math.max(Date.now() - newest.createdAt, 0)
  }

  /** What the store holds, and what its functions did. @throws EngramError as `Memory.stats` does. */
  stats(): MemoryStats {
    return this.#memory.stats()
  }

  /** Facts of what is stored, newest first; of all, or what the filter names. @throws EngramError as `Memory.entries` does. */
  entries(filter: EntryFilter = {}): Iterable<EntryInfo> {
    return this.#memory.entries(filter)
  }

  /** Lets go of the store. */
  close(): Promise<void> {
    return this.#memory.close()
  }

  /** `close()`, at the end of the block of an `await using` declaration. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** @throws EngramError ERR_INVALID_OPTION */
export function matcherOf(filter: Invalidation): (info: EntryInfo) => boolean {
  checkKnown(filter, ['key', 'step', 'before'])
  const { key, step, before } = filter
  if (before !== undefined && !(before instanceof Date && !Number.isNaN(before.getTime())))
    throw invalid(`The option 'before' must be a valid Date.`)
  const names = step === undefined ? undefined : [step, entryName(step, 'item')]
  return (info) =>
    info.kind === 'step' &&
    (key === undefined || info.key === key) &&
    (names === undefined || names.includes(info.name)) &&
    (before === undefined || info.createdAt < before.getTime())
}
