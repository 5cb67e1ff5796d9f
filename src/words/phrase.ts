import { isIdentifier } from './identifier.ts'

const LONGEST_MESSAGE = 300
const LONGEST_NAME = 64
/** Segments of a path that is shown whole. */
const LONGEST_PATH = 40
/** Characters of either end of a path. */
const LONGEST_END = 400

/** What was thrown, in words. Anything can be thrown: what throws in turn when it is read, too. */
export function wordsOf(thrown: unknown): string {
  try {
    return shortened(thrown instanceof Error ? String(thrown.message) : String(thrown), LONGEST_MESSAGE)
  } catch {
    return 'something that cannot be shown'
  }
}

/** `.name` or `["odd name"]`. A long name keeps its beginning. */
export function propertySegment(name: string): string {
  const short = shortened(name)
  return isIdentifier(short) ? `.${short}` : `[${quoted(short)}]`
}

/** A name as in a program. A long one keeps its beginning. */
export function quoted(name: string): string {
  return JSON.stringify(shortened(name))
}

/** The path made of these segments, outermost first. That of a deep value keeps both ends. */
export function pathOf(root: string, segments: readonly string[]): string {
  if (segments.length <= LONGEST_PATH) {
    const whole = segments.join('')
    if (whole.length <= 2 * LONGEST_END) return root + whole
  }
  const [start, end] = [ending(segments), ending(segments.toReversed()).toReversed()]
  return `${root}${start.join('')}…${end.join('')}`
}

/** The first segments, as many as stay readable. */
function ending(segments: readonly string[]): string[] {
  const kept: string[] = []
  let length = 0
  for (const segment of segments.slice(0, LONGEST_PATH / 2)) {
    length += segment.length
    if (length > LONGEST_END) break
    kept.push(segment)
  }
  return kept
}

/** The beginning of a long text. */
export function shortened(text: string, longest = LONGEST_NAME): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`
}

/** Names for a message: the first few. */
export function listed(names: Iterable<string>): string {
  const all = Array.from(names, (name) => `'${name}'`)
  if (all.length === 0) return 'none'
  return all.length > 10 ? `${all.slice(0, 10).join(', ')} and ${all.length - 10} more` : all.join(', ')
}
