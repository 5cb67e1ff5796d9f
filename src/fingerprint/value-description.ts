import { isDeepFrozen, isPrimitive, standIn, withoutMembers } from '../code/captured-value.ts'
import { isFamiliar } from '../function/wrapped.ts'
import { StandIn } from '../key/stand-in.ts'
import type { FreeVariable } from '../native/binding.ts'
import { wordsOf } from '../words/phrase.ts'
import type { DescriptionContext } from './context.ts'
import { membersSetLater } from './late-code.ts'
import { MOST_COMPARED, measure } from './measure.ts'
import type { Sentence } from './sentence.ts'
import { shownAs } from './shown-name.ts'

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
}

/** What is said of a value, such as that of a captured variable, and of what lies in it. */
export class ValueDescription {
  readonly context: DescriptionContext
  readonly said: Sentence[] = []
  readonly #variable: FreeVariable | undefined

  constructor(context: DescriptionContext, variable?: FreeVariable) {
    this.context = context
    this.#variable = variable
  }

  say(sentence: Sentence): void {
    this.said.push(sentence)
  }

  value(subject: Subject): void {
    const { label, value, read, isVariable } = subject
    if (typeof value === 'symbol') return this.say({ what: 'symbol', label, description: value.description })
    if (isPrimitive(value)) return isVariable ? this.#constant(label, value) : this.datum(label, read)
    if (value === process.argv) return this.datum(label, programArguments)
    if (value === process) return this.say({ what: 'known', label, name: 'process' })
    if (value === globalThis) return this.say({ what: 'known', label, name: 'globalThis' })
    if (isFamiliar(value as object)) return this.say({ what: 'known', label })
    if (typeof value === 'function') return this.function(subject)
    this.#object(label, value as object, read)
  }

  /** A value that nothing can replace. */
  fixed(label: string, value: unknown): void {
    try {
      this.value({ label, value, read: () => value, isVariable: true })
    } catch (error) {
      this.unreadable(label, error)
    }
  }

  /** A function, by its number. */
  function({ label, value, read, isVariable, isDropped = false }: Subject): void {
    const { reach, findings, isFinal } = this.context
    const number = reach.numberOf(value as Function, !isDropped)
    if (number === undefined)
      findings.doubt(`it reaches more than ${reach.size} functions, and the others were not looked at`)
    this.say({ what: 'function', label, number: number ?? 'unknown' })
    if (!isVariable && isFinal) findings.members.push({ read, value })
  }

  /** A value that may be another one, or have other content, at the next call. */
  datum(label: string, read: () => unknown): void {
    const { findings, options, isFinal } = this.context
    if (!isFinal) return
    const measured = measure(label, read, options.keys)
    if (typeof measured === 'string') return this.unknown(label, measured)
    if (measured.size <= MOST_COMPARED) return this.say({ what: 'data', label, index: findings.datum(label, read) })
    findings.doubt(
      `${this.#shown(label)} is too large to be compared at every call, so its value at the first call counts`,
      'freeze it, or ',
    )
    this.say({ what: 'value', label, value: measured.digest })
  }

  /** What cannot be told, with a doubt. */
  unknown(label: string, why: string): void {
    this.context.findings.doubt(`${this.#shown(label)} cannot be hashed: ${why.replace(/\.$/, '')}`)
    this.say({ what: 'unknown', label })
  }

  /** What threw when it was read, as a proxy or a getter may. */
  unreadable(label: string, error: unknown): void {
    this.unknown(label, `reading it threw: ${wordsOf(error)}`)
  }

  #object(label: string, value: object, read: () => unknown): void {
    const { reach, options, isFinal } = this.context
    const state = reach.changesOf(value) ?? membersSetLater(reach, value)
    if (state === true || options.receiver?.isKeeper(value) === true) return this.say({ what: 'state', label })
    if (value instanceof StandIn) return this.datum(label, read)
    const parts = standIn(value)
    if (parts !== undefined) return this.say({ what: 'made of', label, parts })
    // To look through a large object for what it reaches is in vain: functions in values are told by their own fingerprint.
    if (!isFinal) return
    if (isDeepFrozen(value)) return this.#constant(label, value)
    this.datum(label, state === undefined ? read : () => withoutMembers(read() as object, state))
  }

  /** A value that stays as it is. A large one stands there by its digest, since the whole has to fit one form. */
  #constant(label: string, value: unknown): void {
    if (!mayBeLarge(value)) return this.say({ what: 'value', label, value })
    if (!this.context.isFinal) return
    const measured = measure(label, () => value, this.context.options.keys)
    if (typeof measured === 'string') return this.unknown(label, measured)
    this.say({ what: 'value', label, value: measured.size > LARGE ? measured.digest : value })
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
