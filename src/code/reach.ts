import { wrappedIn } from '../function/wrapped.ts'
import { type FreeVariable, USE } from '../native/binding.ts'
import { builtin } from '../platform/builtin.ts'
import { globalOf } from '../value/realm.ts'
import { attempt, isChangedByMethods, isClass, isPrimitive } from './captured-value.ts'
import { type FunctionFacts, factsOf, sightOf } from './facts.ts'
import { isStandardGlobal } from './intrinsic.ts'
import { MUTATED } from './use.ts'

const types = builtin('node:util/types')

/** Functions that one fingerprint covers, at most. */
const MOST_FUNCTIONS = 10_000
/**
 * Variables that are looked through for one fingerprint, at most: V8 copies those of a module for each of its functions
 * that it is asked about, about two million a second.
 */
const MOST_VARIABLES = 5_000_000
/** Functions that are looked at between two looks at these limits. */
const LOT = 256

/** The functions that one leads to, each with its number, and what they change themselves. */
export class Reach {
  /** Whether captured values count. */
  readonly #isCapturing: boolean
  readonly #facts = new Map<Function, FunctionFacts>()
  /** In the order in which they are numbered. */
  #met: Function[] = []
  readonly #numbers = new Map<Function, number>()
  #isSettled = false
  /** Whether all functions were looked at. */
  #isWhole = false
  /** Variables of each script's module. */
  readonly #variables = new Map<string, number>()
  /** Variables that the functions assign. */
  readonly #assigned = new Set<string>()
  /** Of these, for what a function was handed that keeps it: that function. */
  readonly #keepers = new Map<string, Function>()
  /** What is called without arguments: members of these values. */
  readonly #calledBare: { readonly value: unknown; readonly path: readonly string[] }[] = []
  /** Objects that they change, and the members by name where only those. */
  readonly #changed = new Map<object, Set<string> | true>()
  /** Those of them that not only classes change. */
  readonly #changedByFunctions = new WeakSet<object>()

  /** Functions whose answers somebody looks at. */
  readonly #asked = new Set<Function>()
  /** Functions that somebody other than a caller may look at, such as who they are handed to. */
  readonly #exposed = new WeakSet<Function>()
  #hasReplaced = false
  /** Arrow functions that a class made for an instance of it. */
  readonly #made = new WeakSet<Function>()

  constructor(isCapturing: boolean) {
    this.#isCapturing = isCapturing
  }

