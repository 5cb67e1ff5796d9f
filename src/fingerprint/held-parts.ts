import { isPrimitive } from '../code/captured-value.ts'
import type { KeyContext } from '../key/encoder.ts'
import { Without } from '../key/without.ts'

/** Levels down to which the parts of an instance are told one by one, and how many of them at most. */
const DEEPEST = 4
const MOST = 64

/** A part of an instance. */
export interface HeldPart {
  /** As `client.stats.sent`. */
  readonly name: string
  readonly value: unknown
}

/** The parts of an instance by their paths, so that a miss can be explained by what changed in it. */
export function partsOfHeld(name: string, held: unknown, keys: KeyContext): HeldPart[] {
  const omits = held instanceof Without ? held.omits() : undefined
  const found: HeldPart[] = []
  const met = new Set<object>()
  const waiting: (HeldPart & { depth: number })[] = [
    { name, value: held instanceof Without ? held.value : held, depth: 0 },
  ]
  for (const part of waiting) {
    const members = part.depth < DEEPEST ? membersOf(part.value, keys, met) : undefined
    if (members === undefined || waiting.length + members.length > MOST) {
      if (typeof part.value !== 'function') found.push({ name: part.name, value: asGraph(part.value) })
      continue
    }
    const left = omits?.get(part.value as object)
    for (const [member, value] of members)
      if (left?.has(member) !== true) waiting.push({ name: `${part.name}.${member}`, value, depth: part.depth + 1 })
  }
  return found
}

/** Functions in it stand there by their numbers, as they do in the instance. */
function asGraph(value: unknown): unknown {
  return isPrimitive(value) ? value : new Without(value as object, [], true)
}

/** Undefined for what is told as a whole. */
function membersOf(value: unknown, { instances }: KeyContext, met: Set<object>): [string, unknown][] | undefined {
  if (isPrimitive(value) || typeof value === 'function') return undefined
  const object = value as object
  if (met.has(object)) return []
  met.add(object)
  const prototype = Object.getPrototypeOf(object) as object | null
  if (prototype === null || prototype === Object.prototype) return Object.entries(object)
  if (instances.partsOf(object) !== undefined) return undefined
  try {
    const kind = instances.kindOf(object, prototype)
    return kind.builtin === undefined
      ? [...Object.entries(object), ...Object.entries(instances.hiddenOf(object, kind) ?? {})]
      : undefined
  } catch {
    return undefined
  }
}
