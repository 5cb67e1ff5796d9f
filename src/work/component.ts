import { Drive } from './drive.ts'
import { workError } from './error.ts'
import { heldComponents, heldUnder } from './held-components.ts'
import { checkPlainData, pathTo } from './plain-data.ts'
import { type Tracking, raw, tracked } from './tracked.ts'

/** Who runs components: their app. */
export interface Host {
  /** A field of a component has another value, or its status. */
  changed(component: Component): void
  /** A component was given to one that runs already. */
  attached(component: Component): void
}

/** Its first letter, or `#`, keeps a field out of the state. */
const HIDDEN = '_'

/** What engram knows of a work or flow, beside the object that the program has. */
export class Component {
  readonly kind: 'work' | 'flow'
  /** What the program has: it sees each change of a field. */
  readonly view: object
  readonly target: Record<string, unknown>
  /** By field, or by field and member: `train`, `works[0]`, `works.a`. */
  readonly children = new Map<string, Component>()
  /** Fields that changed since they were last looked at. */
  readonly changedFields = new Set<string>()
  /** Its place from the root: `root.train`. Empty where it stands alone. */
  path = ''
  parent: Component | undefined
  host: Host | undefined
  /** What a call of `run` leads to, where that is not the method itself. */
  run: ((...args: unknown[]) => unknown) | undefined
  /** Hears of each change of a field. */
  whenChanged: ((field: string) => void) | undefined
  readonly #views = new Map<string, Tracking>()
  readonly #held = new WeakMap<object, object>()

  constructor(kind: Component['kind'], target: object) {
    this.kind = kind
    this.target = target as Record<string, unknown>
    this.view = new Proxy(target, new ComponentHandler(this))
    components.set(this.view, this)
  }

  /** How it is called in messages. */
  get shownName(): string {
    return this.path || this.target.constructor.name
  }

  /** Names of the fields that are its state. */
  fields(): string[] {
    return Object.keys(this.target).filter((name) => isStateName(name) && !isComponents(this.target[name]))
  }

  /** The method that the class of the program has. */
  ownRun(): (...args: unknown[]) => unknown {
    const run: unknown = this.target['run']
    if (typeof run === 'function') return run as (...args: unknown[]) => unknown
    throw workError(`${this.shownName} has no method 'run'. Write one: run(day) { … }.`)
  }

  noteChanged(field: string): void {
    this.changedFields.add(field)
    this.whenChanged?.(field)
    this.host?.changed(this)
  }

  /** A field as the program sees it. */
  viewOf(field: string, value: unknown): unknown {
    if (typeof value !== 'object' || value === null || components.has(value)) return value
    if (isComponents(value)) return this.#heldView(field, value)
    let tracking = this.#views.get(field)
    if (tracking === undefined) this.#views.set(field, (tracking = this.#trackingOf(field)))
    return tracked(value, tracking)
  }

  /** Of a list or record of works and flows. */
  #heldView(field: string, held: object): object {
    let view = this.#held.get(held)
    if (view === undefined) {
      view = heldComponents(held, {
        add: (name, member) => this.#add(field, held, name, member),
        changed: () => this.noteChanged(field),
        refuse: (name) => this.#reassigned(memberName(field, held, name)),
      })
      this.#held.set(held, view)
    }
    return view
  }

  #add(field: string, held: object, name: string, member: unknown): void {
    const component = componentOf(member)
    const place = memberName(field, held, name)
    if (component === undefined)
      throw workError(`${this.#pathOf(place)} is no work and no flow, as the others there are.`)
    this.#checkHolding(place)
    if (component.parent === this) throw workError(`${component.shownName} has its place already: make another one.`)
    this.#adopt(place, component)
  }

  #checkHolding(field: string): void {
    if (this.kind === 'work')
      throw workError(`${this.shownName}.${field} is a work or flow: only a flow may have such.`)
  }

  #trackingOf(field: string): Tracking {
    return {
      changed: () => this.noteChanged(field),
      check: (value, container, key) => {
        // The first one makes an empty field a list or record of works.
        const isFirst = componentOf(value) !== undefined && this.target[field] === container && isOpen(container)
        if (isFirst) return this.#add(field, container, String(key), value)
        const path = (): string => pathTo(this.target[field] as object, this.#pathOf(field), container, key)
        checkPlainData(value, path, isOther, container)
      },
    }
  }

  /** Takes the value of a field. @throws EngramError ERR_WORK for what is no plain data. */
  take(field: string, given: unknown): unknown {
    const value = heldUnder(raw(given))
    const held = isComponents(value) ? membersOf(field, value) : []
    const before = this.target[field]
    if (held.length === 0) {
      if (isComponents(before)) throw this.#reassigned(field)
      checkPlainData(value, this.#pathOf(field), isOther)
      return value
    }
    this.#checkHolding(field)
    if (isComponents(before) && before !== value && !holdsAll(before, value as object)) throw this.#reassigned(field)
    for (const [name, component] of held) this.#adopt(name, component)
    return value
  }

  #adopt(name: string, component: Component): void {
    if (this.children.get(name) === component) return
    if (this.#isWithin(component)) throw workError(`${this.shownName}.${name} is a flow that is around it.`)
    if (component.parent !== undefined && component.parent !== this)
      throw workError(
        `${component.shownName} is part of ${component.parent.shownName} already, and cannot be of ${this.shownName}.`,
      )
    component.parent = this
    this.children.set(name, component)
    if (this.path !== '') component.place(`${this.path}.${name}`)
    if (this.host !== undefined) for (const one of component.all()) this.host.attached(one)
  }

  #isWithin(component: Component): boolean {
    return component === this || (this.parent !== undefined && this.parent.#isWithin(component))
  }

  /** Gives it its place, and those below theirs. */
  place(path: string): void {
    this.path = path
    for (const [name, child] of this.children) child.place(`${path}.${name}`)
  }

  *all(): Iterable<Component> {
    yield this
    for (const child of this.children.values()) yield* child.all()
  }

  #pathOf(field: string): string {
    return `${this.shownName}.${field}`
  }

  #reassigned(field: string): Error {
    return workError(`${this.shownName}.${field} is a work or flow, which stays in its place. Make another field.`)
  }
}

