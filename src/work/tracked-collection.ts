import { builtin } from '../platform/builtin.ts'
import { type Tracker, type Viewed, noteView, under, viewedBy } from './view.ts'

const { types } = builtin('node:util')

type Collection = Map<unknown, unknown> | Set<unknown>

/** The view of a Map or Set. Their methods know nothing but their own kind of object, so those of a view call them. */
export function collectionView(raw: Collection, tracker: Tracker): object {
  const view = new Proxy<Collection>(raw, types.isMap(raw) ? mapTraps : setTraps)
  noteView(view, { raw, tracker })
  return view
}

function viewedMap(view: unknown): Viewed<Map<unknown, unknown>> {
  return viewedBy(view) ?? refuse('Map')
}

function viewedSet(view: unknown): Viewed<Set<unknown>> {
  return viewedBy(view) ?? refuse('Set')
}

function refuse(kind: string): never {
  throw new TypeError(`A method of a view of a ${kind} was called on something else.`)
}

// ---------------------------------------------------------------------------------------------------------------- Map

const mapMethods = {
  get(this: unknown, key: unknown): unknown {
    const { raw, tracker } = viewedMap(this)
    return tracker.view(raw.get(under(key)))
  },

  set(this: unknown, key: unknown, value: unknown): unknown {
    const { raw, tracker } = viewedMap(this)
    const [lying, adopted] = [adoptedKey(raw, tracker, key), tracker.adopted(value, raw, key)]
    const { size } = raw
    const before = raw.get(lying)
    raw.set(lying, adopted)
    if (raw.size !== size || !Object.is(before, adopted)) tracker.changed()
    return this
  },

  // In the newer releases of the language.
  getOrInsert(this: Map<unknown, unknown>, key: unknown, value: unknown): unknown {
    if (!this.has(key)) this.set(key, value)
    return this.get(key)
  },

  getOrInsertComputed(this: Map<unknown, unknown>, key: unknown, compute: (key: unknown) => unknown): unknown {
    if (!this.has(key)) this.set(key, compute(key))
    return this.get(key)
  },

  forEach(this: unknown, action: (value: unknown, key: unknown, map: unknown) => void, self?: unknown): void {
    const { raw, tracker } = viewedMap(this)
    for (const [key, value] of raw) Reflect.apply(action, self, [tracker.view(value), tracker.view(key), this])
  },

  *entries(this: unknown): Iterable<unknown> {
    const { raw, tracker } = viewedMap(this)
    for (const [key, value] of raw) yield [tracker.view(key), tracker.view(value)]
  },
}

// ---------------------------------------------------------------------------------------------------------------- Set

const setMethods = {
  add(this: unknown, element: unknown): unknown {
    const { raw, tracker } = viewedSet(this)
    const adopted = adoptedKey(raw, tracker, element)
    const { size } = raw
    if (raw.add(adopted).size !== size) tracker.changed()
    return this
  },

  forEach(this: unknown, action: (value: unknown, key: unknown, set: unknown) => void, self?: unknown): void {
    const { raw, tracker } = viewedSet(this)
    for (const element of raw) {
      const view = tracker.view(element)
      Reflect.apply(action, self, [view, view, this])
    }
  },

  *entries(this: unknown): Iterable<unknown> {
    const { raw, tracker } = viewedSet(this)
    for (const element of raw) yield [tracker.view(element), tracker.view(element)]
  },
}

// --------------------------------------------------------------------------------------------------------------- both

/** What is there already was asked about when it came. */
function adoptedKey(raw: Collection, tracker: Tracker, key: unknown): unknown {
  const lying = under(key)
  return raw.has(lying) ? lying : tracker.adopted(key, raw, undefined)
}

const methodsOfBoth = {
  has(this: unknown, key: unknown): boolean {
    return viewedMap(this).raw.has(under(key))
  },

  delete(this: unknown, key: unknown): boolean {
    const { raw, tracker } = viewedMap(this)
    const isDeleted = raw.delete(under(key))
    if (isDeleted) tracker.changed()
    return isDeleted
  },

  clear(this: unknown): void {
    const { raw, tracker } = viewedMap(this)
    const { size } = raw
    raw.clear()
    if (size > 0) tracker.changed()
  },

  *keys(this: unknown): Iterable<unknown> {
    const { raw, tracker } = viewedMap(this)
    for (const key of raw.keys()) yield tracker.view(key)
  },

  *values(this: unknown): Iterable<unknown> {
    const { raw, tracker } = viewedMap(this)
    for (const value of raw.values()) yield tracker.view(value)
  },
}

const mapTraps = trapsOf({ ...methodsOfBoth, ...mapMethods }, mapMethods.entries)
const setTraps = trapsOf({ ...methodsOfBoth, ...setMethods }, methodsOfBoth.values)

function trapsOf(methods: Readonly<Record<string, Function>>, iterate: Function): ProxyHandler<Collection> {
  const refusing = (): boolean => false
  return {
    get(raw, key) {
      if (key === Symbol.iterator) return iterate
      const value: unknown = Reflect.get(raw, key, raw)
      if (typeof value !== 'function' || !Object.hasOwn(Object.getPrototypeOf(raw), key) || key === 'constructor')
        return value
      return (Object.hasOwn(methods, key) ? methods[key as string] : undefined) ?? asked(value)
    },
    // Neither have other properties than those of the language.
    set: refusing,
    defineProperty: refusing,
    setPrototypeOf: refusing,
  }
}

const asking = new WeakMap<Function, Function>()

/** A method that only asks, as those with which newer releases compare and unite Sets. */
function asked(native: Function): Function {
  let ofView = asking.get(native)
  if (ofView === undefined) {
    ofView = function askedView(this: unknown, ...args: unknown[]): unknown {
      const { raw, tracker } = viewedMap(this)
      const answer: unknown = Reflect.apply(native, raw, args.map(under))
      return types.isSet(answer) ? new Set(Array.from(answer, (element) => tracker.view(element))) : answer
    }
    asking.set(native, ofView)
  }
  return ofView
}
