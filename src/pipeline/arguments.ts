import type { CallInput } from '../report/run-record.ts'
import { type Handed, handMember } from '../run/handed.ts'
import type { Binding, GraphStep } from './graph.ts'
import { partOf } from './publication.ts'
import type { RunValues } from './run-values.ts'

/** What one parameter is given. */
export interface Argument {
  readonly name: string
  /** Stands for it in keys; what cannot be keyed has none. */
  readonly standIn: unknown
  readonly isKeyed: boolean
  readonly isOfContext: boolean
  /** Undefined for what is made of several. */
  readonly handed: Handed | undefined
  /** Of an object of several: these. */
  readonly members?: readonly Argument[]
  /** What it is made of. */
  readonly inputs: readonly CallInput[]
  readonly load: () => unknown
}

/** Undefined where a step that it needs has given nothing yet. */
export function argumentsOf(step: GraphStep, values: RunValues): Argument[] | undefined {
  const found: Argument[] = []
  for (const [at, binding] of step.bindings.entries()) {
    const argument = argumentOf(step.parameters[at]!, binding, values)
    if (argument === undefined) return undefined
    found.push(argument)
  }
  return found
}

function argumentOf(name: string, binding: Binding, values: RunValues): Argument | undefined {
  if (binding.from === 'nothing')
    return {
      name,
      standIn: undefined,
      isKeyed: true,
      isOfContext: false,
      handed: undefined,
      inputs: [],
      load: () => undefined,
    }
  if (binding.from === 'members') return membersOf(name, binding.members, values)
  const handed = handedFor(binding, values)
  if (handed === undefined) return undefined
  const from = binding.from === 'step' ? { from: values.nameOf(binding.step) } : {}
  return {
    name,
    standIn: handed.standIn,
    // Undefined given by the program is a value like any other.
    isKeyed: binding.from !== 'step' || handed.standIn !== undefined,
    isOfContext: binding.from === 'context',
    handed,
    inputs: [{ name, digest: handed.digest ?? '', ...from }],
    load: () => handed.load(),
  }
}

function membersOf(name: string, members: ReadonlyMap<string, Binding>, values: RunValues): Argument | undefined {
  const found = new Map<string, Argument>()
  for (const [member, binding] of members) {
    const argument = argumentOf(member, binding, values)
    if (argument === undefined) return undefined
    found.set(member, argument)
  }
  const all = [...found.values()]
  const objectOf = (pick: (argument: Argument) => unknown): object =>
    Object.fromEntries(Array.from(found, ([member, argument]) => [member, pick(argument)]))
  return {
    name,
    standIn: objectOf(({ standIn }) => standIn),
    isKeyed: all.every(({ isKeyed }) => isKeyed),
    isOfContext: all.every(({ isOfContext }) => isOfContext),
    handed: undefined,
    members: all,
    inputs: all.flatMap(({ inputs }) => inputs),
    load: () => objectOf(({ load }) => load()),
  }
}

function handedFor(binding: Exclude<Binding, { from: 'members' | 'nothing' }>, values: RunValues): Handed | undefined {
  if (binding.from === 'program') return values.literal(binding.value)
  if (binding.from === 'input') return handMember(values.input(binding.name), binding.path)
  if (binding.from === 'context') return handMember(values.parameter(binding.name, binding.fallback), binding.path)
  const value = values.ofSteps.get(binding.step)
  return value && handMember(partOf(value, binding.part), binding.path)
}
