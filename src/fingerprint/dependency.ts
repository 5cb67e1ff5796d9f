import { packageFrom } from '../code/package.ts'
import { GivenHash, StandIn, givenHashes, hashes } from '../key/stand-in.ts'
import { digestOfText } from '../native/binding.ts'
import { invalid } from '../option/check.ts'
import { builtin } from '../platform/builtin.ts'
import { callingFile } from '../platform/caller.ts'

const { resolve } = builtin('node:path')

/** What `deps` takes besides functions and values: a package, or an environment variable. */
export interface Dependency {
  /** What it names. */
  readonly kind: 'package' | 'environment'
}

class PackageRef extends StandIn implements Dependency {
  readonly kind = 'package'
  readonly #label: string

  constructor(label: string) {
    super()
    this.#label = label
  }

  override form(): string {
    return `package ${this.#label}`
  }
}

class EnvironmentRef extends StandIn implements Dependency {
  readonly kind = 'environment'
  readonly #name: string

  constructor(name: string) {
    super()
    this.#name = name
  }

  override form(): string {
    const value = process.env[this.#name]
    // It may be a password, and forms are kept to explain misses.
    return value === undefined ? `no variable ${this.#name}` : `variable ${this.#name} ${digestOfText(value)}`
  }
}

/**
 * An installed package as a dependency: its name and version count. Found from the module that calls this.
 *
 * @throws EngramError ERR_INVALID_OPTION where it is not installed.
 *
 * @example
 * ```ts
 * const render = memory.cache(renderChart, { deps: [packageOf('d3-scale')] })
 * ```
 */
export function packageOf(name: string): Dependency {
  const from = callingFile(packageOf) ?? resolve('-')
  const label = packageFrom(name, from)
  if (label === undefined)
    throw invalid(
      `packageOf: no package '${name}' is installed where ${from} finds packages. Install it, or correct the name.`,
    )
  return new PackageRef(label)
}

/**
 * An environment variable as a dependency: its value at each call counts, by a digest. The value is not kept.
 *
 * @throws EngramError ERR_INVALID_OPTION where the name is no string, or empty.
 *
 * @example
 * ```ts
 * const load = memory.cache(loadRows, { deps: [env('REGION')] })
 * ```
 */
export function env(name: string): Dependency {
  if (typeof name !== 'string' || name === '') throw invalid('env(name) needs the name of an environment variable.')
  return new EnvironmentRef(name)
}

/**
 * The string stands for the value in every key of this process, wherever the value occurs. Returns the value.
 *
 * @throws EngramError ERR_INVALID_OPTION for a hash that is no string.
 *
 * @example
 * ```ts
 * const table = withHash(await loadTable(), 'table of 2024-05') // large: not read again for each key
 * const total = sum(table)
 * ```
 */
export function withHash<T extends object>(value: T, hash: string): T {
  if (typeof hash !== 'string') throw invalid('withHash(value, hash) needs a string as its hash.')
  hashes.areGiven = true
  givenHashes.set(value, new GivenHash(hash))
  return value
}

/** What a task or step says of its output: the string that `hash` returns stands for the value in keys downstream. */
export interface HashMethod<T> {
  /** Returns the string that stands for a value. */
  readonly hash: (value: T) => string
}

/**
 * Says which string stands for an output in the keys of those that take it.
 *
 * @throws EngramError ERR_INVALID_OPTION for what is not a function.
 *
 * @example
 * ```ts
 * const snapshot = task(takeSnapshot, { outputs: { snapshot: hashMethod(({ rows }) => rows.join()) } })
 * ```
 */
export function hashMethod<T>(fn: (value: T) => string): HashMethod<T> {
  if (typeof fn !== 'function') throw invalid('hashMethod(fn) needs a function.')
  return { hash: fn }
}
