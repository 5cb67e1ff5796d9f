import { isInspectorMissing } from '../code/facts.ts'
import { Reach } from '../code/reach.ts'
import { Description } from './description.ts'
import type { Findings } from './findings.ts'
import type { FingerprintOptions } from './options.ts'

/** What an exploration found. */
export interface Explored extends Findings {
  /** For each function: its text, and what each name in it stands for. */
  readonly functions: unknown[][]
  readonly deps: unknown[]
  /** Whether the first function is the one that was asked for. */
  readonly coversRoot: boolean
}

/** Walks over a function and all that it reaches: once to know what they change, and once to say what they are. */
export function explore(root: Function, options: FingerprintOptions): Explored {
  const reach = new Reach(options.captures === 'auto')
  const start = (): void => {
    if (options.covers === 'code') reach.numberOf(root)
  }
  start()
  for (const dep of options.deps) if (typeof dep === 'function') reach.numberOf(dep)
  const sketch = new Description(root, options, reach, false)
  for (const facts of reach.explore(options.file)) sketch.functionPart(facts)

  reach.settle()
  start()
  const description = new Description(root, options, reach, true)
  const deps = options.deps.map((dep, index) => description.dependency(dep, index))
  const functions = Array.from(reach.settled(), (facts) => description.functionPart(facts))
  if (isInspectorMissing())
    description.doubt('this Node has no inspector, so the values that it captured cannot be read')
  return { functions, deps, coversRoot: options.covers === 'code', ...description.found }
}
