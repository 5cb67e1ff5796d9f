import widthUpTo from 'fast-string-truncated-width'

/** Control characters, what is not seen or turns text around (Unicode's formats), lone surrogates, ends of lines. */
const HOSTILE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
const HAS_HOSTILE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u
const ELLIPSIS = '…'
const ESCAPES: Readonly<Record<string, string>> = { '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t` }

/**
 * A text as it may be shown on a terminal, on one line. Names of functions, files and values come from programs: an escape
 * sequence in one would be obeyed, and a line break would pass for a line of ours.
 */
export function shown(text: string): string {
  return HAS_HOSTILE.test(text) ? text.replaceAll(HOSTILE, escapeOf) : text
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0)!
  return ESCAPES[character] ?? (code < 0x100 ? `\\x${hexadecimal(code, 2)}` : `\\u{${hexadecimal(code, 4)}}`)
}

function hexadecimal(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}

/** A value as JSON on one line, of ASCII where another character could be taken for a command. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll(HOSTILE, (character) =>
    Array.from({ length: character.length }, (_, at) => `\\u${hexadecimal(character.charCodeAt(at), 4)}`).join(''),
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
