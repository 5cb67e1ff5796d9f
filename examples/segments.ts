import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

/** Numbers in one embedding: as many as SHA-384 has bits. */
export const DIMENSIONS = 384
/** Without a common factor with 11,340: consecutive numbers then differ in every part of the sentence. */
const SPREAD = 3_779
/** What the pretended service takes for an answer. */
const LATENCY_MS = 25

const SUBJECTS = ['The engineer', 'A student', 'Our neighbour', 'The captain', 'Her sister', 'A farmer', 'The editor']
const VERBS = ['repaired', 'described', 'painted', 'forgot', 'measured', 'sold', 'found', 'carried', 'photographed']
const OBJECTS = ['the old bridge', 'a wooden boat', 'the long letter', 'a red bicycle', 'the broken clock', 'a map']
const PLACES = ['near the harbour', 'in the library', 'behind the mill', 'on the hill', 'at the station', 'in the snow']
const TIMES = ['at dawn', 'last winter', 'before lunch', 'on Sunday', 'during the storm']

/**
 * Segments of text, always the same ones. Two in ten have come before, as in any real collection: one repeats its
 * predecessor, which may still be on its way, one repeats a much earlier segment.
 *
 * @param length At most 11,340; from there on the sentences would start again.
 */
export function textSegments(length: number): string[] {
  const segments: string[] = []
  for (let i = 0; i < length; i++) {
    const earlier = i % 10 === 9 ? segments[i - 1] : i % 10 === 4 ? segments[i >> 1] : undefined
    segments.push(earlier ?? sentence(i))
  }
  return segments
}

/** A different sentence for each of the first 11,340 numbers. */
function sentence(number: number): string {
  let rest = (number * SPREAD) % 11_340
  const words = [SUBJECTS, VERBS, OBJECTS, PLACES, TIMES].map((choices) => {
    const choice = choices[rest % choices.length]!
    rest = Math.floor(rest / choices.length)
    return choice
  })
  return `${words.join(' ')}.`
}

/**
 * Stands for a slow embedding service: a unit vector for a text, near the vectors of texts that share its words.
 * Each word gives 384 signs, the bits of its SHA-384, and a text is the sum of its words.
 */
export async function embed(text: string): Promise<Float32Array> {
  await sleep(LATENCY_MS)
  const vector = new Float32Array(DIMENSIONS)
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
    const bits = createHash('sha384').update(word).digest()
    for (let i = 0; i < DIMENSIONS; i++) vector[i]! += (bits[i >> 3]! >> (i & 7)) & 1 ? 1 : -1
  }
  const length = Math.hypot(...vector) || 1
  return vector.map((value) => value / length)
}

/** Cosine of two unit vectors: 1 for the same direction, around 0 for texts without a common word. */
export function similarity(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0)
}
