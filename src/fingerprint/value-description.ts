import {
  isContainer,
  isDeepFrozen,
  isDefault,
  isExports,
  isPrimitive,
  isPutOn,
  standIn,
  withoutMembers,
} from '../code/captured-value.ts'
import { factsOf } from '../code/facts.ts'
import type { Reach } from '../code/reach.ts'
import { isFamiliar } from '../function/wrapped.ts'
import { StandIn } from '../key/stand-in.ts'
import { type FreeVariable, type PathUse, USE } from '../native/binding.ts'
import { builtin } from '../platform/builtin.ts'
import type { TypeRegistry } from '../value/type-registry.ts'
import { EngramError } from '../words/error.ts'
import { shortened, wordsOf } from '../words/phrase.ts'
import type { Findings } from './findings.ts'
import { MOST_COMPARED, measure } from './measure.ts'
import type { FingerprintOptions } from './options.ts'
import { shownAs } from './shown-name.ts'

const { isProxy } = builtin('node:util/types')

/** Bytes of a form from which on a constant value stands in the fingerprint by its digest. */
const LARGE = 2 ** 20
const LONGEST_DOUBT = 1000
/** Uses for which a value counts. */
export const VALUE = USE.read | USE.called | USE.escapes

/** What is said of the values that functions captured. */
export class ValueDescription {
  readonly found: Findings = { data: [], members: [], watched: [], doubts: [], shown: new Map(), isComplete: true }
  /** The variable that is described. */
  current: FreeVariable | undefined
  readonly #types: TypeRegistry
  readonly #receiver: FingerprintOptions['receiver']
  readonly #reach: Reach
  /** False while it is only to be known which functions are reached. */
  readonly #isFinal: boolean
  readonly #said = new Set<string>()

  constructor({ types, receiver }: FingerprintOptions, reach: Reach, isFinal: boolean) {
    this.#types = types
    this.#receiver = receiver
    this.#reach = reach
    this.#isFinal = isFinal
  }

  /** A variable's value, by the ways in which the text uses it. */
  uses(
    { alias, paths }: FreeVariable,
    value: unknown,
    read: () => unknown,
    said: unknown[],
    isVariable: boolean,
  ): void {
    if (paths.some(({ path, uses }) => path.length === 0 && uses & VALUE)) {
      this.part(alias, value, read, said, isVariable)
      // The text of a function does not show what somebody put on it.
      if (typeof value !== 'function') return
    }
    for (const one of paths) {
      if (one.path.length > 0 && one.uses & VALUE) this.member(alias, one, value, read, said, isVariable)
      else if (one.path.length === 0 && one.uses & USE.typeOf) said.push([alias, 'typeof', typeof value])
    }
  }

  /** The value at a path, as far as its content can be told from the rest of what it lies in. */
  member(
    alias: string,
    { path, uses }: PathUse,
    from: unknown,
    readFrom: () => unknown,
    said: unknown[],
    isVariable: boolean,
  ): void {
    let label = alias
    let value = from
    let read = readFrom
    let isOwn = isVariable
    for (const [index, name] of path.entries()) {
      const isLast = index === path.length - 1
      if (isPrimitive(value) || isFamiliar(value as object)) break
      const holder = value as Record<string, unknown>
      const state = this.#reach.changesOf(holder)
      if (state === true) return void said.push([label, 'state'])
      if (state?.has(name)) return void said.push([`${label}.${name}`, 'state'])
      if (typeof value === 'function') {
        this.part(label, value, read, said, isOwn)
        if (!Object.hasOwn(value, name) || isNamedByText(name)) return
      } else if (isContainer(holder) && !isPutOn(holder, name)) break
      let next: unknown
      try {
        next = holder[name]
      } catch (error) {
        return this.unknown(`${label}.${name}`, `reading it threw: ${wordsOf(error)}`, said)
      }
      if (isLast && uses & USE.called && typeof next === 'function' && this.#readsReceiver(holder, next)) {
        this.part(label, value, read, said, isOwn)
      }
      const readHolder = read
      read = () => (readHolder() as Record<string, unknown>)[name]
      label = `${label}.${name}`
      value = next
      isOwn = false
    }
    this.part(label, value, read, said, isOwn)
  }

