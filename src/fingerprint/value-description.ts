import { isDeepFrozen, isPrimitive, standIn } from '../code/captured-value.ts'
import { fulfilmentOf, proxiedBy } from '../code/reflection.ts'
import { whyUnkeyed } from '../function/unkeyed.ts'
import { isFamiliar } from '../function/wrapped.ts'
import type { KeyContext } from '../key/encoder.ts'
import { StandIn } from '../key/stand-in.ts'
import { Without } from '../key/without.ts'
import type { FreeVariable } from '../native/binding.ts'
import { builtin } from '../platform/builtin.ts'
import { isGlobal } from '../value/realm.ts'
import { wordsOf } from '../words/phrase.ts'
import type { DescriptionContext } from './context.ts'
import { holdsInstances, isPlain, noteFunctionsIn, numberForm } from './held-functions.ts'
import { membersSetLater } from './late-code.ts'
import { MOST_COMPARED, isExhausted, measure } from './measure.ts'
import { ignoredWithin, isIgnored } from './options.ts'
import type { Sentence } from './sentence.ts'
import { shownAs } from './shown-name.ts'

const { isPromise, isProxy } = builtin('node:util/types')

/** Bytes of a form from which on a constant value stands in the fingerprint by its digest. */
const LARGE = 2 ** 20

/** Something to be described. */
export interface Subject {
  readonly label: string
  readonly value: unknown
  /** Gives what is there at the time. */
  readonly read: () => unknown
  /** Whether only another variable could change it; else it may be replaced where it lies. */
  readonly isVariable: boolean
  /** Whether nobody looks at what it gives, if it is a function. */
  readonly isDropped?: boolean
  /** Paths to what does not count of it. */
  readonly omitted?: readonly (readonly string[])[]
}

/** What is said of a value, such as that of a captured variable, and of what lies in it. */
export class ValueDescription {
  readonly context: DescriptionContext
  readonly said: Sentence[] = []
  readonly #variable: FreeVariable | undefined
  /** Whether the values are what a package gave its functions: objects that many of them share. */
  readonly #isMade: boolean

  constructor(context: DescriptionContext, variable?: FreeVariable, isMade = false) {
    this.context = context
    this.#variable = variable
    this.#isMade = isMade
  }

  say(sentence: Sentence): void {
    this.said.push(sentence)
  }

