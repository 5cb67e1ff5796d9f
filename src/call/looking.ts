import type { CodeEntries } from '../entry/code-entries.ts'
import type { LookedUp } from '../entry/many-entries.ts'
import type { Lookup, MissReason } from '../report/entry-info.ts'
import { type Explanation, adviceFor } from '../report/explanation.ts'
import type { CalledFunction } from './context.ts'
import { type Freshness, mayNotWait } from './freshness.ts'

/** What a call counts by; undefined where it is not cached. */
type Inputs = readonly unknown[] | undefined

/** Looks whether calls of one function would hit: nothing runs but `validate`, no use is noted, no lease is taken. */
export class Looking {
  readonly #called: CalledFunction
  readonly #entries: CodeEntries | undefined
  readonly #freshness: Freshness
  /** Reading is what `mode` forbids in 'refresh'. */
  readonly #isReading: boolean

  constructor(called: CalledFunction, entries: CodeEntries | undefined, freshness: Freshness) {
    this.#called = called
    this.#entries = entries
    this.#freshness = freshness
    this.#isReading = called.context.mode !== 'refresh'
  }

  lookup(inputs: Inputs): Lookup {
    if (inputs === undefined) return UNCACHED
    const entries = this.#entries!.current()
    if (!this.#isReading) return { status: 'miss', reason: 'refresh', key: entries.identify(inputs).key }
    const { id, context } = this.#called
    const seen = entries.lookup(inputs)
    const { identity } = seen
    if (!seen.isFound) {
      if (seen.failure !== undefined) context.trouble.meet(seen.failure, id)
      return { status: 'miss', reason: seen.reason, key: identity.key }
    }
    const now = context.clock()
    const staleness = answered(this.#freshness.staleness(entries, seen, now)) ?? this.#age(seen.createdAt, now)
    if (staleness !== undefined) return { status: 'stale', reason: staleness, key: identity.key }
    const info = entries.info(identity)
    return info === undefined ? { status: 'miss', reason: 'absent', key: identity.key } : { status: 'hit', info }
  }

  /** In the order of the calls. */
  lookupMany(calls: readonly Inputs[]): Lookup[] {
    if (!this.#isReading || this.#entries === undefined) return calls.map((inputs) => this.lookup(inputs))
    const keyed = calls.filter((inputs) => inputs !== undefined)
    const found = this.#entries.current().lookupMany(keyed)
    const now = this.#called.context.clock()
    let next = 0
    return calls.map((inputs) => (inputs === undefined ? UNCACHED : this.#judged(found[next++]!, now)))
  }

  /** Why a call would run: of a miss, what differs from the nearest entry. */
  explain(inputs: Inputs): Explanation {
    const looked = this.lookup(inputs)
    const state = this.#entries?.state ?? []
    if (looked.status === 'hit') return { status: 'hit', changed: [], state }
    const { status, reason } = looked
    const isNew = reason === 'absent' && looked.key !== ''
    const entries = isNew ? this.#entries!.current() : undefined
    const changed = entries?.explain(entries.identify(inputs!)) ?? []
    const advice = adviceFor(changed)
    return { status, reason, changed, state, ...(advice !== undefined && { advice }) }
  }

  /** What is served stale is stale. */
  #age(createdAt: number, now: number): MissReason | undefined {
    return this.#freshness.isDue(createdAt, now) ? 'expired' : undefined
  }

  #judged(found: LookedUp, now: number): Lookup {
    if (!found.isFound) return { status: 'miss', reason: found.reason, key: found.key }
    const { info } = found
    const staleness = answered(this.#freshness.stalenessOf(info, now)) ?? this.#age(info.createdAt, now)
    return staleness === undefined ? { status: 'hit', info } : { status: 'stale', reason: staleness, key: info.key }
  }
}

const UNCACHED = { status: 'miss', reason: 'absent', key: '' } as const

function answered(staleness: MissReason | undefined | Promise<MissReason | undefined>): MissReason | undefined {
  if (staleness instanceof Promise) throw mayNotWait('validate')
  return staleness
}
