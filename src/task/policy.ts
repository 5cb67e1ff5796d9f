import { Fingerprints } from '../fingerprint/fingerprint.ts'
import { unwrapped } from '../function/wrapped.ts'
import { digestOfText } from '../native/binding.ts'
import { TypeRegistry } from '../value/type-registry.ts'
import type { CachePolicy } from './task-types.ts'

/**
 * The policy that makes the version from the function's code: its text without comments and whitespace, what it captured, and the
 * helpers that it reaches.
 *
 * @example
 * ```ts
 * const load = task(loadRows, { cache: { policies: [functionBody(), { getVersion: () => process.version }] } })
 * ```
 */
export function functionBody(): CachePolicy {
  return BODY
}

/** The memory itself asks for the code then, at each call: what a function captured may change. */
export function isFunctionBody(policy: CachePolicy): boolean {
  return policy === BODY
}

const BODY: CachePolicy = Object.freeze({
  /** @throws EngramError ERR_UNHASHABLE where what the function captured cannot be seen. */
  getVersion(salt: string, { fn, module }: Parameters<CachePolicy['getVersion']>[1]): string {
    const options = {
      strategy: 'syntaxHash',
      captures: 'auto',
      ignored: [],
      file: module,
      deps: [],
      covers: 'code',
      isPassed: false,
    } as const
    const code = new Fingerprints(new TypeRegistry()).of(unwrapped(fn), options).code() ?? ''
    return digestOfText(JSON.stringify([salt, code]))
  },
})
