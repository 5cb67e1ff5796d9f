import type { CallIdentity } from '../entry/call-identity.ts'
import type { Referred } from '../entry/entry-place.ts'
import type { FunctionEntries } from '../entry/function-entries.ts'
import { Payload } from '../entry/payload.ts'
import type { Entry } from '../native/binding.ts'
import { entryInfoOf } from '../report/entry-info.ts'
import type { CalledFunction } from './context.ts'
import { publishCall } from './event.ts'
import type { Freshness } from './freshness.ts'
import { isPromise } from './promise.ts'

/** A call that has a key. */
export interface Placed {
  readonly entries: FunctionEntries
  readonly identity: CallIdentity
  readonly self: unknown
  readonly args: unknown[]
}

/** Hands back references to the results of one function. A result that is there is not loaded. */
export class Shelving {
  readonly #called: CalledFunction
  readonly #freshness: Freshness
  /** Is told of a stale result that was served. */
  readonly #due: (call: Placed) => void

  constructor(called: CalledFunction, freshness: Freshness, due: (call: Placed) => void) {
    this.#called = called
    this.#freshness = freshness
    this.#due = due
  }

  /** `run` is the call itself: it runs the function, or waits for who runs it. */
  shelve(placed: Placed | undefined, run: () => unknown): unknown {
    if (placed === undefined) return after(run(), (value) => new Payload(value))
    const begunAt = performance.now()
    const anew = (): unknown => this.anew(placed, run)
    const entry = this.#called.context.mode === 'refresh' ? undefined : this.#stored(placed)
    if (entry === undefined) return anew()
    const { entries, identity } = placed
    const shelved = (): Payload => {
      this.#noteHit(placed, entry, begunAt)
      return entries.references.shelve(identity, entry, this.#called.context.clock())
    }
    const isUnchanged = entry.hasReferences ? () => entries.isUnchanged(identity) : undefined
    const reason = this.#freshness.stalenessOf(entryInfoOf(entry), this.#called.context.clock(), isUnchanged)
    if (reason instanceof Promise && entry.isPromised)
      return reason.then((why) => (why === undefined ? shelved() : anew()))
    if (reason !== undefined) return anew()
    return entry.isPromised ? Promise.resolve(shelved()) : shelved()
  }

  /** The same of a call whose result was recalled as a reference. */
  recalled(placed: Placed, found: Referred, startedAt: number, run: () => unknown): unknown {
    const { createdAt, payload, hasReferences } = found
    const isStale =
      this.#freshness.isOver(createdAt, this.#called.context.clock()) ||
      (hasReferences && !placed.entries.isUnchanged(placed.identity))
    if (isStale) return this.anew(placed, run)
    this.#noteHit(placed, found, startedAt)
    return payload
  }

  #noteHit(
    placed: Placed,
    { durationMs: savedMs, byteLength, createdAt }: Pick<Entry, 'durationMs' | 'byteLength' | 'createdAt'>,
    startedAt: number,
  ): void {
    const { id, context, counts, observers } = this.#called
    counts.noteHit(savedMs, byteLength)
    if (observers.areListening) {
      const { args, identity } = placed
      const outcome = { status: 'hit', cacheStatus: 'hit', reason: undefined } as const
      publishCall(observers, { args, startedAt, savedMs, byteLength, identity, ...outcome }, id)
    }
    if (this.#freshness.isDue(createdAt, context.clock())) this.#due(placed)
  }

  /** Whatever is stored. A result that was not stored is held by its payload. */
  anew(placed: Placed | undefined, run: () => unknown): unknown {
    const { context } = this.#called
    if (placed === undefined) return after(run(), (value) => new Payload(value))
    const begunAt = context.clock()
    return after(run(), (value) => {
      const { entries, identity } = placed
      const made = entries.references.stored(identity)
      if (made !== undefined) return made
      const entry = context.isClosed ? undefined : this.#stored(placed)
      // An older entry may hold another value: this one could not be stored, or was not to be.
      const isIts = entry !== undefined && (entry.createdAt >= begunAt || entries.isOf(entry, value))
      return isIts ? entries.references.shelve(identity, entry, context.clock()) : new Payload(value)
    })
  }

  /** A store that cannot be read is for the call to say. */
  #stored({ entries, identity }: Placed): Entry | undefined {
    try {
      return entries.entry(identity)
    } catch {
      return undefined
    }
  }
}

function after(result: unknown, shelve: (value: unknown) => Payload): unknown {
  return isPromise(result) ? result.then(shelve) : shelve(result)
}
