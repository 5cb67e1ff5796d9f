import type { CallContext } from '../call/context.ts'
import { type Store, type Sums, translating } from '../native/binding.ts'
import { type EntryFilter, matcherOf } from '../option/entry-filter.ts'
import { type Limits, resolveLimits } from '../option/limits.ts'
import { type VerifyOptions, checkVerifyOptions } from '../option/verify-options.ts'
import { type EntryInfo, entryInfoOf } from '../report/entry-info.ts'
import {
  type CallSums,
  type CallTotals,
  type FunctionStats,
  NO_TOTALS,
  functionStats,
  sumsOf,
  totalsOf,
} from '../report/function-stats.ts'
import type { MemoryStats } from '../report/memory-stats.ts'
import { nameIn } from '../report/statistics.ts'
import { closed } from '../report/trouble.ts'
import type { VerifyReport } from '../report/verify-report.ts'
import { verifyStore } from './verification.ts'
import type { Wrapping } from './wrapping.ts'

const LISTED_TOGETHER = 256
const NOTHING = { entries: 0, byteLength: 0, blobs: 0, blobBytes: 0 }

/** What a memory's store holds: listed, counted, dropped and read back. */
export class Contents {
  readonly #store: Store | undefined
  readonly #location: string
  readonly #context: CallContext
  readonly #wrapping: Wrapping

  constructor(store: Store | undefined, location: string, context: CallContext, wrapping: Wrapping) {
    this.#store = store
    this.#location = location
    this.#context = context
    this.#wrapping = wrapping
  }

  /** The store, where there is one. Throws ERR_CLOSED. */
  opened(): Store | undefined {
    if (this.#context.isClosed) throw closed()
    return this.#store
  }

  entries(filter: EntryFilter): Iterable<EntryInfo> {
    const matches = matcherOf(filter, this.#context.clock)
    const store = this.opened()
    return store === undefined ? [] : this.#listed(store, matches, filter.superseded)
  }

  *#listed(
    store: Store,
    matches: (info: EntryInfo) => boolean,
    superseded: boolean | undefined,
  ): Generator<EntryInfo, void, undefined> {
    this.opened()
    this.#wrapping.flush()
    const pages = translating(() => store.list(superseded))
    for (;;) {
      const entries = translating(() => pages.take(LISTED_TOGETHER))
      for (const entry of entries) {
        const info = entryInfoOf(entry)
        if (matches(info)) yield info
      }
      if (entries.length < LISTED_TOGETHER) return
    }
  }

  stats(): MemoryStats {
    const store = this.opened()
    const nothing = { all: NOTHING, byName: {} }
    const { all, byName } = store === undefined ? nothing : this.#tell(() => store.allTotals(), nothing)
    const { blobs, blobBytes, ...stored } = all
    const called = this.#called()
    const totals = this.#totals()
    const sums = [...called.values()].reduce(sumsOf, NO_TOTALS)
    const total = [...totals.values()].reduce(totalsOf, NO_TOTALS)
    const byFunction = statsByFunction(byName, called, totals)
    return {
      ...functionStats(sums, total, stored),
      blobs,
      blobBytes,
      role: store?.role() ?? 'none',
      byFunction,
    }
  }

  /** What calls of this memory did, by function id. */
  #called(): Map<string, CallSums> {
    const called = new Map<string, CallSums>()
    for (const { name, counts } of this.#wrapping.counts()) called.set(name, sumsOf(counts, called.get(name)))
    return called
  }

  /** What calls of all processes did, by function id. */
  #totals(): Map<string, CallTotals> {
    const totals = new Map<string, CallTotals>()
    const kept = this.#tell(() => this.#context.statistics?.totals() ?? [], [])
    for (const [text, one] of kept) {
      const name = nameIn(text)
      totals.set(name, totalsOf(one, totals.get(name)))
    }
    return totals
  }

  /** For what a program only reports. */
  #tell<T>(question: () => T, otherwise: T): T {
    return this.#context.trouble.answer(question, otherwise, this.#location)
  }

  clear(filter: EntryFilter | undefined): number {
    const store = this.#writable()
    if (store === undefined) return 0
    if (filter === undefined) return translating(() => store.clear())
    const keys = Array.from(this.entries(filter), (info) => info.key)
    return translating(() => store.forgetKeys(keys))
  }

  reduce(limits: Limits): { entries: number; byteLength: number; bytes: number } {
    const resolved = resolveLimits(limits, 'reduce')
    const store = this.#writable()
    if (store === undefined) return { entries: 0, byteLength: 0, bytes: 0 }
    const { entries, bytes } = translating(() => store.reduce(resolved, this.#context.clock()))
    return { entries, byteLength: bytes, bytes }
  }

  async verify(given: VerifyOptions): Promise<VerifyReport> {
    const options = checkVerifyOptions(given)
    const store = this.opened()
    if (store === undefined) {
      options.signal?.throwIfAborted()
      return { entries: 0, blobs: 0, bytes: 0, corrupt: [], dangling: [], orphans: [], dropped: 0 }
    }
    this.#wrapping.flush()
    return verifyStore(store, this.#context.mode === 'readOnly' ? { ...options, repair: false } : options)
  }

  /** The store, where something may be dropped from it: everything that is known of it was told. */
  #writable(): Store | undefined {
    const store = this.opened()
    if (store === undefined || this.#context.mode === 'readOnly') return undefined
    this.#wrapping.flush()
    return store
  }
}

function statsByFunction(
  stored: Readonly<Record<string, Sums>>,
  called: ReadonlyMap<string, CallSums>,
  totals: ReadonlyMap<string, CallTotals>,
): Record<string, FunctionStats> {
  const names = new Set([...called.keys(), ...totals.keys(), ...Object.keys(stored)])
  return Object.fromEntries(
    Array.from(names, (name) => {
      const [calls, total] = [called.get(name) ?? NO_TOTALS, totals.get(name) ?? NO_TOTALS]
      return [name, functionStats(calls, total, stored[name] ?? NOTHING)]
    }),
  )
}
