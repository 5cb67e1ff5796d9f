import { Dependents } from '../run/dependents.ts'
import type { StandardSchemaV1 } from '../run/schema.ts'
import { type AssetPath, assetPathOf } from './asset.ts'
import { listed, pipelineError } from './error.ts'
import type { StepDefinition } from './step-definition.ts'
import { numbered } from './step-names.ts'

/** What a parameter is given. */
export type Binding =
  /** What another step gives: all of it or a part, and members of that. */
  | {
      readonly from: 'step'
      readonly step: number
      readonly part: string | undefined
      readonly path: readonly PropertyKey[]
    }
  | {
      readonly from: 'input'
      readonly name: string
      readonly schema?: StandardSchemaV1 | undefined
      readonly path: readonly PropertyKey[]
    }
  | {
      readonly from: 'context'
      readonly name: string
      readonly fallback?: () => unknown
      readonly path: readonly PropertyKey[]
    }
  | { readonly from: 'program'; readonly value: unknown }
  /** An object of what its members are given. */
  | { readonly from: 'members'; readonly members: ReadonlyMap<string, Binding> }
  | { readonly from: 'nothing' }

export interface MapRules {
  readonly concurrency: number | undefined
  readonly minSuccessRatio: number
}

/** A step as it was added to a pipeline. */
export interface AddedStep {
  /** What it is called, unless another one is called so that is wired by names: see `StepNames`. */
  readonly name: string
  readonly definition: StepDefinition
  /** Of `pipeline.step` and `pipeline.map`: its arguments. Undefined where it is wired by names. */
  readonly wires: readonly unknown[] | undefined
  readonly map: MapRules | undefined
}

/** A step in its place. What can be told from the rest is not kept: a pipeline may have very many. */
export class GraphStep {
  readonly index: number
  /** Unique in its pipeline. */
  readonly name: string
  readonly bindings: readonly Binding[]
  readonly #added: AddedStep

  constructor(index: number, name: string, added: AddedStep, bindings: readonly Binding[]) {
    this.index = index
    this.name = name
    this.#added = added
    this.bindings = bindings
  }

  get definition(): StepDefinition {
    return this.#added.definition
  }

  get map(): MapRules | undefined {
    return this.#added.map
  }

  /** By the names of its parameters. */
  get parameters(): readonly string[] {
    return parametersOf(this.definition, this.bindings.length)
  }

  /** The steps that give what it takes. */
  get needs(): readonly number[] {
    return needsOf(this.bindings)
  }

  /** The names of what it publishes. */
  get outputs(): readonly string[] {
    return publishedBy(this.#added, this.name).map(([name]) => name)
  }
}

/** A step and what of it has a name: as it is bound where it is taken whole. */
export type Maker = Extract<Binding, { from: 'step' }>

/** A name, and which part of what a step gives it stands for; undefined is all. */
type PublishedName = readonly [name: string, part: string | undefined]

/** Steps that are wired. */
export class Graph {
  readonly steps: readonly GraphStep[]
  readonly makers: ReadonlyMap<string, Maker>
  /** In an order in which each comes after those that it needs. */
  readonly order: readonly number[]
  #byName: ReadonlyMap<string, number> | undefined

  constructor(steps: readonly GraphStep[], makers: ReadonlyMap<string, Maker>) {
    this.steps = steps
    this.makers = makers
    this.order = orderOf(steps)
  }

