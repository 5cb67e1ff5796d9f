import { handGiven } from '../run/given.ts'
import type { Handed } from '../run/handed.ts'
import type { StepValue } from './publication.ts'
import type { RunPlan } from './run-plan.ts'

/** What a run, or a plan of one, has for the parameters of steps. */
export class RunValues {
  readonly #plan: RunPlan
  readonly #given = new Map<unknown, Handed>()
  /** What steps gave. */
  readonly ofSteps: Map<number, StepValue>

  constructor(plan: RunPlan) {
    this.#plan = plan
    this.ofSteps = new Map(plan.values)
  }

  nameOf(step: number): string {
    return this.#plan.graph.steps[step]!.name
  }

  /** What the run was given. */
  input(name: string): Handed {
    return this.#plan.inputs.get(name)!
  }

  /** A parameter of the context. */
  parameter(name: string, fallback: (() => unknown) | undefined): Handed {
    const { context } = this.#plan
    return this.literal(context.has(name) ? context.get(name) : fallback?.())
  }

  /** What the program gave by itself. One for each value: it may be given to many steps. */
  literal(value: unknown): Handed {
    // For a Map, -0 is 0.
    if (value === 0) return handGiven(value, this.#plan.door)
    let handed = this.#given.get(value)
    if (handed === undefined) this.#given.set(value, (handed = handGiven(value, this.#plan.door)))
    return handed
  }
}
