/**
 * What is said of a function whose code a version stands for: what it sees beside its module, which differs from one
 * closure to the next.
 */
import { closureScopes, closureVariables, hasUnseen, isDeclaredBeside } from '../code/closure.ts'
import { type FunctionFacts, readingOf, sightOf } from '../code/facts.ts'
import { isMinifiedScript } from '../code/script-names.ts'
import { CHANGED } from '../code/use.ts'
import { wrappedIn } from '../function/wrapped.ts'
import type { FreeVariable } from '../native/binding.ts'
import { CapturedVariables } from './captured-variables.ts'
import type { DescriptionContext } from './context.ts'
import type { FunctionSentence, Sentence } from './sentence.ts'
import { refuseUnseen } from './surroundings.ts'

/** What is the same for all closures of one version. */
const SHARED: ReadonlySet<Sentence['what']> = new Set(['state', 'known', 'ignored', 'named'])

export function describeClosure(context: DescriptionContext, facts: FunctionFacts): FunctionSentence {
  const reading = readingOf(facts.fn, isMinifiedScript(facts.home))
  if (typeof reading === 'string') return { what: 'text', text: '', said: [] }
  const isUnseen = hasUnseen(reading) || (reading.features.includes('Unknowable') && closureScopes(facts).length > 0)
  if (isUnseen) refuseUnseen(context, facts, reading)
  const captured = new CapturedVariables(context, facts)
  const said = closureVariables(facts, reading).flatMap((variable) =>
    isOfVersion(context, facts, variable) ? [] : captured.sentencesOf(variable),
  )
  // The version stands for the order in which the text mentions them, too.
  return { what: 'text', text: '', said: said.filter(({ what }) => !SHARED.has(what)).sort(byLabel) }
}

/** Whether the version stands for a variable: the function itself, a helper declared beside it, or what the text changes. */
function isOfVersion(context: DescriptionContext, facts: FunctionFacts, { name, paths }: FreeVariable): boolean {
  // Of functions in packages it is not known besides what they change.
  if (facts.stamp !== undefined && paths.some(({ uses }) => uses & CHANGED)) return true
  const value = sightOf(facts.reflection!, name)?.value
  if (typeof value !== 'function') return false
  // Another one that is cached has a version or code of its own.
  const inner = wrappedIn(value)
  if (inner !== undefined) return inner.fn === context.root
  const its = context.reach.factsAt(value)
  if (its === undefined || !isDeclaredBeside(value, facts, name, its)) return false
  context.ownCode.add(value)
  context.reach.numberOf(value)
  return true
}

function byLabel(one: Sentence, other: Sentence): number {
  if (one.label === other.label) return 0
  return one.label < other.label ? -1 : 1
}
