/** A value of which some properties do not count. */
export class Without {
  readonly value: object
  /** Paths from the value to properties that do not count. */
  readonly paths: readonly (readonly string[])[]

  /** Whether the value is one graph of objects, as what lies within an instance is. */
  readonly isGraph: boolean

  constructor(value: object, paths: readonly (readonly string[])[], isGraph = false) {
    this.value = value
    this.paths = paths
    this.isGraph = isGraph
  }

  /** The properties by the objects that have them now. May throw what getters throw. */
  omits(): Map<object, Set<string>> {
    const found = new Map<object, Set<string>>()
    for (const path of this.paths) {
      let holder: unknown = this.value
      for (const name of path.slice(0, -1)) holder = (holder as Record<string, unknown> | undefined | null)?.[name]
      if (typeof holder !== 'object' || holder === null) continue
      const names = found.get(holder) ?? new Set<string>()
      found.set(holder, names.add(path.at(-1)!))
    }
    return found
  }
}
