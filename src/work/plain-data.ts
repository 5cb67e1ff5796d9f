import { Payload } from '../entry/payload.ts'
import { builtin } from '../platform/builtin.ts'
import { classNameOf } from '../value/builtin-class.ts'
import { propertySegment, quoted, shortened } from '../words/phrase.ts'
import { isContainer, isPrimitive, kindOf } from './data-kind.ts'
import { memberSegment } from './data-path.ts'
import { Walk } from './data-walk.ts'
import { workError } from './error.ts'
import { under } from './view.ts'

const { types } = builtin('node:util')

/**
 * Throws ERR_WORK, with the path of the culprit, for what is no plain data: functions, symbols, promises, instances of
 * classes, properties with a getter, with a symbol for a name or that are not enumerable, and what is a part of itself.
 *
 * Plain data are primitives, plain objects, arrays (their elements: other properties of an array are not looked at), Map,
 * Set, Date, RegExp, URL, ArrayBuffer and views of bytes, and Payload. Parts may be shared.
 *
 * @param path - Where the value stands, as `train.config`; a function is asked when it is needed.
 * @param isOther - Whether an object that is no plain data may stand there all the same.
 * @param within - The container of which the value is to become a part: it may not be in the value.
 */
export function checkPlainData(
  value: unknown,
  path: string | (() => string),
  isOther?: (value: object) => boolean,
  within?: object,
): void {
  if (!isPrimitive(value)) checkObject(value, path, isOther, within)
}

function checkObject(
  value: unknown,
  path: string | (() => string),
  isOther: IsOther,
  within: object | undefined,
): void {
  const walk = new Walk()
  if (within !== undefined) walk.startIn(within)
  const fault = checkPart(walk, value, isOther) ?? checkRest(walk, isOther)
  if (fault === undefined) return
  const { what, property } = fault
  throw notPlain(walk.path(typeof path === 'string' ? path : path()) + (property ?? ''), what)
}

/**
 * Where a container has (or is to have) a member, for messages: `train.config.items[3]` for the array `items` somewhere in
 * `root`, plain data that stand at `path`, and the key 3; with no key where the container is. It looks for the container in
 * all of them, so it is not for every day.
 */
export function pathTo(root: object, path: string, container: object, key: unknown): string {
  const wanted = under(container)
  const kind = kindOf(wanted)
  const member = isContainer(kind) && key !== undefined ? memberSegment(kind, key) : ''
  const walk = new Walk()
  enter(walk, root)
  if (under(root) !== wanted)
    while (walk.advance(isObject) && under(walk.part) !== wanted) enter(walk, walk.part as object)
  return walk.path(path) + member
}

// ------------------------------------------------------------------------------------------------------------- faults

interface Fault {
  readonly what: string
  /** The segment of the property that is at fault, where the part itself is not. */
  readonly property?: string
}

type IsOther = ((value: object) => boolean) | undefined

function checkRest(walk: Walk, isOther: IsOther): Fault | undefined {
  while (walk.advance(isNoPrimitive)) {
    const fault = checkPart(walk, walk.part, isOther)
    if (fault !== undefined) return fault
  }
  return undefined
}

function checkPart(walk: Walk, part: unknown, isOther: IsOther): Fault | undefined {
  if (typeof part === 'symbol') return { what: 'a symbol' }
  const value = under(part) as object
  const kind = kindOf(value)
  if (kind === undefined) return value instanceof Payload || isOther?.(value) ? undefined : { what: whatIs(value) }
  if (!isContainer(kind)) return undefined
  if (walk.isAround(value)) return { what: 'a container that is around it' }
  const fault = kind === 'object' ? checkProperties(value) : undefined
  if (fault === undefined) walk.enter(value, kind)
  return fault
}

function checkProperties(value: object): Fault | undefined {
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key === 'symbol')
      return { what: 'a property with a symbol for a name', property: `[${shortened(String(key))}]` }
    const { enumerable, get, set } = Object.getOwnPropertyDescriptor(value, key)!
    if (get !== undefined || set !== undefined)
      return { what: 'a property with a getter or setter', property: propertySegment(key) }
    if (enumerable !== true) return { what: 'a property that is not enumerable', property: propertySegment(key) }
  }
  return undefined
}

function whatIs(value: object): string {
  if (typeof value === 'function') return 'a function'
  if (types.isPromise(value)) return 'a promise: await it first'
  const name = classNameOf(Object.getPrototypeOf(value))
  return name === '' ? 'an instance of a class' : `an instance of ${quoted(name)}`
}

function notPlain(path: string, what: string): Error {
  const data = 'primitives, plain objects, arrays, Map, Set, Date, RegExp, URL, bytes and Payload'
  return workError(`${path} is no plain data: it is ${what}. Plain data are ${data}.`, { path })
}

// -------------------------------------------------------------------------------------------------------------- parts

function enter(walk: Walk, part: object): void {
  const value = under(part)
  const kind = kindOf(value)
  if (isContainer(kind)) walk.enter(value, kind)
}

const isNoPrimitive = (part: unknown): boolean => !isPrimitive(part)
const isObject = (part: unknown): boolean => typeof part === 'object' && part !== null
