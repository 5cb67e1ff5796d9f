const ESCAPES: Readonly<Record<string, string>> = { '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t` }

let hostile: RegExp | undefined

/**
 * Control characters, what is not seen or turns text around (Unicode's formats), lone surrogates, ends of lines. Made when it is first
 * needed: as a literal V8 would list these letters while it parses this file.
 */
export function hostileCharacters(): RegExp {
  return (hostile ??= new RegExp(String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]`, 'gu'))
}

/**
 * A text as it may be shown on a terminal, on one line. Names of functions, files and values come from programs: an escape
 * sequence in one would be obeyed, and a line break would pass for a line of ours.
 */
export function shown(text: string): string {
  return text.replaceAll(hostileCharacters(), escapeOf)
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0)!
  return ESCAPES[character] ?? (code < 0x100 ? `\\x${hexadecimal(code, 2)}` : `\\u{${hexadecimal(code, 4)}}`)
}

function hexadecimal(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
