import { attempt } from '../code/captured-value.ts'
import { lookAgain } from '../code/facts.ts'
import type { KeyContext } from '../key/encoder.ts'
import { digestOfText, digestView } from '../native/binding.ts'
import { HeapSink } from '../platform/byte-sink.ts'
import type { TypeRegistry } from '../value/type-registry.ts'
import type { EngramError } from '../words/error.ts'
import { type Explored, explore } from './exploration.ts'
import { digestOf } from './measure.ts'
import type { FingerprintOptions } from './options.ts'
import { type CodePart, codePartsOf, stateOf } from './parts.ts'
import { formOf, formOfFunction } from './sentence.ts'

/** Functions within values that functions captured, at most. The stack holds several times as many. */
const MOST_WITHIN = 32

/**
 * What of a function's code enters its keys: a digest of what does not change, and what is read at each call.
 */
export class Fingerprint {
  /** Hexadecimal digest of all that does not change. */
  readonly base: string
  readonly #explored: Explored
  readonly #keys: KeyContext
  readonly #sink = new HeapSink(256)

  constructor(explored: Explored, keys: KeyContext) {
    this.base = digestOfAll(explored, keys)
    this.#explored = explored
    this.#keys = keys
  }

  /** What could not be covered, with the fix. */
  get doubts(): readonly EngramError[] {
    return this.#explored.findings.doubts
  }

  /** Whether every call has this fingerprint. */
  get isConstant(): boolean {
    const { isComplete, data, members, watched } = this.#explored.findings
    return isComplete && data.length + members.length + watched.length === 0
  }

  /** Names of what the function changes itself. */
  get state(): string[] {
    return stateOf(this.#explored)
  }

  /** What it was made of, with the values of this moment. `name` is the function's. */
  parts(name: string): CodePart[] {
    return codePartsOf(this.#explored, name)
  }

  /** False once a variable or a function that it was made from is another one. */
  isCurrent(): boolean {
    const { isComplete, members, watched } = this.#explored.findings
    if (!isComplete) return false
    for (const { read, value } of members) if (attempt(read) !== value) return false
    if (watched.length === 0) return true
    const now = lookAgain(watched)
    return watched.every(({ value }, index) => Object.is(value, now[index]))
  }

  /** The digest as of now, `base` included. Throws ERR_UNHASHABLE where a value cannot be hashed any more. */
  code(): string {
    const { data } = this.#explored.findings
    if (data.length === 0) return this.base
    return digestOf(this.#sink, [this.base, ...data.map(({ read }) => attempt(read))], this.#keys)
  }
}

/** Fingerprints of the functions of one memory; those in values are found by it too. */
export class Fingerprints {
  /** What keys of the memory are made with. */
  readonly keys: KeyContext
  /** Of functions that stand in arguments and captured values. */
  readonly #known = new WeakMap<Function, Fingerprint>()
  readonly #underWay: Function[] = []

  constructor(types: TypeRegistry) {
    this.keys = { types, digestView, formOfFunction: (fn) => this.#form(fn) }
  }

  of(fn: Function, options: Omit<FingerprintOptions, 'keys'>): Fingerprint {
    return new Fingerprint(explore(fn, { ...options, keys: this.keys }), this.keys)
  }

  /** Text that stands for a function in a value; undefined for one that nothing tells from others. */
  #form(fn: Function): string | undefined {
    // A function that leads back to itself through a value: what it is has been said.
    const at = this.#underWay.indexOf(fn)
    if (at >= 0) return `itself, ${this.#underWay.length - at} up`
    if (this.#underWay.length === MOST_WITHIN) return undefined
    this.#underWay.push(fn)
    try {
      let known = this.#known.get(fn)
      if (known === undefined || !known.isCurrent()) {
        known = this.of(fn, { strategy: 'syntaxHash', captures: 'auto', file: undefined, deps: [], covers: 'code' })
        this.#known.set(fn, known)
      }
      return known.doubts.length === 0 ? known.code() : undefined
    } finally {
      this.#underWay.pop()
    }
  }
}

/** A text alone stands for itself. */
function digestOfAll({ functions, deps }: Explored, keys: KeyContext): string {
  const [only] = functions
  if (functions.length === 1 && only?.what === 'text' && only.said.length === 0 && deps.length === 0)
    return digestOfText(only.text)
  const form = ['engram fingerprint v1', functions.map(formOfFunction), deps.map((said) => said.map(formOf))]
  return digestOf(new HeapSink(4096), form, keys)
}
