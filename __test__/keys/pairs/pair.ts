import type { Files, Pair } from '../pairs.ts'

type More = Omit<Pair, 'about' | 'verdict' | 'before' | 'after' | 'changed'>

/** A pair whose call keeps its key. */
export function same(about: string, before: Files, after: Files, more: More = {}): Pair {
  return { about, verdict: 'same', before, after, ...more }
}

/**
 * A pair whose call gets another key. `changed` is the part of the key that changed, and its name: `capture k`; after ` | `
 * what it is called where a loader gives other names.
 */
export function different(about: string, changed: string, before: Files, after: Files, more: More = {}): Pair {
  return { about, verdict: 'different', before, after, changed: changed.split(' | '), ...more }
}

/** A program whose call both sides make, but for this part of it: `vary` gives the text of a side. */
export function sides(vary: (part: string) => Files, before: string, after: string): [before: Files, after: Files] {
  return [vary(before), vary(after)]
}

/** Wraps a function, as `f`. */
export function cached(text: string): string {
  return `export const f = memory.cache(${text})`
}

/** A function that calls what another module exports as `helper`. */
export function withHelper(helper: string, more: Readonly<Record<string, string>> = {}): Files {
  return { main: `import { helper } from './helper'\n${cached('(n) => helper(n)')}`, helper, ...more }
}
