/**
 * What is said of a variable by the ways in which a text uses it: as a whole, or by members of it.
 */
import { attempt, isContainer, isDefault, isExports, isPrimitive, isPutOn } from '../code/captured-value.ts'
import { readingOf } from '../code/facts.ts'
import { ReceiverReach } from '../code/receiver-reach.ts'
import { isDropped, isTold, mayAnswer } from '../code/telling.ts'
import { VALUED } from '../code/use.ts'
import { nameOf } from '../function/text.ts'
import { whyUnkeyed } from '../function/unkeyed.ts'
import { isFamiliar, wrappedIn } from '../function/wrapped.ts'
import { type FreeVariable, type PathUse, USE } from '../native/binding.ts'
import type { DescriptionContext } from './context.ts'
import { isMadeBy } from './held-functions.ts'
import { describeTold } from './told-function.ts'
import type { Subject, ValueDescription } from './value-description.ts'

/** Uses after which somebody else may look at what was put on a function. */
const EXPOSING = USE.read | USE.escapes

/** What becomes of what calls give: see `telling.ts`. */
export type Answer = 'used' | 'dropped' | 'told'

/** `subject` is the variable, or what takes its place; `fn` is whose text uses it. */
export function describeUses(
  values: ValueDescription,
  { name, paths }: FreeVariable,
  subject: Subject,
  fn: Function,
): void {
  const isAsked = values.context.reach.isAsked(fn)
  const answerOf = (one: PathUse): Answer => {
    if (!isDropped(one, isAsked)) return 'used'
    const holder = one.path.length === 0 ? undefined : holderOf(subject.value, one.path)
    return isTold(name, one.path, holder) || isTellingFunction(one, subject.value) ? 'told' : 'dropped'
  }
  const whole = paths.find(({ path, uses }) => path.length === 0 && uses & VALUED)
  if (whole !== undefined) {
    if (typeof subject.value === 'function' && whole.uses & EXPOSING) values.context.reach.noteExposed(subject.value)
    describeValue(values, subject, answerOf(whole))
    // The text of a function does not show what somebody put on it.
    if (typeof subject.value !== 'function') return
  }
  for (const one of paths) {
    if (one.path.length > 0 && one.uses & VALUED) describeMember(values, subject, one, answerOf(one))
    else if (one.path.length === 0 && one.uses & USE.typeOf)
      values.say({ what: 'typeof', label: subject.label, type: typeof subject.value })
  }
}

/** A function that a package gave another name than the variable has. */
function isTellingFunction({ path }: PathUse, value: unknown): boolean {
  return path.length === 0 && typeof value === 'function' && isTold(nameOf(value), [])
}

/** The value at a path, as far as its content can be told from the rest of what it lies in. */
export function describeMember(
  values: ValueDescription,
  subject: Subject,
  { path, uses }: PathUse,
  answer: Answer = 'used',
): void {
  const { reach, isFinal } = values.context
  let at = subject
  for (const [index, name] of path.entries()) {
    if (isPrimitive(at.value) || isFamiliar(at.value as object)) break
    if (whyUnkeyed(at.value as object) !== undefined) break
    const holder = at.value as Record<string, unknown>
    const state = reach.changesOf(holder)
    if (state === true) return values.changed(at.label, holder)
    if (state?.has(name)) return values.say({ what: 'state', label: `${at.label}.${name}` })
    if (typeof holder === 'function') {
      describeValue(values, at, answer)
      if (!hasProperty(holder, name) || isNamedByText(name)) return
    } else if (isContainer(holder) && !isPutOn(holder, name)) break
    const member = memberOf(values, at, name)
    if (member === undefined) return
    const isCalled = index === path.length - 1 && (uses & USE.called) !== 0
    const isSilent = answer === 'told' && !(isFinal && mayAnswer(member.value, holder, (fn) => reach.factsOf(fn)))
    if (isCalled && !isSilent && readsReceiver(values.context, holder, member.value))
      values.value({ ...at, omitted: isFinal ? toldWithin(member.value as Function, holder) : [] })
    at = member
  }
  describeValue(values, at, answer)
}

function describeValue(values: ValueDescription, subject: Subject, answer: Answer): void {
  if (answer === 'told') describeTold(values, subject)
  else values.value(answer === 'dropped' ? { ...subject, isDropped: true } : subject)
}

/** What has the last member of a path; undefined where it cannot be reached. */
function holderOf(value: unknown, path: readonly string[]): unknown {
  return attempt(() => path.slice(0, -1).reduce<any>((at, name) => at[name], value))
}

/** Paths to what a method only tells something: `this.logger`. */
function toldWithin(method: Function, receiver: object): readonly (readonly string[])[] {
  return new ReceiverReach(method, Object.getPrototypeOf(receiver) as object, false).toldIn(receiver)
}

/** Undefined where it cannot be read. */
function memberOf(values: ValueDescription, { label, value, read }: Subject, name: string): Subject | undefined {
  try {
    return {
      label: `${label}.${name}`,
      value: (value as Record<string, unknown>)[name],
      read: () => (read() as Record<string, unknown>)[name],
      isVariable: false,
    }
  } catch (error) {
    values.unreadable(`${label}.${name}`, error)
    return undefined
  }
}

/** Whether a method may look at all of the object that it is called on. */
function readsReceiver({ reach }: DescriptionContext, receiver: object, method: unknown): boolean {
  if (typeof method !== 'function') return false
  if (Object.values(receiver).includes(method) && isMadeBy(method, receiver)) return true
  if (typeof receiver === 'function' || isExports(receiver) || isDefault(receiver, method)) return false
  const facts = reach.factsOf(method)
  if (facts === undefined) return false
  // What exports a package's function, whichever way a loader made it, is not read by it; an object with methods is.
  if (facts.stamp !== undefined && repeats(receiver, method)) return false
  if (facts.stamp !== undefined && Object.hasOwn(receiver, method.name))
    return facts.stamp[0] === 'package' && usesReceiver(method)
  return typeof facts.reading === 'string' || facts.reading.this.length > 0
}

/** Whether a `default` beside a method has it too: a package's exports, and no object with a method of this name. */
function repeats(holder: object, method: Function): boolean {
  const whole: unknown = Object.getOwnPropertyDescriptor(holder, 'default')?.value
  return whole === holder || (!isPrimitive(whole) && (whole as Record<string, unknown>)[method.name] === method)
}

function usesReceiver(method: Function): boolean {
  const reading = readingOf(method)
  return typeof reading === 'string' || reading.this.length > 0
}

/** A wrapper shows the properties of the function inside it. */
function hasProperty(fn: Function, name: string): boolean {
  return Object.hasOwn(fn, name) || Object.hasOwn(wrappedIn(fn)?.fn ?? fn, name)
}

/** Properties of functions that come from their text. */
function isNamedByText(name: string): boolean {
  return name === 'prototype' || name === 'name' || name === 'length'
}
