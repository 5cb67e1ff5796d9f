/**
 * What a method reaches through its `this`.
 */
import { textOf } from '../function/text.ts'
import { wrappedIn } from '../function/wrapped.ts'
import { type PathUse, type Reading, USE } from '../native/binding.ts'
import { builtin } from '../platform/builtin.ts'
import { isClass } from './captured-value.ts'
import { type HeldProperty, chainOf, classOf, hasData, ownsFunction, propertyIn } from './class-chain.ts'
import { factsOf, readingOf, sightOf } from './facts.ts'
import { hiddenStateOf } from './hidden-state.ts'
import { instanceKindOf } from './instance-kind.ts'
import { isEnumerable, isKeptElsewhere, isListed } from './receiver-look.ts'
import { ReceiverState } from './receiver-state.ts'
import { VALUED } from './use.ts'

const types = builtin('node:util/types')

/** Something that lies on the classes of the receiver, and what of it is used. */
export interface ReceiverMember {
  readonly label: string
  readonly use: PathUse
  readonly value: unknown
  readonly read: () => unknown
  /** Whether it is taken to stay what it is. */
  readonly isFixed: boolean
  /** Whether it does not run: a setter of what the text only reads. */
  readonly isIdle?: boolean
}

/** Uses for which a member counts: of what a prototype holds, `typeof` too. */
const LOOKED_AT = VALUED | USE.typeOf
const WHOLE = USE.read | USE.escapes
const CALLED = { path: [], uses: USE.called }

/**
 * One reading of a method and of those that it calls on its receiver, on instances of one class. What lies on the classes
 * is read once; what an instance holds is part of each key.
 */
export class ReceiverReach {
  /** The classes of the receiver, innermost first. */
  readonly classes: readonly Function[]
  /** Whether the classes have private fields that may count. */
  readonly #hasHidden: boolean
  /** Where compilers keep private fields. */
  readonly #keepers = new Set<WeakMap<object, unknown> | WeakSet<object>>()
  /** Prototypes, or for a static method the class and its parents. */
  readonly #chain: readonly object[]
  readonly #byFunction = new Map<Function, ReceiverMember[]>()
  readonly #state = new ReceiverState()
  /** Whether the receiver is a class, whose static members count. */
  readonly isStatic: boolean
  /** Members that the texts name. */
  readonly #names = new Set<string>()
  /** Whether members that they do not name may count. */
  #isWhole = false

