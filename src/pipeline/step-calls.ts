import type { Door, FamilyCalls } from '../memory/door.ts'
import type { Strategy } from '../option/cache-options.ts'
import { invalid } from '../option/check.ts'
import { EngramError } from '../words/error.ts'
import { wordsOf } from '../words/phrase.ts'
import type { Argument } from './arguments.ts'
import type { GraphStep } from './graph.ts'
import { hasParts } from './publication.ts'
import type { RunPlan } from './run-plan.ts'
import type { StepDefinition } from './step-definition.ts'
import type { StepKey } from './step-types.ts'

/** What of a step's calls is kept. */
export type StepVariant = 'step' | 'map' | 'item'

/** What a step says, else its pipeline; false where the run has no cache. */
export function strategyOf(
  { strategy }: StepDefinition,
  { isOff, strategy: ofPipeline }: Pick<RunPlan, 'isOff' | 'strategy'>,
): Strategy | StepKey {
  return isOff ? false : (strategy ?? ofPipeline ?? 'codeHash')
}

/** The name under which the entries of a step are kept; those of the items of a map are told from it. */
export function entryName(step: string, variant: StepVariant): string {
  return variant === 'item' ? `${step}[]` : step
}

/** The steps that memories know: to wrap one takes as long as several hits. */
const known = new WeakMap<Door, WeakMap<StepDefinition, Map<unknown, FamilyCalls>>>()

/** Where the results of a step are kept. */
export function callsOfStep(
  door: Door,
  definition: StepDefinition,
  strategy: Exclude<Strategy, false> | StepKey,
  variant: StepVariant,
): FamilyCalls {
  let ofDoor = known.get(door)
  if (ofDoor === undefined) known.set(door, (ofDoor = new WeakMap()))
  let ofStep = ofDoor.get(definition)
  if (ofStep === undefined) ofDoor.set(definition, (ofStep = new Map()))
  const place = typeof strategy === 'function' ? strategy : `${strategy} ${variant}`
  let calls = ofStep.get(place)
  if (calls === undefined) ofStep.set(place, (calls = wrapped(door, definition, strategy, variant)))
  return calls
}

function wrapped(
  door: Door,
  { name, fn, file, parameters, cacheOptions }: StepDefinition,
  strategy: Exclude<Strategy, false> | StepKey,
  variant: StepVariant,
): FamilyCalls {
  const isCustom = typeof strategy === 'function'
  const options = {
    ...cacheOptions,
    name: entryName(name, variant),
    // What it returns is among the inputs already.
    strategy: isCustom ? () => undefined : strategy,
    ...(variant === 'map' && { storeIf: isComplete }),
  }
  const inputs = isCustom ? ['key'] : parameters.map((parameter) => parameter.name)
  return door.calls({ kind: 'step', fn, inputs, options, file })
}

/** A map in which items failed is computed again: those that did not are found. */
function isComplete(value: unknown): boolean {
  return (value as { failed?: number }).failed === 0
}

/** What enters the key of a step; undefined where the call is not to be cached. Throws ERR_UNHASHABLE, ERR_INVALID_OPTION. */
export function keyInputsOf(
  definition: StepDefinition,
  strategy: Exclude<Strategy, false> | StepKey,
  args: readonly Argument[],
  context: ReadonlyMap<string, unknown>,
): readonly unknown[] | undefined {
  const shape = hasParts(definition) ? [['outputs', ...definition.outputs.map(({ name }) => name)]] : []
  if (typeof strategy !== 'function') {
    const isHashed = (at: number): boolean => definition.hashed.has(definition.parameters[at]?.ownName ?? '')
    const values = args.map(({ standIn, load }, at) => (isHashed(at) ? load() : standIn))
    return [...definition.keyInputs(values)!, ...shape]
  }
  const text = textOfKey(strategy as StepKey, definition.name, args, context)
  if (text === null || text === undefined) return undefined
  return [text, ...shape]
}

function textOfKey(
  key: StepKey,
  name: string,
  args: readonly Argument[],
  context: ReadonlyMap<string, unknown>,
): string | null | undefined {
  let text: unknown
  try {
    text = key({ name }, loadedWhenRead(args), Object.fromEntries(context))
  } catch (cause) {
    throw new EngramError('ERR_INVALID_OPTION', `The key function of the step '${name}' threw: ${wordsOf(cause)}`, {
      cause,
    })
  }
  if (text === null || text === undefined || typeof text === 'string') return text
  throw invalid(`The key function of the step '${name}' must return a string, null or undefined.`)
}

/** The arguments by name. Each is loaded when it is first read. */
function loadedWhenRead(args: readonly Argument[]): Record<string, unknown> {
  const inputs: Record<string, unknown> = {}
  for (const { name, load } of args) {
    let kept: { value: unknown } | undefined
    const get = (): unknown => (kept ??= { value: load() }).value
    Object.defineProperty(inputs, name, { get, enumerable: true, configurable: true })
  }
  return inputs
}

/** Where the result of a step is looked for and kept, and what is in its key. */
export interface StepPlace {
  readonly calls: FamilyCalls
  readonly keyInputs: readonly unknown[]
}

/** Undefined where it is not cached; `say` hears why, where that is not the user's wish. */
export function placeOfStep(
  { definition, name, map }: Pick<GraphStep, 'definition' | 'name' | 'map'>,
  args: readonly Argument[],
  plan: Pick<RunPlan, 'door' | 'context' | 'strategy' | 'isOff'>,
  say: (error: EngramError, step: string) => void,
): StepPlace | undefined {
  const { door, context } = plan
  const strategy = strategyOf(definition, plan)
  if (strategy === false) return undefined
  // What stands for items, or is left out, is known for each of them alone.
  const isOfItems = typeof strategy === 'function' || definition.hashed.size > 0 || definition.isIgnoring
  if (map !== undefined && isOfItems) return undefined
  const live = args.find(({ isKeyed }) => !isKeyed)
  if (live !== undefined) {
    say(unkeyed(live.name), name)
    return undefined
  }
  try {
    const keyInputs =
      map === undefined ? keyInputsOf(definition, strategy, args, context) : args.map(({ standIn }) => standIn)
    if (keyInputs === undefined) return undefined
    return { calls: callsOfStep(door, definition, strategy, map === undefined ? 'step' : 'map'), keyInputs }
  } catch (error) {
    if (!(error instanceof EngramError)) throw error
    say(error, name)
    return undefined
  }
}

function unkeyed(parameter: string): EngramError {
  const fix = 'Return what can be stored, or give the step its own way to it (a path, an address).'
  return new EngramError(
    'ERR_UNHASHABLE',
    `What '${parameter}' is given cannot be stored, so that nothing stands for it in a key: the step runs uncached. ${fix}`,
  )
}
