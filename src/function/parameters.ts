import { EngramError } from '../words/error.ts'
import { isIdentifier } from '../words/identifier.ts'
import { wordsOf } from '../words/phrase.ts'

/** One parameter of a function, as the parser of the core or the option `params` names it. */
export interface Parameter {
  /** Absent for a destructuring pattern, which has no name of its own. */
  name?: string
  /** `...name`: stands for all arguments from its position on. */
  rest: boolean
  /** Property names that a destructuring pattern takes from its argument: `a` and `b` of `({ a, b: c })`. */
  properties: readonly string[]
  /** Those of them that have a default. Default none. */
  optional?: readonly string[]
  /** Whether the pattern takes what it does not name too. Default false. */
  takesOthers?: boolean
}

/**
 * Returns the arguments that count for the key. An ignored one is `undefined` where others follow and is cut where none
 * do, so `f(1, 'x')`, `f(1, 'y')` and `f(1)` give one list when position 1 is ignored. The caller's array and objects
 * are never changed: objects along an ignored path are copied, all others are passed on as they are.
 */
export type ArgumentFilter = (args: readonly unknown[]) => readonly unknown[]

/** What of one argument does not count: all of it, or these of its properties. A Map, as '__proto__' may be a key. */
type Ignored = true | IgnoredProperties
type IgnoredProperties = Map<string, Ignored>

/** One element of `ignore`, resolved: the position, and the path into the argument there (empty: all of it). */
interface Target {
  position: number
  path: readonly string[]
}

interface IgnorePlan {
  /** Arguments from here on do not count: the position of an ignored rest parameter, else Infinity. */
  readonly end: number
  readonly ignored: ReadonlyMap<number, Ignored>
  /** Whether an argument that is undefined is another one than none. */
  readonly isNumberCounted: boolean
}

/**
 * What the option `ignore` makes of a function's parameter list. An element is one of
 *
 * - a position, from 0; that of a rest parameter covers all its arguments, one past it covers that argument alone;
 * - the name of a parameter; of a rest parameter, it covers all its arguments;
 * - the name of a property that one destructured parameter takes: `verbose` of `({ rows, verbose })`;
 * - a path below one of these names: `options.verbose`, `options.log.level`. It leads through plain objects only. Where
 *   an array, a Map or a class instance stands on the way the argument counts whole: a needless run, never a wrong hit.
 *
 * A parameter's name goes before a property of the same name.
 *
 * @param parameters - undefined where they are not known (native or bound functions, text that does not parse): then
 *   any position is accepted and no name is.
 * @param functionName - for messages.
 * @param isNumberCounted - whether an argument that is undefined, and not ignored, is another one than none.
 * @returns undefined when nothing is ignored.
 * @throws EngramError `ERR_UNKNOWN_PARAMETER` for a name or position that the function does not have, or a property
 *   that several parameters take; `ERR_INVALID_OPTION` for what is not an array of positions, names and paths.
 */
export function compileIgnore(
  parameters: readonly Parameter[] | undefined,
  ignore: readonly (string | number)[],
  functionName: string,
  isNumberCounted = false,
): ArgumentFilter | undefined {
  if (!Array.isArray(ignore)) throw notAnArray('ignore', ignore)
  // Array.from meets holes, which are refused as undefined.
  const targets = Array.from(ignore, (element) => resolve(parameters, element, functionName))
  if (targets.length === 0) return undefined
  const plan = { ...planOf(targets, parameters), isNumberCounted }
  return (args) => countedArguments(args, plan)
}

/**
 * The parameter list that the option `params` names, for code whose names were minified away. The last name may be
 * written `...rows` to say that it takes all remaining arguments.
 *
 * @throws EngramError `ERR_INVALID_OPTION` for a name that is not an identifier or comes twice, or a rest that is not last.
 */
export function parametersFromNames(names: readonly string[]): Parameter[] {
  if (!Array.isArray(names)) throw notAnArray('params', names)
  const seen = new Set<string>()
  return Array.from(names as readonly string[], (text, position) => {
    const parameter = parameterFromName(text, position === names.length - 1)
    if (seen.has(parameter.name)) throw invalid(`params: ${show(text)} comes twice. Give each parameter its own name.`)
    seen.add(parameter.name)
    return parameter
  })
}

function parameterFromName(text: unknown, last: boolean): Parameter & { name: string } {
  const rest = typeof text === 'string' && text.startsWith('...')
  const name = rest ? text.slice(3) : text
  if (typeof name !== 'string' || !isIdentifier(name)) {
    throw invalid(`params: ${show(text)} is not a parameter name. Give names as in the source: ['rows', 'options'].`)
  }
  if (rest && !last) throw invalid(`params: ${show(text)} is a rest parameter. Put it last.`)
  return { name, rest, properties: [] }
}

// ------------------------------------------------------------- names to positions

function resolve(parameters: readonly Parameter[] | undefined, element: unknown, functionName: string): Target {
  if (typeof element === 'number') return resolvePosition(parameters, element, functionName)
  if (typeof element !== 'string') {
    throw invalid(`ignore: ${show(element)} is neither a position nor a name. Give integers from 0, names or paths.`)
  }
  const path = element.split('.')
  if (path.includes('')) {
    throw invalid(`ignore: ${show(element)} has an empty part. Give a name ('seed') or a path ('options.verbose').`)
  }
  if (parameters === undefined) {
    const fix = 'Give positions, or name its parameters with the option params.'
    throw unknown(`ignore: ${show(element)} cannot be found, as the parameters of ${functionName} are unknown. ${fix}`)
  }
  return resolveName(parameters, path, functionName)
}

