import type { Fingerprint } from '../fingerprint/fingerprint.ts'
import type { FunctionStore } from './function-entries.ts'

/** Stores of codes that a function had lately, at most. */
const MOST_KEPT = 64

/** The entries of one function, by the fingerprint that its code has at the moment. */
export class CodeStores {
  readonly #name: string
  readonly #open: (code: string | undefined) => FunctionStore
  readonly #make: (() => Fingerprint) | undefined
  readonly #kept = new Map<string, FunctionStore>()
  /** Once it is known that no call will have another. */
  #only: FunctionStore | undefined
  #fingerprint: Fingerprint | undefined

  /** `name` is the function's. */
  constructor(name: string, open: (code: string | undefined) => FunctionStore, make: (() => Fingerprint) | undefined) {
    this.#name = name
    this.#open = open
    this.#make = make
    if (make === undefined) this.#only = open(undefined)
  }

  /** The entries for a call that is made now. Throws ERR_UNHASHABLE. */
  current(): FunctionStore {
    return this.#only ?? this.#find()
  }

  /** Names of what the function changes itself, as of its last call. */
  get state(): string[] {
    return this.#fingerprint?.state ?? []
  }

  #opened(code: string, fingerprint: Fingerprint): FunctionStore {
    const store = this.#open(code)
    store.describedBy(() => fingerprint.parts(this.#name))
    return store
  }

  #find(): FunctionStore {
    let fingerprint = this.#fingerprint
    if (fingerprint === undefined || !fingerprint.isCurrent()) this.#fingerprint = fingerprint = this.#make!()
    if (fingerprint.isConstant) return (this.#only = this.#opened(fingerprint.base, fingerprint))
    const code = fingerprint.code()
    let store = this.#kept.get(code)
    if (store === undefined) {
      if (this.#kept.size >= MOST_KEPT) this.#kept.clear()
      this.#kept.set(code, (store = this.#opened(code, fingerprint)))
    }
    return store
  }
}
