import { Misuse } from './exit-code.ts'

/**
 * Values as options give them, `name=value`, by name. What is JSON is that: `0.1`, `true`, `[1,2]`, `"7"`; anything else is a
 * text. A name that is given twice is a mistake.
 */
export function valuesOf(given: readonly string[], option: string): Record<string, unknown> {
  const values = new Map<string, unknown>()
  for (const one of given) {
    const at = one.indexOf('=')
    if (at <= 0) throw new Misuse(`${option} takes name=value, not '${one}'.`)
    const name = one.slice(0, at)
    if (values.has(name)) throw new Misuse(`${option} gives '${name}' twice.`)
    values.set(name, valueOf(one.slice(at + 1)))
  }
  return Object.fromEntries(values)
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** For an option that may be given several times. */
export function collected(text: string, before: readonly string[]): string[] {
  return [...before, text]
}
