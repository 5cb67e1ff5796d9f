import { checkBoolean, checkKnown, invalid } from '../option/check.ts'
import { parseDuration } from '../option/duration.ts'
import { taskError } from './error.ts'
import { functionBody, isFunctionBody } from './policy.ts'
import type { CachePolicy, CacheRequest, CacheSpec, TaskOptions } from './task-types.ts'

/** How a node is cached, with its options checked. */
export interface CacheRules {
  readonly isCached: boolean
  /** Runs, and replaces what is stored. */
  readonly isOverwriting: boolean
  /** Undefined where policies make it. */
  readonly version: string | undefined
  readonly policies: readonly CachePolicy[]
  readonly isSerialized: boolean
  readonly ignored: readonly string[]
  readonly salt: string
  readonly maxAgeMs: number
}

/** The options that say how a node is cached. */
export type CacheWords = Pick<TaskOptions, 'cache' | 'cacheVersion' | 'cacheSerialize' | 'cacheIgnoreInputVars'>

const NOT_CACHED: CacheRules = {
  isCached: false,
  isOverwriting: false,
  version: undefined,
  policies: [],
  isSerialized: false,
  ignored: [],
  salt: '',
  maxAgeMs: 0,
}

const SPEC = ['version', 'versionOverride', 'serialize', 'ignoredInputs', 'salt', 'maxAge', 'policies', 'behavior']
const BEHAVIORS: readonly unknown[] = ['auto', 'override', 'disable', 'overwrite']

/**
 * What a definition says. @throws EngramError ERR_TASK, ERR_INVALID_OPTION
 */
export function definedRules(words: CacheWords, name: string): CacheRules {
  if (isOff(words.cache) && (words.cacheIgnoreInputVars?.length ?? 0) > 0)
    throw taskError(`${name} leaves inputs out of its key, and is not cached. Add cache: true, or drop them.`)
  return overriddenRules(NOT_CACHED, words, name)
}

/** What holds where something is said in addition. @throws EngramError ERR_TASK, ERR_INVALID_OPTION */
export function overriddenRules(rules: CacheRules, words: CacheWords, name: string): CacheRules {
  const { cache } = words
  const isSpec = typeof cache === 'object' && cache !== null
  if (isSpec || typeof cache === 'string') refuseMixture(words, name)
  const started = isSpec ? specRules(cache, name) : simpleRules(rules, cache, name)
  const { cacheVersion, cacheSerialize, cacheIgnoreInputVars } = words
  if (cacheSerialize !== undefined) checkBoolean(cacheSerialize, 'cacheSerialize')
  const changed: CacheRules = {
    ...started,
    ...(cacheVersion !== undefined && { version: checkVersion(cacheVersion, 'cacheVersion', name), policies: [] }),
    ...(cacheSerialize !== undefined && { isSerialized: cacheSerialize }),
    ...(cacheIgnoreInputVars !== undefined && { ignored: checkNames(cacheIgnoreInputVars, 'cacheIgnoreInputVars') }),
  }
  if (changed.isCached && changed.version === undefined && changed.policies.length === 0)
    throw taskError(
      `${name} is cached and has no version. Add cacheVersion: '1', which you change with its code, or say cache: 'auto'.`,
    )
  return changed
}

function isOff(cache: CacheRequest | undefined): boolean {
  return cache === undefined || cache === false || cache === 'disable'
}

/** `true`, a word, or nothing. */
function simpleRules(rules: CacheRules, cache: Exclude<CacheRequest, CacheSpec> | undefined, name: string): CacheRules {
  switch (cache) {
    case undefined:
      return rules
    case true:
      return { ...rules, isCached: true }
    case false:
    case 'disable':
      return { ...rules, isCached: false }
    case 'auto':
      return { ...rules, isCached: true, version: undefined, policies: [functionBody()] }
    case 'override':
      throw withoutVersion(name)
    default:
      throw invalid(`The option 'cache' must be true, false, 'auto', 'disable', or an object that says how.`)
  }
}

