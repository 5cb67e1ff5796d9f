/**
 * What a function sees that its module does not declare: variables of the function that made it, of a loop or a block. For
 * each closure that is made they are others, though the code is the same.
 */
import { nameOf, textOf } from '../function/text.ts'
import type { FreeVariable, Reading } from '../native/binding.ts'
import { isClass } from './captured-value.ts'
import { type FunctionFacts, isPlainName, readingOf, sightOf } from './facts.ts'
import type { Scope } from './reflection.ts'
import { isConstant, mayBeDeclared } from './script-names.ts'

/** What only the function that made another one knows, and V8 does not tell. */
const UNSEEN = ['CapturedThis', 'CapturedSuper', 'CapturedArguments']
/** What loaders and compilers put beside a module's own names. */
const GIVEN = /^(?:__.*|require|module|exports|jest|cov_[0-9a-z]+)$/
const COMPILED = /^(?:_.*|import_.*|.*_\d+|.*_exports)$/
/** Functions in which loaders run a module: one without a name, that of Jest, and those that bundlers name by the file. */
const WRAPPER = /^(?:Closure|Block|Closure \(Object\.<anonymous>\))$/
const BUNDLED = /^Closure \(.*[/\\].*\)$/

/** Whether a function may see more than its module, as far as its text says: to look is dear. */
export function mayBeClosure(fn: Function): boolean {
  const reading = readingOf(fn)
  if (typeof reading === 'string') return false
  return hasUnseen(reading) || reading.freeVariables.some(({ name }) => !isPlainName(name))
}

export function hasUnseen({ features }: Reading): boolean {
  return UNSEEN.some((one) => features.includes(one))
}

/** The variables that a function sees in scopes other than its module's. */
export function closureVariables(facts: FunctionFacts, reading: Reading): FreeVariable[] {
  const scopes = closureScopes(facts)
  if (scopes.length === 0) return []
  return reading.freeVariables.filter(({ name }) => {
    const sight = sightOf(facts.reflection!, name)
    return sight !== undefined && scopes.includes(sight.scope)
  })
}

/** The scopes around a function, without those of its module. */
export function closureScopes({ reflection, home }: FunctionFacts): readonly Scope[] {
  // The top level of a REPL stands around every module.
  const scopes = (reflection?.scopes ?? []).filter(({ type }) => type !== 'Script')
  if (scopes.at(-1)?.type === 'Module') return scopes.slice(0, -1)
  // V8 keeps only scopes that are needed: the outermost one may be the factory's.
  let end = scopes.length
  for (let isFound = false; end > 0 && !isFound; end--) {
    const { type, values } = scopes[end - 1]!
    const own = Object.keys(values).filter((name) => !GIVEN.test(name))
    isFound = own.length > 0
    if (BUNDLED.test(type)) continue
    if (!WRAPPER.test(type) || !own.every((name) => COMPILED.test(name) || mayBeDeclared(home, name))) break
  }
  return scopes.slice(0, end)
}

/**
 * Whether a function that a closure calls `name` is declared beside it, so that it is the same code for every closure of one
 * version. One that was chosen among several, or handed in, is not.
 */
export function isDeclaredBeside(fn: Function, facts: FunctionFacts, name: string, its: FunctionFacts): boolean {
  const scope = sightOf(facts.reflection!, name)?.scope
  if (scope === undefined || nameOf(fn) !== name) return false
  if (!isClass(textOf(fn)) && !isConstant(facts.home, name)) return false
  return its.reflection?.scopes.some((one) => isSameScope(one, scope)) === true
}

/** The inspector copies scopes: they are known by their variables. */
function isSameScope(one: Scope, other: Scope): boolean {
  const names = Object.keys(one.values)
  if (one.type !== other.type || names.length !== Object.keys(other.values).length) return false
  return names.every((name) => Object.hasOwn(other.values, name) && Object.is(valueIn(one, name), valueIn(other, name)))
}

function valueIn({ values }: Scope, name: string): unknown {
  try {
    return values[name]
  } catch {
    // It has no value yet.
    return undefined
  }
}
