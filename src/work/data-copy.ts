import { type ContainerKind, isContainer, isPrimitive, kindOf } from './data-kind.ts'

/**
 * A copy of the containers of a value. `standIn` gives what stands for an object in the copy; undefined for containers that
 * are to be copied. An object that stands at several places does so in the copy.
 */
export function copyContainers(value: unknown, standIn: (part: object) => object | undefined): unknown {
  const copies = new Map<object, object>()
  const made: Copy[] = []
  const copied = (part: unknown): unknown => {
    if (isPrimitive(part) || typeof part === 'symbol') return part
    return copies.get(part as object) ?? copyOne(part as object)
  }
  const copyOne = (part: object): object => {
    let copy = standIn(part)
    if (copy === undefined) {
      const kind = kindOf(part)
      if (!isContainer(kind)) return part
      copy = emptyCopy(kind, part)
      made.push({ kind, from: part, copy })
    }
    copies.set(part, copy)
    return copy
  }
  const copy = copied(value)
  // Grows while it is gone through: no value is too deep.
  for (const one of made) fill(one, copied)
  return copy
}

interface Copy {
  readonly kind: ContainerKind
  readonly from: object
  readonly copy: object
}

/** Objects and arrays have their members already, which are not copied yet: all at once costs a fraction of one by one. */
function emptyCopy(kind: ContainerKind, from: object): object {
  if (kind === 'array') return (from as unknown[]).slice()
  if (kind === 'map') return new Map()
  if (kind === 'set') return new Set()
  return Object.getPrototypeOf(from) === null ? Object.assign(Object.create(null), from) : { ...from }
}

function fill({ kind, from, copy }: Copy, copied: (part: unknown) => unknown): void {
  if (kind === 'array') fillArray(copy as unknown[], copied)
  else if (kind === 'object') fillObject(copy as Record<string, unknown>, copied)
  else if (kind === 'set') for (const element of from as Set<unknown>) (copy as Set<unknown>).add(copied(element))
  else {
    const map = copy as Map<unknown, unknown>
    for (const [key, member] of from as Map<unknown, unknown>) map.set(copied(key), copied(member))
  }
}

function fillArray(copy: unknown[], copied: (part: unknown) => unknown): void {
  for (let index = 0; index < copy.length; index++) {
    const element = copy[index]
    if (typeof element === 'object' && element !== null) copy[index] = copied(element)
  }
}

function fillObject(copy: Record<string, unknown>, copied: (part: unknown) => unknown): void {
  for (const name of Object.keys(copy)) {
    const member = copy[name]
    if (typeof member === 'object' && member !== null) copy[name] = copied(member)
  }
}
