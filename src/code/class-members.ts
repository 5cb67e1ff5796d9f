/**
 * What of a class, or of a function that makes instances, its text does not show.
 */
import { textOf } from '../function/text.ts'
import { wrappedIn } from '../function/wrapped.ts'
import type { Reading } from '../native/binding.ts'
import { builtin } from '../platform/builtin.ts'
import { isClass } from './captured-value.ts'

const types = builtin('node:util/types')

/** Something that other code put on a prototype. */
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
  return { names, others: membersOf(prototype, text) }
}

function inheritedFrom(prototype: object, text: string): Member[] {
  const found: Member[] = []
  for (let place: object | null = prototype; place !== null && place !== Object.prototype;) {
    found.push(...membersOf(place, text))
    place = Object.getPrototypeOf(place) as object | null
  }
  return found
}

/** Members of a prototype that do not stand in the text of its class. */
function membersOf(prototype: object, text: string): Member[] {
  return Reflect.ownKeys(prototype).flatMap((key) => {
    if (key === 'constructor') return []
    const { value, get, set } = Object.getOwnPropertyDescriptor(prototype, key)!
    const label = `prototype.${String(key)}`
    const functions = [value, get, set].filter((one) => typeof one === 'function') as Function[]
    if (functions.length === 0)
      return [{ label, value: value as unknown, read: () => (prototype as Record<PropertyKey, unknown>)[key] }]
    const others = functions.filter((one) => !text.includes(textOf(wrappedIn(one)?.fn ?? one)))
    return others.map((one) => ({ label, value: one, read: () => one }))
  })
}

function namesOf(holder: object): string[] {
  return Reflect.ownKeys(holder).map(String)
}
