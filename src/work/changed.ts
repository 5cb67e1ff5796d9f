import { type Component, isComponents } from './component.ts'
import { type Difference, copyOf, differences } from './difference.ts'

/** What changed, by path from the root: `train.checkpoint`. */
export type Changes = Readonly<Record<string, Difference>>

/** What the fields of an app's components were at the last pass. */
export class Changed {
  readonly #before = new Map<Component, Map<string, unknown>>()

  /** From now on. */
  settle(components: Iterable<Component>): void {
    for (const component of components) {
      component.changedFields.clear()
      this.#before.set(component, copies(component, component.fields()))
    }
  }

  /** What changed since it was last asked, by path. */
  since(components: Iterable<Component>): Changes {
    return this.#look(components, true)
  }

  /** The same, and it is asked again. */
  now(components: Iterable<Component>): Changes {
    return this.#look(components, false)
  }

  #look(components: Iterable<Component>, isTaken: boolean): Changes {
    const found: Record<string, Difference> = {}
    for (const component of components) {
      if (component.changedFields.size === 0) continue
      const before = this.#before.get(component) ?? new Map<string, unknown>()
      // Works and flows that are new in a list are no data.
      for (const field of component.changedFields)
        if (isComponents(component.target[field])) component.changedFields.delete(field)
      for (const field of component.changedFields)
        differences(pathFromRoot(component, field), before.get(field), component.target[field], found)
      if (!isTaken) continue
      for (const [field, value] of copies(component, component.changedFields)) before.set(field, value)
      this.#before.set(component, before)
      component.changedFields.clear()
    }
    return found
  }
}

/** As a program writes it in the root: `train.checkpoint`. */
function pathFromRoot({ path }: Component, field: string): string {
  const [, ...names] = path.split('.')
  return [...names, field].join('.')
}

function copies(component: Component, fields: Iterable<string>): Map<string, unknown> {
  return new Map(Array.from(fields, (field) => [field, copyOf(component.target[field])]))
}
