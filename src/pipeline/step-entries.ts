import type { Memory } from '../memory/memory.ts'
import { type FunctionStats, NO_TOTALS, functionStats, sumsOf, totalsOf } from '../report/function-stats.ts'
import { type Invalidation, matcherOf } from './cache-store.ts'
import { pipelineError } from './error.ts'
import type { AddedStep } from './graph.ts'
import { entryName } from './step-calls.ts'

/** What is stored of the steps of a pipeline, and what their calls did. */
export class StepEntries {
  readonly #pipeline: string
  readonly #memory: Memory
  readonly #steps: ReadonlySet<string>
  /** The names of their entries. */
  readonly #names: ReadonlySet<string>

  constructor(pipeline: string, steps: readonly AddedStep[], memory: Memory) {
    this.#pipeline = pipeline
    this.#memory = memory
    this.#steps = new Set(steps.map(({ definition }) => definition.name))
    this.#names = new Set([...this.#steps, ...Array.from(this.#steps, (name) => entryName(name, 'item'))])
  }

  /** Says how many it dropped. @throws EngramError ERR_PIPELINE for a step that is not there. */
  invalidate(filter: Omit<Invalidation, 'key'>): number {
    if (filter.step !== undefined && !this.#steps.has(filter.step))
      throw pipelineError(`'${this.#pipeline}' has no step '${filter.step}'.`)
    const matches = matcherOf(filter)
    return this.#memory.clear({ where: (info) => this.#names.has(info.name) && matches(info) })
  }

  stats(): FunctionStats {
    const { byFunction } = this.#memory.stats()
    const all = Array.from(this.#names).flatMap((name) => byFunction[name] ?? [])
    const stored = {
      entries: all.reduce((sum, { entries }) => sum + entries, 0),
      byteLength: all.reduce((sum, { byteLength }) => sum + byteLength, 0),
    }
    return functionStats(
      all.reduce((sum, one) => sumsOf(one, sum), sumsOf(NO_TOTALS)),
      all.reduce((sum, { total }) => totalsOf(total, sum), NO_TOTALS),
      stored,
    )
  }
}
