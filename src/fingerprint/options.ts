import type { ReceiverReach } from '../code/receiver-reach.ts'
import type { KeyContext } from '../key/encoder.ts'

export type CodeStrategy = 'codeHash' | 'syntaxHash'

/** What else a fingerprint is made of. */
export interface FingerprintOptions {
  readonly strategy: CodeStrategy
  readonly captures: 'auto' | 'none'
  readonly keys: KeyContext
  /** Absolute path of the module that wraps the function. */
  readonly file: string | undefined
  /** Declared dependencies: labels and values. */
  readonly deps: readonly unknown[]
  /** Whether the function itself counts, or what it declares alone. */
  readonly covers: 'code' | 'deps'
  /** Of a method: what it reaches through its receiver. */
  readonly receiver?: ReceiverReach
}
