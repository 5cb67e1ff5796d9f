import type { KeyWalk } from './walk.ts'

/** Up to this many ranges inserting one after the other is fastest. */
const FEW = 16
/** Up to this many bytes a loop in JavaScript is faster than a call into the engine. */
const SHORT = 32
/** Bytes that fit into a number, to be compared at once. */
const HEAD = 6

/** Where ranges wait for their places. No user code runs in between. */
const spare = new Uint8Array(4096)

/**
 * Puts the byte ranges that begin at `starts` and together end at `end` into ascending order of their bytes. No range
 * is the beginning of another one: canonical forms delimit themselves.
 */
export function sortRanges(walk: KeyWalk, starts: readonly number[], end: number): void {
  const { bytes } = walk.sink
  if (isAscending(bytes, starts, end)) return
  const order = starts.length <= FEW ? inserted(bytes, starts, end) : sorted(bytes, starts, end)
  const from = starts[0] as number
  const copy = end - from <= spare.length ? spare : new Uint8Array(end - from)
  copyRange(bytes, from, end, copy, 0)
  let position = from
  for (let index = 0; index < order.length; index++) {
    const range = order[index] as number
    const start = starts[range] as number
    position = copyRange(copy, start - from, (starts[range + 1] ?? end) - from, bytes, position)
  }
}

function isAscending(bytes: Uint8Array, starts: readonly number[], end: number): boolean {
  for (let index = 1; index < starts.length; index++) {
    if (compareFrom(bytes, starts[index - 1] as number, starts[index] as number, end) > 0) return false
  }
  return true
}

function inserted(bytes: Uint8Array, starts: readonly number[], end: number): number[] {
  const order: number[] = []
  for (let range = 0; range < starts.length; range++) {
    const start = starts[range] as number
    let place = range
    while (place > 0 && compareFrom(bytes, starts[order[place - 1] as number] as number, start, end) > 0) {
      order[place] = order[place - 1] as number
      place--
    }
    order[place] = range
  }
  return order
}

/** By the first bytes that are not the same in all, then by all that follow. */
function sorted(bytes: Uint8Array, starts: readonly number[], end: number): Uint32Array {
  const skipped = commonLength(bytes, starts, end)
  const heads = Float64Array.from(starts, (start) => headAt(bytes, start + skipped, end))
  return Uint32Array.from(starts.keys()).sort(
    (a, b) =>
      (heads[a] as number) - (heads[b] as number) || compareFrom(bytes, starts[a] as number, starts[b] as number, end),
  )
}

function commonLength(bytes: Uint8Array, starts: readonly number[], end: number): number {
  const first = starts[0] as number
  let length = end - first
  for (let index = 1; index < starts.length && length > 0; index++) {
    const start = starts[index] as number
    let common = 0
    while (common < length && start + common < end && bytes[start + common] === bytes[first + common]) common++
    length = common
  }
  return length
}

function headAt(bytes: Uint8Array, position: number, end: number): number {
  let head = 0
  for (let index = position; index < position + HEAD; index++) {
    head = head * 256 + (index < end ? (bytes[index] as number) : 0)
  }
  return head
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

/** Returns the end of what was written. */
function copyRange(from: Uint8Array, start: number, end: number, to: Uint8Array, position: number): number {
  if (end - start > SHORT) {
    to.set(from.subarray(start, end), position)
  } else {
    for (let index = start; index < end; index++) to[position + index - start] = from[index] as number
  }
  return position + end - start
}
