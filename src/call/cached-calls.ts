import { CallIdentity } from '../entry/call-identity.ts'
import type { CodeEntries } from '../entry/code-entries.ts'
import type { Referred } from '../entry/entry-place.ts'
import type { FrontEntry } from '../entry/front-table.ts'
import type { FunctionEntries } from '../entry/function-entries.ts'
import type { Found, Missing, Outcome } from '../entry/outcome.ts'
import type { Payload } from '../entry/payload.ts'
import type { RecordRow } from '../entry/record.ts'
import type { RunResult } from '../entry/stored-value.ts'
import { looksSince, looksSoFar } from '../fingerprint/file-looks.ts'
import type { AnyFunction } from '../function/wrapped.ts'
import type { ResolvedCacheOptions } from '../option/cache-options.ts'
import type { EntryInfo, Lookup, MissReason } from '../report/entry-info.ts'
import type { Explanation } from '../report/explanation.ts'
import { type CallCounts, type FunctionStats, NO_TOTALS, functionStats } from '../report/function-stats.ts'
import { closed, damaged } from '../report/trouble.ts'
import type { CallContext, CalledFunction } from './context.ts'
import { type Observers, publishCall } from './event.ts'
import { Following } from './following.ts'
import { Freshness, mayNotWait } from './freshness.ts'
import type { KeyInputs } from './inputs.ts'
import { Looking } from './looking.ts'
import { isPromise } from './promise.ts'
import { Revalidation } from './revalidation.ts'
import { CallRuns } from './runs.ts'
import { type Placed, Shelving } from './shelving.ts'
import { type Beginning, type KeyedCall, beginCall } from './state.ts'

/** An entry that a call found, and what it needs where that is of no use. */
interface FoundEntry extends Pick<KeyedCall, 'self' | 'args' | 'entries' | 'identity' | 'startedAt' | 'files'> {
  readonly outcome: Found
}

/** The calls of one function: the algorithm of docs/design.md. */
export class CachedCalls {
  readonly fn: AnyFunction
  readonly id: string
  readonly #counts: CallCounts
  readonly #observers: Observers
  readonly #called: CalledFunction
  readonly #freshness: Freshness
  /** None where nothing is cached: then every call runs. */
  readonly #entries: CodeEntries | undefined
  readonly #context: CallContext
  readonly #options: ResolvedCacheOptions
  readonly #keyInputs: KeyInputs
  /** Reading is what `mode` forbids in 'refresh'. */
  readonly #isReading: boolean
  readonly #isWriting: boolean
  #madeLooking: Looking | undefined
  #madeRuns: CallRuns | undefined
  #madeFollowing: Following | undefined
  #madeRevalidation: Revalidation | undefined
  #madeShelving: Shelving | undefined
  /** Whether running each time is what the user wants. */
  readonly #isTransparent: boolean

  constructor(called: CalledFunction, entries: CodeEntries | undefined, keyInputs: KeyInputs) {
    const { fn, id, options, context, counts, observers } = called
    this.fn = fn
    this.id = id
    this.#entries = entries
    this.#keyInputs = keyInputs
    this.#options = options
    this.#context = context
    this.#counts = counts
    this.#observers = observers
    this.#called = called
    this.#freshness = new Freshness(options)
    this.#isReading = context.mode !== 'refresh'
    this.#isWriting = context.mode !== 'readOnly'
    this.#isTransparent = !context.isCaching || options.strategy === false
  }

  /** Stands for the function's code in the keys of functions that call it, where the user said that something else does. */
  get stamp(): string | undefined {
    const { strategy, version } = this.#options
    return strategy === 'inputHash' ? JSON.stringify([this.id, version]) : undefined
  }

  /** Stands beside the stamp: what the function sees beside its module. Throws ERR_UNHASHABLE. */
  closure(): string | undefined {
    return this.stamp === undefined || this.#context.isClosed ? undefined : this.#entries?.closure()
  }

