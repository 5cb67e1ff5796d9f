/**
 * What a function of a package or of Node was given when it was made: `partial(scale, 2)` is not `partial(scale, 3)`.
 */
import type { FreeVariable } from '../native/binding.ts'
import { type FunctionFacts, type Sight, readingOf, sightOf } from './facts.ts'
import type { Scope } from './reflection.ts'
import { isAssigned } from './script-names.ts'
import { CHANGED } from './use.ts'

/** A variable around the function, other than those of its module. */
export interface Given {
  readonly variable: FreeVariable
  readonly sight: Sight
  /** Whether the value that it has now is what counts: the function itself changes it. */
  readonly isState: boolean
  /** Whether other functions assign it. */
  readonly isAssigned: boolean
}

/** Variables of a scope without a name in which somebody may have made something, at most: more are those of a library. */
const MOST_VARIABLES = 24

/** Of a builtin's functions, those alone that are functions: Node's own state says nothing. */
export function givenTo({ fn, stamp, home, reflection }: FunctionFacts): Given[] {
  // The top level of a REPL stands around every module.
  const scopes = (reflection?.scopes ?? []).filter(({ type }) => type !== 'Script')
  if (scopes.length < 2 || (stamp?.[0] !== 'package' && stamp?.[0] !== 'builtin')) return []
  const reading = readingOf(fn)
  if (typeof reading === 'string') return []
  return reading.freeVariables.flatMap((variable) => {
    const { name, paths } = variable
    const sight = sightOf(reflection!, name)
    if (sight?.isReadable !== true || sight.scope === scopes.at(-1) || isLibrary(sight.scope)) return []
    if (home.kind === 'builtin' && typeof sight.value !== 'function') return []
    const isState = paths.some(({ uses }) => uses & CHANGED)
    return [{ variable, sight, isState, isAssigned: isAssigned(home, name) }]
  })
}

/** Whether the package's own top level lies in a function, as it does in a bundle. */
function isLibrary({ type, values }: Scope): boolean {
  return type === 'Closure' && Object.keys(values).length > MOST_VARIABLES
}
