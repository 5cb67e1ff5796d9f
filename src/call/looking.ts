import type { CodeEntries } from '../entry/code-entries.ts'
import type { FunctionEntries } from '../entry/function-entries.ts'
import type { LookedUp } from '../entry/many-entries.ts'
import { type EntryInfo, type Lookup, type MissReason, entryInfoOf } from '../report/entry-info.ts'
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
    const entry = entries.entry(identity)
    if (entry === undefined) return { status: 'miss', reason: 'absent', key: identity.key }
    const isUnchanged = entry.hasReferences ? () => entries.isUnchanged(identity) : undefined
    return this.#judged(entryInfoOf(entry), context.clock(), isUnchanged)
  }

  /** In the order of the calls. */
  lookupMany(calls: readonly Inputs[]): Lookup[] {
    if (!this.#isReading || this.#entries === undefined) return calls.map((inputs) => this.lookup(inputs))
    const keyed = calls.filter((inputs) => inputs !== undefined)
    const entries = this.#entries.current()
    const found = entries.lookupMany(keyed)
    const now = this.#called.context.clock()
    let next = 0
    return calls.map((inputs) =>
      inputs === undefined ? UNCACHED : this.#lookedUp(entries, inputs, found[next++]!, now),
    )
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

  #lookedUp(entries: FunctionEntries, inputs: readonly unknown[], found: LookedUp, now: number): Lookup {
    if (!found.isFound) return { status: 'miss', reason: found.reason, key: found.key }
    const isUnchanged = found.hasReferences ? () => entries.isUnchanged(entries.identify(inputs)) : undefined
    return this.#judged(found.info, now, isUnchanged)
  }

  #judged(info: EntryInfo, now: number, isUnchanged: (() => boolean) | undefined): Lookup {
    const staleness = answered(this.#freshness.stalenessOf(info, now, isUnchanged)) ?? this.#age(info.createdAt, now)
    return staleness === undefined ? { status: 'hit', info } : { status: 'stale', reason: staleness, key: info.key }
  }
}

const UNCACHED = { status: 'miss', reason: 'absent', key: '' } as const

function answered(staleness: MissReason | undefined | Promise<MissReason | undefined>): MissReason | undefined {
  if (staleness instanceof Promise) throw mayNotWait('validate')
  return staleness
}
