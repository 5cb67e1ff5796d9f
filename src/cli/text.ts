import widthUpTo from 'fast-string-truncated-width'
import { hostileCharacters } from '../words/shown.ts'

const ELLIPSIS = '…'

/** A value as JSON on one line, of ASCII where another character could be taken for a command. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll(hostileCharacters(), (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  )
}

/** Columns of a terminal that a text takes. */
export function widthOf(text: string): number {
  return widthUpTo(text).width
}

/** A text that takes at most so many columns; a longer one ends in an ellipsis. */
export function cutTo(text: string, width: number): string {
  const { index, truncated, ellipsed } = widthUpTo(text, { limit: width, ellipsis: ELLIPSIS })
  if (!truncated) return text
  const end = ellipsed ? ELLIPSIS : ''
  // Where it cuts within what is one sign together with what follows, what is left may be wider.
  const left = Array.from(text.slice(0, index))
  while (left.length > 0 && widthOf(left.join('') + end) > width) left.pop()
  return left.join('') + end
}
