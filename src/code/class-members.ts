/**
 * What of a class, or of a function that makes instances, its text does not show.
 */
import { textOf } from '../function/text.ts'
import { wrappedIn } from '../function/wrapped.ts'
import type { Reading } from '../native/binding.ts'
import { builtin } from '../platform/builtin.ts'
import { isClass } from './captured-value.ts'
import { fieldsOf } from './reflection.ts'

const types = builtin('node:util/types')

/** Something that lies on a prototype or on a class, and that its text does not tell. */
interface Member {
  readonly label: string
  readonly value: unknown
  readonly read: () => unknown
}

/** What a class has beside its text. */
export interface ClassMembers {
  /** The names of its members, where the text computes some of them. */
  readonly names: readonly string[] | undefined
  readonly others: readonly Member[]
}

/** What every class and prototype has. */
const OF_ALL = new Set<PropertyKey>(['constructor', 'prototype', 'name', 'length'])
const NONE: ClassMembers = { names: undefined, others: [] }

/** Of a function that is no class, what its prototypes hold: there stand the methods of classes of older code. */
export function membersOfClass(fn: Function, reading: Reading): ClassMembers {
  const prototype: unknown = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value
  if (typeof prototype !== 'object' || prototype === null || types.isGeneratorFunction(fn)) return NONE
  const text = textOf(fn)
  if (!isClass(text)) return { names: undefined, others: inheritedFrom(prototype, '') }
  const isComputed = reading.freeVariables.some(
    ({ name, onlyInDefinition }) => onlyInDefinition && name !== reading.extends,
  )
  const names = isComputed ? [...namesOf(prototype), ...namesOf(fn)] : undefined
  return { names, others: [...membersOf(prototype, text), ...staticsOf(fn, text, reading)] }
}

function inheritedFrom(prototype: object, text: string): Member[] {
  const found: Member[] = []
  for (let place: object | null = prototype; place !== null && place !== Object.prototype;) {
    found.push(...membersOf(place, text))
    place = Object.getPrototypeOf(place) as object | null
  }
  return found
}

/** What a class holds itself, and does not assign: its text says with which values it began. */
function staticsOf(fn: Function, text: string, { hiddenStatics, assignedStatics }: Reading): Member[] {
  const hidden = hiddenStatics.length === 0 ? [] : fieldsOf(fn)
  const fields = hidden.map(([name, value]) => ({ label: name, value, read: () => privateOf(fn, name) }))
  const isOwnState = (label: string): boolean => assignedStatics.includes(label.replace('static.', ''))
  return [...membersOf(fn, text, 'static'), ...fields].filter(({ label }) => !isOwnState(label))
}

function privateOf(fn: Function, name: string): unknown {
  return fieldsOf(fn).find(([one]) => one === name)?.[1]
}

/** Members of a prototype, or of a class, that do not stand in the text of the class. */
function membersOf(holder: object, text: string, where = 'prototype'): Member[] {
  return Reflect.ownKeys(holder).flatMap((key) => {
    if (OF_ALL.has(key)) return []
    const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key)!
    const label = `${where}.${String(key)}`
    const functions = [value, get, set].filter((one) => typeof one === 'function') as Function[]
    if (functions.length === 0)
      return [{ label, value: value as unknown, read: () => (holder as Record<PropertyKey, unknown>)[key] }]
    const others = functions.filter((one) => !text.includes(textOf(wrappedIn(one)?.fn ?? one)))
    return others.map((one) => ({ label, value: one, read: () => one }))
  })
}

function namesOf(holder: object): string[] {
  return Reflect.ownKeys(holder).map(String)
}