  /** `start` is the prototype of the receiver, or the receiver where it is a class. */
  constructor(method: Function, start: object | undefined, isStatic: boolean) {
    this.isStatic = isStatic
    this.#chain = chainOf(start)
    // A function that is no class may inherit from what is no function: callable instances do.
    const classes = isStatic ? this.#chain.filter(isFunction) : this.#chain.map(classOf)
    this.classes = classes.filter((one) => one !== undefined)
    this.#walk(method)
    this.#hasHidden = this.#isWhole && this.#findHidden()
    if (this.#isWhole) this.#findKeepers()
  }

  /** What a function that runs with the receiver finds on it; undefined for one that is not known to. */
  of(fn: Function): readonly ReceiverMember[] | undefined {
    return this.#byFunction.get(fn)
  }

  /** Whether private fields, as a compiler has written them, are kept in this. */
  isKeeper(value: object): boolean {
    return this.#keepers.has(value as WeakMap<object, unknown>)
  }

  /** State of this receiver that may count and is no property of it; undefined: none. May throw. */
  hiddenOf(receiver: object): unknown {
    const kept = [...this.#keepers].filter((keeper) => keeper.has(receiver))
    if (kept.length === 0 && this.#isWhole && isKeptElsewhere(receiver)) return receiver
    const mayHide = this.#hasHidden || (this.#isWhole && !this.isStatic && !isListed(receiver))
    const hidden = mayHide || kept.length > 0 ? hiddenStateOf(receiver) : this.#unlistedOf(receiver)
    if (!this.#hasHidden && kept.length === 0 && hidden === undefined) return undefined
    return [hidden, kept.map((keeper) => ('get' in keeper ? keeper.get(receiver) : true))]
  }

  /** Properties that no loop shows and that the texts name; all, where a function of the receiver's own may read them. */
  #unlistedOf(receiver: object): Record<string, unknown> | undefined {
    // All that it has was looked at, and is listed.
    if (this.isStatic || this.#isWhole) return undefined
    const own = [...this.#names].filter((name) => Object.hasOwn(receiver, name))
    const isOpen = own.some((name) => isMethod(Object.getOwnPropertyDescriptor(receiver, name)!.value))
    if (isOpen) return isListed(receiver) ? undefined : hiddenStateOf(receiver)
    const names = own.filter((name) => !isEnumerable(receiver, name) && !this.#state.isChanged([name]))
    const hidden = names.length === 0 ? {} : (hiddenStateOf(receiver) ?? {})
    const counted = names.filter((name) => Object.hasOwn(hidden, name)).toSorted()
    return counted.length === 0 ? undefined : Object.fromEntries(counted.map((name) => [name, hidden[name]]))
  }

  /** What a receiver is whose state nobody can see, if that may count. */
  hostOf(receiver: object): string | undefined {
    if (!this.#isWhole || this.isStatic || types.isProxy(receiver)) return undefined
    const prototype = Object.getPrototypeOf(receiver) as object | null
    return prototype === null ? undefined : instanceKindOf(receiver, prototype).host
  }

  /** The receiver's own properties without what the method itself changes or only tells something. May throw what its getters throw. */
  stateOf(receiver: object): unknown {
    return this.#state.of(receiver, this.#isWhole, this.isStatic)
  }

  /** Paths to what the method only tells something. */
  toldIn(receiver: object): readonly (readonly string[])[] {
    return this.#isWhole || this.functionsOf(receiver) !== undefined ? [] : this.#state.toldIn(receiver)
  }

  /** Own properties that are functions: code, even where state does not count. */
  functionsOf(receiver: object): unknown {
    const isUsed = (name: string): boolean => this.#isWhole || this.#names.has(name)
    const functions = Object.entries(receiver).filter(([name, value]) => typeof value === 'function' && isUsed(name))
    return functions.length === 0 ? undefined : Object.fromEntries(functions)
  }

  #walk(method: Function): void {
    const waiting: { fn: Function; isIdle: boolean }[] = [{ fn: method, isIdle: false }]
    // What does not run changes nothing.
    const running = new Set<Function>()
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { isIdle } = next
      const inner = wrappedIn(next.fn)?.fn ?? next.fn
      const known = this.#byFunction.get(inner)
      if (known !== undefined && (isIdle || running.has(inner))) continue
      if (!isIdle) running.add(inner)
      const found = known ?? []
      this.#byFunction.set(inner, found)
      const reading = readingOf(inner)
      if (typeof reading === 'string') {
        // A class that the text names, a native function: neither runs with this receiver as a method does.
        this.#isWhole ||= !isClass(textOf(inner))
        continue
      }
      if (known === undefined) {
        this.#readThis(reading, found, isIdle)
        this.#readSuper(inner, reading, found)
      } else this.#noteUses(reading)
      for (const one of found) {
        if (typeof one.value === 'function' && !isClass(textOf(one.value)) && !one.label.endsWith('.constructor'))
          waiting.push({ fn: one.value, isIdle: isIdle || one.isIdle === true })
      }
    }
    const found = this.#byFunction.get(wrappedIn(method)?.fn ?? method)!
    if (this.#isWhole) found.push(...this.#wholeClasses())
    found.push(...this.#lentState())
  }

  #noteUses(reading: Reading): void {
    for (const one of reading.this) if (one.path.length > 0) this.#state.note(one, reading.this)
  }

  #readThis(reading: Reading, found: ReceiverMember[], isIdle: boolean): void {
    for (const one of reading.this) {
      const { path, uses } = one
      if (path.length === 0) {
        if (uses & WHOLE || (uses & USE.called && !this.#isClass())) this.#isWhole = true
        continue
      }
      this.#names.add(path[0]!)
      if (!isIdle) this.#state.note(one, reading.this)
      const held = propertyIn(this.#chain, path[0]!)
      if (held !== undefined) found.push(...this.#membersAt('this', held, one))
    }
  }

  #readSuper(fn: Function, reading: Reading, found: ReceiverMember[]): void {
    if (reading.parent.length === 0) return
    const home = this.#chain.findIndex((holder) => ownsFunction(holder, fn))
    if (home < 0) {
      this.#isWhole = true
      return
    }
    const parents = this.#chain.slice(home + 1)
    for (const one of reading.parent) {
      const [name] = one.path
      if (name === undefined) {
        this.#isWhole = true
        continue
      }
      const held = propertyIn(parents, name)
      if (held !== undefined) found.push(...this.#membersAt('super', held, one))
    }
  }

  /** What counts of a property that the receiver inherits: its accessors, or its value. */
  #membersAt(root: string, { holder, property }: HeldProperty, { path, uses }: PathUse): ReceiverMember[] {
    const [name, ...below] = path as [string, ...string[]]
    const label = `${root}.${name}`
    const isAssigned = below.length === 0 && (uses & USE.assigned) !== 0
    const { get, set, value } = property as { get?: Function; set?: Function; value?: unknown }
    const accessors = [
      ...(get === undefined ? [] : [functionMember(`${label} get`, get, CALLED)]),
      ...(set === undefined ? [] : [{ ...functionMember(`${label} set`, set, CALLED), isIdle: !isAssigned }]),
    ]
    if (accessors.length > 0) return accessors
    if ((uses & LOOKED_AT) === 0) return []
    const use = { path: below, uses }
    if (typeof value === 'function') return [functionMember(label, value, use)]
    // A static field of the class itself is state of the receiver.
    if (this.isStatic && holder === this.#chain[0] && property.enumerable === true) return []
    if (this.#state.isChanged(path)) return []
    return [{ label, use, value, read: () => (holder as Record<string, unknown>)[name], isFixed: false }]
  }

  /** For a `this` that is handed on, or whose members the text does not name. */
  #wholeClasses(): ReceiverMember[] {
    const found = this.classes.map((one) => functionMember('this.constructor', one, CALLED))
    for (const holder of this.#chain) {
      const text = textOf(isFunction(holder) ? holder : (classOf(holder) ?? Object))
      for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
        if (name === 'constructor' || name === 'prototype') continue
        for (const fn of [property.value, property.get, property.set] as unknown[]) {
          if (typeof fn !== 'function' || text.includes(textOf(wrappedIn(fn)?.fn ?? fn))) continue
          found.push(functionMember(`this.${name}`, fn, CALLED))
        }
      }
    }
    return found
  }

  /** What the receiver inherits from objects that belong to no class, where the texts that are read need not name it. */
  #lentState(): ReceiverMember[] {
    const holders = this.isStatic ? [] : this.#chain.filter((one) => classOf(one) === undefined && hasData(one))
    if (holders.length === 0 || !(this.#isWhole || this.#entersPackage())) return []
    const label = (index: number): string => (index === 0 ? 'this.__proto__' : `this.__proto__ (${index + 1})`)
    return holders.map((value, index) => ({
      label: label(index),
      use: { path: [], uses: USE.read },
      value,
      read: () => value,
      isFixed: true,
    }))
  }

  /** Whether a function of a package runs with the receiver: of its members nothing else is said. */
  #entersPackage(): boolean {
    return factsOf([...this.#byFunction.keys()], false, undefined).some(({ stamp }) => stamp?.[0] === 'package')
  }

  /** Whether `this` is a class, which `new this()` makes instances of. */
  #isClass(): boolean {
    return this.isStatic && isClass(textOf(this.#chain[0] as Function))
  }

  #findHidden(): boolean {
    return this.classes.some((one) => {
      if (!isClass(textOf(one))) return false
      const reading = readingOf(one)
      return typeof reading === 'string' || (this.isStatic ? reading.hiddenStatics : reading.hiddenFields).length > 0
    })
  }

  /** Compilers keep private fields in weak maps, which they hand to functions of theirs. */
  #findKeepers(): void {
    const functions = [...this.#byFunction.keys(), ...this.classes]
    for (const { reading, reflection } of factsOf(functions, false, undefined)) {
      if (typeof reading === 'string' || reflection === undefined) continue
      for (const { name, paths } of reading.freeVariables) {
        if (!paths.some(({ path, uses }) => path.length === 0 && uses & USE.escapes)) continue
        const value = sightOf(reflection, name)?.value
        if (types.isWeakMap(value) || types.isWeakSet(value)) this.#keepers.add(value)
      }
    }
  }
}

function isFunction(value: object): value is Function {
  return typeof value === 'function'
}

function isMethod(value: unknown): boolean {
  if (typeof value !== 'function') return false
  const reading = readingOf(value)
  return typeof reading === 'string' || reading.this.length > 0
}

function functionMember(label: string, value: Function, use: PathUse): ReceiverMember {
  return { label, use, value, read: () => value, isFixed: true }
}
