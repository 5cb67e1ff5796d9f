import { isPromise } from '../call/promise.ts'
import type { Payload } from '../entry/payload.ts'
import type { Door } from '../memory/door.ts'
import { type Handed, handPayload, handValue } from '../run/handed.ts'
import { propertySegment } from '../words/phrase.ts'
import { type NodeDefinition, nounOf } from './definition.ts'
import { taskError } from './error.ts'
import { type Hashes, attachHashes, standInOf } from './interface.ts'

/** What is stored of a result for which texts stand in keys. */
interface StoredOutput {
  /** By itself, so that nothing of it is loaded for keys: a payload, where it could be stored so. */
  readonly value: unknown
  readonly isPayload: boolean
  readonly hashes: Hashes
}

/** Whether texts stand for its results, or parts of them. */
export function isHashed({ outputs }: NodeDefinition): boolean {
  for (const { hashes } of outputs.values()) if (hashes !== undefined) return true
  return false
}

/** What is to be stored of a result. Throws, or rejects with, ERR_TASK. */
export function outputOf(result: unknown, definition: NodeDefinition, store: Door | undefined): unknown {
  if (definition.outputs.size === 0) return result
  const checked = checkedOutput(result, definition)
  if (!isHashed(definition)) return checked
  return isPromise(checked)
    ? checked.then((value) => hashedOutput(value, definition, store))
    : hashedOutput(checked, definition, store)
}

function checkedOutput(result: unknown, definition: NodeDefinition): unknown {
  const { outputs } = definition
  const [only] = outputs.keys()
  if (outputs.size === 1) return outputs.get(only!)!.checked(result, `outputs${propertySegment(only!)}`)
  if (typeof result !== 'object' || result === null)
    throw taskError(`${nounOf(definition)} has several outputs, so that its result must be an object of them.`)
  const members = Array.from(outputs, ([name, { checked }]) => {
    const path = `outputs${propertySegment(name)}`
    if (!(name in result)) throw taskError(`${path} is missing in what ${nounOf(definition)} gave.`, { path })
    return checked((result as Record<string, unknown>)[name], path)
  })
  const made = (values: readonly unknown[]): object =>
    Object.assign({ ...result }, Object.fromEntries(Array.from(outputs.keys(), (name, at) => [name, values[at]])))
  return members.some(isPromise) ? Promise.all(members).then(made) : made(members)
}

function hashedOutput(value: unknown, { outputs }: NodeDefinition, store: Door | undefined): StoredOutput {
  const hashes = hashesOf(value, outputs)
  const payload = store === undefined ? undefined : store.storedPayload(value)
  return { value: payload ?? value, isPayload: payload !== undefined, hashes }
}

function hashesOf(value: unknown, outputs: NodeDefinition['outputs']): Hashes {
  const texts = Array.from(outputs, ([name, { hashes }]): [string, Hashes] => {
    const part = outputs.size === 1 ? value : (value as Record<string, unknown>)[name]
    return [name, hashes?.(part, `outputs${propertySegment(name)}`)]
  })
  return outputs.size === 1 ? texts[0]![1] : Object.fromEntries(texts)
}

/** What a node gave, from what is handed on of what it stored. */
export function outputHanded(handed: Handed, definition: NodeDefinition, door: Door): Handed {
  if (!isHashed(definition)) return handed
  const { value, isPayload, hashes } = handed.load() as StoredOutput
  return new HashedOutput(isPayload ? handPayload(value as Payload, door) : handValue(value, door), hashes)
}

/** A result for which texts stand: they stay with it also where it is loaded. */
class HashedOutput implements Handed {
  readonly #value: Handed
  readonly #hashes: Hashes
  readonly standIn: unknown

  constructor(value: Handed, hashes: Hashes) {
    this.#value = value
    this.#hashes = hashes
    this.standIn = standInOf(hashes, () => value.load())
  }

  get digest(): string | undefined {
    return this.#value.digest
  }

  load(): unknown {
    return attachHashes(this.#value.load(), this.#hashes)
  }

  payload(): Payload {
    return this.#value.payload()
  }
}
