import { attempt } from '../code/captured-value.ts'
import { mayBeClosure } from '../code/closure.ts'
import { exploring, ofExploration } from '../code/exploring.ts'
import { lookAgain } from '../code/facts.ts'
import type { Originals } from '../code/originals.ts'
import type { KeyContext } from '../key/encoder.ts'
import { KeyFailure } from '../key/failure.ts'
import { ELSEWHERE } from '../key/refusal.ts'
import { digestOfText, digestView } from '../native/binding.ts'
import { HeapSink } from '../platform/byte-sink.ts'
import type { TypeRegistry } from '../value/type-registry.ts'
import type { EngramError } from '../words/error.ts'
import { type Explored, explore } from './exploration.ts'
import { type Refusal, refusalError } from './findings.ts'
import { numberForm } from './held-functions.ts'
import { instanceReader } from './instances.ts'
import { digestOf } from './measure.ts'
import type { FingerprintOptions } from './options.ts'
import { type CodePart, codePartsOf, heldPartsIn, stateOf } from './parts.ts'
import { formOf, formOfFunction } from './sentence.ts'

/** Functions within values that functions captured, at most. The stack holds several times as many. */
const MOST_WITHIN = 32

/**
 * What of a function's code enters its keys: a digest of what does not change, and what is read at each call.
 */
export class Fingerprint {
  /** Hexadecimal digest of all that does not change. */
  readonly base: string
  /** What its parts are encoded with: functions within instances stand there by their numbers. */
  readonly keys: KeyContext
  readonly #explored: Explored
  readonly #sink = new HeapSink(256)
  /** Whether an instance holds a function that was not there when the fingerprint was taken. */
  #hasUnmet = false

