import { pipelineError } from './error.ts'
import { partOf } from './publication.ts'
import type { RunPlan } from './run-plan.ts'
import type { RunValues } from './run-values.ts'

/** A condition reads what a step gives that has not run yet. */
export class NotYet extends Error {
  readonly step: number

  constructor(step: number) {
    super('A condition reads what a step gives that has not run yet: it is asked again.')
    this.step = step
  }
}

/**
 * What a condition sees: what steps gave and the run was given, by name. Reading loads; what is not there yet throws `NotYet`.
 */
export function assetsFor(
  asking: number,
  plan: Pick<RunPlan, 'graph' | 'inputs' | 'chosen'>,
  values: RunValues,
): Record<string, unknown> {
  const { makers } = plan.graph
  const get = (name: string): unknown => {
    const maker = makers.get(name)
    if (maker === undefined) return plan.inputs.has(name) ? values.input(name).load() : undefined
    const value = values.ofSteps.get(maker.step)
    if (value !== undefined) return partOf(value, maker.part).load()
    refuse(asking, maker.step, plan)
    throw new NotYet(maker.step)
  }
  const names = [...makers.keys(), ...plan.inputs.keys()]
  return new Proxy(Object.create(null) as Record<string, unknown>, {
    get: (_, name) => (typeof name === 'string' ? get(name) : undefined),
    has: (_, name) => typeof name === 'string' && names.includes(name),
    ownKeys: () => names,
    getOwnPropertyDescriptor: (_, name) =>
      typeof name === 'string' && names.includes(name)
        ? { get: () => get(name), enumerable: true, configurable: true }
        : undefined,
  })
}

/** What would never come. */
function refuse(asking: number, wanted: number, { graph, chosen }: Pick<RunPlan, 'graph' | 'chosen'>): void {
  const [step, other] = [graph.steps[asking]!.name, graph.steps[wanted]!.name]
  if (!chosen.includes(wanted))
    throw pipelineError(
      `The condition of the step '${step}' reads what '${other}' gives, which is not part of this run.`,
    )
  const left = [wanted]
  const seen = new Set(left)
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    if (at === asking)
      throw pipelineError(`The condition of the step '${step}' reads what '${other}' gives, which needs '${step}'.`)
    const needs = graph.steps[at]!.needs.filter((need) => !seen.has(need))
    for (const need of needs) seen.add(need)
    left.push(...needs)
  }
}
