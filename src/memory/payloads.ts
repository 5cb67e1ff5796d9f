import type { CallContext } from '../call/context.ts'
import type { FunctionEntries } from '../entry/function-entries.ts'
import { Payload, factsOf } from '../entry/payload.ts'
import { translating } from '../native/binding.ts'
import type { TypeRegistry } from '../value/type-registry.ts'
import type { Wrapping } from './wrapping.ts'

/** Values that one memory stores by themselves, by their digests. */
export class Payloads {
  readonly #wrapping: Wrapping
  readonly #types: TypeRegistry
  readonly #context: CallContext
  #entries: FunctionEntries | undefined

  constructor(wrapping: Wrapping, types: TypeRegistry, context: CallContext) {
    this.#wrapping = wrapping
    this.#types = types
    this.#context = context
  }

  /** A reference to the value, which is stored; it holds the value where that cannot be. Throws ERR_UNSERIALIZABLE. */
  of<T>(value: T): Payload<T> {
    if (this.#context.mode === 'readOnly') return new Payload(value)
    const { digest } = factsOf(value, this.#types)
    try {
      return translating(() => this.#stored(value, digest))
    } catch (error) {
      this.#context.trouble.meet(error, 'payload')
      return new Payload(value)
    }
  }

  #stored<T>(value: T, digest: string): Payload<T> {
    const entries = (this.#entries ??= this.#wrapping.payloads()!)
    const identity = entries.identify([digest])
    const now = this.#context.clock()
    if (entries.entry(identity) === undefined) {
      const result = { value, isPromised: false, endedAt: now, durationMs: 0 }
      entries.commit(identity, result, { isRefresh: false, lease: undefined, admit: undefined })
    }
    const entry = entries.entry(identity)
    return entry === undefined ? new Payload(value) : (entries.references.shelve(identity, entry, now) as Payload<T>)
  }
}
