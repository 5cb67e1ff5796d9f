/**
 * Weak maps in which compilers, or people, keep state of instances.
 */
import { textOf } from '../function/text.ts'
import { builtin } from '../platform/builtin.ts'
import { attempt, isClass, isPrimitive } from './captured-value.ts'
import { factsOf, readingOf, sightOf } from './facts.ts'

const types = builtin('node:util/types')

export type Keeper = WeakMap<object, unknown> | WeakSet<object>

/** How far, and how many functions, a search for weak maps goes, */
const DEEPEST = 4
const MOST = 400
/** and where an instance has properties as well. */
const DEEPEST_HANDED = 2
const MOST_HANDED = 40
/** How far from a variable: `state.slots.get(this)`. */
const DEEPEST_MEMBER = 2

/** What is called with `this` among its arguments: `slotOf(this)`, `slots.read(this, 1)`. */
const HANDED = /([\w$]+)(?:\.[\w$]+)*\s*\((?:[^()]*,)?\s*this\s*[,)]/g

/** Weak maps that the classes' code names, by what it calls them. */
export function keepersOf(classes: readonly Function[]): Map<string, Keeper> {
  const found = new Map<string, Keeper>()
  for (const one of classes) {
    const named = new Map(codeOf(one).flatMap(pathsIn))
    if (named.size === 0) continue
    const [facts] = factsOf([one], false, undefined)
    if (facts?.reflection === undefined) continue
    for (const [label, [name, ...below]] of named) {
      const value = heldAt(sightOf(facts.reflection, name!)?.value, below)
      if (isKeeper(value)) found.set(label, value)
    }
  }
  return found
}

/** Weak maps that keep something of an instance, in what the classes' code calls: `slotsOf(this)`. */
export function keepersBehind(classes: readonly Function[], value: object): Map<string, Keeper> {
  return search(classes.flatMap(codeOf), namesIn, value, DEEPEST, MOST)
}

/** The same of an instance that has properties besides: in what is called with it. */
export function keepersHanded(classes: readonly Function[], value: object): Map<string, Keeper> {
  const handing = classes.flatMap(codeOf).filter((fn) => handedIn(fn).length > 0)
  const start = new Set(handing)
  const names = (fn: Function): string[] => (start.has(fn) ? handedIn(fn) : namesIn(fn))
  return search(handing, names, value, DEEPEST_HANDED, MOST_HANDED)
}

/** From functions to those that they name, breadth first. */
function search(
  start: readonly Function[],
  names: (fn: Function) => readonly string[],
  value: object,
  deepest: number,
  most: number,
): Map<string, Keeper> {
  const found = new Map<string, Keeper>()
  const note = (name: string, held: unknown): void => {
    if (isKeeper(held) && held.has(value)) found.set(name, held)
  }
  let level = start
  const seen = new Set(level)
  for (let depth = 0; depth < deepest && level.length > 0; depth++) {
    const next: Function[] = []
    for (const { fn, reflection } of factsOf(level, false, undefined)) {
      if (reflection === undefined) continue
      note('bound', reflection.bound?.receiver)
      for (const name of names(fn)) {
        const held = sightOf(reflection, name)?.value
        note(name, held)
        if (typeof held !== 'function' || seen.has(held) || seen.size >= most) continue
        seen.add(held)
        next.push(held)
      }
    }
    level = next
  }
  return found
}

function isKeeper(value: unknown): value is Keeper {
  return types.isWeakMap(value) || types.isWeakSet(value)
}

/** The code of a class; of older code, that of its methods besides. */
function codeOf(one: Function): Function[] {
  if (isClass(textOf(one))) return [one]
  const methods = Object.values(Object.getOwnPropertyDescriptors((one.prototype ?? {}) as object))
  const functions = methods.flatMap(({ value, get, set }) => [value, get, set] as unknown[])
  return [one, ...functions.filter((fn) => typeof fn === 'function')]
}

function namesIn(fn: Function): string[] {
  const reading = readingOf(fn)
  return typeof reading === 'string' ? [] : reading.freeVariables.map(({ name }) => name)
}

/** The variables that a function uses and the members of them that it names, by what it calls them. */
function pathsIn(fn: Function): [string, string[]][] {
  const reading = readingOf(fn)
  if (typeof reading === 'string') return []
  return reading.freeVariables.flatMap(({ name, paths }) =>
    [[], ...paths.map(({ path }) => path)].flatMap((path) =>
      Array.from({ length: Math.min(path.length, DEEPEST_MEMBER) + 1 }, (_, length): [string, string[]] => {
        const whole = [name, ...path.slice(0, length)]
        return [whole.join('.'), whole]
      }),
    ),
  )
}

/** A member of plain data; undefined for what only an accessor gives. */
function heldAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((at, name) => {
    if (isPrimitive(at) || typeof at === 'function') return undefined
    return (attempt(() => Object.getOwnPropertyDescriptor(at, name)) as PropertyDescriptor | undefined)
      ?.value as unknown
  }, value)
}

/** What is called with `this` in a function's text. */
function handedIn(fn: Function): string[] {
  return Array.from(textOf(fn).matchAll(HANDED), ([, name]) => name!)
}
