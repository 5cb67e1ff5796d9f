import { textOf } from '../function/text.ts'
import { classNameOf } from '../value/builtin-class.ts'
import { errorClassesOf } from '../value/error-kind.ts'
import { hasPrivateName } from '../words/identifier.ts'
import { WholePart, encodeParts } from './parts.ts'
import { TAG_ERROR } from './tag.ts'
import { writeText } from './text.ts'
import type { EncodeValue, KeyWalk } from './walk.ts'

/** Written by name and in this order where an error has them; what else it owns and shows follows. */
const PARTS = ['message', 'name', 'cause', 'errors']

/** The stack is left out: it holds paths and line numbers. */
export function encodeError(
  walk: KeyWalk,
  position: number,
  error: Error,
  type: string,
  encodeValue: EncodeValue,
): number {
  const levels = walk.enter(error)
  if (levels > 0) return walk.writeCycle(position, levels)
  const start = writeText(walk, walk.writeTag(position, TAG_ERROR), type)
  return encodeParts(walk, start, new WholePart(contentOf(error)), encodeValue)
}

/** An error of a program's class: with the name of that class, as `instanceof` can tell it. Undefined for what is no error, and for
 * one whose class may have private fields.
 */
export function encodeDerivedError(
  walk: KeyWalk,
  position: number,
  value: object,
  encodeValue: EncodeValue,
): number | undefined {
  const classes = errorClassesOf(value)
  if (classes === undefined || classes.derived.length === 0) return undefined
  if (classes.derived.some(({ constructor }) => hasPrivateName(textOf(constructor)))) return undefined
  const type = `${classes.kind} ${classNameOf(classes.derived[0]!)}`
  return encodeError(walk, position, value as Error, type, encodeValue)
}

function contentOf(error: Error): object {
  const content = Object.create(null) as Record<string, unknown>
  for (const part of PARTS) {
    if (part in error) content[part] = error[part as keyof Error]
  }
  for (const name of Object.keys(error)) {
    if (name !== 'stack') content[name] = error[name as keyof Error]
  }
  return content
}
