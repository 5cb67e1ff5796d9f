// Loaders through which some of what a program says cannot be told, or cannot be said. docs/keys.md has the reasons.
import type { LoaderName } from '../loader.ts'

/** All modules are one file, so that neither its name nor that of a module is known. */
export const BUNDLES: readonly LoaderName[] = ['esbuild', 'minified']

/** They leave comments out of what runs. */
export const COMMENTLESS: readonly LoaderName[] = ['tsx', 'minified', 'vitest']

/** The exact source is not that which was written: it counts with the counters in it, of which is said that it does. */
export const COUNTING: readonly LoaderName[] = ['istanbul']

/** Functions, classes and parameters get other names. */
export const NAMELESS: readonly LoaderName[] = ['minified']

/** What they take from a module is a copy: it stays when the module assigns another value. */
export const COPYING: readonly LoaderName[] = ['repl', 'eval', 'function']

/** The programs give `require` another name, of which is said that it is not known what it loads. */
export const REQUIRING: readonly LoaderName[] = ['minified', 'repl', 'eval']

/** No module waits for anything where modules are those of CommonJS, nor does a script or the body of a function. */
export const UNWAITING: readonly LoaderName[] = ['cjs', 'ts-node', 'swc', 'repl', 'eval', 'function']