function isOther(value: object): boolean {
  return value instanceof Drive
}

const components = new WeakMap<object, Component>()

/** What is known of a work or flow; undefined for anything else. */
export function componentOf(object: unknown): Component | undefined {
  return typeof object === 'object' && object !== null ? components.get(object) : undefined
}

export function isStateName(name: string): boolean {
  return !name.startsWith(HIDDEN) && name !== 'run'
}

/** A component, or a list or record of some. */
export function isComponents(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  if (components.has(value)) return true
  const isList = Array.isArray(value)
  if (!isList && Object.getPrototypeOf(value) !== Object.prototype) return false
  const members = isList ? (value as unknown[]) : Object.values(value)
  return members.length > 0 && members.every((one) => typeof one === 'object' && one !== null && components.has(one))
}

function membersOf(field: string, value: object): [name: string, component: Component][] {
  const own = components.get(value)
  if (own !== undefined) return [[field, own]]
  return Object.entries(value).map(([name, one]) => [memberName(field, value, name), components.get(one as object)!])
}

/** Of a member of a list or record of components. */
function memberName(field: string, held: object, name: string): string {
  return Array.isArray(held) ? `${field}[${name}]` : `${field}.${name}`
}

/** Whether all that a list or record of components has stands in the same place of another one. */
function holdsAll(before: object, now: object): boolean {
  if (components.has(before) || components.has(now)) return false
  const fields = now as Record<string, unknown>
  return (
    Array.isArray(before) === Array.isArray(now) && Object.entries(before).every(([name, one]) => fields[name] === one)
  )
}

/** A list or plain object with nothing in it but components, if anything. */
function isOpen(container: object): boolean {
  if (isComponents(container)) return !components.has(container)
  const isPlain = Array.isArray(container) || Object.getPrototypeOf(container) === Object.prototype
  return isPlain && Object.keys(container).length === 0
}

/** Sees what is done to the fields of a component. */
class ComponentHandler implements ProxyHandler<object> {
  readonly #component: Component

  constructor(component: Component) {
    this.#component = component
  }

  get(target: object, key: PropertyKey, receiver: unknown): unknown {
    if (key === 'run') return this.#component.run ?? Reflect.get(target, key, receiver)
    const value: unknown = Reflect.get(target, key, receiver)
    if (typeof value !== 'object' || value === null || typeof key !== 'string') return value
    return isStateName(key) && Object.hasOwn(target, key) ? this.#component.viewOf(key, value) : value
  }

  set(target: object, key: PropertyKey, value: unknown, receiver: unknown): boolean {
    if (!this.#isField(target, key)) return Reflect.set(target, key, value, receiver)
    return this.#put(target, key, value)
  }

  defineProperty(target: object, key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    if (!('value' in descriptor) || typeof key !== 'string' || !isStateName(key))
      return Reflect.defineProperty(target, key, descriptor)
    const value = this.#component.take(key, descriptor.value)
    const isSame = Object.hasOwn(target, key) && Object.is((target as Record<string, unknown>)[key], value)
    const isDefined = Reflect.defineProperty(target, key, { ...descriptor, value })
    if (isDefined && !isSame) this.#component.noteChanged(key)
    return isDefined
  }

  deleteProperty(target: object, key: PropertyKey): boolean {
    const isField = this.#isField(target, key) && Object.hasOwn(target, key)
    if (isField && isComponents((target as Record<string, unknown>)[key])) this.#component.take(key, undefined)
    const isDeleted = Reflect.deleteProperty(target, key)
    if (isDeleted && isField) this.#component.noteChanged(key)
    return isDeleted
  }

  /** Not what a class has by a setter. */
  #isField(target: object, key: PropertyKey): key is string {
    return typeof key === 'string' && isStateName(key) && (Object.hasOwn(target, key) || !(key in target))
  }

  #put(target: object, key: string, given: unknown): boolean {
    const fields = target as Record<string, unknown>
    const value = this.#component.take(key, given)
    if (Object.is(fields[key], value) && Object.hasOwn(fields, key)) return true
    if (!Reflect.set(target, key, value)) return false
    this.#component.noteChanged(key)
    return true
  }
}
