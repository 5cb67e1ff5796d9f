import { isPromise, isThenable } from '../call/promise.ts'
import type { Door } from '../memory/door.ts'
import type { Attempt } from '../run/running-call.ts'
import { isPlainObject } from '../value/plain-object.ts'
import type { NodeDefinition } from './definition.ts'
import type { Input } from './inputs.ts'
import { madeBy } from './made.ts'
import { outputOf } from './output.ts'
import { type CallPlace, define } from './place.ts'
import { type Flow, Scope, noteScope } from './scope.ts'

/** One call whose function is to run. */
export interface BodyParts {
  readonly definition: NodeDefinition
  readonly inputs: readonly Input[]
  readonly door: Door
  /** Undefined where it is not cached. */
  readonly place: CallPlace | undefined
}

/** Runs a function by itself. */
export function runAlone(body: BodyParts): unknown {
  const result = applied(body)
  return isPromise(result) || holdsCalls(result)
    ? gathered(result).then((value) => output(value, body))
    : output(result, body)
}

function output(value: unknown, { definition, door, place }: BodyParts): unknown {
  return outputOf(value, definition, place && door)
}

/** Runs it as a part of a run: the calls that it makes are part of that too. */
export async function runWithinFlow(body: BodyParts, attempt: Attempt, flow: Flow, outer: Scope): Promise<unknown> {
  const scope = new Scope(flow, body, outer)
  try {
    return await runInScope(body, attempt, scope)
  } catch (error) {
    await scope.fail()
    throw error
  }
}

/** The same in a scope that is there, which the caller ends where it fails. */
export async function runInScope(body: BodyParts, attempt: Attempt, scope: Scope): Promise<unknown> {
  noteScope(attempt, scope)
  attempt.abortion.whenAborted((reason) => scope.starting.abort(reason))
  const given = applied(body)
  const value = isPromise(given) || holdsCalls(given) ? await gathered(given) : given
  const result = await output(value, body)
  await scope.close()
  return result
}

function applied({ definition: { fn }, inputs }: BodyParts): unknown {
  const values = inputs.map(loadedOf)
  return values.some(isPromise)
    ? Promise.all(values).then((there) => fn(named(inputs, there)))
    : fn(named(inputs, values))
}

/** Later, where a type is checked only as the value is loaded, or a value is gone and made again. */
function loadedOf(input: Input): unknown {
  const value = input.load()
  // Another input may fail before anybody waits for this one.
  if (isPromise(value)) value.then(undefined, ignored)
  return value
}

function named(inputs: readonly Input[], values: readonly unknown[]): Record<string, unknown> {
  const loaded: Record<string, unknown> = {}
  for (const [at, { name }] of inputs.entries()) define(loaded, name, values[at])
  return loaded
}

function ignored(): void {}

/** Levels of lists and objects in which calls are looked for. */
const DEEPEST = 8

/** What a function gave, with the results of the calls in it. */
async function gathered(given: unknown, depth = DEEPEST): Promise<unknown> {
  const value = isThenable(given) ? await given : given
  if (!holdsCalls(value, depth)) return value
  if (Array.isArray(value)) return Promise.all(value.map((one) => gathered(one, depth - 1)))
  const members = Object.entries(value as object).map(async ([name, one]) => [name, await gathered(one, depth - 1)])
  return Object.fromEntries(await Promise.all(members)) as object
}

function holdsCalls(value: unknown, depth = DEEPEST): boolean {
  if (typeof value !== 'object' || value === null || depth === 0) return false
  if (madeBy(value) !== undefined) return true
  if (!Array.isArray(value) && !isPlainObject(value)) return false
  for (const one of Array.isArray(value) ? (value as unknown[]) : Object.values(value))
    if (typeof one === 'object' && holdsCalls(one, depth - 1)) return true
  return false
}
