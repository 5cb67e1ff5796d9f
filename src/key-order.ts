import type { KeyWalk } from './key-walk.ts'

/**
 * Puts the byte ranges that begin at `starts` and together end at `end` into ascending order of their bytes. No range
 * is the beginning of another one: canonical forms delimit themselves.
 */
export function sortRanges(walk: KeyWalk, starts: readonly number[], end: number): void {
  const { bytes } = walk.sink
  const order = ascending(bytes, starts, end)
  if (order === undefined) return
  const from = starts[0] as number
  const copy = new Uint8Array(bytes.subarray(from, end))
  let position = from
  for (const index of order) {
    const start = starts[index] as number
    const range = copy.subarray(start - from, (starts[index + 1] ?? end) - from)
    bytes.set(range, position)
    position += range.length
  }
}

/** Indices of `starts` in order of their bytes; undefined where they are in order already. */
function ascending(bytes: Uint8Array, starts: readonly number[], end: number): Uint32Array | undefined {
  const compare = (a: number, b: number): number => compareFrom(bytes, starts[a] as number, starts[b] as number, end)
  let index = 1
  while (index < starts.length && compare(index - 1, index) <= 0) index++
  if (index >= starts.length) return undefined
  return Uint32Array.from(starts.keys()).sort(compare)
}

/** Two equal ranges run on into what follows them: that decides between equals, and changes nothing. */
function compareFrom(bytes: Uint8Array, a: number, b: number, end: number): number {
  let left = a
  let right = b
  while (left < end && right < end) {
    const difference = (bytes[left++] as number) - (bytes[right++] as number)
    if (difference !== 0) return difference
  }
  return b - a
}
