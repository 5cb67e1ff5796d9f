import { keyInputsOf, type KeyInputs } from '../call/inputs.ts'
import type { HashMethod } from '../fingerprint/dependency.ts'
import { type Parameter, parametersFromNames } from '../function/parameters.ts'
import { sourceName } from '../function/source-name.ts'
import { nameOf, textOf } from '../function/text.ts'
import { type AnyFunction, unwrapped } from '../function/wrapped.ts'
import { parametersOf } from '../native/binding.ts'
import { CACHE_OPTIONS, type CacheOptions, type Strategy, resolveCacheOptions } from '../option/cache-options.ts'
import { checkFunction, checkKnown, checkString, invalid } from '../option/check.ts'
import { type ResolvedRetry, resolveRetry } from '../run/retry.ts'
import { type StandardSchemaV1, isSchema } from '../run/schema.ts'
import { type ResolvedTimeout, resolveTimeout } from '../run/timeout.ts'
import { EngramError } from '../words/error.ts'
import { pipelineError } from './error.ts'
import type { OutputSpec, StepCache, StepKey, StepOptions } from './step-types.ts'

/** What a step gives. */
export interface StepOutput {
  readonly name: string
  readonly hash: HashMethod<any> | undefined
  readonly schema: StandardSchemaV1 | undefined
}

/** A parameter, and what it is given. */
export interface StepParameter {
  /** How it is called where keys are explained, and in records. */
  readonly name: string
  /** As the function has it in what runs. */
  readonly ownName: string | undefined
  /** What it is bound to by name; undefined for a destructured one, whose properties are bound. */
  readonly asset: string | undefined
  readonly properties: readonly string[]
  /** Whether nothing has to be bound to it. */
  readonly isOptional: boolean
}

/** A step, with its options checked. */
export interface StepDefinition {
  readonly name: string
  readonly fn: AnyFunction
  /** Where it was defined. */
  readonly file: string | undefined
  readonly parameters: readonly StepParameter[]
  readonly outputs: readonly StepOutput[]
  /** Undefined where the pipeline says. */
  readonly strategy: Strategy | StepKey | undefined
  /** As the memory takes them, but for name and strategy. */
  readonly cacheOptions: CacheOptions
  /** What of its arguments counts. */
  readonly keyInputs: KeyInputs
  /** Whether it leaves something out. */
  readonly isIgnoring: boolean
  /** Parameters whose value a function of `hash` is asked about. */
  readonly hashed: ReadonlySet<string>
  readonly retry: ResolvedRetry | undefined
  readonly timeout: ResolvedTimeout
  readonly condition: StepOptions['condition']
  readonly tags: readonly string[]
  readonly description: string | undefined
}

/** Which names would be taken for members of a plan or a prototype. */
const TAKEN = ['toString']
const OWN_OPTIONS = ['inputs', 'outputs', 'cache', 'retry', 'timeout', 'condition', 'tags', 'description']
/** `cache` takes the place of `strategy`. */
const STEP_OPTIONS = [...OWN_OPTIONS, ...CACHE_OPTIONS.filter((option) => option !== 'strategy')]
const DEFAULTS = { strategy: 'codeHash', project: undefined, domain: undefined } as const

/** @throws EngramError ERR_INVALID_OPTION, ERR_UNKNOWN_PARAMETER, ERR_UNNAMED_FUNCTION, ERR_PIPELINE */
export function defineStep(given: AnyFunction, options: StepOptions<any>, file: string | undefined): StepDefinition {
  if (typeof given !== 'function') throw invalid('step(fn) needs a function.')
  checkKnown(options, STEP_OPTIONS)
  const fn = unwrapped(given)
  const {
    inputs,
    outputs,
    cache,
    retry,
    timeout,
    condition,
    tags = [],
    description,
    name: ownName,
    ...cacheOptions
  } = options
  const name = checkName(ownName, sourceName(nameOf(fn), file))
  const { ignore, params, hash, version } = resolveCacheOptions(cacheOptions, DEFAULTS)
  checkFunction(condition, 'condition')
  if (description !== undefined && typeof description !== 'string')
    throw invalid(`The option 'description' must be a string.`)
  checkStrings(tags, 'tags')
  const parameters = parametersOfStep({ fn, step: name, params, inputs, file })
  return {
    name,
    fn,
    file,
    parameters,
    outputs: checkOutputs(outputs ?? [], name),
    strategy: cache === undefined ? (version === undefined ? undefined : 'inputHash') : strategyOf(cache),
    cacheOptions: withoutArguments(cacheOptions),
    keyInputs: keyInputsOf(fn, name, { strategy: 'inputHash', ignore, params, hash }, file),
    isIgnoring: ignore.length > 0,
    hashed: new Set(Object.keys(hash)),
    retry: resolveRetry(retry),
    timeout: resolveTimeout(timeout),
    condition,
    tags,
    description,
  }
}