  /**
   * Pointers from one function to another are numbers, so that cycles end. Undefined beyond the limits. `isAsked` says whether
   * somebody looks at what it gives.
   */
  numberOf(fn: Function, isAsked = true): number | undefined {
    if (isAsked) this.#asked.add(wrappedIn(fn)?.fn ?? fn)
    const number = this.#numbers.get(fn)
    if (number !== undefined) return number
    if (this.#met.length >= MOST_FUNCTIONS) return undefined
    if (this.#isSettled && !this.#facts.has(fn) && !this.#lookLate(fn)) return undefined
    this.#numbers.set(fn, this.#met.length)
    return this.#met.push(fn) - 1
  }

  /** The number of a function that has one. */
  knownNumberOf(fn: Function): number | undefined {
    return this.#numbers.get(fn)
  }

  /**
   * Gives the facts of each function that is met, those that are met on the way included, up to the limits. Level by
   * level, as reflecting many functions costs little more than one. `file` is where the first ones
   * were wrapped, if they were.
   */
  *explore(file: string | undefined, isWrapped: boolean): Generator<FunctionFacts> {
    let from = 0
    let variables = 0
    while (from < this.#met.length && variables < MOST_VARIABLES) {
      const level = this.#met.slice(from, from + LOT)
      const found = factsOf(level, isWrapped && from === 0, file)
      for (const [index, facts] of found.entries()) {
        this.#facts.set(level[index]!, facts)
        variables += this.#variablesAround(facts)
      }
      for (const facts of found) {
        this.#noteState(facts)
        yield facts
      }
      from += level.length
    }
    this.#isWhole = from >= this.#met.length
  }

  /** Looks at a function that only turned up when all was told. False beyond the limits. */
  #lookLate(fn: Function): boolean {
    if (!this.#isWhole) return false
    const [facts] = factsOf([fn], false, undefined)
    this.#facts.set(fn, facts!)
    this.#noteState(facts!)
    return true
  }

  /** Numbers the functions anew, now that all is known that they change. */
  settle(): void {
    this.#isSettled = true
    this.#met = []
    this.#numbers.clear()
  }

  /** The facts of each function that is numbered, those that are numbered on the way included. */
  *settled(): Generator<FunctionFacts> {
    for (const fn of this.#met) yield this.#facts.get(fn)!
  }

  /** How many functions were looked at. */
  get size(): number {
    return this.#facts.size
  }

  /** The facts of a function that may be met later; undefined where it was only met when all was told, beyond the limits. */
  factsAt(fn: Function): FunctionFacts | undefined {
    if (!this.#facts.has(fn) && !this.#isSettled) this.#facts.set(fn, factsOf([fn], false, undefined)[0]!)
    return this.#facts.get(fn)
  }

  factsOf(fn: Function): FunctionFacts | undefined {
    return this.#facts.get(fn)
  }

  /** The names in a function that stand for something outside of it. */
  variablesOf({ reading }: FunctionFacts): readonly FreeVariable[] {
    if (typeof reading === 'string' || !this.#isCapturing) return []
    return reading.ownName === undefined ? reading.freeVariables : [...reading.freeVariables, reading.ownName]
  }

  /** Whether somebody looks at what a function gives back. */
  isAsked(fn: Function): boolean {
    return this.#asked.has(fn)
  }

  /** Whether one of the functions assigns the variable. */
  isAssigned(facts: FunctionFacts, name: string): boolean {
    return this.#assigned.size > 0 && this.#assigned.has(keyOf(facts, name))
  }

  /** Whether the variable keeps what one of the functions was handed, and that function is asked for it by a call that hands it nothing. */
  isHanded(facts: FunctionFacts, name: string): boolean {
    const keeper = this.#keepers.size === 0 ? undefined : this.#keepers.get(keyOf(facts, name))
    return keeper !== undefined && this.#calledBare.some(({ value, path }) => at(value, path) === keeper)
  }

  /** Whether two functions see one and the same variable of a name. */
  isShared(facts: FunctionFacts, other: Function, name: string): boolean {
    const known = this.#facts.get(other)
    return known !== undefined && keyOf(known, name) === keyOf(facts, name)
  }

  /** Whether the functions change an object, or which members of it. */
  changesOf(object: object): ReadonlySet<string> | true | undefined {
    return this.#changed.get(object)
  }

  /**
   * Whether only classes change an object, as they do when they make an instance: where state of instances lies in their
   * module, it differs from process to process.
   */
  isChangedByClasses(object: object): boolean {
    return this.#changed.has(object) && !this.#changedByFunctions.has(object)
  }

  /** Notes that a function is not only called. */
  noteExposed(fn: Function): void {
    this.#exposed.add(wrappedIn(fn)?.fn ?? fn)
  }

  isExposed(fn: Function): boolean {
    return this.#exposed.has(fn)
  }

  /** Notes an arrow function whose `this` is the instance that holds it, and is told with it. */
  noteMade(fn: Function): void {
    this.#made.add(fn)
  }

  isMade(fn: Function): boolean {
    return this.#made.has(fn)
  }

  /** Notes that the functions replace code that has run. */
  noteReplaced(): void {
    this.#hasReplaced = true
  }

  get hasReplaced(): boolean {
    return this.#hasReplaced
  }

  #variablesAround({ reflection }: FunctionFacts): number {
    const outermost = reflection?.scopes.at(-1)
    if (outermost?.type !== 'Module') return 0
    const scriptId = reflection?.scriptId ?? ''
    const known = this.#variables.get(scriptId)
    if (known !== undefined) return known
    const count = Object.keys(outermost.values).length
    this.#variables.set(scriptId, count)
    return count
  }

  #noteState(facts: FunctionFacts): void {
    for (const variable of this.variablesOf(facts)) {
      const sight = facts.reflection && sightOf(facts.reflection, variable.name)
      const value = sight === undefined ? ownGlobal(facts.fn, variable.name) : sight.value
      for (const { path, uses } of variable.paths) {
        if (path.length === 0 && uses & USE.assigned && sight !== undefined) {
          const key = keyOf(facts, variable.name)
          this.#assigned.add(key)
          if (uses & USE.handed) this.#keepers.set(key, facts.fn)
        }
        if (isPrimitive(value) || types.isProxy(value)) continue
        if (uses & USE.calledBare) this.#calledBare.push({ value, path })
        if (uses & USE.assigned && path.length > 0) this.#noteMember(at(value, path.slice(0, -1)), path.at(-1)!)
        if (uses & MUTATED) this.#noteChanged(facts, at(value, path), uses, variable, path)
      }
    }
  }

  #noteMember(object: unknown, name: string): void {
    if (isPrimitive(object)) return
    const known = this.#changed.get(object as object) ?? new Set<string>()
    if (known !== true) this.#changed.set(object as object, known.add(name))
  }

  #noteChanged(
    { text }: FunctionFacts,
    object: unknown,
    uses: number,
    variable: FreeVariable,
    path: readonly string[],
  ): void {
    if (isPrimitive(object)) return
    const isNamed = variable.paths.some(
      (one) =>
        one.path.length === path.length + 1 &&
        one.uses & USE.assigned &&
        path.every((name, index) => one.path[index] === name),
    )
    const isByMethod = uses & USE.mutatingCall && typeof object === 'object' && isChangedByMethods(object as object)
    if (!isByMethod && !(uses & USE.mutated && !isNamed)) return
    this.#changed.set(object as object, true)
    if (!isClass(text)) this.#changedByFunctions.add(object as object)
  }
}

/** The value of a global that the program made, for a function that names it; undefined for those that come with Node or the language. */
export function ownGlobal(fn: Function, name: string): unknown {
  return isStandardGlobal(name) ? undefined : attempt(() => globalOf(fn)[name])
}

/**
 * A variable, whoever sees it: by its script and by what is declared beside it. All scripts share the top level, on which
 * each line of a REPL is one.
 */
function keyOf({ reflection }: FunctionFacts, name: string): string {
  const scope = reflection && sightOf(reflection, name)?.scope
  if (scope === undefined) return ''
  // A script has one module scope, and it may be large.
  const beside = scope.type === 'Module' ? [] : Object.keys(scope.values)
  const script = scope.type === 'Script' ? undefined : reflection?.scriptId
  return JSON.stringify([script, scope.type, beside, name])
}

function at(value: unknown, path: readonly string[]): unknown {
  let found = value
  for (const name of path) {
    if (isPrimitive(found)) return undefined
    found = attempt(() => (found as Record<string, unknown>)[name])
  }
  return found
}
