import { nameOf, textOf } from '../function/text.ts'
import { type AnyFunction, unwrapped } from '../function/wrapped.ts'
import type { Door, FamilyCalls } from '../memory/door.ts'
import { digestOfText } from '../native/binding.ts'
import type { SentData } from '../run/executor.ts'
import { type FoundFunction, type LoadedInput, type Sender, finding, performSent } from '../run/performing.ts'
import { currentContext } from '../run/running-call.ts'
import { sourceOfValue } from '../run/source.ts'
import { propertySegment } from '../words/phrase.ts'
import { runAlone } from './body.ts'
import { type NodeDefinition, defineTask } from './definition.ts'
import { knownDefinition } from './definition.ts'
import type { Input } from './inputs.ts'
import { noteRunning } from './lone-call.ts'
import { familyCalls } from './place.ts'
import type { RunWords } from './scope.ts'
import { type SentTask, proofOf } from './sent-task.ts'

finding('task', findTask)

/**
 * As `performSent`, for a thread that may not have loaded tasks yet: their module may export a plain function.
 *
 * @throws EngramError as `performSent` does.
 *
 * @example
 * ```ts
 * const perform = data.kind === 'task' ? performSentTask : performSent
 * await perform(data, sender)
 * ```
 */
export function performSentTask(data: SentData, sender: Sender): Promise<void> {
  return performSent(data, sender)
}

/** A task's function, found again. */
class FoundTask implements FoundFunction {
  readonly calls: FamilyCalls
  readonly #definition: NodeDefinition
  readonly #door: Door

  constructor(definition: NodeDefinition, calls: FamilyCalls, door: Door) {
    this.#definition = definition
    this.calls = calls
    this.#door = door
  }

  /** What it calls is not among the calls of the run: these are calls by themselves, which keep their results where the run does. */
  run(loaded: readonly LoadedInput[], { key, run }: Pick<SentData, 'key' | 'run'>): unknown {
    const definition = this.#definition
    const sentRun = { door: this.#door, words: run as RunWords }
    noteRunning(currentContext()!, { fn: definition.fn, key: () => key, outer: undefined, run: sentRun })
    const inputs = loaded.map((one) => this.#inputOf(one))
    return runAlone({ definition, inputs, door: this.#door, place: { calls: this.calls, keyInputs: [] } })
  }

  stored(result: unknown): unknown {
    return result
  }

  /** What was not needed for the key has not been checked: it was not loaded. */
  #inputOf({ name, value }: LoadedInput): Input {
    const type = this.#definition.inputs.types.get(name)
    const isToCheck = type !== undefined && !type.needsValue
    const load = (): unknown => (isToCheck ? type.checked(value, `inputs${propertySegment(name)}`) : value)
    return { name, standIn: value, isKeyed: true, load, source: (door) => sourceOfValue(value, door), told: [] }
  }
}

function findTask(exported: ReadonlyMap<string, unknown>, data: SentData, door: Door): FoundTask | undefined {
  const target = data.target as SentTask
  for (const definition of candidatesIn(exported, data.exportName, target)) {
    const found = sameTask(definition, target, door)
    if (found !== undefined) return found
  }
  return undefined
}

/** The task itself, before a function that may be its. */
function candidatesIn(
  exported: ReadonlyMap<string, unknown>,
  exportName: string,
  { name, functionName, file, signature, isOnlyItself }: SentTask,
): NodeDefinition[] {
  const [itself, others]: [NodeDefinition[], NodeDefinition[]] = [[], []]
  const named = exported.get(exportName)
  for (const one of new Set([named, ...exported.values()])) {
    if (typeof one !== 'function') continue
    const definition = knownDefinition(one)
    if (definition?.name === name && definition.signature === signature) itself.push(definition)
    const fn = definition?.fn ?? unwrapped(one as AnyFunction)
    if (isOnlyItself || (one !== named && nameOf(fn) !== functionName)) continue
    others.push(defineTask(fn, { name }, file))
  }
  return [...itself, ...others]
}

/** Undefined for another function: its text, or what it reaches or captured, differs from what was sent. */
function sameTask(
  definition: NodeDefinition,
  { file, options, place, proof }: SentTask,
  door: Door,
): FoundTask | undefined {
  const { fn } = definition
  if (digestOfText(textOf(fn)) !== proof.text) return undefined
  const calls = familyCalls({ kind: 'task', fn, file }, options, door)
  if (calls.place() !== place || proofOf(fn, file, { options, calls, door }).place !== proof.place) return undefined
  return new FoundTask(definition, calls, door)
}
