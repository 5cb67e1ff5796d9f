import { builtinName } from '../value/builtin-class.ts'

/** This realm's prototype of the built-in type to which `prototype` belongs in another realm (node:vm). */
export function familiarPrototype(prototype: object): object | undefined {
  const name = builtinName(prototype)
  const familiar = name === '' ? undefined : (globalThis as Record<string, unknown>)[name]
  return typeof familiar === 'function' ? (familiar.prototype as object) : undefined
}
