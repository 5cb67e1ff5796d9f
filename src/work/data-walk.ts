import { pathOf, propertySegment } from '../words/phrase.ts'
import { type ContainerKind, isPrimitive } from './data-kind.ts'

/** A container on the way to the part at hand. */
interface Level {
  readonly container: object
  readonly kind: ContainerKind
  /** Names of an object's parts. */
  readonly names: readonly string[] | undefined
  /** Of a Map its keys, then its values. */
  readonly parts: readonly unknown[]
  next: number
}

/**
 * A way through the parts of a value, in their order, each container once: it goes into those only that it is told to
 * `enter`. It needs no stack of calls, so that a list of a million links is a value as any other.
 */
export class Walk {
  readonly #levels: Level[] = []
  /** Containers that it was in: true for those around the part at hand. */
  readonly #seen = new Map<object, boolean>()

  /** Whether a container is around the part at hand: who holds it is a part of itself. */
  isAround(container: object): boolean {
    return this.#seen.get(container) === true
  }

  /** Says that a value would be a part of `container`. */
  startIn(container: object): void {
    this.#seen.set(container, true)
  }

  /** Goes on with the parts of a container, if it was not there before, and there is more in it than primitives. */
  enter(container: object, kind: ContainerKind): void {
    if (this.#seen.has(container) || holdsPrimitives(container, kind)) return
    this.#seen.set(container, true)
    this.#levels.push(levelOf(container, kind))
  }

  /** Goes to the next part that `isWanted`; false at the end. */
  advance(isWanted: (part: unknown) => boolean): boolean {
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      const { parts } = level
      while (level.next < parts.length) if (isWanted(parts[level.next++])) return true
      this.#levels.pop()
      this.#seen.set(level.container, false)
    }
    return false
  }

  /** What `advance` went to. */
  get part(): unknown {
    const level = this.#levels.at(-1)!
    return level.parts[level.next - 1]
  }

  /** Where that is, from `root`. */
  path(root: string): string {
    return pathOf(root, this.#levels.filter(({ next }) => next > 0).map(segmentOf))
  }
}

/** Most containers hold nothing else, and it is seen at a fraction of what it takes to go through one. */
function holdsPrimitives(container: object, kind: ContainerKind): boolean {
  if (kind === 'array') return (container as unknown[]).every(isPrimitive)
  if (kind === 'object') {
    for (const name in container) if (!isPrimitive((container as Record<string, unknown>)[name])) return false
    return true
  }
  for (const key of (container as Map<unknown, unknown>).keys()) if (!isPrimitive(key)) return false
  if (kind === 'map')
    for (const value of (container as Map<unknown, unknown>).values()) if (!isPrimitive(value)) return false
  return true
}

function levelOf(container: object, kind: ContainerKind): Level {
  const names = kind === 'object' ? Object.keys(container) : undefined
  return { container, kind, names, parts: partsOf(container, kind), next: 0 }
}

function partsOf(container: object, kind: ContainerKind): readonly unknown[] {
  if (kind === 'array') return container as unknown[]
  if (kind === 'object') return Object.values(container)
  if (kind === 'set') return [...(container as Set<unknown>)]
  const map = container as Map<unknown, unknown>
  return [...map.keys(), ...map.values()]
}

function segmentOf({ container, kind, names, next }: Level): string {
  const index = next - 1
  if (kind === 'object') return propertySegment(names![index]!)
  if (kind === 'array') return `[${index}]`
  if (kind === 'set') return `.values()[${index}]`
  const { size } = container as Map<unknown, unknown>
  return index < size ? `.keys()[${index}]` : `.values()[${index - size}]`
}
