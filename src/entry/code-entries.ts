import type { Originals } from '../code/originals.ts'
import type { Fingerprint } from '../fingerprint/fingerprint.ts'
import { EngramError } from '../words/error.ts'
import type { FunctionEntries } from './function-entries.ts'
import { HeldWatch } from './held-watch.ts'
import type { ToldCode } from './told-parts.ts'

/** Codes that a function had lately whose entries stay open, at most. */
const MOST_KEPT = 64

/** Opens the entries of a function that has the code with this digest and these parts, if its code is in its keys. */
export type OpenEntries = (digest?: string, code?: ToldCode, held?: HeldWatch) => FunctionEntries

/** The entries of one function, by the fingerprint that its code has at the moment. */
export class CodeEntries {
  readonly #name: string
  readonly #open: OpenEntries
  readonly #make: (() => Fingerprint | undefined) | undefined
  readonly #kept = new Map<string, FunctionEntries>()
  /** Once it is known that no call will have another, unless what came with Node is replaced. */
  #only: FunctionEntries | undefined
  #fingerprint: Fingerprint | undefined
  /** What came with Node and has to be the same for `#only` to hold. */
  #originals: Originals | undefined
  #isLooking = false

  /** `name` is the function's; `make` takes its fingerprint, if anything of its code is in its keys. */
  constructor(name: string, open: OpenEntries, make: (() => Fingerprint | undefined) | undefined) {
    this.#name = name
    this.#open = open
    this.#make = make
    if (make === undefined) this.#only = open()
  }

  /** The entries for a call that is made now. Throws ERR_UNHASHABLE. */
  current(): FunctionEntries {
    const only = this.#only
    if (only !== undefined && (this.#originals === undefined || this.#originals.areKept())) return only
    return this.#ofCode()
  }

  /**
   * What the function sees now beside its module, where a version stands for its code; undefined for nothing. Throws
   * ERR_UNHASHABLE.
   */
  closure(): string | undefined {
    // A function that calls itself, or one that calls it.
    if (this.#isLooking) return undefined
    this.#isLooking = true
    try {
      this.current()
    } finally {
      this.#isLooking = false
    }
    return this.#fingerprint?.isClosure === true ? this.#fingerprint.code() : undefined
  }

  /** Names of what the function changes itself, as of its last call. */
  get state(): string[] {
    return this.#fingerprint?.state ?? []
  }

  /** The source files of its code, as far as that is in keys. */
  files(): ReadonlySet<string> {
    try {
      this.current()
    } catch {
      // What cannot be seen has been looked at as far as it goes.
    }
    return this.#fingerprint?.files ?? new Set()
  }

  #ofCode(): FunctionEntries {
    let fingerprint = this.#fingerprint
    if (fingerprint === undefined || !fingerprint.isCurrent()) this.#fingerprint = fingerprint = this.#make!()
    if (fingerprint === undefined) return (this.#only = this.#open())
    let code = fingerprint.code()
    if (code === undefined) {
      this.#fingerprint = fingerprint = this.#make!()
      code = fingerprint?.code()
    }
    if (fingerprint === undefined || code === undefined) throw changing(this.#name)
    const entries = this.#kept.get(code) ?? this.#keep(code, fingerprint)
    this.#only = fingerprint.isConstant ? entries : undefined
    this.#originals = fingerprint.originals.isEmpty ? undefined : fingerprint.originals
    return entries
  }

  #keep(code: string, fingerprint: Fingerprint): FunctionEntries {
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear()
    const told = { parts: () => fingerprint.parts(this.#name), keys: fingerprint.keys }
    const entries = this.#open(code, told, new HeldWatch(fingerprint))
    this.#kept.set(code, entries)
    return entries
  }
}

function changing(name: string): EngramError {
  return new EngramError(
    'ERR_UNHASHABLE',
    `What ${name} captured changes while it is read; pass what matters of it as an argument.`,
  )
}
