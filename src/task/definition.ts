import type { Parameter } from '../function/parameters.ts'
import { sourceName } from '../function/source-name.ts'
import { nameOf, textOf } from '../function/text.ts'
import { type AnyFunction, unwrapped } from '../function/wrapped.ts'
import { Memory } from '../memory/memory.ts'
import { parametersOf } from '../native/binding.ts'
import { checkKnown, checkString, invalid } from '../option/check.ts'
import type { FunctionKind } from '../report/entry-info.ts'
import { type ResolvedRetry, resolveRetry } from '../run/retry.ts'
import type { FailureRule } from '../run/schedule.ts'
import { checkConcurrency, resolveRunOptions } from '../run/settings.ts'
import { Slots } from '../run/slots.ts'
import { type ResolvedTimeout, resolveTimeout } from '../run/timeout.ts'
import { EngramError } from '../words/error.ts'
import { listed } from '../words/phrase.ts'
import { type CacheRules, definedRules, overriddenRules, versionByPolicies } from './cache-rules.ts'
import { taskError } from './error.ts'
import { type Types, signatureText, typesIn } from './interface.ts'
import { isFunctionBody } from './policy.ts'
import type { Interface, Overrides, TaskOptions } from './task-types.ts'

/** A function that is called as a node, with its options checked. */
export interface NodeDefinition {
  readonly kind: Extract<FunctionKind, 'task' | 'workflow'>
  /** Empty where nothing needs it. */
  readonly name: string
  readonly fn: AnyFunction
  /** Where it was defined. */
  readonly file: string | undefined
  readonly inputs: Inputs
  readonly outputs: Types
  /** Names and types of inputs and outputs, as far as they are known. */
  readonly signature: string | undefined
  readonly cache: CacheRules
  /** What custom policies say. */
  readonly policyVersion: string | undefined
  readonly retry: ResolvedRetry | undefined
  readonly timeout: ResolvedTimeout
  /** Calls of it that run at a time. */
  readonly slots: Slots | undefined
  readonly memory: Memory | undefined
  readonly project: string | undefined
  readonly domain: string | undefined
  /** Of a workflow that is called by itself. */
  readonly run: { readonly concurrency?: number; readonly onFailure?: FailureRule }
  /** Inputs that are there already, if any. */
  readonly fixed: Readonly<Record<string, unknown>> | undefined
}

/** What a node takes. */
export interface Inputs {
  /** Of those that are declared. */
  readonly types: Types
  /** Undefined where they are not known. */
  readonly names: ReadonlySet<string> | undefined
  /** Those of them that must be given. */
  readonly required: readonly string[]
}

/** What a workflow is. */
export interface WorkflowOptions {
  /** Of its runs, and part of the key where it is cached as a node. Default: the name of the function. */
  name?: string
  /** Names and types, part of the key where it is cached as a node: as of a task. Default: the names that the function takes apart. */
  inputs?: Interface
  /** The same for what it returns: as of a task. Default none. */
  outputs?: Interface
  /** Where its runs are recorded, and its tasks keep their results that have none. Default: `localCache`. */
  memory?: Memory
  /** Part of its key, and of those of its tasks that name none. Default: that of the memory. */
  project?: string
  /** The same for the domain. Default: that of the memory. */
  domain?: string
  /** Tasks that run at a time: an integer from 1 on, or Infinity. Default 16. */
  concurrency?: number
  /** What its failure does to the calls that it made: see `RunOptions`. Default 'finish'. */
  onFailure?: FailureRule
}

const CACHE = ['cache', 'cacheVersion', 'cacheSerialize', 'cacheIgnoreInputVars']
const COMMON = ['name', 'inputs', 'outputs', 'memory', 'project', 'domain', 'concurrency']
export const TASK_OPTIONS: readonly string[] = [...COMMON, ...CACHE, 'retries', 'timeout']
const WORKFLOW_OPTIONS = [...COMMON, 'onFailure']
const OVERRIDES: readonly string[] = ['name', ...CACHE, 'retries', 'timeout']

/** By the function with which a node is called. */
const definitions = new WeakMap<object, NodeDefinition>()

export function noteDefinition(node: object, definition: NodeDefinition): void {
  definitions.set(node, definition)
}

/** Undefined for what is no node. */
export function knownDefinition(node: object): NodeDefinition | undefined {
  return definitions.get(node)
}

/** What a node is. @throws EngramError ERR_INVALID_OPTION for what is none. */
export function definitionOf(node: unknown, what: string): NodeDefinition {
  const definition = typeof node === 'function' ? definitions.get(node) : undefined
  if (definition === undefined) throw invalid(`${what} needs a task, a workflow or a launch plan.`)
  return definition
}

/** The function that a program gave, maybe as a node. */
function functionIn(given: AnyFunction): AnyFunction {
  return definitions.get(given)?.fn ?? unwrapped(given)
}

/** @throws EngramError ERR_TASK, ERR_INVALID_OPTION, ERR_UNNAMED_FUNCTION */
export function defineTask(given: AnyFunction, options: TaskOptions<any>, file: string | undefined): NodeDefinition {
  checkFunctionOf('task', given)
  checkKnown(options, TASK_OPTIONS)
  const { concurrency } = options
  if (concurrency !== undefined) checkConcurrency(concurrency)
  return checkedDefinition({
    ...common('task', given, options, file),
    cache: definedRules(options, `The task ${shownName(given, options, file)}`),
    retry: resolveRetry(options.retries),
    timeout: resolveTimeout(options.timeout),
    slots: concurrency === undefined || concurrency === Infinity ? undefined : new Slots(concurrency),
    run: {},
  })
}