function specRules(spec: CacheSpec, name: string): CacheRules {
  checkKnown(spec, SPEC)
  const { serialize = false, ignoredInputs = [], salt = '', maxAge, policies, behavior } = spec
  if (behavior !== undefined && !BEHAVIORS.includes(behavior))
    throw invalid(`The option 'cache.behavior' must be 'auto', 'override', 'disable' or 'overwrite'.`)
  if (typeof salt !== 'string') throw invalid(`The option 'cache.salt' must be a string.`)
  checkBoolean(serialize, 'cache.serialize')
  const version = versionIn(spec, name)
  if (behavior === 'override' && version === undefined) throw withoutVersion(name)
  const given = policies === undefined ? [] : policiesIn(policies)
  return {
    isCached: behavior !== 'disable',
    isOverwriting: behavior === 'overwrite',
    version,
    policies: version !== undefined ? [] : given.length > 0 ? given : [functionBody()],
    isSerialized: serialize,
    ignored: checkNames(typeof ignoredInputs === 'string' ? [ignoredInputs] : ignoredInputs, 'cache.ignoredInputs'),
    salt,
    maxAgeMs: maxAge === undefined ? 0 : parseDuration(maxAge, 'cache.maxAge'),
  }
}

function versionIn({ version, versionOverride }: CacheSpec, name: string): string | undefined {
  if (version !== undefined && versionOverride !== undefined)
    throw taskError(`${name} has 'version' and 'versionOverride', which are the same. Give one.`)
  if (versionOverride !== undefined) return checkVersion(versionOverride, 'cache.versionOverride', name)
  return version === undefined ? undefined : checkVersion(version, 'cache.version', name)
}

function policiesIn(given: CachePolicy | readonly CachePolicy[]): readonly CachePolicy[] {
  const policies = Array.isArray(given) ? (given as readonly CachePolicy[]) : [given as CachePolicy]
  if (policies.every((one) => typeof one === 'object' && one !== null && typeof one.getVersion === 'function'))
    return policies
  throw invalid(`The option 'cache.policies' must be an object with a method getVersion, or an array of such.`)
}

/** Old words and new ones say the same, and nobody could tell which of them holds. */
function refuseMixture(words: CacheWords, name: string): void {
  const old = (['cacheVersion', 'cacheSerialize', 'cacheIgnoreInputVars'] as const).find(
    (word) => words[word] !== undefined,
  )
  if (old === undefined) return
  const { cache } = words
  const said = typeof cache === 'string' ? `cache: '${cache}'` : 'an object as cache'
  throw taskError(
    `${name} has ${said} and '${old}'. Say all of it in one: cache: { version, serialize, ignoredInputs }.`,
  )
}

function withoutVersion(name: string): Error {
  return taskError(`${name} says 'override' and no version. Say cache: { behavior: 'override', versionOverride: '1' }.`)
}

function checkVersion(version: string, option: string, name: string): string {
  if (typeof version === 'string' && version !== '') return version
  throw taskError(`${name}: the option '${option}' must be a non-empty string.`)
}

function checkNames(names: readonly string[], option: string): readonly string[] {
  if (Array.isArray(names) && names.every((name) => typeof name === 'string' && name !== '')) return [...names]
  throw invalid(`The option '${option}' must be an array of names of inputs.`)
}

/** What policies say of a function; undefined where only its code is asked. */
export function versionByPolicies(
  { policies, salt }: CacheRules,
  params: Parameters<CachePolicy['getVersion']>[1],
): string | undefined {
  const asked = policies.filter((policy) => !isFunctionBody(policy))
  if (asked.length === 0) return undefined
  return JSON.stringify(asked.map((policy) => versionBy(policy, salt, params)))
}

function versionBy(policy: CachePolicy, salt: string, params: Parameters<CachePolicy['getVersion']>[1]): string {
  let version: unknown
  try {
    version = policy.getVersion(salt, params)
  } catch (cause) {
    throw taskError(`A cache policy of ${params.name} threw, so that it has no version.`, { cause })
  }
  if (typeof version === 'string') return version
  throw taskError(`A cache policy of ${params.name} must return its version as a string.`)
}