  /** Whether a method may look at all of the object that it is called on. */
  #readsReceiver(receiver: object, method: Function): boolean {
    if (typeof receiver === 'function' || isExports(receiver) || isDefault(receiver, method)) return false
    const facts = this.#reach.factsOf(method)
    if (facts === undefined) return false
    // What exports a package's function, whichever way a loader made it, is not read by it.
    if (facts.stamp !== undefined) return !Object.hasOwn(receiver, method.name) && !Object.hasOwn(receiver, 'default')
    return typeof facts.reading === 'string' || facts.reading.this.length > 0
  }

  /** One value: `isVariable` if only another variable could change it, else it may be replaced where it lies. */
  part(label: string, value: unknown, read: () => unknown, said: unknown[], isVariable = true): void {
    if (typeof value === 'symbol') return void said.push([label, 'symbol', value.description])
    if (isPrimitive(value)) {
      if (isVariable) this.#constant(label, value, said)
      else this.datum(label, read, said)
      return
    }
    if (value === process.argv) return this.datum(label, programArguments, said)
    if (value === process) return void said.push([label, 'known', 'process'])
    if (value === globalThis) return void said.push([label, 'known', 'globalThis'])
    if (isFamiliar(value as object)) return void said.push([label, 'known'])
    if (typeof value === 'function') return this.function(label, value, read, said, isVariable)
    const state = this.#reach.changesOf(value as object) ?? this.#setLater(value as object)
    if (state === true || this.#receiver?.isKeeper(value as object) === true) return void said.push([label, 'state'])
    if (value instanceof StandIn) return this.datum(label, read, said)
    const stand = standIn(value as object)
    if (stand !== undefined) return void said.push([label, 'made of', stand])
    // To look through a large object for what it reaches is in vain: functions in values are told by their own fingerprint.
    if (!this.#isFinal) return
    if (isDeepFrozen(value)) return this.#constant(label, value, said)
    if (state === undefined) this.datum(label, read, said)
    else this.datum(label, () => withoutMembers(read() as object, state), said)
  }

  /**
   * Code in a variable that gives way when it has run: `load = () => table`, and what bundlers make of modules that are
   * loaded late. It counts as it is at the first look, since what it leaves behind is its result.
   */
  replaced({ alias, paths }: FreeVariable, value: unknown, said: unknown[]): void {
    const isCalled = paths.some(({ path, uses }) => path.length === 0 && uses & USE.called)
    const functions = typeof value === 'function' ? (isCalled ? [value] : []) : functionsIn(value)
    for (const fn of functions) this.function(alias, fn, () => fn, said, true)
    if (functions.length > 0) this.#reach.noteReplaced()
  }

  /** Of the exports of a module that is loaded late, those that its code will set. */
  #setLater(value: object): ReadonlySet<string> | undefined {
    if (!this.#reach.hasReplaced) return undefined
    const getters = gettersOf(value)
    if (getters === undefined) return undefined
    const facts = factsOf([...getters.values()], false, undefined)
    const names = [...getters.keys()].filter((_, index) => {
      const [variable] = this.#reach.variablesOf(facts[index]!)
      return variable !== undefined && this.#reach.isAssigned(facts[index]!, variable.name)
    })
    return names.length === 0 ? undefined : new Set(names)
  }

  /** A value that stays as it is. A large one stands there by its digest, since the whole has to fit one form. */
  #constant(label: string, value: unknown, said: unknown[]): void {
    if (!mayBeLarge(value)) return void said.push([label, 'value', value])
    if (!this.#isFinal) return
    const measured = measure(label, () => value, this.#types)
    if (typeof measured === 'string') this.unknown(label, measured, said)
    else said.push([label, 'value', measured.size > LARGE ? measured.digest : value])
  }

  /** A function, by its number. */
  function(label: string, fn: Function, read: () => unknown, said: unknown[], isVariable: boolean): void {
    const number = this.#reach.numberOf(fn)
    if (number === undefined)
      this.doubt(`it reaches more than ${this.#reach.size} functions, and the others were not looked at`)
    said.push([label, 'function', number ?? 'unknown'])
    if (isVariable || !this.#isFinal) return
    this.found.members.push({ read, value: fn })
  }

  /** A value that may be another one, or have other content, at the next call. */
  datum(label: string, read: () => unknown, said: unknown[]): void {
    if (!this.#isFinal) return
    const measured = measure(label, read, this.#types)
    if (typeof measured === 'string') return this.unknown(label, measured, said)
    if (measured.size <= MOST_COMPARED) {
      said.push([label, 'data', this.found.data.length])
      this.found.data.push({ label, read })
      return
    }
    this.doubt(
      `${this.#shown(label)} is too large to be compared at every call, so its value at the first call counts`,
      'freeze it, or ',
    )
    said.push([label, 'value', measured.digest])
  }

  /** What cannot be told, with a doubt. */
  unknown(label: string, why: string, said: unknown[]): void {
    this.doubt(`${this.#shown(label)} cannot be hashed: ${why}`)
    said.push([label, 'unknown'])
  }

  /** A label with the name of its variable as the program has it. */
  #shown(label: string): string {
    return this.current === undefined ? label : shownAs(label, this.current)
  }

  /** A value that nothing can replace. */
  given(label: string, value: unknown, said: unknown[]): void {
    try {
      this.part(label, value, () => value, said)
    } catch (error) {
      this.unknown(label, `reading it threw: ${wordsOf(error)}`, said)
    }
  }

  /** Notes what could not be covered. */
  doubt(what: string, fix = ''): void {
    if (!this.#isFinal || this.#said.has(what)) return
    this.#said.add(what)
    const message = `${shortened(what, LONGEST_DOUBT)}; ${fix}pass it as an argument, name it in \`deps\` or \`version\`, or set \`captures: 'none'\`.`
    this.found.doubts.push(new EngramError('ERR_UNHASHABLE', message))
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

/** Properties of functions that come from their text. */
function isNamedByText(name: string): boolean {
  return name === 'prototype' || name === 'name' || name === 'length'
}

/** The functions of an object that holds nothing else, as bundlers wrap the code of a module. */
function functionsIn(value: unknown): Function[] {
  if (isPrimitive(value) || isProxy(value)) return []
  const held = Object.values(Object.getOwnPropertyDescriptors(value as object)).map((one) => one.value as unknown)
  return held.every((one) => typeof one === 'function') ? (held as Function[]) : []
}

/** The getters of an object that has nothing else. */
function gettersOf(value: object): Map<string, Function> | undefined {
  if (isProxy(value)) return undefined
  const found = Object.entries(Object.getOwnPropertyDescriptors(value))
  if (found.length === 0 || found.some(([, { get }]) => get === undefined)) return undefined
  return new Map(found.map(([name, { get }]) => [name, get as Function]))
}
