import { packageFrom } from '../code/package.ts'
import { GivenHash, StandIn, givenHashes, hashes } from '../key/stand-in.ts'
import { digestOfText } from '../native/binding.ts'
import { invalid } from '../option/check.ts'
import { builtin } from '../platform/builtin.ts'
import { callingFile } from '../platform/caller.ts'

const { resolve } = builtin('node:path')

/** What `deps` takes besides functions and values: a package, or an environment variable. */
export interface Dependency {
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

/** An environment variable as a dependency: its value at each call counts. */
export function env(name: string): Dependency {
  if (typeof name !== 'string' || name === '') throw invalid('env(name) needs the name of an environment variable.')
  return new EnvironmentRef(name)
}

/** The string stands for the value in every key of this process. Returns the value. ERR_INVALID_OPTION for another type. */
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

/** Says which string stands for an output in keys downstream. ERR_INVALID_OPTION for what is not a function. */
export function hashMethod<T>(fn: (value: T) => string): HashMethod<T> {
  if (typeof fn !== 'function') throw invalid('hashMethod(fn) needs a function.')
  return { hash: fn }
}
