import { countsArguments } from '../code/calling.ts'
import { type Parameter, compileIgnore, parametersFromNames } from '../function/parameters.ts'
import { sourceName } from '../function/source-name.ts'
import { textOf } from '../function/text.ts'
import type { AnyFunction } from '../function/wrapped.ts'
import { parametersOf } from '../native/binding.ts'
import type { CustomKey, ResolvedCacheOptions } from '../option/cache-options.ts'
import { EngramError } from '../words/error.ts'
import { wordsOf } from '../words/phrase.ts'
import { compileHash } from './hash-option.ts'

/** What of a call's arguments, and of a method's `this`, enters its key; undefined when the call is not to be cached. */
export type KeyInputs = (args: readonly unknown[], self?: unknown) => readonly unknown[] | undefined

/** Compiles what the options say about arguments. `file` is where the function was wrapped. @throws EngramError ERR_UNKNOWN_PARAMETER, ERR_INVALID_OPTION */
export function keyInputsOf(
  fn: AnyFunction,
  name: string,
  options: Pick<ResolvedCacheOptions, 'strategy' | 'ignore' | 'params' | 'hash'>,
  file: string | undefined,
): KeyInputs {
  const { strategy, ignore, params, hash } = options
  const named = params === undefined ? undefined : parametersFromNames(params)
  // What is not an array is refused where it is compiled.
  const isIgnoring = !Array.isArray(ignore) || ignore.length > 0
  const isHashing = Object.keys(hash).length > 0
  const parameters = named ?? (isIgnoring || isHashing ? parametersInSource(fn, file) : undefined)
  const filter = isIgnoring ? compileIgnore(parameters, ignore, name, countsArguments(fn)) : undefined
  if (typeof strategy === 'function') return (args) => customInputs(strategy, name, args)
  const hashing = isHashing ? compileHash(parameters, hash, name) : undefined
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
  { hasThis, file }: Readonly<{ hasThis: boolean; file: string | undefined }>,
): readonly Parameter[] | undefined {
  const { strategy, params } = options
  const before: Parameter[] = hasThis ? [{ name: 'this', rest: false, properties: [] }] : []
  if (typeof strategy === 'function') return [...before, { name: 'key', rest: false, properties: [] }]
  const named = params === undefined ? parametersInSource(fn, file) : parametersFromNames(params)
  return named === undefined ? undefined : [...before, ...named]
}

/** As the source calls them; undefined where they are not known. */
function parametersInSource(fn: AnyFunction, file: string | undefined): Parameter[] | undefined {
  const parameters = parametersOf(textOf(fn)) ?? undefined
  return parameters?.map((one) =>
    one.name === undefined ? one : { name: sourceName(one.name, file), rest: one.rest, properties: one.properties },
  )
}

function customInputs(key: CustomKey, name: string, args: readonly unknown[]): readonly unknown[] | undefined {
  const text = keyTextOf(key, name, args)
  if (text === null || text === undefined) return undefined
  if (typeof text === 'string') return [text]
  throw new EngramError(
    'ERR_INVALID_OPTION',
    `The strategy function of ${name} must return a string, null or undefined.`,
  )
}

function keyTextOf(key: CustomKey, name: string, args: readonly unknown[]): unknown {
  try {
    return key({ name, args, context: {} })
  } catch (cause) {
    throw new EngramError('ERR_INVALID_OPTION', `The strategy function of ${name} threw: ${wordsOf(cause)}`, { cause })
  }
}