  /** Made when it is first asked for: most of what is asked for is an output. */
  get byName(): ReadonlyMap<string, number> {
    return (this.#byName ??= new Map(this.steps.map(({ name, index }) => [name, index])))
  }
}

/** What a run gives by name. */
export interface Given {
  readonly inputs: ReadonlySet<string>
  readonly context: ReadonlySet<string>
}

/**
 * Wires steps. What a name can be given by is looked for among the outputs of steps, then among the inputs of the run, then in its
 * context.
 *
 * @param given - Undefined to wire as if each name that no step gives were an input of the run.
 * @throws EngramError ERR_PIPELINE
 */
export function wire(pipeline: object, added: readonly AddedStep[], given: Given | undefined): Graph {
  const names = namesOf(added)
  const makers = makersOf(added, names)
  for (const name of given?.inputs ?? []) refuseTaken(name, makers, names)
  const wiring = new Wiring({ pipeline, added, names, makers }, given)
  const steps = added.map((one, index): GraphStep => {
    const name = names[index]!
    return new GraphStep(
      index,
      name,
      one,
      one.wires === undefined ? wiring.byName(one, name) : wiring.byReference(one, name),
    )
  })
  return new Graph(steps, makers)
}

function refuseTaken(input: string, makers: ReadonlyMap<string, Maker>, names: readonly string[]): void {
  const maker = makers.get(input)
  if (maker === undefined) return
  throw pipelineError(
    `The input '${input}' has the name of what the step '${names[maker.step]}' gives. Call it otherwise.`,
  )
}

/** By reference a function may be used again: `train`, `train-2`. By names it may not. */
function namesOf(added: readonly AddedStep[]): string[] {
  const taken = new Set(added.filter(({ wires }) => wires === undefined).map(({ definition }) => definition.name))
  const counts = new Map<string, number>()
  const seen = new Set<string>()
  return added.map(({ name: wanted, definition: { name }, wires }) => {
    if (wires === undefined) {
      if (seen.has(name))
        throw pipelineError(`Two steps are called '${name}'. Give one another name: step.with({ name }).`)
      seen.add(name)
      return name
    }
    let unique = wanted
    for (let count = counts.get(name) ?? 0; taken.has(unique); counts.set(name, count)) unique = numbered(name, ++count)
    taken.add(unique)
    return unique
  })
}

const WHOLE: readonly never[] = []

/** One list for all steps of a definition that are given as many: there may be very many of these. */
const parameterNames = new WeakMap<StepDefinition, readonly string[]>()

function parametersOf(definition: StepDefinition, count: number): readonly string[] {
  const known = parameterNames.get(definition)
  if (known?.length === count) return known
  const names = Array.from({ length: count }, (_, at) => definition.parameters[at]?.name ?? `argument ${at}`)
  parameterNames.set(definition, names)
  return names
}

function publishedBy({ definition, wires }: AddedStep, name: string): readonly PublishedName[] {
  // A step that is used again publishes its outputs again.
  const suffix = wires === undefined ? '' : name.slice(definition.name.length)
  const { outputs } = definition
  if (outputs.length === 0) return [[name, undefined]]
  if (outputs.length === 1) return [[`${outputs[0]!.name}${suffix}`, undefined]]
  return outputs.map((output) => [`${output.name}${suffix}`, output.name])
}

function makersOf(added: readonly AddedStep[], names: readonly string[]): Map<string, Maker> {
  const makers = new Map<string, Maker>()
  for (const [step, one] of added.entries())
    for (const [name, part] of publishedBy(one, names[step]!)) {
      const other = makers.get(name)
      if (other !== undefined)
        throw pipelineError(
          `The steps '${names[other.step]}' and '${names[step]}' both give '${name}'. Name one otherwise by 'outputs'.`,
        )
      makers.set(name, { from: 'step', step, part, path: WHOLE })
    }
  return makers
}

class Wiring {
  readonly #pipeline: object
  readonly #added: readonly AddedStep[]
  readonly #names: readonly string[]
  readonly #makers: ReadonlyMap<string, Maker>
  readonly #given: Given | undefined

  constructor(
    {
      pipeline,
      added,
      names,
      makers,
    }: Readonly<{
      pipeline: object
      added: readonly AddedStep[]
      names: readonly string[]
      makers: ReadonlyMap<string, Maker>
    }>,
    given: Given | undefined,
  ) {
    this.#pipeline = pipeline
    this.#added = added
    this.#names = names
    this.#makers = makers
    this.#given = given
  }

