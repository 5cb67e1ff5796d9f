/** Most bytes that a count takes. */
export const LONGEST_COUNT = 5

/** Shortest LEB128 of a whole number of 0 to 2^32 - 1. The caller has reserved the room. */
export function writeCount(bytes: Uint8Array, position: number, count: number): number {
  let rest = count
  while (rest > 0x7f) {
    bytes[position++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  bytes[position++] = rest
  return position
}

export function countLength(count: number): number {
  let length = 1
  for (let rest = count >>> 7; rest !== 0; rest >>>= 7) length++
  return length
}
