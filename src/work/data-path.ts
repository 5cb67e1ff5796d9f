import { isIdentifier } from '../words/identifier.ts'
import type { ContainerKind } from './data-kind.ts'

/**
 * From a container to a member, as a program would write it: `.lr`, `["odd name"]`, `[3]`, `.get("key")`, `.has("element")`.
 * Whole, however long: two members never have the same segment.
 */
export function memberSegment(kind: ContainerKind, key: unknown): string {
  if (kind === 'map') return `.get(${shown(key)})`
  if (kind === 'set') return `.has(${shown(key)})`
  const name = String(key)
  if (kind === 'array' && name !== 'length') return `[${name}]`
  return isIdentifier(name) ? `.${name}` : `[${JSON.stringify(name)}]`
}

function shown(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(key)
  if (typeof key === 'bigint') return `${key}n`
  return typeof key === 'object' && key !== null ? '…' : String(key)
}
