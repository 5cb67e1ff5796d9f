import type { FunctionEntries } from '../entry/function-entries.ts'
import type { Found } from '../entry/outcome.ts'
import type { ResolvedCacheOptions } from '../option/cache-options.ts'
import type { EntryInfo, MissReason } from '../report/entry-info.ts'
import { EngramError } from '../words/error.ts'
import { isThenable } from './promise.ts'

/** Decides whether an entry counts: by its age, and by what `validate` says of it. */
export class Freshness {
  readonly #maxAgeMs: number
  /** Age up to which a stale entry is served. */
  readonly #servedMs: number
  readonly #validate: ResolvedCacheOptions['validate']

  constructor({ maxAgeMs, staleMs, validate }: Pick<ResolvedCacheOptions, 'maxAgeMs' | 'staleMs' | 'validate'>) {
    this.#maxAgeMs = maxAgeMs
    this.#servedMs = maxAgeMs + staleMs
    this.#validate = validate
  }

  /** Whether an entry's facts are asked for, so that it must have an identity. */
  get isValidating(): boolean {
    return this.#validate !== undefined
  }

  /** Whether an entry is young enough. The clock is asked only where age counts. */
  isYoung(createdAt: number, clock: () => number): boolean {
    return this.#maxAgeMs === Number.POSITIVE_INFINITY || clock() - createdAt <= this.#maxAgeMs
  }

  /** Whether an entry is past the age up to which it is served. */
  isOver(createdAt: number, now: number): boolean {
    return now - createdAt > this.#servedMs
  }

  /** Whether an entry that counts is stale all the same: it is served, and the function is run anew. */
  isDue(createdAt: number, now: number): boolean {
    return now - createdAt > this.#maxAgeMs
  }

  /** Why an entry does not count; undefined when it does. A promise where `validate` gives one. */
  staleness(
    entries: FunctionEntries,
    entry: Found,
    now: number,
  ): MissReason | undefined | Promise<MissReason | undefined> {
    if (this.isOver(entry.createdAt, now)) return 'expired'
    if (entry.live?.some((part) => !part.isUnchanged())) return 'changed'
    if (this.#validate === undefined) return undefined
    return this.#ask(() => entries.info(entry.identity!), now)
  }

  /** The same of an entry whose facts are known, but not its value. `isUnchanged` is asked whether what it refers to is. */
  stalenessOf(
    info: EntryInfo,
    now: number,
    isUnchanged?: () => boolean,
  ): MissReason | undefined | Promise<MissReason | undefined> {
    if (this.isOver(info.createdAt, now)) return 'expired'
    if (isUnchanged?.() === false) return 'changed'
    return this.#validate === undefined ? undefined : this.#ask(() => info, now)
  }

  #ask(infoOf: () => EntryInfo | undefined, now: number): MissReason | undefined | Promise<MissReason | undefined> {
    try {
      const info = infoOf()
      const answer = info !== undefined && this.#validate!(info, now)
      if (isThenable(answer)) return judged(answer)
      return answer ? undefined : 'rejected'
    } catch {
      return 'rejected'
    }
  }
}

async function judged(answer: PromiseLike<boolean>): Promise<MissReason | undefined> {
  try {
    return (await answer) ? undefined : 'rejected'
  } catch {
    return 'rejected'
  }
}

/** Where an option's function gave a promise to a call that cannot await it. */
export function mayNotWait(option: 'validate' | 'storeIf'): EngramError {
  const message = `${option} returned a promise, and this call returns its result at once. Let it return true or false, or let the cached function return a promise too.`
  return new EngramError('ERR_INVALID_OPTION', message)
}
