import type { AnyFunction, CustomKey, ResolvedCacheOptions } from './cache-options.ts'
import { EngramError } from './error.ts'
import { compileHash } from './hash-option.ts'
import { functionId } from './function-id.ts'
import { nameOf, textOf } from './function-text.ts'
import { type Identity, digestOfText, parametersOf } from './native.ts'
import { type Parameter, compileIgnore, parametersFromNames } from './parameters.ts'
import { wordsOf } from './words.ts'

/** What of a call's arguments, and of a method's `this`, enters its key; undefined when the call is not to be cached. */
export type KeyInputs = (args: readonly unknown[], self?: unknown) => readonly unknown[] | undefined

const NATIVE = /\{\s*\[native code\]\s*\}\s*$/

/** Tells the functions of one memory apart. */
export class FunctionIdentities {
  /** Texts of functions whose identity has neither a name nor their code in it. */
  readonly #anonymous = new Map<string, string>()

  /**
   * What stands for the function in every key of its calls, but for the fingerprint of its code: where that counts, the
   * digest of its text stands in its place. `module` is where it was wrapped, `name` its name there.
   *
   * @throws EngramError ERR_UNNAMED_FUNCTION where nothing would tell the function from another.
   */
  of(fn: AnyFunction, options: ResolvedCacheOptions, module: string | undefined, name = nameOf(fn)): Identity {
    const { strategy, version, project, domain } = options
    const code = strategy === 'codeHash' || strategy === 'syntaxHash' ? codeOf(fn, options) : undefined
    const identity: Identity = {
      name: options.name ?? functionId(name || 'anonymous', module),
      strategy: typeof strategy === 'string' ? strategy : 'custom',
      ...(version !== undefined && { version }),
      ...(project !== undefined && { project }),
      ...(domain !== undefined && { domain }),
      ...(code !== undefined && { code }),
    }
    if (code === undefined && strategy !== false && options.name === undefined && name === '') {
      this.#checkAnonymous(fn, identity)
    }
    return identity
  }

  /** Two functions without names under one version would answer for each other. */
  #checkAnonymous(fn: AnyFunction, identity: Identity): void {
    if (identity.version === undefined && identity.strategy === 'inputHash') {
      throw unnamed(`A function without a name needs one of its own, or a version, for the strategy 'inputHash'`)
    }
    const place = JSON.stringify(identity)
    const text = textOf(fn)
    if ((this.#anonymous.get(place) ?? text) !== text) {
      throw unnamed(`Two functions without names in ${identity.name} have the same version and strategy`)
    }
    this.#anonymous.set(place, text)
  }
}

/** The digest of the function's text. */
function codeOf(fn: AnyFunction, options: ResolvedCacheOptions): string {
  const text = textOf(fn)
  if (NATIVE.test(text)) {
    throw unnamed(
      `The code of ${options.name ?? (nameOf(fn) || 'a native function')} cannot be read, so nothing would tell it from ` +
        `another; it needs a name and a version`,
    )
  }
  return digestOfText(text)
}

function unnamed(what: string): EngramError {
  return new EngramError('ERR_UNNAMED_FUNCTION', `${what}: memory.cache(fn, { name: 'load-rows', version: '1' }).`)
}

/** Compiles what the options say about arguments. @throws EngramError ERR_UNKNOWN_PARAMETER, ERR_INVALID_OPTION */
export function keyInputsOf(fn: AnyFunction, name: string, options: ResolvedCacheOptions): KeyInputs {
  const { strategy, ignore, params, hash } = options
  const named = params === undefined ? undefined : parametersFromNames(params)
  const needsNames = (Array.isArray(ignore) && ignore.length > 0) || Object.keys(hash).length > 0
  const parameters = named ?? (needsNames ? (parametersOf(textOf(fn)) ?? undefined) : undefined)
  const filter = compileIgnore(parameters, ignore, name)
  if (typeof strategy === 'function') return (args) => customInputs(strategy, name, args)
  const hashing = compileHash(parameters, hash, name)
  if (hashing === undefined) return filter ?? ((args) => args)
  return filter === undefined ? hashing : (args) => hashing(filter(args))
}

/**
 * The parameters by which that of the arguments is called which enters the key; undefined where they are not known. The
 * `this` of a method stands before its arguments.
 */
export function countedParametersOf(
  fn: AnyFunction,
  options: ResolvedCacheOptions,
  hasThis: boolean,
): readonly Parameter[] | undefined {
  const { strategy, params } = options
  const before: Parameter[] = hasThis ? [{ name: 'this', rest: false, properties: [] }] : []
  if (typeof strategy === 'function') return [...before, { name: 'key', rest: false, properties: [] }]
  const named = params === undefined ? parametersOf(textOf(fn)) : parametersFromNames(params)
  return named === null ? undefined : [...before, ...named]
}

function customInputs(key: CustomKey, name: string, args: readonly unknown[]): readonly unknown[] | undefined {
  const text = keyTextOf(key, name, args)
  if (text === null || text === undefined) return undefined
  if (typeof text === 'string') return [text]
  throw new EngramError('ERR_INVALID_OPTION', `The key function of ${name} must return a text, null or undefined.`)
}

function keyTextOf(key: CustomKey, name: string, args: readonly unknown[]): unknown {
  try {
    return key({ name, args, context: {} })
  } catch (cause) {
    throw new EngramError('ERR_INVALID_OPTION', `The key function of ${name} threw: ${wordsOf(cause)}`, { cause })
  }
}
