import type { AnyFunction } from '../function/wrapped.ts'
import type { Lookup } from '../report/entry-info.ts'
import type { Explanation } from '../report/explanation.ts'
import type { FunctionStats } from '../report/function-stats.ts'
import type { CachedCalls } from './cached-calls.ts'
import type { MethodCalls } from './cached-method.ts'

/** What a wrapper does with calls, whatever they are made on. */
export interface Calls extends Pick<
  CachedCalls,
  | 'fn'
  | 'id'
  | 'stamp'
  | 'closure'
  | 'call'
  | 'refresh'
  | 'lookup'
  | 'lookupMany'
  | 'explain'
  | 'shelve'
  | 'key'
  | 'prime'
  | 'forget'
  | 'clear'
  | 'stats'
> {
  adopt(self: unknown): number
}

/** The calls of a function that uses `this`: by the class that they are made on, or as those of any function without one. */
export class ReceiverCalls implements Calls {
  readonly fn: AnyFunction
  readonly id: string
  readonly stamp: string | undefined
  readonly #plain: CachedCalls
  readonly #methods: MethodCalls

  constructor(plain: CachedCalls, methods: MethodCalls) {
    this.fn = plain.fn
    this.id = plain.id
    this.stamp = plain.stamp
    this.#plain = plain
    this.#methods = methods
  }

  /** Throws what keeps the calls on this receiver from the cache. */
  on(self: unknown): CachedCalls {
    return isNothing(self) ? this.#plain : this.#methods.ofOrThrow(self)
  }

  closure(): string | undefined {
    return this.#plain.closure()
  }

  call(self: unknown, args: unknown[]): unknown {
    const calls = this.#on(self)
    return calls === undefined ? this.fn.apply(self, args) : calls.call(self, args)
  }

  refresh(self: unknown, args: unknown[]): unknown {
    const calls = this.#on(self)
    return calls === undefined ? this.fn.apply(self, args) : calls.refresh(self, args)
  }

  lookup(self: unknown, args: unknown[]): Lookup {
    return this.on(self).lookup(self, args)
  }

  lookupMany(self: unknown, calls: readonly unknown[][]): Lookup[] {
    return this.on(self).lookupMany(self, calls)
  }

  shelve(self: unknown, args: unknown[]): unknown {
    return this.on(self).shelve(self, args)
  }

  prime(self: unknown, value: unknown, args: unknown[]): void {
    this.on(self).prime(self, value, args)
  }

  explain(self: unknown, args: unknown[]): Explanation {
    return this.on(self).explain(self, args)
  }

  key(self: unknown, args: unknown[]): string {
    return this.on(self).key(self, args)
  }

  forget(self: unknown, args: unknown[]): boolean {
    return this.on(self).forget(self, args)
  }

  /** Of all that it was called on. */
  clear(): number {
    return this.#all().reduce((sum, calls) => sum + calls.clear(), 0)
  }

  /** For the class of the receiver; without one, of all that it was called on. */
  adopt(self: unknown): number {
    const all = isNothing(self) ? this.#all() : [this.on(self)]
    return all.reduce((sum, calls) => sum + calls.adopt(), 0)
  }

  /** Of all that it was called on; what calls did is counted together. */
  stats(): FunctionStats {
    const stats = { ...this.#plain.stats(), entries: 0, byteLength: 0 }
    // Classes share their entries where nothing of their code is in the keys.
    const distinct = new Map(this.#all().map((calls) => [calls.place(), calls]))
    for (const calls of distinct.values()) {
      const { entries, byteLength } = calls.stats()
      stats.entries += entries
      stats.byteLength += byteLength
    }
    return stats
  }

  #all(): CachedCalls[] {
    return [this.#plain, ...this.#methods.made()]
  }

  #on(self: unknown): CachedCalls | undefined {
    return isNothing(self) ? this.#plain : this.#methods.of(self)
  }
}

function isNothing(self: unknown): boolean {
  return self === undefined || self === null
}
