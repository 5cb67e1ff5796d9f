import { type ContainerKind, isPrimitive } from './data-kind.ts'

/** Members of two containers of one kind, beside one another: those of the first in its order, then those that only the other has. */
export interface Members {
  readonly kind: ContainerKind
  readonly count: number
  key(index: number): unknown
  /** A member of the first container, and of the other; undefined where there is none. */
  before(index: number): unknown
  now(index: number): unknown
  /** Whether only one of them has it. */
  isInOne(index: number): boolean
}

/** Undefined where Maps have keys, or Sets elements, that are objects: these are other ones in every copy. */
export function membersOf(kind: ContainerKind, before: object, now: object): Members | undefined {
  if (kind === 'array') return new Elements(before as unknown[], now as unknown[])
  if (kind === 'object') return new Properties(before as Fields, now as Fields)
  const [one, other] = [before, now] as [Collection, Collection]
  if (!hasPlainKeys(one) || !hasPlainKeys(other)) return undefined
  return kind === 'map' ? new MapMembers(one as Dictionary, other as Dictionary) : new SetMembers(one, other)
}

type Fields = Readonly<Record<string, unknown>>
type Dictionary = ReadonlyMap<unknown, unknown>
type Collection = Dictionary | ReadonlySet<unknown>

function hasPlainKeys(collection: Collection): boolean {
  for (const key of collection.keys()) if (!isPrimitive(key)) return false
  return true
}

class Elements implements Members {
  readonly kind = 'array'
  readonly count: number
  readonly #before: readonly unknown[]
  readonly #now: readonly unknown[]

  constructor(before: readonly unknown[], now: readonly unknown[]) {
    this.#before = before
    this.#now = now
    this.count = Math.max(before.length, now.length)
  }

  key(index: number): number {
    return index
  }

  before(index: number): unknown {
    return this.#before[index]
  }

  now(index: number): unknown {
    return this.#now[index]
  }

  isInOne(index: number): boolean {
    return index >= this.#before.length || index >= this.#now.length
  }
}

/** Members that have names: those of objects, Maps and Sets. */
abstract class Named<C> implements Members {
  abstract readonly kind: ContainerKind
  readonly count: number
  readonly #before: C
  readonly #now: C
  readonly #keys: readonly unknown[]
  /** Both have all keys, as mostly. */
  readonly #isAlike: boolean

  constructor(before: C, now: C) {
    this.#before = before
    this.#now = now
    const [keys, others] = [this.keysOf(before), this.keysOf(now)]
    this.#isAlike = keys.length === others.length && keys.every((key, index) => Object.is(key, others[index]))
    this.#keys = this.#isAlike ? keys : [...keys, ...others.filter((key) => !this.has(before, key))]
    this.count = this.#keys.length
  }

  key(index: number): unknown {
    return this.#keys[index]
  }

  before(index: number): unknown {
    return this.#member(this.#before, this.#keys[index])
  }

  now(index: number): unknown {
    return this.#member(this.#now, this.#keys[index])
  }

  /** What has a key's name in the prototype of an object is no member. */
  #member(container: C, key: unknown): unknown {
    return this.#isAlike || this.has(container, key) ? this.memberOf(container, key) : undefined
  }

  isInOne(index: number): boolean {
    if (this.#isAlike) return false
    const key = this.#keys[index]
    return this.has(this.#before, key) !== this.has(this.#now, key)
  }

  protected abstract keysOf(container: C): readonly unknown[]
  protected abstract has(container: C, key: unknown): boolean
  /** Of a key that the container has. */
  protected abstract memberOf(container: C, key: unknown): unknown
}

class Properties extends Named<Fields> {
  readonly kind = 'object'

  protected keysOf(fields: Fields): readonly string[] {
    return Object.keys(fields)
  }

  protected has(fields: Fields, name: string): boolean {
    return Object.hasOwn(fields, name)
  }

  protected memberOf(fields: Fields, name: string): unknown {
    return fields[name]
  }
}

class MapMembers extends Named<Dictionary> {
  readonly kind = 'map'

  protected keysOf(map: Dictionary): readonly unknown[] {
    return [...map.keys()]
  }

  protected has(map: Dictionary, key: unknown): boolean {
    return map.has(key)
  }

  protected memberOf(map: Dictionary, key: unknown): unknown {
    return map.get(key)
  }
}

class SetMembers extends Named<Collection> {
  readonly kind = 'set'

  protected keysOf(set: Collection): readonly unknown[] {
    return [...set.keys()]
  }

  protected has(set: Collection, element: unknown): boolean {
    return set.has(element)
  }

  protected memberOf(_: Collection, element: unknown): unknown {
    return element
  }
}
