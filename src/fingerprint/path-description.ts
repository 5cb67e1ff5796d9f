/**
 * What is said of a variable by the ways in which a text uses it: as a whole, or by members of it.
 */
import { isContainer, isDefault, isExports, isPrimitive, isPutOn } from '../code/captured-value.ts'
import type { Reach } from '../code/reach.ts'
import { VALUED } from '../code/use.ts'
import { isFamiliar, wrappedIn } from '../function/wrapped.ts'
import { type FreeVariable, type PathUse, USE } from '../native/binding.ts'
import type { Subject, ValueDescription } from './value-description.ts'

/** `subject` is the variable, or what takes its place. */
export function describeUses(values: ValueDescription, { paths }: FreeVariable, subject: Subject): void {
  if (paths.some(({ path, uses }) => path.length === 0 && uses & VALUED)) {
    values.value(subject)
    // The text of a function does not show what somebody put on it.
    if (typeof subject.value !== 'function') return
  }
  for (const one of paths) {
    if (one.path.length > 0 && one.uses & VALUED) describeMember(values, subject, one)
    else if (one.path.length === 0 && one.uses & USE.typeOf)
      values.say({ what: 'typeof', label: subject.label, type: typeof subject.value })
  }
}

/** The value at a path, as far as its content can be told from the rest of what it lies in. */
export function describeMember(values: ValueDescription, subject: Subject, { path, uses }: PathUse): void {
  const { reach } = values.context
  let at = subject
  for (const [index, name] of path.entries()) {
    if (isPrimitive(at.value) || isFamiliar(at.value as object)) break
    const holder = at.value as Record<string, unknown>
    const state = reach.changesOf(holder)
    if (state === true) return values.say({ what: 'state', label: at.label })
    if (state?.has(name)) return values.say({ what: 'state', label: `${at.label}.${name}` })
    if (typeof holder === 'function') {
      values.value(at)
      if (!hasProperty(holder, name) || isNamedByText(name)) return
    } else if (isContainer(holder) && !isPutOn(holder, name)) break
    const member = memberOf(values, at, name)
    if (member === undefined) return
    const isCalled = index === path.length - 1 && (uses & USE.called) !== 0
    if (isCalled && readsReceiver(reach, holder, member.value)) values.value(at)
    at = member
  }
  values.value(at)
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
function readsReceiver(reach: Reach, receiver: object, method: unknown): boolean {
  if (typeof method !== 'function') return false
  if (typeof receiver === 'function' || isExports(receiver) || isDefault(receiver, method)) return false
  const facts = reach.factsOf(method)
  if (facts === undefined) return false
  // What exports a package's function, whichever way a loader made it, is not read by it.
  if (facts.stamp !== undefined) return !Object.hasOwn(receiver, method.name) && !Object.hasOwn(receiver, 'default')
  return typeof facts.reading === 'string' || facts.reading.this.length > 0
}

/** A wrapper shows the properties of the function inside it. */
function hasProperty(fn: Function, name: string): boolean {
  return Object.hasOwn(fn, name) || Object.hasOwn(wrappedIn(fn)?.fn ?? fn, name)
}

/** Properties of functions that come from their text. */
function isNamedByText(name: string): boolean {
  return name === 'prototype' || name === 'name' || name === 'length'
}
