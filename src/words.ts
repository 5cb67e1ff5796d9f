import { isIdentifier } from './identifier.ts'

const LONGEST_MESSAGE = 300
const LONGEST_NAME = 64
const LONGEST_PATH = 40

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
  if (segments.length <= LONGEST_PATH) return root + segments.join('')
  const half = LONGEST_PATH / 2
  return `${root}${segments.slice(0, half).join('')}…${segments.slice(-half).join('')}`
}

/** The beginning of a long text. */
export function shortened(text: string, longest = LONGEST_NAME): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`
}
