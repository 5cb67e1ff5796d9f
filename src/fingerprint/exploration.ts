import { isInspectorMissing } from '../code/facts.ts'
import { Reach } from '../code/reach.ts'
import type { KeyContext } from '../key/encoder.ts'
import type { DescriptionContext } from './context.ts'
import { Findings } from './findings.ts'
import { describeDependency, describeFunction } from './function-description.ts'
import type { FingerprintOptions } from './options.ts'
import type { FunctionSentence, Sentence } from './sentence.ts'

/** What an exploration found. */
export interface Explored {
  /** Of each function: its text, and what each name in it stands for. */
  readonly functions: readonly FunctionSentence[]
  readonly deps: readonly (readonly Sentence[])[]
  /** Whether the first function is the one that was asked for. */
  readonly coversRoot: boolean
  /** Of a function with a version: whether it sees more than its module. */
  readonly isClosure: boolean
  readonly findings: Findings
  readonly keys: KeyContext
  /** The number of a function that it met. */
  readonly numberOf: (fn: Function) => number | undefined
  /** The source files in which they were defined: absolute paths. */
  readonly files: ReadonlySet<string>
}

/** Walks over a function and all that it reaches: once to know what they change, and once to say what they are. */
export function explore(root: Function, options: FingerprintOptions): Explored {
  const reach = new Reach(options.captures === 'auto')
  const coversRoot = options.covers !== 'deps'
  const isVersioned = options.covers === 'closure'
  const ownCode = new Set<Function>(isVersioned ? [root] : [])
  const begin = (isFinal: boolean): DescriptionContext => {
    if (coversRoot) reach.numberOf(root)
    return {
      root,
      options,
      reach,
      findings: new Findings(isVersioned),
      isFinal,
      ownCode,
      viewers: new Map(),
      noted: new WeakSet(),
    }
  }
  const sketch = begin(false)
  for (const [index, dep] of options.deps.entries()) describeDependency(sketch, dep, index)
  for (const facts of reach.explore(options.file, !options.isPassed)) describeFunction(sketch, facts)

  reach.settle()
  const context = begin(true)
  const { findings } = context
  const deps = options.deps.map((dep, index) => describeDependency(context, dep, index))
  const files = new Set<string>()
  const functions = Array.from(reach.settled(), (facts) => {
    if (facts.home.kind === 'source' && facts.home.file !== undefined) files.add(facts.home.file)
    return describeFunction(context, facts)
  })
  // There a version is what helps.
  if (isInspectorMissing() && !isVersioned && options.captures === 'auto') {
    const why =
      process.permission === undefined ? 'this runtime has no inspector' : '--permission keeps the inspector away'
    findings.refuse(`${why}, so the values that the function captured cannot be read`, undefined)
  }
  const isClosure = isVersioned && (findings.refusal !== undefined || functions.some(saysOfClosure))
  const numberOf = (fn: Function): number | undefined => reach.knownNumberOf(fn)
  return { functions, deps, coversRoot, isClosure, findings, keys: options.keys, numberOf, files }
}

/** Whether a function whose code the version stands for has something to say besides. */
function saysOfClosure(sentence: FunctionSentence): boolean {
  return sentence.what === 'text' && sentence.text === '' && sentence.said.length > 0
}
