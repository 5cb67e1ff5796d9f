import type { Fingerprint } from '../fingerprint/fingerprint.ts'
import type { CodePart } from '../fingerprint/parts.ts'
import { EngramError } from '../words/error.ts'
import type { FunctionEntries } from './function-entries.ts'
import { HeldWatch } from './held-watch.ts'

/** Codes that a function had lately whose entries stay open, at most. */
const MOST_KEPT = 64

/** Opens the entries of a function that has the code with this digest and these parts, if its code is in its keys. */
export type OpenEntries = (code?: string, parts?: () => CodePart[], held?: HeldWatch) => FunctionEntries

/** The entries of one function, by the fingerprint that its code has at the moment. */
export class CodeEntries {
  readonly #name: string
  readonly #open: OpenEntries
  readonly #make: (() => Fingerprint) | undefined
  readonly #kept = new Map<string, FunctionEntries>()
  /** Once it is known that no call will have another, unless what came with Node is replaced. */
  #only: FunctionEntries | undefined
  #fingerprint: Fingerprint | undefined

  /** `name` is the function's; `make` takes its fingerprint, if its code is in its keys. */
  constructor(name: string, open: OpenEntries, make: (() => Fingerprint) | undefined) {
    this.#name = name
    this.#open = open
    this.#make = make
    if (make === undefined) this.#only = open()
  }

  /** The entries for a call that is made now. Throws ERR_UNHASHABLE. */
  current(): FunctionEntries {
    if (this.#only !== undefined && (this.#fingerprint?.originals.areKept() ?? true)) return this.#only
    return this.#ofCode()
  }

  /** Names of what the function changes itself, as of its last call. */
  get state(): string[] {
    return this.#fingerprint?.state ?? []
  }

  #ofCode(): FunctionEntries {
    let fingerprint = this.#fingerprint
    if (fingerprint === undefined || !fingerprint.isCurrent()) this.#fingerprint = fingerprint = this.#make!()
    let code = fingerprint.code()
    if (code === undefined) {
      this.#fingerprint = fingerprint = this.#make!()
      code = fingerprint.code()
    }
    if (code === undefined) throw changing(this.#name)
    const entries = this.#kept.get(code) ?? this.#keep(code, fingerprint)
    this.#only = fingerprint.isConstant ? entries : undefined
    return entries
  }

  #keep(code: string, fingerprint: Fingerprint): FunctionEntries {
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear()
    const entries = this.#open(code, () => fingerprint.parts(this.#name), new HeldWatch(fingerprint))
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
