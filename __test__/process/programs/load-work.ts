import type { CachedFunction, Memory } from '../../../index.ts'
import type { Kind } from './recorded-work.ts'

/** What processes under load are told: one JSON argument. */
export interface LoadSettings {
  name: string
  location: string
  /** The log of runs, which all share. */
  log: string
  /** Where this process writes down each call that returned. */
  calls: string
  seed: number
  kind: Kind
  /** Calls at once, where they are asynchronous. */
  concurrency: number
  /** Nanoseconds of the monotonic clock: from then on, every `stepMs` brings a new key for all processes. */
  epoch: string
  stepMs: number
  /** How long the function takes. */
  functionMs: number
  /** Ends after so long, or once this file is there. */
  forMs?: number
  stop?: string
}

/** The function under load. Whoever waits for what another process computes waits for the same name and key. */
export function loaded(
  memory: Memory,
  produce: (number: number) => unknown,
): CachedFunction<(number: number) => unknown> {
  return memory.cache(produce, { name: 'n', strategy: 'inputHash' })
}

/** Mostly small ones; some are blobs. */
export function loadedValue(number: number): unknown {
  if (number % 16 === 5) return { number, floats: new Float64Array(9000).fill(number) }
  return { number, text: `value ${number}`.repeat(1 + (number % 7)) }
}