  constructor(explored: Explored, keys: KeyContext) {
    this.#explored = explored
    this.keys = { ...keys, formOfHeld: (fn) => this.#formOfHeld(fn) }
    this.base = digestOfAll(explored, keys)
  }

  /** What counts otherwise than people expect, with the fix. */
  get doubts(): readonly EngramError[] {
    return this.#explored.findings.doubts
  }

  /** What cannot be seen. */
  get refusal(): Refusal | undefined {
    return this.#explored.findings.refusal
  }

  /** Whether every call has this fingerprint, as long as nobody replaces what came with Node. */
  get isConstant(): boolean {
    const { isComplete, data, members, watched, refusal } = this.#explored.findings
    return isComplete && refusal === undefined && data.length + members.length + watched.length === 0
  }

  /** What the function uses that came with Node. */
  get originals(): Originals {
    return this.#explored.findings.originals
  }

  /** Whether it is of what the function sees beside its module, where a version stands for its code. */
  get isClosure(): boolean {
    return this.#explored.isClosure
  }

  /** The source files of the functions that it is made of. */
  get files(): ReadonlySet<string> {
    return this.#explored.files
  }

  /** Names of what the function changes itself. */
  get state(): string[] {
    return stateOf(this.#explored)
  }

  /** What an instance that the function captured holds now, by paths; empty where it captured none. */
  held(): Map<string, string> {
    const found = new Map<string, string>()
    for (const { name, value } of heldPartsIn(this.#explored)) {
      try {
        found.set(name, digestOf(this.#sink, value, this.keys))
      } catch {
        // What cannot be hashed is no part of a key.
      }
    }
    return found
  }

  /** What it was made of, with the values of this moment. `name` is the function's. */
  parts(name: string): CodePart[] {
    return codePartsOf(this.#explored, name)
  }

  /** False once a variable or a function that it was made from is another one. */
  isCurrent(): boolean {
    const { isComplete, members, watched, originals } = this.#explored.findings
    if (!isComplete || !originals.areKept()) return false
    for (const { read, value } of members) if (attempt(read) !== value) return false
    if (watched.length === 0) return true
    const now = lookAgain(watched)
    return watched.every(({ value }, index) => Object.is(value, now[index]))
  }

  /**
   * The digest as of now, `base` included; undefined where it has to be taken anew. Throws ERR_UNHASHABLE where a value
   * cannot be hashed, or something cannot be seen.
   */
  code(): string | undefined {
    const { data, refusal } = this.#explored.findings
    if (refusal !== undefined) throw refusalError(refusal)
    if (data.length === 0) return this.base
    this.#hasUnmet = false
    try {
      return digestOf(this.#sink, [this.base, ...data.map(({ read }) => attempt(read))], this.keys)
    } catch (error) {
      if (this.#hasUnmet) return undefined
      throw error
    }
  }

  #formOfHeld(fn: Function): string {
    const number = this.#explored.numberOf(fn)
    this.#hasUnmet ||= number === undefined
    return numberForm(number)
  }
}

const foundCurrent = ofExploration(() => new Set<Fingerprint>())

/** Whether a fingerprint is as the function is, which is asked once within one exploration. */
function isStillCurrent(one: Fingerprint): boolean {
  if (foundCurrent()?.has(one) === true) return true
  const isCurrent = one.isCurrent()
  if (isCurrent) noteCurrent(one)
  return isCurrent
}

function noteCurrent(one: Fingerprint): Fingerprint {
  foundCurrent()?.add(one)
  return one
}

/** Fingerprints of the functions of one memory; those in values are found by it too. */
export class Fingerprints {
  /** What keys of the memory are made with. */
  readonly keys: KeyContext
  /** Of functions, and of instances that hold some, in arguments and captured values. */
  readonly #fingerprints = new WeakMap<object, Fingerprint>()
  readonly #underWay: object[] = []

  constructor(types: TypeRegistry) {
    const instances = instanceReader((value) => this.#formOfInstance(value))
    this.keys = { types, digestView, formOfFunction: (fn) => this.#formOf(fn), instances }
  }

  of(fn: Function, options: Omit<FingerprintOptions, 'keys'>): Fingerprint {
    return exploring(() => new Fingerprint(explore(fn, { ...options, keys: this.keys }), this.keys))
  }

  /**
   * Of a function whose code does not count: of its `deps` and, where a version stands for the code, of what it sees beside
   * its module; undefined for neither.
   */
  ofUncounted(
    fn: Function,
    options: Omit<FingerprintOptions, 'keys' | 'covers'>,
    isVersioned: boolean,
  ): Fingerprint | undefined {
    if (isVersioned && options.captures === 'auto' && mayBeClosure(fn)) {
      const closure = this.of(fn, { ...options, covers: 'closure' })
      if (closure.isClosure) return closure
    }
    return options.deps.length === 0 ? undefined : this.of(fn, { ...options, covers: 'deps' })
  }

  /** Text that stands for a function in a value. */
  #formOf(fn: Function): string {
    return this.#form(fn, { deps: [], covers: 'code' })
  }

  /** Text that stands for an instance that holds functions. */
  #formOfInstance(value: object): string {
    return this.#form(value, { deps: [value], covers: 'deps' })
  }

  /** Throws KeyFailure for what nothing tells from others. */
  #form(value: object, what: Pick<FingerprintOptions, 'deps' | 'covers'>): string {
    // What leads back to itself through a value: what it is has been said.
    const at = this.#underWay.indexOf(value)
    if (at >= 0) return `itself, ${this.#underWay.length - at} up`
    if (this.#underWay.length === MOST_WITHIN)
      throw new KeyFailure(
        `it holds functions in functions more than ${MOST_WITHIN} levels deep; pass a flatter value.`,
      )
    this.#underWay.push(value)
    try {
      return exploring(() => this.#known(value, what))
    } finally {
      this.#underWay.pop()
    }
  }

  #known(value: object, what: Pick<FingerprintOptions, 'deps' | 'covers'>): string {
    const options = {
      strategy: 'syntaxHash',
      captures: 'auto',
      ignored: [],
      file: undefined,
      isPassed: true,
      ...what,
    } as const
    const make = (): Fingerprint => noteCurrent(this.of(value as Function, options))
    let known = this.#fingerprints.get(value)
    if (known === undefined || !isStillCurrent(known)) this.#fingerprints.set(value, (known = make()))
    // Once each: functions within functions would be asked twice as often at each level.
    let code = codeOf(known)
    if (known.refusal === undefined && code === undefined) {
      this.#fingerprints.set(value, (known = make()))
      code = codeOf(known)
    }
    const { refusal } = known
    // It is a part of something that has a name of its own.
    if (refusal !== undefined)
      throw new KeyFailure(`cannot be told: ${refusal.what.replaceAll('deps[0]', 'it')}; ${ELSEWHERE}.`)
    if (code === undefined) throw new KeyFailure('it changes while it is read.')
    return code
  }
}

function codeOf(fingerprint: Fingerprint): string | undefined {
  return fingerprint.refusal === undefined ? fingerprint.code() : undefined
}

/** A text alone stands for itself. */
function digestOfAll({ functions, deps }: Explored, keys: KeyContext): string {
  const [only] = functions
  if (functions.length === 1 && only?.what === 'text' && only.said.length === 0 && deps.length === 0)
    return digestOfText(only.text)
  const form = ['engram fingerprint v1', functions.map(formOfFunction), deps.map((said) => said.map(formOf))]
  return digestOf(new HeapSink(4096), form, keys)
}