/** @throws EngramError ERR_INVALID_OPTION */
export function defineWorkflow(given: AnyFunction, options: WorkflowOptions, file: string | undefined): NodeDefinition {
  checkFunctionOf('workflow', given)
  checkKnown(options, WORKFLOW_OPTIONS)
  const { concurrency, onFailure } = options
  const run = { ...(concurrency !== undefined && { concurrency }), ...(onFailure !== undefined && { onFailure }) }
  resolveRunOptions(run)
  return checkedDefinition({
    ...common('workflow', given, options, file),
    cache: definedRules({}, ''),
    retry: undefined,
    timeout: resolveTimeout(undefined),
    slots: undefined,
    run,
  })
}

/** The same node, otherwise. @throws EngramError ERR_TASK, ERR_INVALID_OPTION, ERR_UNNAMED_FUNCTION */
export function overridden(definition: NodeDefinition, overrides: Overrides): NodeDefinition {
  checkOverrides(overrides, definition)
  const { name, retries, timeout } = overrides
  return checkedDefinition({
    ...definition,
    ...(name !== undefined && { name }),
    cache: overriddenRules(definition.cache, overrides, nounOf(definition)),
    ...(retries !== undefined && { retry: resolveRetry(retries) }),
    ...(timeout !== undefined && { timeout: resolveTimeout(timeout) }),
  })
}

/** How a node is called in messages. */
export function nounOf({ kind, name }: Pick<NodeDefinition, 'kind' | 'name'>): string {
  return name === '' ? `The ${kind}` : `The ${kind} '${name}'`
}

/** How a call of it is told. */
export function toldName({ kind, name }: Pick<NodeDefinition, 'kind' | 'name'>): string {
  return name === '' ? kind : name
}

function checkOverrides(overrides: Overrides, definition: NodeDefinition): void {
  if (typeof overrides !== 'object' || overrides === null) throw invalid('withOverrides needs an object of options.')
  for (const option of Object.keys(overrides)) {
    if (OVERRIDES.includes(option)) continue
    if (TASK_OPTIONS.includes(option))
      throw taskError(
        `${nounOf(definition)} cannot have '${option}' overridden. What can be: ${listed(OVERRIDES)}. Define another one.`,
      )
    checkKnown({ [option]: undefined }, OVERRIDES)
  }
  checkString(overrides.name, 'name')
}

function checkFunctionOf(kind: string, given: unknown): void {
  if (typeof given !== 'function') throw invalid(`${kind}(fn) needs a function.`)
}

function shownName(given: AnyFunction, { name }: { readonly name?: string }, file: string | undefined): string {
  const own = name ?? sourceName(nameOf(functionIn(given)), file)
  return own === '' ? 'without a name' : `'${own}'`
}

type Common = Omit<NodeDefinition, 'cache' | 'policyVersion' | 'retry' | 'timeout' | 'slots' | 'run'>

function common(
  kind: NodeDefinition['kind'],
  given: AnyFunction,
  {
    name,
    inputs,
    outputs,
    memory,
    project,
    domain,
  }: Pick<WorkflowOptions, 'name' | 'inputs' | 'outputs' | 'memory' | 'project' | 'domain'>,
  file: string | undefined,
): Common {
  checkString(name, 'name')
  checkString(project, 'project')
  checkString(domain, 'domain')
  if (memory !== undefined && !(memory instanceof Memory)) throw invalid(`The option 'memory' must be a Memory.`)
  const fn = functionIn(given)
  const types = typesIn(inputs, 'inputs')
  const taken = inputsOf(fn, types, inputs !== undefined)
  const results = typesIn(outputs, 'outputs')
  const signature = signatureText(
    Array.from(taken.names ?? [], (input) => [input, types.get(input)?.text ?? 'any'] as const),
    results,
  )
  return {
    kind,
    name: name ?? sourceName(nameOf(fn), file),
    fn,
    file,
    inputs: taken,
    outputs: results,
    signature,
    memory,
    project,
    domain,
    fixed: undefined,
  }
}

/** As declared, else as the function takes them apart: `({ rows, limit = 10 }) => …`. */
function inputsOf(fn: AnyFunction, types: Types, areDeclared: boolean): Inputs {
  const [first] = (parametersOf(textOf(fn)) as Parameter[] | null) ?? []
  const isPattern = first !== undefined && first.name === undefined && !first.rest && first.properties.length > 0
  const optional = new Set(isPattern ? first.optional : [])
  if (areDeclared) {
    const names = new Set(types.keys())
    // A schema says itself what it makes of an input that is missing.
    const isRequired = (name: string): boolean => !optional.has(name) && !types.get(name)!.mayBeMissing
    return { types, names, required: [...names].filter(isRequired) }
  }
  if (!isPattern || first.takesOthers === true) return { types, names: undefined, required: [] }
  const names = new Set(first.properties)
  return { types, names, required: [...names].filter((name) => !optional.has(name)) }
}

/** Whether its key needs a name, and whether what is ignored is there. */
function checkedDefinition(definition: Omit<NodeDefinition, 'policyVersion'>): NodeDefinition {
  const { cache, name, inputs, fn, file } = definition
  const unknown = cache.ignored.find((one) => inputs.names?.has(one) === false)
  if (unknown !== undefined)
    throw taskError(
      `${nounOf(definition)} ignores '${unknown}', which is no input of it. There is: ${listed(inputs.names ?? [])}.`,
    )
  if (!cache.isCached) return { ...definition, policyVersion: undefined }
  if (name === '' && !cache.policies.some(isFunctionBody))
    throw new EngramError(
      'ERR_UNNAMED_FUNCTION',
      `A ${definition.kind} that is cached by its version needs a name: name the function, or give the option 'name'.`,
    )
  const params = { fn, name, ...(file !== undefined && { module: file }) }
  return { ...definition, policyVersion: versionByPolicies(cache, params) }
}
