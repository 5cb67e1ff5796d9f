import type { InspectedEntry, Inspection } from '../memory/inspection.ts'
import { Misuse } from './exit-code.ts'

/** Entries that are named where a beginning could mean each of them. */
const MOST_NAMED = 5
/** Digits of a key that are shown: more than tell a billion entries from each other. */
const SHOWN = 12

/** The beginning of a key, which is mostly enough to name it. */
export function shortKey(key: string): string {
  return key.slice(0, SHOWN)
}

/** The entry whose key this is, or of which it is the only one to begin so. */
export function entryOf(inspection: Inspection, key: string): InspectedEntry {
  const digits = key.toLowerCase()
  if (!/^[0-9a-f]{1,64}$/.test(digits))
    throw new Misuse(`'${key}' is no key: give hexadecimal digits, as \`engram ls\` shows them.`)
  const found = inspection.find(digits, MOST_NAMED + 1)
  if (found.length === 1) return found[0]!
  if (found.length === 0) throw new Misuse(`No entry has a key that begins with '${key}'. \`engram ls\` lists them.`)
  const named = found.slice(0, MOST_NAMED).map((one) => shortKey(one.key))
  const more = found.length > MOST_NAMED ? ', …' : ''
  throw new Misuse(`Several keys begin with '${key}': ${named.join(', ')}${more}. Give more digits.`)
}
