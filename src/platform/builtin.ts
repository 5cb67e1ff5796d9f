import { createRequire } from 'node:module'

/**
 * One of Node's own modules. An import has Node prepare every export of a module, and load what lies behind it (node:util
 * alone brings five further modules), a millisecond or more that every program would wait for.
 */
export const builtin = (process.getBuiltinModule ?? required) as typeof process.getBuiltinModule

/** In the first releases of each line of Node, which give their modules to `require` alone: from wherever it stands. */
function required(id: string): unknown {
  return createRequire(process.execPath)(id)
}

/** Whether engram is in the realm that Node made, of which its own modules are: Jest has it in another one. */
export function isInMainRealm(): boolean {
  return Object.getPrototypeOf(builtin('node:fs').existsSync) === Function.prototype
}
