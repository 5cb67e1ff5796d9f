import type { RunRecord } from '../report/run-record.ts'
import type { Shade } from './mermaid.ts'
import type { Plan, PlannedStep } from './plan.ts'
import { type PipelineResult, Result } from './result.ts'

/** By the names of the steps. */
export function shadesIn(of: PipelineResult<any> | Plan | RunRecord | undefined): Map<string, Shade> {
  if (of === undefined) return new Map()
  if ('calls' in of && Array.isArray(of.calls))
    return new Map((of as RunRecord).calls.map(({ name, state }) => [name, state]))
  if (of instanceof Result) return shadesIn(of.toJSON())
  const planned = Object.values(of) as PlannedStep[]
  return new Map(planned.map(({ name, status }) => [name, status]))
}
