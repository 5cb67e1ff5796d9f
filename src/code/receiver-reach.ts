import { textOf } from '../function/text.ts'
import { wrappedIn } from '../function/wrapped.ts'
import { type PathUse, type Reading, USE } from '../native/binding.ts'
/**
 * What a method reaches through its `this`.
 */
import { builtin } from '../platform/builtin.ts'
import { attempt, isChangedByMethods, isClass, isPrimitive } from './captured-value.ts'
import { factsOf, isNative, readingOf, sightOf } from './facts.ts'

const types = builtin('node:util/types')

/** Something that lies on the classes of the receiver, and what of it is used. */
export interface Reached {
  readonly label: string
  readonly use: PathUse
  readonly value: unknown
  readonly read: () => unknown
  /** Whether it is taken to stay what it is. */
  readonly isFixed: boolean
}

/** A member of the receiver that the method itself changes. */
interface Changed {
  readonly path: readonly string[]
  /** Only if it is of a kind whose methods change it. */
  readonly isByMethod: boolean
}

type Place = { readonly holder: object; readonly property: PropertyDescriptor }

const VALUE = USE.read | USE.called | USE.escapes | USE.typeOf
const WHOLE = USE.read | USE.escapes
const CHANGED = USE.assigned | USE.mutated | USE.mutatingCall

/**
 * One reading of a method and of those that it calls on its receiver, on instances of one class. What lies on the classes
 * is read once; what an instance holds is part of each key.
 */
export class ReceiverReach {
  /** The classes of the receiver, innermost first. */
  readonly classes: readonly Function[]
  /** What holds state of the receiver that nobody else can see: a private field. */
  readonly hidden: string | undefined
  /** Where compilers keep private fields. */
  readonly #keepers = new Set<WeakMap<object, unknown>>()
  /** Prototypes, or for a static method the class and its parents. */
  readonly #places: readonly object[]
  readonly #byFunction = new Map<Function, Reached[]>()
  readonly #changed: Changed[] = []
  readonly #isStatic: boolean
  /** Members that the texts name. */
  readonly #names = new Set<string>()
  /** Whether members that they do not name may count. */
  #isWhole = false

