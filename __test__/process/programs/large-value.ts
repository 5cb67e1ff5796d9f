import type { CachedFunction, Memory } from '../../../index.ts'

interface LargeValue {
  /** Stored as a file of its own, and long enough to be mapped. */
  numbers: Float64Array
  /** Stored in structure bytes, more of them than the scratch holds. */
  words: string[]
}

export function largeValue(): LargeValue {
  const numbers = Float64Array.from({ length: 2_097_152 }, (_, i) => Math.sqrt(i))
  return { numbers, words: Array.from({ length: 20_000 }, (_, i) => `word ${i} of many`) }
}

/** The function whose result is the large value. */
export function cachedLargeValue(memory: Memory, produce: () => LargeValue): CachedFunction<() => LargeValue> {
  return memory.cache(produce, { name: 'large', strategy: 'inputHash' })
}
