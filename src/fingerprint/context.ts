import type { Reach } from '../code/reach.ts'
import type { Findings } from './findings.ts'
import type { FingerprintOptions } from './options.ts'

/** What all that is said for one fingerprint shares. */
export interface DescriptionContext {
  readonly root: Function
  readonly options: FingerprintOptions
  readonly reach: Reach
  readonly findings: Findings
  /** Functions whose code the version stands for. */
  readonly ownCode: Set<Function>
  /** False while it is only to be known which functions are reached. */
  readonly isFinal: boolean
  /** Objects whose functions are known. */
  readonly noted: WeakSet<object>
  /** Functions that look at the variables of modules, by script. */
  readonly viewers: Map<string, Function>
}
