import { listed, pipelineError } from './error.ts'
import type { Graph } from './graph.ts'

/** Which steps a run performs, as it was asked. */
export interface Wanted {
  /** These, and all that they need. */
  readonly only: readonly string[] | undefined
  /** These, and all that needs them. */
  readonly from: readonly string[] | undefined
  /** These run though their results are stored; true: all. */
  readonly refresh: boolean | readonly string[]
}

export interface Choice {
  /** In the order in which they were added. */
  readonly chosen: readonly number[]
  readonly refreshed: ReadonlySet<number>
}

/** @throws EngramError ERR_PIPELINE for names that no step or output has. */
export function choose(graph: Graph, { only, from, refresh }: Wanted): Choice {
  const all = graph.steps.map(({ index }) => index)
  const needed = only && reached(placesOf(only, 'only', graph), (step) => graph.steps[step]!.needs)
  const dependents = from && dependentsOf(graph)
  const following = from && reached(placesOf(from, 'from', graph), (step) => dependents![step]!)
  const chosen = all.filter((step) => (needed?.has(step) ?? true) && (following?.has(step) ?? true))
  const refreshed = typeof refresh === 'boolean' ? (refresh ? all : []) : placesOf(refresh, 'refresh', graph)
  return { chosen, refreshed: new Set(refreshed) }
}

/** What steps need, and what these need. */
export function neededBy(steps: readonly number[], graph: Graph): Set<number> {
  return reached(steps, (step) => graph.steps[step]!.needs)
}

function placesOf(names: readonly string[], option: string, graph: Graph): number[] {
  return names.map((name) => {
    const place = graph.byName.get(name) ?? graph.makers.get(name)?.step
    if (place !== undefined) return place
    const there = listed(new Set([...graph.byName.keys(), ...graph.makers.keys()]))
    throw pipelineError(
      `The option '${option}' names '${String(name)}', which is no step and no output. There is: ${there}.`,
    )
  })
}

function dependentsOf({ steps }: Graph): number[][] {
  const dependents = steps.map((): number[] => [])
  for (const { index, needs } of steps) for (const need of needs) dependents[need]!.push(index)
  return dependents
}

function reached(from: readonly number[], next: (step: number) => readonly number[]): Set<number> {
  const seen = new Set(from)
  const left = [...from]
  for (let at = left.pop(); at !== undefined; at = left.pop())
    for (const other of next(at)) {
      if (seen.has(other)) continue
      seen.add(other)
      left.push(other)
    }
  return seen
}
