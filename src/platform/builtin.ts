import { createRequire } from 'node:module'

let requirePackage: NodeJS.Require | undefined

/** Loads a package as CommonJS does. Making a `require` takes half a millisecond, which most programs need not wait for. */
export function require(id: string): unknown {
  requirePackage ??= createRequire(import.meta.url)
  return requirePackage(id)
}

/**
 * One of Node's own modules. An import has Node prepare every export of a module, and load what lies behind it (node:util
 * alone brings five further modules), a millisecond or more that every program would wait for.
 */
export const builtin = (process.getBuiltinModule ?? require) as typeof process.getBuiltinModule
