import type { Case } from './program.ts'
import type { Call, Sides } from './run.ts'

/**
 * What became of one use of an instance.
 *
 * - `cached`: the equal instance hit in its own process.
 * - `explained`: it missed, and the event names what of the instance was not equal after all.
 * - `said`: it ran, and a warning names the reason and a remedy.
 * - `wrong`: some call gave the result of another instance, or a result that is not as the function made it.
 * - `silent`: it ran, and nothing says why.
 * - `failed`: the call threw what the function does not throw.
 */
export type Outcome = 'cached' | 'explained' | 'said' | 'wrong' | 'silent' | 'failed'

export interface Judged {
  readonly name: string
  readonly use: string
  readonly outcome: Outcome
  /** Whether a warning said something; of `wrong` it tells those that are wrong without a word. */
  readonly isWarned: boolean
  /** What the equal instance's warnings say. */
  readonly messages: readonly string[]
}

/** What users can do about a call that is not cached; options, not texts. */
const REMEDY = /captures|version|argument|ignore|register|codecs|deps|return|pass |await it/i

/** What became of each use of each case; `unfit` are the programs that show nothing. */
export function judge(cases: readonly Case[], sides: Sides): { judged: Judged[]; unfit: string[] } {
  const unfit = cases.flatMap((one) => unfitness(one, sides))
  const judged = cases.flatMap((one) => one.uses.map((use) => judgedUse(one.name, use, sides)))
  return { judged, unfit }
}

/** Without the cache, equal instances must give equal results, and the other one another. */
function unfitness({ name, isTold = false }: Case, { first, equal, other }: Sides): string[] {
  const [one, same, different] = [first, equal, other].map((side) => side[name]?.calls['plain'])
  const failure = [first, equal, other].map((side) => side[name]?.failure).find((text) => text !== undefined)
  if (failure !== undefined) return [`${name}: ${failure}`]
  const failed = [one, same, different].find((call) => call?.failure !== undefined)
  if (failed !== undefined) return [`${name}: ${failed.failure}`]
  const [value, ...more] = [...(one?.values ?? []), ...(same?.values ?? [])]
  if (value === undefined || more.some((text) => text !== value))
    return [`${name}: equal instances give ${value}, ${more.join()}`]
  if (!isTold && different?.values.includes(value)) return [`${name}: both sides give ${value}`]
  return []
}

function judgedUse(name: string, use: string, { first, equal, other }: Sides): Judged {
  const sides = [first, equal, other].map((side) => {
    const calls = side[name]?.calls
    return { call: calls?.[use], plain: calls?.['plain']?.values[0] }
  })
  const isWarned = sides.some(({ call }) => (call?.warnings.length ?? 0) > 0)
  const outcome = (): Outcome => {
    if (sides.some(({ call }) => call === undefined || call.failure !== undefined)) return 'failed'
    if (sides.some(({ call, plain }) => isWrong(call!, plain))) return 'wrong'
    return outcomeOf(sides[1]!.call!)
  }
  const messages = sides[1]!.call?.warnings.map(({ message }) => message) ?? []
  return { name, use, outcome: outcome(), isWarned, messages }
}

/** A call that ran the second time may give something else, as an instance may change when it is used. */
function isWrong({ values, statuses }: Call, plain: string | undefined): boolean {
  return values.some((value, index) => value !== plain && (index === 0 || statuses[index] === 'hit'))
}

function outcomeOf({ statuses, warnings, changed = [] }: Call): Outcome {
  if (statuses[0] === 'hit') return 'cached'
  // The id of the function before it has such words in it, too.
  if (warnings.some(({ message }) => REMEDY.test(message.slice(message.indexOf(': '))))) return 'said'
  return changed.some((text) => /^(?:capture|argument) .*\b(?:it|this)\b/.test(text)) ? 'explained' : 'silent'
}

/** A function that only tells a logger something hits whatever the logger is, and needs no word. */
export function troublesOfTold(cases: readonly Case[], { first, equal, other }: Sides): string[] {
  return cases.flatMap(({ name, uses }) =>
    uses.flatMap((use) => {
      const calls = [first, equal, other].map((side) => side[name]?.calls[use])
      const found: string[] = []
      if (calls.some((call) => call === undefined || call.failure !== undefined)) found.push('failed')
      if (calls.some((call) => (call?.warnings.length ?? 0) > 0)) found.push('warned')
      if (calls[1]?.statuses[0] !== 'hit') found.push('missed')
      else if (calls[2]?.statuses[0] !== 'hit') found.push('missed for another logger')
      return found.map((what) => `${name}, ${use}: ${what}`)
    }),
  )
}

/** As they stand in the list of known failures. */
export function troublesOf(judged: readonly Judged[]): string[] {
  const bad = judged.filter(({ outcome }) => outcome === 'wrong' || outcome === 'silent' || outcome === 'failed')
  return bad.map(({ name, use, outcome, isWarned }) => {
    const how = outcome === 'wrong' && !isWarned ? 'wrong without a word' : outcome
    return `${name}, ${use}: ${how}`
  })
}

/** How many of these uses hit without any option. */
export function shareCached(judged: readonly Judged[]): number {
  return judged.filter(({ outcome }) => outcome === 'cached').length / judged.length
}
