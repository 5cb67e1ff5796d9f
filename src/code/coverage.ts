/**
 * Code that a coverage tool (istanbul: nyc, Jest, vitest) put counters into, `cov_1f3k().s[0]++`, as it was before. The function
 * that gives the counters knows where what it counts stood, which tells the braces that the tool added from those that were there.
 */
import { textOf } from '../function/text.ts'
import { withoutCounters } from '../native/binding.ts'
import { attempt } from './captured-value.ts'
import { reflectAll } from './reflection.ts'

/** What is kept of one file. */
interface FileCoverage {
  readonly statementMap: Readonly<Record<string, Partial<Range>>>
  readonly fnMap: Readonly<Record<string, { readonly loc: Partial<Range> }>>
  readonly branchMap: Readonly<Record<string, { readonly loc: Partial<Range>; readonly locations: Partial<Range>[] }>>
}

interface Range {
  readonly start: Partial<Place>
  readonly end: Partial<Place>
}

interface Place {
  readonly line: number
  readonly column: number
}

/** The places of what is counted, as the core takes them. */
interface Places {
  readonly statements: Uint32Array
  readonly functions: Uint32Array
  readonly branches: Uint32Array
}

/** The function that gives the counters of a file. */
const COUNTER = /\bcov_[0-9a-z]+(?=\(\)\.[sfb]\[)/
const NAME = /^cov_[0-9a-z]+$/
const UNKNOWN = 2 ** 32 - 1

const places = new WeakMap<FileCoverage, Places>()

/** The text of a function, without the counters of a coverage tool where these are known. */
export function originalText(fn: Function): string {
  const text = textOf(fn)
  const name = counterIn(text)
  const coverage = name === undefined ? undefined : coverageAround(fn, name)
  if (coverage === undefined) return text
  return withoutCounters(text, { name: name!, ...placesIn(coverage) }) ?? text
}

/** Whether a coverage tool put counters into the text. */
export function hasCounters(text: string): boolean {
  return counterIn(text) !== undefined
}

/** Whether a variable of this name gives counters. */
export function givesCounters(name: string): boolean {
  return NAME.test(name)
}

function counterIn(text: string): string | undefined {
  return text.includes('cov_') ? COUNTER.exec(text)?.[0] : undefined
}

/** What the function of this name gives that `fn` sees. */
function coverageAround(fn: Function, name: string): FileCoverage | undefined {
  return attempt(() => {
    const [reflection] = reflectAll([fn])
    const scope = reflection?.scopes.find(({ values }) => Object.hasOwn(values, name))
    const counters: unknown = scope?.values[name]
    const coverage: unknown = typeof counters === 'function' ? counters() : undefined
    return isCoverage(coverage) ? coverage : undefined
  }) as FileCoverage | undefined
}

function isCoverage(value: unknown): value is FileCoverage {
  if (typeof value !== 'object' || value === null) return false
  return ['statementMap', 'fnMap', 'branchMap'].every((name) => Object.hasOwn(value, name))
}

function placesIn(coverage: FileCoverage): Places {
  const found = places.get(coverage)
  if (found !== undefined) return found
  const { statementMap, fnMap, branchMap } = coverage
  const made = {
    statements: numbered(statementMap, (range) => numbersOf(range)),
    functions: numbered(fnMap, ({ loc }) => numbersOf(loc)),
    branches: numbered(branchMap, ({ loc, locations }) => [...numbersOf(loc), ...numbersOf(locations[1])], 8),
  }
  places.set(coverage, made)
  return made
}

function numbered<T>(all: Readonly<Record<string, T>>, numbers: (one: T) => number[], size = 4): Uint32Array {
  const keys = Object.keys(all)
  const found = new Uint32Array(size * (keys.length === 0 ? 0 : Number(keys.at(-1)) + 1)).fill(UNKNOWN)
  for (const key of keys) found.set(numbers(all[key]!), size * Number(key))
  return found
}

function numbersOf(range: Partial<Range> | undefined): number[] {
  const { start, end } = range ?? {}
  return [start?.line, start?.column, end?.line, end?.column].map((one) => one ?? UNKNOWN)
}
