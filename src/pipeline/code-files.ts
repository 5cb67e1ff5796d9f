import { withImported } from '../code/imported-files.ts'
import { builtin } from '../platform/builtin.ts'
import { homeFileOf } from '../run/modules.ts'
import type { AddedStep } from './graph.ts'
import type { RunPlan } from './run-plan.ts'
import { callsOfStep, strategyOf } from './step-calls.ts'
import { subPipelineOf } from './sub-pipeline.ts'

const { existsSync } = builtin('node:fs')

/**
 * The source files of what steps do: where each was defined and made a step, those of all that its code reaches, what these import
 * by a path, and the program itself, in which steps are wired. Those of installed packages are not among them.
 */
export function codeFilesOf(
  steps: readonly AddedStep[],
  plan: Pick<RunPlan, 'door' | 'isOff' | 'strategy'>,
): Set<string> {
  const files = withImported([...ownFiles(steps, plan), ...programFile()])
  return new Set([...files].filter((file) => !/[\\/]node_modules[\\/]/.test(file)))
}

function* ownFiles(steps: readonly AddedStep[], plan: Pick<RunPlan, 'door' | 'isOff' | 'strategy'>): Generator<string> {
  for (const { definition, map } of steps) {
    const sub = subPipelineOf(definition)
    if (definition.file !== undefined) yield definition.file
    if (sub !== undefined) {
      yield* ownFiles(sub.steps, plan)
      continue
    }
    const home = homeFileOf(definition.fn)
    if (home !== undefined) yield home
    const strategy = strategyOf(definition, plan)
    if (strategy === false || typeof strategy === 'function') continue
    yield* callsOfStep(plan.door, definition, strategy, map === undefined ? 'step' : 'item').files()
  }
}

function programFile(): string[] {
  const program = process.argv[1]
  return program !== undefined && existsSync(program) ? [program] : []
}
