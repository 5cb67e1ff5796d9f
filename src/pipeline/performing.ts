import { nameOf, textOf } from '../function/text.ts'
import { type AnyFunction, unwrapped } from '../function/wrapped.ts'
import type { Door, FamilyCalls } from '../memory/door.ts'
import { digestOfText } from '../native/binding.ts'
import type { SentData } from '../run/executor.ts'
import { type FoundFunction, type LoadedInput, finding } from '../run/performing.ts'
import { published } from './publication.ts'
import { type KeptFunction, type SentStep, callsOfKept, proofOf } from './sent-step.ts'
import type { StepOutput } from './step-definition.ts'
import { knownDefinition } from './step.ts'

finding('step', findStep)
export { performSent } from '../run/performing.ts'
export type { Sender } from '../run/performing.ts'

/** A step's function, found again. */
class FoundStep implements FoundFunction {
  readonly calls: FamilyCalls
  readonly #fn: AnyFunction
  readonly #published: Parameters<typeof published>[1]

  constructor(fn: AnyFunction, calls: FamilyCalls, output: Parameters<typeof published>[1]) {
    this.calls = calls
    this.#fn = fn
    this.#published = output
  }

  run(inputs: readonly LoadedInput[]): unknown {
    const values = inputs.map(({ value }) => value)
    return this.#fn.apply(undefined, values)
  }

  stored(result: unknown, door: Door): unknown {
    return published(result, this.#published, door)
  }
}

function findStep(exported: ReadonlyMap<string, unknown>, data: SentData, door: Door): FoundStep | undefined {
  const target = data.target as SentStep
  for (const { kept, outputs } of candidatesIn(exported, data.exportName, target)) {
    const found = sameStep(kept, outputs, target, door)
    if (found !== undefined) return found
  }
  return undefined
}

interface Candidate {
  readonly kept: KeptFunction
  readonly outputs: readonly StepOutput[]
}

/** The step itself, before a function that may be its. */
function candidatesIn(exported: ReadonlyMap<string, unknown>, exportName: string, target: SentStep): Candidate[] {
  const { name, file, variant, options, outputs, isOnlyItself, functionName } = target
  const [itself, others]: [Candidate[], Candidate[]] = [[], []]
  const named = exported.get(exportName)
  for (const one of new Set([named, ...exported.values()])) {
    if (typeof one !== 'function') continue
    const definition = knownDefinition(one as AnyFunction)
    // What an item of a map gives has no parts.
    if (definition?.name === name && (variant === 'item' || isSameList(definition.outputs, outputs)))
      itself.push({ kept: definition, outputs: variant === 'item' ? [] : definition.outputs })
    const fn = definition?.fn ?? unwrapped(one as AnyFunction)
    if (options === undefined || isOnlyItself || (one !== named && nameOf(fn) !== functionName)) continue
    const kept = { name, fn, file, cacheOptions: options }
    others.push({ kept, outputs: outputs.map((output) => ({ name: output, hash: undefined, schema: undefined })) })
  }
  return [...itself, ...others]
}

function isSameList(outputs: readonly StepOutput[], names: readonly string[]): boolean {
  return outputs.length === names.length && outputs.every(({ name }, at) => name === names[at])
}

/** Undefined for another function: its text, or what it reaches or captured, differs from what was sent. */
function sameStep(
  kept: KeptFunction,
  outputs: readonly StepOutput[],
  { name, strategy, variant, place, proof }: SentStep,
  door: Door,
): FoundStep | undefined {
  if (digestOfText(textOf(kept.fn)) !== proof.text) return undefined
  const calls = callsOfKept(kept, strategy, variant, door)
  if (calls.place() !== place || proofOf(kept, strategy, calls, door).place !== proof.place) return undefined
  return new FoundStep(kept.fn, calls, { name, outputs })
}