function resolvePosition(parameters: readonly Parameter[] | undefined, position: number, functionName: string): Target {
  if (!Number.isSafeInteger(position) || position < 0) {
    throw invalid(`ignore: ${position} is not a position. Positions are integers from 0.`)
  }
  if (parameters !== undefined && position >= parameters.length && parameters.at(-1)?.rest !== true) {
    const fix = 'If it reads `arguments`, name its parameters with the option params.'
    throw unknown(`ignore: ${functionName} has ${parameters.length} parameters, none at position ${position}. ${fix}`)
  }
  return { position, path: [] }
}

function resolveName(parameters: readonly Parameter[], path: readonly string[], functionName: string): Target {
  const [root, ...below] = path as [string, ...string[]]
  // In sloppy code a name may come twice; the last one is what the body sees.
  const position = parameters.findLastIndex((parameter) => parameter.name === root)
  if (position === -1) return { position: ownerOfProperty(parameters, root, functionName), path }
  if (parameters[position]?.rest === true && below.length > 0) {
    throw unknown(
      `ignore: ${show(path.join('.'))} is a path into the rest parameter of ${functionName}. Give positions.`,
    )
  }
  return { position, path: below }
}

/** Position of the one destructured parameter that takes this property. */
function ownerOfProperty(parameters: readonly Parameter[], property: string, functionName: string): number {
  const takes = (parameter: Parameter): boolean => parameter.properties.includes(property)
  const position = parameters.findIndex(takes)
  if (position === -1) {
    const known = parameters.flatMap(({ name, properties }) => (name === undefined ? properties : [name]))
    const having = known.length === 0 ? 'no named parameters' : known.map(show).join(', ')
    const fix = 'Correct the name, give a position, or name the parameters with the option params.'
    throw unknown(`ignore: ${functionName} has no parameter ${show(property)}; it has ${having}. ${fix}`)
  }
  if (parameters.findLastIndex(takes) !== position) {
    const fix = 'Name the parameters with the option params and give a path.'
    throw unknown(`ignore: several parameters of ${functionName} take a property ${show(property)}. ${fix}`)
  }
  return position
}

// ---------------------------------------------------------------------- the plan

function planOf(
  targets: readonly Target[],
  parameters: readonly Parameter[] | undefined,
): Omit<IgnorePlan, 'isNumberCounted'> {
  const ignored = new Map<number, Ignored>()
  let end = Infinity
  for (const { position, path } of targets) {
    if (parameters?.[position]?.rest === true) end = position
    else addPath(ignored, position, path)
  }
  return { end, ignored }
}

/** What is ignored whole stays so, whether its parts are named before or after it. */
function addPath<K>(ignored: Map<K, Ignored>, key: K, path: readonly string[]): void {
  const known = ignored.get(key)
  if (known === true) return
  const [first, ...below] = path
  if (first === undefined) {
    ignored.set(key, true)
    return
  }
  const properties: IgnoredProperties = known ?? new Map()
  ignored.set(key, properties)
  addPath(properties, first, below)
}

// -------------------------------------------------------------------- every call

function countedArguments(args: readonly unknown[], plan: IgnorePlan): readonly unknown[] {
  const counted = args.slice(0, plan.end)
  for (const [position, ignored] of plan.ignored) {
    if (position >= counted.length) continue
    counted[position] = ignored === true ? undefined : reduced(counted[position], ignored, position)
  }
  while (counted.length > 0 && isAsIfAbsent(counted, plan)) counted.pop()
  return counted
}

/** Whether the last argument is as if it was not there. */
function isAsIfAbsent(counted: readonly unknown[], { ignored, isNumberCounted }: IgnorePlan): boolean {
  const last = counted.length - 1
  return counted[last] === undefined && (!isNumberCounted || ignored.get(last) === true)
}

function reduced(value: unknown, ignored: IgnoredProperties, position: number): unknown {
  try {
    return without(value, ignored)
  } catch (cause) {
    const path = `args[${position}]`
    throw new EngramError('ERR_UNHASHABLE', `${path}: reading the value threw: ${wordsOf(cause)}`, { path, cause })
  }
}

/** The value without the ignored properties; the value itself where it has none of them. */
function without(value: unknown, ignored: IgnoredProperties): unknown {
  if (!isPlainObject(value) || !hasAny(value, ignored)) return value
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const below = ignored.get(key)
    if (below === undefined) define(copy, key, value[key])
    else if (below !== true) define(copy, key, without(value[key], below))
  }
  return copy
}

function hasAny(value: object, ignored: IgnoredProperties): boolean {
  for (const key of ignored.keys()) if (Object.hasOwn(value, key)) return true
  return false
}

/** Assigning '__proto__' would change the copy's prototype; as a defined property it is a key like any other. */
function define(copy: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') copy[key] = value
  else Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true })
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

// ------------------------------------------------------------------------ errors

function notAnArray(option: 'ignore' | 'params', value: unknown): EngramError {
  const example = option === 'ignore' ? "['seed', 2, 'options.verbose']" : "['rows', 'options']"
  return invalid(`${option}: ${show(value)} is not an array. Give an array such as ${example}.`)
}

const invalid = (message: string): EngramError => new EngramError('ERR_INVALID_OPTION', message)
const unknown = (message: string): EngramError => new EngramError('ERR_UNKNOWN_PARAMETER', message)

/** Short text for a message, of whatever was given; must not throw, so objects are named by their type only. */
function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
