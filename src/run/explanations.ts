import type { KeyChange } from '../report/explanation.ts'

/** Milliseconds that one run, or one plan, may spend on them. */
const MOST_MS = 250

/**
 * Why calls run. Where a function has no entries of its own, the nearest one is searched for among all functions of a store: where
 * thousands of such steps run, that would take longer than they do, so the first ones are told and the others are not.
 */
export class Explanations {
  #leftMs = MOST_MS

  of(explain: () => readonly KeyChange[] | undefined): readonly KeyChange[] {
    if (this.#leftMs <= 0) return []
    const begunAt = performance.now()
    try {
      return explain() ?? []
    } finally {
      this.#leftMs -= performance.now() - begunAt
    }
  }
}
