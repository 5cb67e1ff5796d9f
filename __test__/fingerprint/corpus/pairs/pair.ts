import type { LoaderName } from '../loader.ts'

/** A tiny program before and after an edit, and whether its call keeps its key. */
export interface Pair {
  readonly about: string
  readonly verdict: 'same' | 'different'
  /** Files by name; `main` defines `f`. */
  readonly before: Files
  readonly after: Files
  /**
   * What `explain` must say has changed: the part, and what it is called where that is to be told, as in `capture k`. The
   * others are what it says where a loader gives other names.
   */
  readonly changed?: readonly string[]
  /** Arguments of the call, as text. Default `1`. */
  readonly args?: string
  /** Whether something is said that it cannot be covered. Default false. */
  readonly isDoubtful?: boolean
  /** Loaders through which it cannot be told, with the reason in docs/keys.md, or makes no sense. */
  readonly except?: readonly LoaderName[]
}

export type Files = string | Readonly<Record<string, string>>

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
