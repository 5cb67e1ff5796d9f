import type { CachedFunction, Memory } from '../../../index.ts'

/** The function whose results the writers store: numbered values, small ones and blobs, each told from all others. */
export function numberedValue(
  memory: Memory,
  produce: (number: number) => unknown = valueOf,
): CachedFunction<(number: number) => unknown> {
  return memory.cache(produce, { name: 'numbered', strategy: 'inputHash' })
}

export function valueOf(number: number): unknown {
  if (number % 10 === 3) return { number, floats: new Float64Array(20_000).fill(number) }
  if (number % 10 === 6) return { number, text: hexadecimal(number, 30_000) }
  if (number % 50 === 9) return { number, bytes: new Uint8Array(6 << 20).fill(number) }
  return { number, text: `value ${number}` }
}

/** Digits that take more than 64 KiB even compressed. */
function hexadecimal(seed: number, words: number): string {
  let state = seed + 1
  let text = ''
  for (let word = 0; word < words; word++) {
    state = (state * 48_271) % 2_147_483_647
    text += state.toString(16).padStart(8, '0')
  }
  return text
}
