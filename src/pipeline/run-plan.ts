import type { Door } from '../memory/door.ts'
import type { Strategy } from '../option/cache-options.ts'
import type { Handed } from '../run/handed.ts'
import type { Graph } from './graph.ts'
import type { StepValue } from './publication.ts'
import type { StepKey } from './step-types.ts'

/** What became of the items of a map. */
export interface MapItems {
  /** How many were found. */
  readonly hit: number
  /** How many ran. */
  readonly ran: number
  /** How many threw. */
  readonly failed: number
}

/** What a pipeline is asked to do, checked. */
export interface RunPlan {
  readonly graph: Graph
  readonly door: Door
  /** The steps that are to be performed, by their places in the graph. */
  readonly chosen: readonly number[]
  /** Those that run though their results are stored. */
  readonly refreshed: ReadonlySet<number>
  readonly inputs: ReadonlyMap<string, Handed>
  readonly context: ReadonlyMap<string, unknown>
  /** Whether results are neither looked for nor kept. */
  readonly isOff: boolean
  /** Of steps that say nothing. */
  readonly strategy: Strategy | StepKey | undefined
  /** What is known without being performed. */
  readonly values: ReadonlyMap<number, StepValue>
}
