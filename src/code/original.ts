/**
 * Whether what stands in a global, in a member of one or on a prototype of the language is what came with Node, or what
 * somebody put there: a polyfill, a mock, a fake clock.
 */
import { textOf } from '../function/text.ts'
import { builtin } from '../platform/builtin.ts'
import { mainGlobal } from '../value/realm.ts'
import { isPrimitive } from './captured-value.ts'
import { isNative } from './facts.ts'
import { homeOfScript } from './home.ts'
import { intrinsicName } from './intrinsic.ts'
import { type Reflection, reflectAll } from './reflection.ts'

const types = builtin('node:util/types')

/** Functions of the language that lie under other names than their own. */
const ALIASES: Readonly<Record<string, string>> = {
  trimLeft: 'trimStart',
  trimRight: 'trimEnd',
  toGMTString: 'toUTCString',
  keys: 'values',
}
/** Variables in which modules of Node keep functions of the language: `ObjectDefineProperty`. */
const PRIMORDIAL = /^(Object|Symbol|Reflect|Promise|Number|Array|String)([A-Z]\w*)$/

const judged = new WeakMap<Function, boolean>()

/** Whether a function that lies under this name came with Node or the language. */
export function isOriginal(fn: Function, name: string): boolean {
  if (!isNodes(fn)) return false
  if (!isNative(fn) || intrinsicName(fn) === undefined) return true
  // One of the language's own functions may have been put where another one was.
  const own = /^function (?:get |set )?([\w$]*)\(/.exec(textOf(fn))?.[1]
  return own === '' || own === name || own === ALIASES[name]
}

/** Whether a function is of Node's own code, or of the language's. */
function isNodes(fn: Function): boolean {
  let is = judged.get(fn)
  if (is === undefined) judged.set(fn, (is = judge(fn)))
  return is
}

function judge(fn: Function): boolean {
  if (types.isProxy(fn)) return false
  if (isNative(fn) && (intrinsicName(fn) !== undefined || !textOf(fn).startsWith('function ('))) return true
  let reflection: Reflection
  try {
    reflection = reflectAll([fn])[0]!
  } catch {
    // Without an inspector nothing tells them apart.
    return true
  }
  const { bound, scriptId, scopes } = reflection
  if (bound !== undefined) return isNodes(bound.target)
  if (scriptId === undefined) return true
  const outermost = scopes.at(-1)?.values ?? {}
  if (Object.keys(outermost).some((name) => isPrimordial(name, outermost))) return true
  return homeOfScript(scriptId, textOf(fn), { known: [], isAll: false }).kind === 'builtin'
}

function isPrimordial(name: string, variables: Readonly<Record<string, unknown>>): boolean {
  const [, holder, member] = PRIMORDIAL.exec(name) ?? []
  if (holder === undefined || member === undefined) return false
  const place = mainGlobal()[holder] as Record<string, unknown>
  const value = place[member[0]!.toLowerCase() + member.slice(1)]
  return value !== undefined && value === variables[name]
}

/** Whether an object that a global has, such as `Math` or `performance`, came with Node. */
export function isOriginalObject(object: object): boolean {
  if (object === process || object === console) return true
  const tag = Object.getOwnPropertyDescriptor(object, Symbol.toStringTag)
  if (tag?.writable === false) return true
  const prototype = Object.getPrototypeOf(object) as object | null
  if (prototype === null || prototype === Object.prototype) return false
  const { constructor } = prototype
  return typeof constructor !== 'function' || isNodes(constructor)
}

/** Whether a value under this name came with Node or the language. */
export function isOriginalValue(value: unknown, name: string): boolean {
  if (typeof value === 'function') return isOriginal(value, name)
  return isPrimitive(value) || isOriginalObject(value as object)
}
