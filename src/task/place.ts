import type { Door, FamilyCalls } from '../memory/door.ts'
import type { CacheOptions } from '../option/cache-options.ts'
import { EngramError } from '../words/error.ts'
import { type NodeDefinition, nounOf, toldName } from './definition.ts'
import { taskError } from './error.ts'
import type { Input } from './inputs.ts'
import { isFunctionBody } from './policy.ts'

/** Where the result of a call is looked for and kept, and what is in its key. */
export interface CallPlace {
  readonly calls: FamilyCalls
  readonly keyInputs: readonly unknown[]
}

/** Which entries are meant. */
export interface Keeping {
  readonly door: Door
  readonly project: string | undefined
  readonly domain: string | undefined
  /** Whether the call hears what became of it. */
  readonly isTold: boolean
}

/** Undefined where the call is not cached: because nobody asked for it, or because of an input, which is said once. */
export function placeOf(definition: NodeDefinition, inputs: readonly Input[], keeping: Keeping): CallPlace | undefined {
  const { cache, signature } = definition
  if (!cache.isCached || !keeping.door.isCaching) return undefined
  const counted: Record<string, unknown> = {}
  for (const { name, standIn, isKeyed } of inputs) {
    if (cache.ignored.includes(name)) continue
    if (!isKeyed) {
      keeping.door.say(unkeyed(name), toldName(definition))
      return undefined
    }
    define(counted, name, standIn)
  }
  const calls = callsOf(definition, keeping)
  return { calls, keyInputs: [counted, signature, cache.salt === '' ? undefined : cache.salt] }
}

/** It waits for an equal call, which waits for it. */
export function callsItself(definition: NodeDefinition): EngramError {
  const fix = 'Change an input on the way, or do not cache it.'
  return taskError(`${nounOf(definition)} calls itself with the same inputs, so that it would wait for itself. ${fix}`)
}

/** An input may be called `__proto__`. */
export function define(record: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true })
  else record[name] = value
}

function unkeyed(name: string): EngramError {
  const fix = 'Give the call what can be stored, or its own way to it (a path, an address).'
  return new EngramError(
    'ERR_UNHASHABLE',
    `What '${name}' is given cannot be stored, so that nothing stands for it in a key: the call runs uncached. ${fix}`,
  )
}

interface Known extends Keeping {
  readonly calls: FamilyCalls
}

/** The calls that a definition was last asked for: nearly always the same ones again. */
const last = new WeakMap<NodeDefinition, Known>()
/** By what tells entries apart: a call that is overridden has a definition of its own. */
const known = new WeakMap<Door, Map<string, WeakMap<object, FamilyCalls>>>()

function callsOf(definition: NodeDefinition, keeping: Keeping): FamilyCalls {
  const kept = last.get(definition)
  if (kept !== undefined && isSame(kept, keeping)) return kept.calls
  const calls = found(definition, keeping)
  last.set(definition, { ...keeping, calls })
  return calls
}

function isSame(some: Keeping, other: Keeping): boolean {
  return (
    some.door === other.door &&
    some.project === other.project &&
    some.domain === other.domain &&
    some.isTold === other.isTold
  )
}

function found(definition: NodeDefinition, keeping: Keeping): FamilyCalls {
  const { door, isTold } = keeping
  const { kind, fn, file } = definition
  const options = cacheOptionsOf(definition, keeping)
  const ofDoor = known.get(door) ?? new Map<string, WeakMap<object, FamilyCalls>>()
  known.set(door, ofDoor)
  const text = JSON.stringify([kind, isTold, file, options])
  const byFunction = ofDoor.get(text) ?? new WeakMap<object, FamilyCalls>()
  ofDoor.set(text, byFunction)
  let calls = byFunction.get(fn)
  if (calls === undefined) {
    calls = familyCalls({ kind, fn, file }, options, door, isTold)
    byFunction.set(fn, calls)
  }
  return calls
}

/** Where results of a function are kept. */
export function familyCalls(
  { kind, fn, file }: Pick<NodeDefinition, 'kind' | 'fn' | 'file'>,
  options: CacheOptions,
  door: Door,
  isTold = true,
): FamilyCalls {
  return door.calls({ kind, fn, inputs: ['inputs', 'signature', 'salt'], options, file }, isTold)
}

/** How they are. */
export function cacheOptionsOf(
  definition: NodeDefinition,
  { project, domain }: Pick<Keeping, 'project' | 'domain'>,
): CacheOptions {
  const { name, cache, policyVersion } = definition
  const version = cache.version ?? policyVersion
  const isByCode = cache.version === undefined && cache.policies.some(isFunctionBody)
  return {
    ...(name !== '' && { name }),
    ...(version !== undefined && { version }),
    strategy: isByCode ? 'syntaxHash' : 'inputHash',
    // A version stands for what the function sees, too: who changes that changes the version.
    captures: isByCode ? 'auto' : 'none',
    ...(project !== undefined && { project }),
    ...(domain !== undefined && { domain }),
    maxAge: cache.maxAgeMs,
    singleFlight: cache.isSerialized,
  }
}
