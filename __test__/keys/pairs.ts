import type { LoaderName } from './loader.ts'

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

export { pairs } from './pairs/index.ts'
