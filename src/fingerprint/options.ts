import type { ReceiverReach } from '../code/receiver-reach.ts'
import type { KeyContext } from '../key/encoder.ts'

export type CodeStrategy = 'codeHash' | 'syntaxHash'

/** What else a fingerprint is made of. */
export interface FingerprintOptions {
  readonly strategy: CodeStrategy
  readonly captures: 'auto' | 'none'
  /** What of the captured values does not matter: names of variables, and paths from them. */
  readonly ignored: readonly string[]
  readonly keys: KeyContext
  /** Absolute path of the module that wraps the function. */
  readonly file: string | undefined
  /** Declared dependencies: labels and values. */
  readonly deps: readonly unknown[]
  /** Whether the function itself counts, or what it sees beside its module, or what it declares alone. */
  readonly covers: 'code' | 'closure' | 'deps'
  /** Whether the root is a value that a call was given: what changes in it counts at each call. */
  readonly isPassed: boolean
  /** Of a method: what it reaches through its receiver. */
  readonly receiver?: ReceiverReach
}

/** Whether the user said that what has this name, or lies in it, does not matter. */
export function isIgnored({ ignored }: FingerprintOptions, label: string): boolean {
  return ignored.some((one) => label === one || label.startsWith(`${one}.`))
}

/** Paths from what has this name to what in it does not matter. */
export function ignoredWithin({ ignored }: FingerprintOptions, label: string): string[][] {
  return ignored.filter((one) => one.startsWith(`${label}.`)).map((one) => one.slice(label.length + 1).split('.'))
}
