import type { KeyChange } from '../report/explanation.ts'

/** Milliseconds that one run, or one plan, may spend on them. */
const MOST_MS = 250
/** Milliseconds that a run may spend on them at first. */
const FIRST_MS = 20
/** Of the time that a run has taken so far. */
const SHARE = 0.05

/**
 * Why calls run. Where a function has no entries of its own, the nearest one is searched for among all functions of a store: where
 * thousands of such steps run, that would take longer than they do, so the first ones are told and the others are not.
 */
export class Explanations {
  readonly #now: () => number
  readonly #mayTake: (sinceMs: number) => number
  readonly #begunAt: number
  #tookMs = 0

  private constructor(mayTake: (sinceMs: number) => number, now: () => number) {
    this.#mayTake = mayTake
    this.#now = now
    this.#begunAt = now()
  }

  /** A plan is made to tell it. */
  static ofPlan(now = () => performance.now()): Explanations {
    return new Explanations(() => MOST_MS, now)
  }

  /** A run is not held up by more than a small part of what it takes anyway. */
  static ofRun(now = () => performance.now()): Explanations {
    return new Explanations((sinceMs) => Math.min(FIRST_MS + sinceMs * SHARE, MOST_MS), now)
  }

  of(explain: () => readonly KeyChange[] | undefined): readonly KeyChange[] {
    const begunAt = this.#now()
    if (this.#tookMs >= this.#mayTake(begunAt - this.#begunAt)) return []
    try {
      return explain() ?? []
    } finally {
      this.#tookMs += this.#now() - begunAt
    }
  }
}