  call(self: unknown, args: unknown[]): unknown {
    if (this.#entries === undefined || this.#context.isClosed) return this.#bypass(self, args)
    if (!this.#isReading) return this.#refresh(self, args, true)
    const isObserved = this.#observers.areListening
    const startedAt = isObserved ? performance.now() : 0
    let now = 0
    let inputs: readonly unknown[] | undefined
    let entries: FunctionEntries | undefined
    let outcome: Outcome | undefined
    const looks = looksSoFar()
    try {
      inputs = this.#keyInputs(args, self)
      if (inputs !== undefined) {
        entries = this.#entries.current()
        const wantsIdentity = isObserved || this.#freshness.isValidating
        const kept = wantsIdentity ? undefined : entries.front?.lookup(entries, inputs)
        if (kept !== undefined && this.#freshness.isYoung(kept.createdAt, this.#context.clock)) {
          return this.#reuse(entries, kept)
        }
        now = this.#context.clock()
        outcome = entries.recall(inputs, now, wantsIdentity)
      }
    } catch (error) {
      return this.#bypass(self, args, error)
    }
    if (outcome === undefined) return this.#bypass(self, args)
    if (!outcome.isFound) return this.#miss({ self, args, entries: entries!, files: looksSince(looks) }, outcome)
    const reason = this.#freshness.staleness(entries!, outcome, now)
    if (reason !== undefined) {
      // That of a hit has no digest of the arguments, under which a run is stored.
      const identity = entries!.identify(inputs!)
      const found = { self, args, entries: entries!, outcome, identity, startedAt, files: looksSince(looks) }
      return typeof reason === 'string' ? this.#stale(found, reason) : this.#validate(found, reason)
    }
    if (this.#freshness.isDue(outcome.createdAt, now)) {
      this.#revalidation.begin({ self, args, identity: outcome.identity ?? entries!.identify(inputs!) })
    }
    this.#counts.noteHit(outcome.durationMs, outcome.byteLength)
    if (isObserved) this.#publishHit(args, startedAt, outcome)
    return outcome.isPromised ? Promise.resolve(outcome.value) : outcome.value
  }

  refresh(self: unknown, args: unknown[]): unknown {
    if (this.#entries === undefined || this.#context.isClosed) return this.#bypass(self, args)
    return this.#refresh(self, args, false)
  }

  /** What a call would find: nothing runs but `validate`, no use is noted, no lease is taken. */
  lookup(self: unknown, args: unknown[]): Lookup {
    return this.#looking.lookup(this.#openInputs(self, args))
  }

  /** As `lookup`, of many calls in one crossing. */
  lookupMany(self: unknown, calls: readonly unknown[][]): Lookup[] {
    return this.#looking.lookupMany(calls.map((args) => this.#openInputs(self, args)))
  }

  /** Why this call would run: of a miss, what differs from the nearest entry. */
  explain(self: unknown, args: unknown[]): Explanation {
    return this.#looking.explain(this.#openInputs(self, args))
  }

  /** A reference to the result, which runs where there is none. On a hit nothing is loaded. */
  shelve(self: unknown, args: unknown[]): unknown {
    return this.#shelve(self, args, { keepsPromise: true, keepsSmall: false })
  }

  /** As `shelve`. What is there comes at once, also where the function gave a promise of it; what is small may be kept. */
  shelveAtOnce(self: unknown, args: unknown[], keepsSmall: boolean): unknown {
    return this.#shelve(self, args, { keepsPromise: false, keepsSmall })
  }

  /** As `shelve`, and runs whatever is stored. */
  reshelve(self: unknown, args: unknown[]): unknown {
    return this.#shelving.anew(this.#placed(self, args), () => this.refresh(self, args))
  }

  /** Stores a value as the result of a call, without running. Throws ERR_UNHASHABLE, ERR_UNSERIALIZABLE. */
  prime(self: unknown, value: unknown, args: unknown[]): void {
    const inputs = this.#openInputs(self, args)
    if (inputs === undefined || !this.#isWriting) return
    const entries = this.#entries!.current()
    const identity = entries.identify(inputs)
    const commit = (result: unknown, isPromised: boolean): void => {
      const made = { value: result, isPromised, endedAt: this.#context.clock(), durationMs: 0 }
      entries.commit(identity, made, { isRefresh: true, lease: undefined, admit: undefined })
    }
    if (!isPromise(value)) return commit(value, this.#runs.isAsync)
    const stored = value.then((result) => commit(result, true))
    // Nobody waits for it who could catch it.
    stored.then(undefined, (error) => this.#context.trouble.say(error, this.id))
  }

  /**
   * A reference to the stored result of a call; undefined where there is none. Runs nothing, and is no use of the entry. Throws
   * ERR_UNHASHABLE.
   */
  payload(self: unknown, args: unknown[]): Payload | undefined {
    const inputs = this.#openInputs(self, args)
    if (inputs === undefined) return undefined
    const entries = this.#entries!.current()
    const identity = entries.identify(inputs)
    const entry = entries.entry(identity)
    return entry && entries.references.of(entry)
  }

  /** A reference by the facts of an entry; undefined where nothing is cached. Asks nobody. */
  payloadOf(info: EntryInfo): Payload | undefined {
    return this.#entries?.current().references.of(info)
  }

  key(self: unknown, args: unknown[]): string {
    const inputs = this.#openInputs(self, args)
    return inputs === undefined ? '' : this.#entries!.current().key(inputs)
  }

  forget(self: unknown, args: unknown[]): boolean {
    const inputs = this.#openInputs(self, args)
    if (inputs === undefined || !this.#isWriting) return false
    const entries = this.#entries!.current()
    return entries.forget(entries.identify(inputs))
  }

  clear(): number {
    this.#refuseClosed()
    return this.#isWriting ? (this.#entries?.current().clear() ?? 0) : 0
  }

  /** Adopts the entries of the nearest earlier code; says how many. Throws ERR_UNHASHABLE. */
  adopt(): number {
    this.#refuseClosed()
    return this.#isWriting ? (this.#entries?.current().adopt() ?? 0) : 0
  }

  stats(): FunctionStats {
    this.#refuseClosed()
    const { trouble, statistics } = this.#context
    const total = trouble.answer(() => statistics?.totals().get(this.#counts.name), undefined, this.id)
    const stored = trouble.answer(() => this.#entries?.current().totals(), undefined, this.id)
    return functionStats(this.#counts, total ?? NO_TOTALS, stored ?? { entries: 0, byteLength: 0 })
  }

  /** What `storeAs` takes, in another thread of the same code. Throws ERR_UNHASHABLE. */
  identity(self: unknown, args: unknown[]): CallIdentity | undefined {
    const inputs = this.#openInputs(self, args)
    return inputs && this.#entries!.current().identify(inputs)
  }

  /**
   * Stores what a call gave that another thread makes, under the identity that it has there, with `records`. That thread
   * holds the lease. Throws ERR_UNSERIALIZABLE, and what the store throws.
   */
  storeAs(identity: Uint8Array, result: RunResult, records?: readonly RecordRow[]): void {
    this.#refuseClosed()
    const entries = this.#entries!.current()
    entries.commit(new CallIdentity(Buffer.from(identity)), result, {
      isRefresh: true,
      lease: undefined,
      admit: undefined,
      records,
    })
  }

  /** The source files of its code, as far as that is in keys. */
  files(): ReadonlySet<string> {
    return this.#entries?.files() ?? new Set()
  }

  /** Where the entries lie: equal for calls that share them. */
  place(): string {
    try {
      return this.#entries?.current().key([]) ?? ''
    } catch {
      return ''
    }
  }

  /** In one crossing for what is small. What is not, and what is asked about by `validate`, takes several. */
  #shelve(
    self: unknown,
    args: unknown[],
    { keepsPromise, keepsSmall }: { keepsPromise: boolean; keepsSmall: boolean },
  ): unknown {
    const startedAt = performance.now()
    const run = (): unknown => this.call(self, args)
    const recalled = this.#freshness.isValidating ? undefined : this.#referred(self, args, keepsSmall)
    if (recalled === undefined) return this.#shelving.shelve(this.#placed(self, args), run)
    const { entries, outcome, files } = recalled
    const placed = { entries, identity: outcome.identity, self, args, files }
    if (!outcome.isFound) return this.#shelving.anew(placed, () => this.#miss(placed, outcome))
    const shelved = this.#shelving.recalled(placed, outcome, startedAt, run)
    return outcome.isPromised && keepsPromise ? Promise.resolve(shelved) : shelved
  }

  /** Undefined where the call itself has to say why, or more has to be asked. */
  #referred(
    self: unknown,
    args: unknown[],
    keepsSmall: boolean,
  ): (Pick<KeyedCall, 'entries' | 'files'> & { readonly outcome: Referred | Missing }) | undefined {
    if (this.#entries === undefined || this.#context.isClosed || !this.#isReading) return undefined
    const looks = looksSoFar()
    try {
      const inputs = this.#keyInputs(args, self)
      if (inputs === undefined) return undefined
      const entries = this.#entries.current()
      const outcome = entries.refer(inputs, this.#context.clock(), keepsSmall)
      return outcome && { entries, outcome, files: looksSince(looks) }
    } catch {
      return undefined
    }
  }

  get #looking(): Looking {
    return (this.#madeLooking ??= new Looking(this.#called, this.#entries, this.#freshness))
  }

  get #runs(): CallRuns {
    return (this.#madeRuns ??= new CallRuns(this.#called))
  }

  get #following(): Following {
    return (this.#madeFollowing ??= new Following(this.#called, this.#runs, this.#freshness))
  }

  get #revalidation(): Revalidation {
    return (this.#madeRevalidation ??= new Revalidation(this.#called, this.#runs, this.#entries!, this.#keyInputs))
  }

  get #shelving(): Shelving {
    return (this.#madeShelving ??= new Shelving(this.#called, this.#freshness, (call) =>
      this.#revalidation.begin(call),
    ))
  }

  /** Undefined for a call without a key: making the call says why. */
  #placed(self: unknown, args: unknown[]): Placed | undefined {
    if (this.#entries === undefined || this.#context.isClosed) return undefined
    try {
      const inputs = this.#keyInputs(args, self)
      if (inputs === undefined) return undefined
      const entries = this.#entries.current()
      return { entries, identity: entries.identify(inputs), self, args }
    } catch {
      return undefined
    }
  }

  #openInputs(self: unknown, args: unknown[]): readonly unknown[] | undefined {
    this.#refuseClosed()
    return this.#entries === undefined ? undefined : this.#keyInputs(args, self)
  }

  #refuseClosed(): void {
    if (this.#context.isClosed) throw closed()
  }

  /** A hit of a front entry. */
  #reuse(entries: FunctionEntries, entry: FrontEntry): unknown {
    entries.front!.noteUse(entry)
    this.#counts.noteHit(entry.durationMs, entry.byteLength)
    return entry.isPromised ? Promise.resolve(entry.value.copy()) : entry.value.copy()
  }

  #publishHit(args: unknown[], startedAt: number, { durationMs: savedMs, byteLength, identity }: Found): void {
    const call = {
      args,
      status: 'hit',
      cacheStatus: 'hit',
      reason: undefined,
      startedAt,
      savedMs,
      byteLength,
      identity: identity!,
    } as const
    publishCall(this.#observers, call, this.id)
  }

  /** Runs without the cache: because it is off, or because `error` keeps this call from it. */
  #bypass(self: unknown, args: unknown[], error?: unknown): unknown {
    const trouble = error ?? (this.#context.isClosed && !this.#isTransparent ? closed() : undefined)
    if (trouble !== undefined) this.#context.trouble.meet(trouble, this.id)
    // Transparent: unless somebody waits for its end, a promise is the function's own.
    if (!this.#observers.areListening) return this.fn.apply(self, args)
    const cacheStatus = error === undefined ? 'disabled' : 'lookupFailure'
    return this.#runs.runUncached({ self, args, cacheStatus })
  }

  #refresh(self: unknown, args: unknown[], mayJoin: boolean): unknown {
    const startedAt = performance.now()
    let call: KeyedCall | undefined
    const looks = looksSoFar()
    try {
      const inputs = this.#keyInputs(args, self)
      if (inputs !== undefined) {
        const entries = this.#entries!.current()
        const identity = entries.identify(inputs)
        const files = looksSince(looks)
        call = beginCall({ self, args, startedAt, status: 'refresh', reason: 'refresh', identity, entries, files })
      }
    } catch (error) {
      return this.#bypass(self, args, error)
    }
    if (call === undefined) return this.#bypass(self, args)
    return mayJoin ? this.#following.joinOrRun(call) : this.#runs.run(call)
  }

  #miss(
    { self, args, entries, files }: Pick<KeyedCall, 'self' | 'args' | 'entries' | 'files'>,
    missing: Missing,
  ): unknown {
    const { reason, failure, identity, lease, isShared } = missing
    const beginning: Beginning = { self, args, status: 'miss', reason, identity, entries, lease, isShared, files }
    return this.#begin(beginning, (call) => {
      if (missing.hasWarning) this.#context.warn()
      if (missing.isHeld) return this.#following.follow(call)
      if (reason !== 'absent') {
        // A damaged entry is a miss that mends itself: said, never thrown.
        this.#context.trouble.say(failure ?? damaged(reason), this.id)
      } else if (failure !== undefined) {
        this.#context.trouble.meet(failure, this.id)
        call.cacheStatus = 'lookupFailure'
      }
      return this.#following.joinOrRun(call)
    })
  }

  /** Begins a call that is to run. What runs need may lie in a file that cannot be read any more: then it runs without. */
  #begin(beginning: Beginning, goOn: (call: KeyedCall) => unknown): unknown {
    let call: KeyedCall
    try {
      call = beginCall(beginning)
    } catch (error) {
      beginning.lease?.release('failed')
      return this.#bypass(beginning.self, beginning.args, error)
    }
    return goOn(call)
  }

  /** Where `validate` answers later, which it may for a call that returns a promise. */
  #validate(found: FoundEntry, answer: Promise<MissReason | undefined>): unknown {
    const { self, args, outcome } = found
    return outcome.isPromised ? this.#validateLater(found, answer) : this.#bypass(self, args, mayNotWait('validate'))
  }

  async #validateLater(found: FoundEntry, answer: Promise<MissReason | undefined>): Promise<unknown> {
    const { args, startedAt, outcome, identity } = found
    const reason = await answer
    if (reason !== undefined) return this.#stale(found, reason)
    if (this.#freshness.isDue(outcome.createdAt, this.#context.clock())) this.#revalidation.begin(found)
    this.#counts.noteHit(outcome.durationMs, outcome.byteLength)
    this.#publishHit(args, startedAt, { ...outcome, identity })
    return outcome.value
  }

  #stale({ self, args, entries, identity, files }: FoundEntry, reason: MissReason): unknown {
    return this.#begin({ self, args, status: 'stale', reason, identity, entries, files }, (call) => {
      call.lease = entries.leases.acquire(identity)
      return call.lease === undefined ? this.#following.follow(call) : this.#following.joinOrRun(call)
    })
  }
}