  byName({ definition }: AddedStep, step: string): Binding[] {
    const bindings = definition.parameters.map(({ asset, ownName, properties, isOptional, name }) => {
      const names = asset === undefined ? properties : [asset]
      const found = new Map(names.flatMap((one) => this.#entry(one, asset === ownName ? name : one)))
      if (found.size === 0 && !isOptional) throw this.#missing(step, name, names)
      if (found.size === 0) return { from: 'nothing' } as const
      return asset === undefined ? ({ from: 'members', members: found } as const) : [...found.values()][0]!
    })
    return bindings.slice(0, bindings.findLastIndex(({ from }) => from !== 'nothing') + 1)
  }

  byReference({ wires }: AddedStep, step: string): Binding[] {
    return wires!.map((wired) => {
      const path = assetPathOf(wired)
      return path === undefined ? { from: 'program', value: wired } : this.#reference(path, step)
    })
  }

  #reference({ source, path }: AssetPath, step: string): Binding {
    if (source.from !== 'step') return { ...source, path }
    if (source.pipeline !== this.#pipeline)
      throw pipelineError(
        `The step '${step}' takes what a step of another pipeline gives. Use that pipeline by asStep().`,
      )
    const [first, ...rest] = path
    const { step: maker } = source
    const outputs = this.#added[maker]!.definition.outputs
    const isPart = outputs.length > 1 && outputs.some(({ name }) => name === first)
    if (path.length === 0 && outputs.length < 2) return this.#whole(maker)
    return { from: 'step', step: maker, part: isPart ? String(first) : undefined, path: isPart ? rest : path }
  }

  /** One for all that take it. */
  #whole(step: number): Binding {
    const [[name]] = publishedBy(this.#added[step]!, this.#names[step]!) as [PublishedName]
    return this.#makers.get(name)!
  }

  /** `inSource`: what a compiler made this name of. */
  #entry(name: string, inSource: string): [string, Binding][] {
    const isRenamed = inSource !== name && !this.#isThere(name) && this.#isThere(inSource)
    return this.#exactly(isRenamed ? inSource : name)
  }

  #isThere(name: string): boolean {
    return this.#makers.has(name) || (this.#given !== undefined && this.#exactly(name).length > 0)
  }

  #exactly(name: string): [string, Binding][] {
    const maker = this.#makers.get(name)
    if (maker !== undefined) return [[name, maker]]
    if (this.#given === undefined || this.#given.inputs.has(name)) return [[name, { from: 'input', name, path: WHOLE }]]
    return this.#given.context.has(name) ? [[name, { from: 'context', name, path: WHOLE }]] : []
  }

  #missing(step: string, parameter: string, names: readonly string[]): Error {
    const wanted = names.length === 1 ? `'${names[0]}'` : `any of ${listed(names)}`
    const whose = names.length === 1 && names[0] === parameter ? '' : ` for '${parameter}'`
    const what = `The step '${step}' needs ${wanted}${whose}, which no step gives, nor the inputs of the run, nor its context.`
    const { inputs, context } = this.#given!
    const there = `There is: ${listed(new Set([...this.#makers.keys(), ...inputs, ...context]))}; steps: ${listed(this.#names)}.`
    const renamed = names
      .map((name) => name.replace(/\d+$/, ''))
      .find((name) => name !== '' && !names.includes(name) && this.#isThere(name))
    const fix =
      renamed === undefined ? '' : ` If a compiler renamed it, say what it takes: step(fn, { inputs: ['${renamed}'] }).`
    return pipelineError(`${what} ${there}${fix}`)
  }
}

function needsOf(bindings: readonly Binding[]): number[] {
  const [first] = bindings
  if (bindings.length === 1 && first!.from === 'step') return [first!.step]
  const needs = new Set<number>()
  for (const binding of bindings) {
    if (binding.from === 'step') needs.add(binding.step)
    if (binding.from === 'members') for (const need of needsOf([...binding.members.values()])) needs.add(need)
  }
  return [...needs]
}

/** @throws EngramError ERR_PIPELINE for steps that need each other. */
function orderOf(steps: readonly GraphStep[]): number[] {
  const missing = Uint32Array.from(steps, ({ needs }) => needs.length)
  const dependents = new Dependents(steps.length)
  for (const { index, needs } of steps) for (const need of needs) dependents.add(need, index)
  const order = steps.filter(({ index }) => missing[index] === 0).map(({ index }) => index)
  for (let at = 0; at < order.length; at++)
    for (const dependent of dependents.of(order[at]!)) if (--missing[dependent]! === 0) order.push(dependent)
  if (order.length === steps.length) return order
  throw pipelineError(`Steps need each other in a circle: ${circleIn(steps, missing)}.`)
}

/** Follows what is missing until a step comes again. */
function circleIn(steps: readonly GraphStep[], missing: Uint32Array): string {
  const path: number[] = []
  let at = missing.findIndex((count) => count > 0)
  while (!path.includes(at)) {
    path.push(at)
    at = steps[at]!.needs.find((need) => missing[need]! > 0)!
  }
  const circle = [...path.slice(path.indexOf(at)), at].reverse()
  return circle.map((step) => `'${steps[step]!.name}'`).join(' → ')
}
