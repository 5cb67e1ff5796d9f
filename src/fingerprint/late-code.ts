/**
 * Code that gives way when it has run: `load = () => table`, and what bundlers make of modules that are loaded late.
 */
import { isPrimitive } from '../code/captured-value.ts'
import { factsOf } from '../code/facts.ts'
import type { Reach } from '../code/reach.ts'
import { type FreeVariable, USE } from '../native/binding.ts'
import { builtin } from '../platform/builtin.ts'

const { isProxy } = builtin('node:util/types')

/** Such code in a variable, which counts as it is at the first look: what it leaves behind is its result. */
export function lateCodeIn({ paths }: FreeVariable, value: unknown): readonly Function[] {
  if (typeof value !== 'function') return functionsIn(value)
  return paths.some(({ path, uses }) => path.length === 0 && uses & USE.called) ? [value] : []
}

/** Of the exports of a module that is loaded late, those that its code will set. */
export function membersSetLater(reach: Reach, value: object): ReadonlySet<string> | undefined {
  if (!reach.hasReplaced) return undefined
  const getters = gettersOf(value)
  if (getters === undefined) return undefined
  const facts = factsOf([...getters.values()], false, undefined)
  const names = [...getters.keys()].filter((_, index) => {
    const [variable] = reach.variablesOf(facts[index]!)
    return variable !== undefined && reach.isAssigned(facts[index]!, variable.name)
  })
  return names.length === 0 ? undefined : new Set(names)
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