  value(subject: Subject): void {
    const { label, value, read, isVariable } = subject
    if (isIgnored(this.context.options, this.#shown(label))) return this.say({ what: 'ignored', label })
    if (typeof value === 'symbol') return this.say({ what: 'symbol', label, description: value.description })
    if (isPrimitive(value)) return isVariable ? this.#constant(label, value) : this.datum(label, read)
    if (value === process.argv) return this.datum(label, programArguments)
    if (value === process) return this.say({ what: 'known', label, name: 'process' })
    if (isGlobal(value)) return this.say({ what: 'known', label, name: 'globalThis' })
    if (isFamiliar(value as object)) return this.say({ what: 'known', label })
    const unkeyed = whyUnkeyed(value as object)
    if (unkeyed !== undefined) return this.unknown(label, `\`${this.#shown(label)}\` ${unkeyed}`)
    if (typeof value === 'function') return this.function(subject)
    this.#object(subject, value as object)
  }

  /** A value that nothing can replace. */
  fixed(label: string, value: unknown): void {
    try {
      this.value({ label, value, read: () => value, isVariable: true })
    } catch (error) {
      this.unreadable(label, error)
    }
  }

  /**
   * What a function made elsewhere changes itself: as it is when it is first looked at, so that two that were made with
   * other values differ. What cannot be told of it is its own affair.
   */
  firstLook(label: string, value: unknown): void {
    if (typeof value === 'function' || typeof value === 'symbol') return this.fixed(label, value)
    if (!this.context.isFinal) return
    const measured = measure(this.#shown(label), () => value, this.#keys)
    if (typeof measured === 'string')
      return isExhausted() ? this.unknown(label, measured) : this.say({ what: 'state', label })
    this.say({ what: 'value', label, value: measured.size > MOST_COMPARED ? measured.digest : value })
  }

  /** An object that the functions change themselves. What classes change may be what they keep of their instances. */
  changed(label: string, value: object): void {
    if (this.context.reach.isChangedByClasses(value)) this.firstLook(label, value)
    else this.say({ what: 'state', label })
  }

  /** A function, by its number. */
  function({ label, value, read, isVariable, isDropped = false }: Subject): void {
    const { reach, findings, isFinal } = this.context
    const number = reach.numberOf(value as Function, !isDropped)
    if (number === undefined)
      findings.refuse(`it reaches more than ${reach.size} functions, so not all were looked at`, this.#shown(label))
    this.say({ what: 'function', label, number: number ?? 'unknown' })
    if (!isVariable && isFinal) findings.members.push({ read, value })
  }

  /** A value that may be another one, or have other content, at the next call. */
  datum(label: string, read: () => unknown, isHeld = false, shared?: object): void {
    const { findings, isFinal } = this.context
    if (!isFinal) return
    const known = shared && findings.shared.get(shared)
    if (known !== undefined) return this.say({ what: 'data', label, index: known })
    const measured = measure(this.#shown(label), read, this.#keys)
    if (typeof measured === 'string') return this.unknown(label, measured)
    if (measured.size <= MOST_COMPARED) {
      const index = findings.datum(label, read, isHeld)
      if (shared !== undefined) findings.shared.set(shared, index)
      return this.say({ what: 'data', label, index })
    }
    findings.doubt(
      `${this.#shown(label)} is too large to be compared at every call, so its value at the first call counts`,
      "freeze it, pass it as an argument, name it in `deps` or `version`, or set `captures: 'none'`",
    )
    this.say({ what: 'value', label, value: measured.digest })
  }

  /** What cannot be seen: the calls are not cached. */
  unknown(label: string, why: string): void {
    this.context.findings.refuse(why, this.#shown(label))
    this.say({ what: 'unknown', label })
  }

  /** What threw when it was read, as a proxy or a getter may. */
  unreadable(label: string, error: unknown): void {
    this.unknown(label, `reading \`${this.#shown(label)}\` threw: ${wordsOf(error)}`)
  }

  #object({ label, read, omitted = [] }: Subject, value: object): void {
    const { reach, options, isFinal } = this.context
    if (isProxy(value)) return this.proxy(label, value)
    if (isPromise(value)) return this.#promise(label, value)
    const state = reach.changesOf(value) ?? membersSetLater(reach, value)
    if (options.receiver?.isKeeper(value) === true) return this.say({ what: 'state', label })
    if (state === true) return this.changed(label, value)
    if (value instanceof StandIn) return this.datum(label, read)
    const parts = standIn(value)
    if (parts !== undefined) return this.say({ what: 'made of', label, parts })
    const isHeld = this.#isMade || holdsInstances(value, options.keys.types)
    const paths = [...[...(state ?? [])].map((name) => [name]), ...omitted]
    const counted = this.#counted(label, read, paths, this.#isMade || (isHeld && isPlain(value)))
    if (isHeld) {
      if (isFinal) return this.datum(label, counted, true, this.#isMade ? value : undefined)
      const { noted } = this.context
      if (!noted.has(value)) noteFunctionsIn(counted, this.context)
      noted.add(value)
      return
    }
    // To look through a large object for what it reaches is in vain: functions in values are told by their own fingerprint.
    if (!isFinal) return
    if (counted === read && isDeepFrozen(value)) return this.#constant(label, value)
    this.datum(label, counted)
  }

  /** Reads a value without what does not count of it. Of a graph, what is met twice stands there once. */
  #counted(
    label: string,
    read: () => unknown,
    omitted: readonly (readonly string[])[],
    isGraph: boolean,
  ): () => unknown {
    const paths = [...omitted, ...ignoredWithin(this.context.options, this.#shown(label))]
    return paths.length === 0 && !isGraph ? read : () => new Without(read() as object, paths, isGraph)
  }

  /** By what it was fulfilled with. */
  #promise(label: string, promise: Promise<unknown>): void {
    const fulfilled = fulfilmentOf(promise)
    if (fulfilled !== undefined)
      return this.value({ label, value: fulfilled.value, read: () => fulfilled.value, isVariable: true })
    this.context.findings.isComplete = false
    this.unknown(label, `\`${this.#shown(label)}\` is a promise that is not fulfilled yet`)
  }

  /** A proxy shows what its handler makes up: what it stands before counts, and its handler. */
  proxy(label: string, value: object): void {
    const { target, handler } = proxiedBy(value)
    this.value({ label, value: target, read: () => target, isVariable: true })
    // Its functions mostly lead back to the proxy.
    const traps = new ValueDescription(this.context, this.#variable, true)
    traps.value({ label: `${label} handler`, value: handler, read: () => handler, isVariable: true })
    this.said.push(...traps.said)
  }

  /** A value that stays as it is. A large one stands there by its digest, since the whole has to fit one form. */
  #constant(label: string, value: unknown): void {
    if (!mayBeLarge(value)) return this.say({ what: 'value', label, value })
    if (!this.context.isFinal) return
    const measured = measure(this.#shown(label), () => value, this.#keys)
    if (typeof measured === 'string') return this.unknown(label, measured)
    this.say({ what: 'value', label, value: measured.size > LARGE ? measured.digest : value })
  }

  /** Functions within instances stand there by their numbers. */
  get #keys(): KeyContext {
    const { reach, options } = this.context
    return { ...options.keys, formOfHeld: (fn) => numberForm(reach.numberOf(fn)) }
  }

  /** A label with the name of its variable as the program has it. */
  #shown(label: string): string {
    return this.#variable === undefined ? label : shownAs(label, this.#variable)
  }
}

/** What the program was called with; before it stand paths, which must not be in a key. */
export function programArguments(): readonly string[] {
  return process.argv.slice(2)
}

function mayBeLarge(value: unknown): boolean {
  if (typeof value === 'string') return value.length > LARGE / 3
  return typeof value === 'bigint' || !isPrimitive(value)
}