/** What is for the step to apply, and not for the memory. */
function withoutArguments(options: CacheOptions): CacheOptions {
  return { ...options, ignore: undefined, params: undefined, hash: undefined }
}

function checkName(given: string | undefined, own: string): string {
  checkString(given, 'name')
  const name = given ?? own
  if (name === '')
    throw new EngramError(
      'ERR_UNNAMED_FUNCTION',
      `A step needs a name: step(fn, { name: 'load' }), or a named function.`,
    )
  if (TAKEN.includes(name)) throw pipelineError(`A step may not be called '${name}'. Give it another name.`)
  return name
}

/** What the pipeline's and the step's spellings mean. @throws EngramError ERR_INVALID_OPTION */
export function strategyOf(cache: StepCache): Strategy | StepKey {
  if (cache === true || cache === 'code_hash') return 'codeHash'
  if (cache === 'input_hash') return 'inputHash'
  if (cache === false || cache === 'codeHash' || cache === 'syntaxHash' || cache === 'inputHash') return cache
  if (typeof cache === 'function') return cache
  throw invalid(`The option 'cache' must be 'codeHash', 'syntaxHash', 'inputHash', true, false or a function.`)
}

function checkOutputs(outputs: readonly OutputSpec[], step: string): StepOutput[] {
  if (!Array.isArray(outputs)) throw invalid(`The option 'outputs' must be an array of names.`)
  const seen = new Set<string>()
  return outputs.map((given) => {
    const { name, hash, schema } =
      typeof given === 'string' ? { name: given } : ((given ?? {}) as Exclude<OutputSpec, string>)
    if (typeof name !== 'string' || name === '') throw invalid(`The option 'outputs' must be an array of names.`)
    if (seen.has(name)) throw pipelineError(`The step '${step}' names its output '${name}' twice.`)
    seen.add(name)
    if (hash !== undefined && typeof hash.hash !== 'function')
      throw invalid(`The hash of the output '${name}' must be made by hashMethod(fn).`)
    if (schema !== undefined && !isSchema(schema))
      throw invalid(`The schema of the output '${name}' is not a Standard Schema.`)
    return { name, hash, schema }
  })
}

function checkStrings(value: readonly string[], option: string): void {
  const isList = Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== '')
  if (!isList) throw invalid(`The option '${option}' must be an array of non-empty strings.`)
}

interface GivenParameters {
  readonly fn: AnyFunction
  readonly step: string
  readonly params: readonly string[] | undefined
  readonly inputs: readonly string[] | undefined
  readonly file: string | undefined
}

/** Its own, and one for each further input that is named: the function may read `arguments`. */
function parametersOfStep({ fn, step, params, inputs, file }: GivenParameters): StepParameter[] {
  if (inputs !== undefined) checkStrings(inputs, 'inputs')
  const known = params === undefined ? parametersOf(textOf(fn)) : parametersFromNames(params)
  if (known === null && inputs === undefined && fn.length > 0) {
    const fix = `Name what they are given: step(fn, { inputs: ['rows'] }).`
    throw pipelineError(
      `The parameters of the step '${step}' cannot be read, as its function is native or bound. ${fix}`,
    )
  }
  const own = (known ?? []).filter(({ rest }) => !rest || inputs === undefined)
  const rest = (known ?? []).find((parameter) => parameter.rest)?.name ?? 'input'
  const parameters = own.map((parameter, at) =>
    stepParameter(parameter, { asset: inputs?.[at], at, isOptional: at >= fn.length, file }),
  )
  const further = (inputs ?? []).slice(own.length).map((asset, at): StepParameter => ({
    name: `${rest}[${at}]`,
    ownName: undefined,
    asset,
    properties: [],
    isOptional: false,
  }))
  return [...parameters, ...further]
}

function stepParameter(
  { name, properties, rest }: Parameter,
  {
    asset,
    at,
    isOptional,
    file,
  }: Readonly<{ asset: string | undefined; at: number; isOptional: boolean; file: string | undefined }>,
): StepParameter {
  const shown = name === undefined ? undefined : sourceName(name, file)
  return {
    name: shown ?? `parameter ${at}`,
    ownName: name,
    // What a rest parameter takes is named by `inputs`, or given by reference.
    asset: asset ?? (rest ? undefined : name),
    properties: asset === undefined && name === undefined ? properties : [],
    isOptional: isOptional || rest,
  }
}