  /** `start` is the prototype of the receiver, or the receiver where it is a class. */
  constructor(method: Function, start: object | undefined, isStatic: boolean) {
    this.#isStatic = isStatic
    this.#places = chainOf(start)
    this.classes = isStatic
      ? (this.#places as Function[])
      : this.#places.map(classOf).filter((one) => one !== undefined)
    this.#walk(method)
    this.hidden = this.#isWhole ? this.#findHidden() : undefined
    if (this.#isWhole) this.#findKeepers()
  }

  /** What a function that runs with the receiver finds on it; undefined for one that is not known to. */
  of(fn: Function): readonly Reached[] | undefined {
    return this.#byFunction.get(fn)
  }

  /** Whether private fields, as a compiler has written them, are kept in this. */
  isKeeper(value: object): boolean {
    return this.#keepers.has(value as WeakMap<object, unknown>)
  }

  /** What keeps this receiver's state out of sight. */
  hiddenOf(receiver: object): string | undefined {
    if (this.hidden !== undefined) return this.hidden
    for (const keeper of this.#keepers) if (types.isWeakMap(keeper) && keeper.has(receiver)) return 'a private field'
    return undefined
  }

  /** The receiver's own properties without what the method itself changes. May throw what its getters throw. */
  stateOf(receiver: object): unknown {
    const own: object = { ...receiver }
    // What compilers of decorators leave on a class.
    for (const key of Object.getOwnPropertySymbols(own))
      if (key.description === 'Symbol.metadata') Reflect.deleteProperty(own, key)
    let state: unknown = own
    for (const { path, isByMethod } of this.#changed) state = without(state, path, isByMethod)
    return state
  }

  /** Own properties that are functions: code, even where state does not count. */
  functionsOf(receiver: object): unknown {
    const isUsed = (name: string): boolean => this.#isWhole || this.#names.has(name)
    const functions = Object.entries(receiver).filter(([name, value]) => typeof value === 'function' && isUsed(name))
    return functions.length === 0 ? undefined : Object.fromEntries(functions)
  }

  #walk(method: Function): void {
    const waiting = [method]
    for (let fn = waiting.pop(); fn !== undefined; fn = waiting.pop()) {
      const inner = wrappedIn(fn)?.fn ?? fn
      if (this.#byFunction.has(inner)) continue
      const found: Reached[] = []
      this.#byFunction.set(inner, found)
      const reading = readingOf(inner)
      if (typeof reading === 'string') {
        // A class that the text names, a native function: neither runs with this receiver as a method does.
        this.#isWhole ||= !isClass(textOf(inner))
        continue
      }
      this.#readThis(reading, found)
      this.#readSuper(inner, reading, found)
      for (const { value, label } of found) {
        if (typeof value === 'function' && !isClass(textOf(value)) && !label.endsWith('.constructor'))
          waiting.push(value)
      }
    }
    if (this.#isWhole) this.#byFunction.get(wrappedIn(method)?.fn ?? method)!.push(...this.#wholeClasses())
  }

  #readThis(reading: Reading, found: Reached[]): void {
    for (const one of reading.this) {
      const { path, uses } = one
      if (path.length === 0) {
        if (uses & WHOLE) this.#isWhole = true
        continue
      }
      this.#names.add(path[0]!)
      if (uses & CHANGED) this.#noteChanged(one, reading.this)
      const place = placeOf(this.#places, path[0]!)
      if (place !== undefined) found.push(...this.#reached('this', place, one))
    }
  }

  #readSuper(fn: Function, reading: Reading, found: Reached[]): void {
    if (reading.parent.length === 0) return
    const home = this.#places.findIndex((holder) => ownsFunction(holder, fn))
    if (home < 0) {
      this.#isWhole = true
      return
    }
    const parents = this.#places.slice(home + 1)
    for (const one of reading.parent) {
      const [name] = one.path
      if (name === undefined) {
        this.#isWhole = true
        continue
      }
      const place = placeOf(parents, name)
      if (place !== undefined) found.push(...this.#reached('super', place, one))
    }
  }

  #reached(root: string, { holder, property }: Place, { path, uses }: PathUse): Reached[] {
    const [name, ...below] = path as [string, ...string[]]
    const label = `${root}.${name}`
    const { get, set, value } = property as { get?: Function; set?: Function; value?: unknown }
    const accessors: [string, Function | undefined][] = [
      ['get', get],
      ['set', set],
    ]
    const called = { path: [], uses: USE.called }
    const code = accessors.flatMap(([kind, fn]) =>
      fn === undefined ? [] : [reachedFunction(`${label} ${kind}`, fn, called)],
    )
    if (code.length > 0) return code
    if ((uses & VALUE) === 0) return []
    if (typeof value === 'function') return [reachedFunction(label, value, { path: below, uses })]
    // A static field of the class itself is state of the receiver.
    if (this.#isStatic && holder === this.#places[0] && property.enumerable === true) return []
    if (this.#changed.some((one) => isWithin(path, one.path))) return []
    const read = (): unknown => (holder as Record<string, unknown>)[name]
    return [{ label, use: { path: below, uses }, value, read, isFixed: false }]
  }

  #noteChanged({ path, uses }: PathUse, all: readonly PathUse[]): void {
    const isNamed = all.some(
      (one) => one.path.length === path.length + 1 && one.uses & USE.assigned && isWithin(one.path, path),
    )
    if (uses & USE.assigned || (uses & USE.mutated && !isNamed)) this.#changed.push({ path, isByMethod: false })
    else if (uses & USE.mutatingCall) this.#changed.push({ path, isByMethod: true })
  }

  /** For a `this` that is handed on, or whose members the text does not name. */
  #wholeClasses(): Reached[] {
    const called = { path: [], uses: USE.called }
    const found = this.classes.map((one) => reachedFunction('this.constructor', one, called))
    for (const holder of this.#places) {
      const text = this.#isStatic ? textOf(holder as Function) : textOf(classOf(holder) ?? Object)
      for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
        if (name === 'constructor' || name === 'prototype') continue
        for (const fn of [property.value, property.get, property.set] as unknown[]) {
          if (typeof fn !== 'function' || text.includes(textOf(wrappedIn(fn)?.fn ?? fn))) continue
          found.push(reachedFunction(`this.${name}`, fn, called))
        }
      }
    }
    return found
  }

  #findHidden(): string | undefined {
    for (const one of this.classes) {
      if (!isClass(textOf(one))) continue
      const reading = readingOf(one)
      if (typeof reading === 'string') return 'a class whose text cannot be parsed'
      const [name] = this.#isStatic ? reading.hiddenStatics : reading.hiddenFields
      if (name !== undefined) return `the private field ${name}`
    }
    return undefined
  }

  /** Compilers keep private fields in weak maps, which they hand to functions of theirs. */
  #findKeepers(): void {
    const functions = [...this.#byFunction.keys(), ...this.classes]
    for (const { reading, reflection } of factsOf(functions, false, undefined)) {
      if (typeof reading === 'string' || reflection === undefined) continue
      for (const { name, paths } of reading.freeVariables) {
        if (!paths.some(({ path, uses }) => path.length === 0 && uses & USE.escapes)) continue
        const value = sightOf(reflection, name)?.value
        if (types.isWeakMap(value) || types.isWeakSet(value)) this.#keepers.add(value as WeakMap<object, unknown>)
      }
    }
  }
}

function reachedFunction(label: string, value: Function, use: PathUse): Reached {
  return { label, use, value, read: () => value, isFixed: true }
}

/** An object and what it inherits from, without what is the language's own. */
function chainOf(start: object | undefined): object[] {
  const chain: object[] = []
  for (
    let place: object | null = start ?? null;
    place !== null;
    place = Object.getPrototypeOf(place) as object | null
  ) {
    const owner = typeof place === 'function' ? place : classOf(place)
    if (place === Function.prototype || (owner !== undefined && isNative(owner))) break
    chain.push(place)
  }
  return chain
}

function classOf(prototype: object): Function | undefined {
  const found: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  return typeof found === 'function' ? found : undefined
}

function placeOf(places: readonly object[], name: string): Place | undefined {
  for (const holder of places) {
    const property = Object.getOwnPropertyDescriptor(holder, name)
    if (property !== undefined) return { holder, property }
  }
  return undefined
}

/** Whether an object holds this function, or a wrapper around it. */
export function ownsFunction(holder: object, fn: Function): boolean {
  return Reflect.ownKeys(holder).some((key) => {
    const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key)!
    return [value, get, set].some((one) => typeof one === 'function' && (one === fn || wrappedIn(one)?.fn === fn))
  })
}

function isWithin(path: readonly string[], around: readonly string[]): boolean {
  return around.every((name, index) => path[index] === name)
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (isPrimitive(value) || typeof value === 'function') return false
  const prototype: unknown = attempt(() => Object.getPrototypeOf(value))
  return prototype === Object.prototype || prototype === null
}

/** The value without the member at a path, as far as the path leads through plain objects. */
function without(value: unknown, path: readonly string[], isByMethod: boolean): unknown {
  const [name, ...below] = path
  if (name === undefined || !isPlain(value) || !Object.hasOwn(value, name)) return value
  const { [name]: member, ...others } = value
  if (below.length > 0) return { ...others, [name]: without(member, below, isByMethod) }
  const isKept =
    isByMethod && (isPrimitive(member) || typeof member === 'function' || !isChangedByMethods(member as object))
  return isKept ? value : others
}
