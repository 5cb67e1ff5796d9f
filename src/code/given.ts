/**
 * What a function of a package or of Node was given when it was made: `partial(scale, 2)` is not `partial(scale, 3)`.
 */
import { isPrimitive } from './captured-value.ts'
import { type FunctionFacts, readingOf, sightOf } from './facts.ts'
import { isAssigned } from './script-names.ts'
import { CHANGED } from './use.ts'

/** A variable around the function, other than those of its module. */
export interface Given {
  readonly name: string
  readonly value: unknown
}

/** Variables of a scope in which somebody may have made something, at most: more are those of a whole library. */
const MOST_VARIABLES = 24

/** Functions, texts, numbers and plain data. What the package changes itself is left out. */
export function givenTo({ fn, stamp, home, reflection }: FunctionFacts): Given[] {
  // The top level of a REPL stands around every module.
  const scopes = (reflection?.scopes ?? []).filter(({ type }) => type !== 'Script')
  if (scopes.length < 2 || (stamp?.[0] !== 'package' && stamp?.[0] !== 'builtin')) return []
  const reading = readingOf(fn)
  if (typeof reading === 'string') return []
  return reading.freeVariables.flatMap(({ name, paths }) => {
    const sight = sightOf(reflection!, name)
    if (sight?.isReadable !== true || sight.scope === scopes.at(-1)) return []
    if (Object.keys(sight.scope.values).length > MOST_VARIABLES) return []
    const { value } = sight
    if (typeof value === 'function') return [{ name, value }]
    const isState = home.kind === 'builtin' || paths.some(({ uses }) => uses & CHANGED) || isAssigned(home, name)
    return isState || !isData(value) ? [] : [{ name, value }]
  })
}

function isData(value: unknown): boolean {
  if (isPrimitive(value)) return typeof value !== 'symbol'
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}
