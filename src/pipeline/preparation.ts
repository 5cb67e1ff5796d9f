import type { Door } from '../memory/door.ts'
import type { Strategy } from '../option/cache-options.ts'
import { handGiven } from '../run/given.ts'
import type { Handed } from '../run/handed.ts'
import { type StandardSchemaV1, validated } from '../run/schema.ts'
import { choose, neededBy } from './choice.ts'
import { listed, pipelineError } from './error.ts'
import { type AddedStep, type Binding, type Graph, wire } from './graph.ts'
import type { ResolvedRunOptions } from './options.ts'
import { Planning } from './plan.ts'
import type { StepValue } from './publication.ts'
import type { RunPlan } from './run-plan.ts'
import type { StepKey } from './step-types.ts'
import { subPipelineOf } from './sub-pipeline.ts'

/** What is to be run, and where. */
export interface Prepared {
  readonly pipeline: object
  readonly name: string
  readonly steps: readonly AddedStep[]
  readonly door: Door
  readonly strategy: Strategy | StepKey | undefined
  readonly options: ResolvedRunOptions
  /** Values that are handed on already. */
  readonly handed?: ReadonlyMap<string, Handed>
}

/** Wires a run and checks what it is given, before anything runs. @throws EngramError ERR_PIPELINE */
export async function prepared(parts: Prepared): Promise<RunPlan> {
  const { pipeline, name, steps, door, strategy, options, handed = new Map<string, Handed>() } = parts
  const { context, settings } = options
  if (steps.length === 0) throw pipelineError(`The pipeline '${name}' has no steps. Add one: pipeline.addStep(step).`)
  const given = new Set([...options.inputs.keys(), ...handed.keys()])
  const graph = wire(pipeline, steps, { inputs: given, context: new Set(context.keys()) })
  const bindings = graph.steps.flatMap((step) => step.bindings.flatMap(leavesOf))
  checkInputs(graph, bindings, given, context)
  const schemas = schemasOf(bindings)
  const checked = Array.from(options.inputs, async ([input, value]): Promise<[string, Handed]> => {
    const schema = schemas.get(input)
    const refuse = (why: string): Error => pipelineError(`The input '${input}' of '${name}' is refused: ${why}`)
    return [input, handGiven(schema === undefined ? value : await validated(schema, value, refuse), door)]
  })
  const inputs = new Map([...handed, ...(await Promise.all(checked))])
  const plan = { graph, door, inputs, context, strategy, isOff: settings.cache === false || !door.isCaching }
  const { chosen, refreshed } = choose(graph, options)
  const all = settings.cache === 'overwrite' ? new Set(chosen) : refreshed
  const values = options.from === undefined ? new Map<number, StepValue>() : await storedBefore({ ...plan, chosen })
  return { ...plan, chosen, refreshed: all, values }
}

/** What the chosen steps need that is not among them: it must be stored. */
async function storedBefore(plan: Omit<RunPlan, 'refreshed' | 'values'>): Promise<ReadonlyMap<number, StepValue>> {
  const { graph, chosen } = plan
  const own = new Set(chosen)
  const before = [...neededBy(chosen, graph)].filter((step) => !own.has(step))
  const planning = new Planning({ ...plan, chosen: before, refreshed: new Set(), values: new Map() }, () => new Map())
  await planning.all()
  const unstored = before.filter((step) => !planning.values.has(step)).map((step) => graph.steps[step]!.name)
  if (unstored.length === 0) return planning.values
  throw pipelineError(
    `The option 'from' needs what comes before to be stored, and these are not: ${listed(unstored)}. Run without it once.`,
  )
}

/** What is bound within a binding. */
export function leavesOf(binding: Binding): Binding[] {
  return binding.from === 'members' ? [...binding.members.values()].flatMap(leavesOf) : [binding]
}

function checkInputs(
  graph: Graph,
  bindings: readonly Binding[],
  given: ReadonlySet<string>,
  context: ReadonlyMap<string, unknown>,
): void {
  for (const binding of bindings) {
    if (binding.from === 'input' && !given.has(binding.name)) throw missing('input', binding.name, given)
    if (binding.from !== 'context' || context.has(binding.name) || binding.fallback?.() !== undefined) continue
    throw missing('parameter of the context', binding.name, context.keys())
  }
  // Conditions and functions of keys may read any.
  const reads = ({ definition }: Graph['steps'][number]): boolean =>
    definition.condition !== undefined ||
    typeof definition.strategy === 'function' ||
    subPipelineOf(definition) !== undefined
  if (graph.steps.some(reads)) return
  const taken = new Set(bindings.flatMap((binding) => (binding.from === 'input' ? [binding.name] : [])))
  const unused = [...given].filter((name) => !taken.has(name))
  if (unused.length > 0) throw pipelineError(`No step takes the input ${listed(unused)}. Steps take: ${listed(taken)}.`)
}

function missing(what: string, name: string, there: Iterable<string>): Error {
  return pipelineError(`The ${what} '${name}' is not given. There is: ${listed(there)}.`)
}

function schemasOf(bindings: readonly Binding[]): Map<string, StandardSchemaV1> {
  return new Map(
    bindings.flatMap((binding) =>
      binding.from === 'input' && binding.schema !== undefined ? [[binding.name, binding.schema]] : [],
    ),
  )
}
