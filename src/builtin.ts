import { createRequire } from 'node:module'

/**
 * Loads as CommonJS does. Node's own modules too: an import has Node prepare every export of a module, and load what lies
 * behind it (node:util alone brings five further modules), a millisecond or more that every program would wait for.
 */
export const require = createRequire(import.meta.url)

/** One of Node's own modules. */
export const builtin = require as typeof process.getBuiltinModule
