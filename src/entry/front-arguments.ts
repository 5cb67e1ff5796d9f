export const MOST_ARGUMENTS = 4
/** Longer texts are left to the core. */
const LONGEST_TEXT = 256
/** Characters by which a text is told that is no longer; of a longer one, half as many at each end, and its length. */
const HASHED_TEXT = 64

const number = new Float64Array(1)
const words = new Int32Array(number.buffer)

/** Of primitives other than -0 and NaN, for which this is exact; of the other, the first `length`. */
export function areSame(one: readonly unknown[], other: readonly unknown[], length: number): boolean {
  if (one.length !== length) return false
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false
  return true
}

/** 0 for arguments that are not few and primitive. `start` is positive, and tells owners apart. */
export function hashOf(start: number, args: readonly unknown[]): number {
  if (args.length > MOST_ARGUMENTS) return 0
  // Negative, as no argument's bits are: where both were equal, the hash would be 0.
  let hash = ~start
  for (let i = 0; i < args.length; i++) {
    const bits = bitsOf(args[i])
    if (bits === -1) return 0
    hash = mixed(hash, bits)
  }
  return hash & 0x3fffffff
}

export function mixed(hash: number, bits: number): number {
  const mixture = Math.imul(hash ^ bits, 0x9e3779b1)
  return mixture ^ (mixture >>> 15)
}

/** -1 for what is not kept. Whole numbers come first, and the others apart: only a short way is inlined into a hit. */
export function bitsOf(value: unknown): number {
  if (typeof value !== 'number') return bitsOfOther(value)
  return (value | 0) === value && value !== 0 ? value & 0x7fffffff : bitsOfFraction(value)
}

function bitsOfOther(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return bitsOfText(value)
    case 'boolean':
      return value ? 3 : 5
    case 'undefined':
      return 7
    default:
      return value === null ? 11 : -1
  }
}

function bitsOfFraction(value: number): number {
  // Neither is equal to itself alone, as the places compare.
  if (Number.isNaN(value) || Object.is(value, -0)) return -1
  number[0] = value
  return (words[0]! ^ Math.imul(words[1]!, 0x85ebca6b)) & 0x7fffffff
}

function bitsOfText(text: string): number {
  if (text.length > HASHED_TEXT) return bitsOfLongText(text)
  let hash = text.length
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash & 0x7fffffff
}

function bitsOfLongText(text: string): number {
  if (text.length > LONGEST_TEXT) return -1
  const half = HASHED_TEXT / 2
  return (mixed(bitsOfText(text.slice(0, half)), bitsOfText(text.slice(-half))) & 0x7fffffff) ^ text.length
}
