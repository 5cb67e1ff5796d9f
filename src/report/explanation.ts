import type { Parameter } from '../function/parameters.ts'
import type { Difference } from '../native/binding.ts'
import type { MissReason } from './entry-info.ts'

/** One part of a call's key that differs from the nearest entry's. */
export interface KeyChange {
  /**
   * - `name`, `version`, `project`, `domain`: as the user or the function's place gave them.
   * - `code`: the source of the function itself, or the strategy.
   * - `helper`: a function that it reaches.
   * - `capture`: a value that it captured.
   * - `dependency`: a package, a module, or what `deps` names.
   * - `argument`: a value that it was called with, or a part of one.
   * - `context`: a parameter of a pipeline's context.
   */
  part:
    | 'name'
    | 'version'
    | 'code'
    | 'capture'
    | 'helper'
    | 'argument'
    | 'context'
    | 'dependency'
    | 'project'
    | 'domain'
  /** What it is called: `normalise`, `threshold`, `factor of normalise`, `rows.length`. */
  name: string
  /** A preview of what it was, or the beginning of its digest where none is kept; absent where it was not there. */
  before?: string
  /** The same for what it is. */
  now?: string
}

/** Why a call would run, or that it would not. */
export interface Explanation {
  /** What a call would find. */
  status: 'hit' | 'miss' | 'stale'
  /** Absent for a hit. */
  reason?: MissReason
  /**
   * Parts of the key that differ from the nearest entry's, most telling first; empty for hits, and where no entry is near.
   * The nearest entry is the one with the fewest such parts; of several one with fewer other arguments, then the newest.
   */
  changed: KeyChange[]
  /** Names of captured variables that the function itself changes: state, which is in no key. */
  state: string[]
  /** What could be done about it, in words; absent where that is not known. */
  advice?: string
}

/** What to do where only code differs: an edit may change no result. */
export function adviceFor(changed: readonly KeyChange[]): string | undefined {
  if (changed.length === 0 || !changed.every(isEdit)) return undefined
  return 'Only code was edited: if that changes no result, `adopt()` of the function has what is stored answer for the code as it is now.'
}

/** What a captured value or a package came or went with. */
function isEdit({ part, name, before, now }: KeyChange): boolean {
  if (part === 'code') return name !== 'strategy'
  const mayComeAndGo = part === 'capture' || part === 'dependency'
  return part === 'helper' || (mayComeAndGo && (before === undefined || now === undefined))
}

/** What the core found, with arguments by the names of their parameters. */
export function changesFrom(
  differences: readonly Difference[],
  parameters: readonly Parameter[] | undefined,
): KeyChange[] {
  return differences.map(({ part, name, before, now }) => ({
    part: part as KeyChange['part'],
    name: part === 'argument' ? argumentName(name, parameters) : name,
    ...(typeof before === 'string' && { before }),
    ...(typeof now === 'string' && { now }),
  }))
}

/** `0.rows[2]` as the function calls it: `options.rows[2]`. */
function argumentName(place: string, parameters: readonly Parameter[] | undefined): string {
  const [, digits = '', below = ''] = /^(\d+)(.*)$/s.exec(place) ?? []
  const position = Number(digits)
  const last = (parameters?.length ?? 0) - 1
  const parameter = parameters?.[Math.min(position, last)]
  if (parameter?.rest === true && position >= last && parameter.name !== undefined) {
    return `${parameter.name}[${position - last}]${below}`
  }
  if (parameter?.name !== undefined && position <= last) return parameter.name + below
  // A destructured parameter has no name of its own, and its properties do.
  if (parameter !== undefined && position <= last && below.startsWith('.')) return below.slice(1)
  return `args[${position}]${below}`
}
