import { Payload } from '../entry/payload.ts'
import type { Door } from '../memory/door.ts'
import { type Handed, type Origin, handHashed, handPayload, handValue } from '../run/handed.ts'
import { validated } from '../run/schema.ts'
import { listed, pipelineError } from './error.ts'
import type { StepDefinition, StepOutput } from './step-definition.ts'

/** What a step gave: all of it. */
export interface StepValue extends Handed {
  /** What of it has names of its own. */
  readonly parts?: ReadonlyMap<string, Handed>
  /** Of a map: how many items there are. */
  readonly items?: number
}

/** What is stored of a result that has parts: each is stored by itself, so that who takes one loads one. */
interface StoredParts {
  readonly isArray: boolean
  readonly parts: readonly StoredPart[]
}

type StoredPart = readonly [name: string, value: unknown, isPayload: boolean, hash: string | undefined]

/** Whether what is stored of a step is not just what its function gave. */
export function hasParts({ outputs }: Pick<StepDefinition, 'outputs'>): boolean {
  return outputs.length > 1 || outputs.some(({ hash }) => hash !== undefined)
}

/** Whether what its function gave is stored as it is. */
export function isPlain({ outputs }: Pick<StepDefinition, 'outputs'>): boolean {
  return outputs.length < 2 && outputs.every(({ hash, schema }) => hash === undefined && schema === undefined)
}

/**
 * What is to be stored of a result. `store` is where its parts are; without it they are kept with it.
 *
 * @throws EngramError ERR_PIPELINE for a result that is not what the step said.
 */
export async function published(
  result: unknown,
  { name, outputs }: Pick<StepDefinition, 'name' | 'outputs'>,
  store: Door | undefined,
): Promise<unknown> {
  if (isPlain({ outputs })) return result
  const values =
    outputs.length === 1 ? [result] : outputs.map((output, at) => partIn(result, output, at, name, outputs))
  const checked = await Promise.all(outputs.map((output, at) => checkedPart(values[at], output, name)))
  if (!hasParts({ outputs })) return checked[0]
  const parts = outputs.map((output, at) => storedPart(checked[at], output, store))
  return { isArray: Array.isArray(result) && outputs.length > 1, parts } satisfies StoredParts
}

function partIn(
  result: unknown,
  { name }: StepOutput,
  at: number,
  step: string,
  outputs: readonly StepOutput[],
): unknown {
  if (Array.isArray(result)) {
    if (result.length === outputs.length) return result[at]
    throw pipelineError(`The step '${step}' gave ${result.length} values for its ${outputs.length} outputs.`)
  }
  if (hasMember(result, name)) return result[name]
  const names = typeof result === 'object' && result !== null ? listed(Object.keys(result)) : typeof result
  throw pipelineError(
    `The step '${step}' has an output '${name}', and its result has none of that name. There is: ${names}.`,
  )
}

/** Not of what all objects have. */
function hasMember(result: unknown, name: string): result is Record<string, unknown> {
  if (typeof result !== 'object' || result === null) return false
  return Object.hasOwn(result, name) || (name in result && !(name in Object.prototype))
}

function checkedPart(value: unknown, { name, schema }: StepOutput, step: string): unknown {
  if (schema === undefined) return value
  return validated(schema, value, (why) =>
    pipelineError(`The output '${name}' of the step '${step}' is refused: ${why}`),
  )
}

function storedPart(value: unknown, { name, hash }: StepOutput, store: Door | undefined): StoredPart {
  const text = hash === undefined ? undefined : textOf(hash.hash(value), name)
  const payload = store === undefined ? undefined : store.storedPayload(value)
  return payload === undefined ? [name, value, false, text] : [name, payload, true, text]
}

function textOf(hash: unknown, output: string): string {
  if (typeof hash === 'string') return hash
  throw pipelineError(`The hash function of the output '${output}' must return a string.`)
}

/** What a step gave, from what is handed on of it. */
export function stepValue(handed: Handed, definition: StepDefinition, door: Door): StepValue {
  if (!hasParts(definition)) return handed
  const { isArray, parts } = handed.load() as StoredParts
  const found = new Map(
    parts.map(([name, value, isPayload, hash]) => {
      const part = isPayload ? handPayload(value as Payload, door) : handValue(value, door)
      return [name, handHashed(part, hash)]
    }),
  )
  if (parts.length === 1) return found.get(parts[0]![0])!
  return new PartsHanded(handed.digest, found, isArray)
}

/** What gives several values, each of which is handed on by itself. */
export function valueOfParts(parts: ReadonlyMap<string, Handed>): StepValue {
  return new PartsHanded(undefined, parts, false)
}

/** All of it, or one part. */
export function partOf(value: StepValue, part: string | undefined): Handed {
  return (part === undefined ? undefined : value.parts?.get(part)) ?? value
}

/** A result whose parts are handed on by themselves. */
class PartsHanded implements StepValue {
  readonly digest: string | undefined
  readonly standIn: unknown
  readonly parts: ReadonlyMap<string, Handed>
  readonly #isArray: boolean

  constructor(digest: string | undefined, parts: ReadonlyMap<string, Handed>, isArray: boolean) {
    this.digest = digest
    this.parts = parts
    this.#isArray = isArray
    const standIns = Array.from(parts.values(), ({ standIn }) => standIn)
    this.standIn = standIns.includes(undefined) ? undefined : ['parts', isArray, [...parts.keys()], standIns]
  }

  get origin(): Origin {
    return { parts: this.parts, isArray: this.#isArray }
  }

  load(): unknown {
    if (this.#isArray) return Array.from(this.parts.values(), (part) => part.load())
    return Object.fromEntries(Array.from(this.parts, ([name, part]) => [name, part.load()]))
  }

  payload(): Payload {
    return new Payload(this.load())
  }
}
