import { builtin } from './builtin.ts'
import {
  MOST_COMPARED,
  attempt,
  isChangedByMethods,
  isClass,
  isContainer,
  isDeepFrozen,
  isExports,
  isPrimitive,
  isStandardGlobal,
  standIn,
  withoutMembers,
} from './captured-value.ts'
import { EngramError } from './error.ts'
import { type FunctionFacts, factsOf, isInspectorMissing, sightOf } from './function-facts.ts'
import { measure } from './key-digest.ts'
import { isConstant, moduleAt, packageFrom } from './module-home.ts'
import { type FreeVariable, type PathUse, USE, digestOfFile } from './native.ts'
import { StandIn } from './stand-in.ts'
import type { TypeRegistry } from './type-registry.ts'
import { isFamiliar } from './wrapped.ts'

const types = builtin('node:util/types')

export type CodeStrategy = 'codeHash' | 'syntaxHash'

/** What else a fingerprint is made of. */
export interface FingerprintOptions {
  readonly strategy: CodeStrategy
  readonly captures: 'auto' | 'none'
  readonly types: TypeRegistry
  /** Absolute path of the module that wraps the function. */
  readonly file: string | undefined
  /** Declared dependencies: labels and values. */
  readonly deps: readonly unknown[]
  /** Whether the function itself counts, or what it declares alone. */
  readonly covers: 'code' | 'deps'
}

/** Functions that one fingerprint covers, at most. */
const MOST_FUNCTIONS = 10_000
const MUTATED = USE.mutated | USE.mutatingCall
const VALUE = USE.read | USE.called | USE.escapes
/** Given to every CommonJS module; paths must not be in a key, and the rest shows where it is used. */
const WRAPPER = new Set(['__filename', '__dirname', 'require', 'module'])
/** esbuild's helpers: what they do is the same everywhere. */
const HELPERS = new Set([
  '__name',
  '__toESM',
  '__toCommonJS',
  '__export',
  '__copyProps',
  '__defProp',
  '__require',
  '__commonJS',
])

/** A variable that others may assign: it must be looked at before every call. */
export interface Watched {
  readonly fn: Function
  readonly name: string
  readonly value: unknown
}

/** A value whose content may change. */
export interface Datum {
  readonly label: string
  readonly read: () => unknown
}

/** A function that lies where another may be put. */
export interface Member {
  readonly read: () => unknown
  readonly value: unknown
}

/** What an exploration found. */
export interface Explored {
  /** For each function: its text, and what each name in it stands for. */
  readonly nodes: unknown[][]
  readonly deps: unknown[]
  readonly data: readonly Datum[]
  readonly members: readonly Member[]
  readonly watched: readonly Watched[]
  /** What could not be covered, with the fix. */
  readonly doubts: readonly EngramError[]
  /** False where a variable had no value yet. */
  readonly isComplete: boolean
}

/** One walk over a function and all that it reaches. */
export class Exploration {
  readonly #found = {
    data: [] as Datum[],
    members: [] as Member[],
    watched: [] as Watched[],
    doubts: [] as EngramError[],
    isComplete: true,
  }
  readonly #root: Function
  readonly #options: FingerprintOptions
  readonly #facts = new Map<Function, FunctionFacts>()
  /** Functions met, in the order in which they are numbered. */
  #met: Function[] = []
  readonly #numbers = new Map<Function, number>()
  /** Variables that the function or its helpers assign. */
  readonly #assigned = new Set<string>()
  /** Objects that they change, and the members by name where only those. */
  readonly #changed = new Map<object, Set<string> | true>()
  #isEmitting = false
  readonly #said = new Set<string>()

  constructor(root: Function, options: FingerprintOptions) {
    this.#root = root
    this.#options = options
  }

  /** What there is to say about the function and what it reaches. */
  run(): Explored {
    this.#explore()
    this.#isEmitting = true
    this.#met = []
    this.#numbers.clear()
    if (this.#options.covers === 'code') this.#numberOf(this.#root)
    const deps = this.#options.deps.map((dep, index) => this.#dependency(dep, index))
    const nodes: unknown[][] = []
    // What is met on the way is appended.
    for (const fn of this.#met) nodes.push(this.#node(this.#facts.get(fn)!))
    if (isInspectorMissing()) this.#doubt('the values that it captured cannot be read without the inspector')
    return { nodes, deps, ...this.#found }
  }

  // ------------------------------------------------------- finding what is reached

  /** Level by level, as reflecting many functions costs little more than one. */
  #explore(): void {
    if (this.#options.covers === 'code') this.#numberOf(this.#root)
    for (const dep of this.#options.deps) if (typeof dep === 'function') this.#numberOf(dep)
    let from = 0
    while (from < this.#met.length) {
      const level = this.#met.slice(from)
      const found = factsOf(level, from === 0, this.#options.file)
      for (const [index, facts] of found.entries()) this.#facts.set(level[index]!, facts)
      const upTo = this.#met.length
      for (; from < upTo; from++) {
        const facts = this.#facts.get(this.#met[from]!)!
        this.#noteState(facts)
        this.#node(facts)
      }
    }
  }

  /** Pointers from one function to another are numbers, so that cycles end. */
  #numberOf(fn: Function): number | undefined {
    let number = this.#numbers.get(fn)
    if (number !== undefined) return number
    if (this.#isEmitting && !this.#facts.has(fn)) return undefined
    if (this.#met.length >= MOST_FUNCTIONS) {
      this.#doubt(`it reaches more than ${MOST_FUNCTIONS} functions`)
      return undefined
    }
    number = this.#met.push(fn) - 1
    this.#numbers.set(fn, number)
    return number
  }

  #noteState(facts: FunctionFacts): void {
    for (const variable of variablesOf(facts, this.#options)) {
      const sight = facts.reflection && sightOf(facts.reflection, variable.name)
      const value = sight === undefined ? globalOf(variable.name) : sight.value
      for (const { path, uses } of variable.paths) {
        if (path.length === 0 && uses & USE.assigned && sight !== undefined)
          this.#assigned.add(keyOf(facts, variable.name))
        if (isPrimitive(value) || types.isProxy(value)) continue
        if (uses & USE.assigned && path.length > 0) this.#noteMember(at(value, path.slice(0, -1)), path.at(-1)!)
        if (uses & MUTATED) this.#noteChanged(at(value, path), uses, variable, path)
      }
    }
  }

  #noteMember(object: unknown, name: string): void {
    if (isPrimitive(object)) return
    const known = this.#changed.get(object as object) ?? new Set<string>()
    if (known !== true) this.#changed.set(object as object, known.add(name))
  }

  #noteChanged(object: unknown, uses: number, variable: FreeVariable, path: readonly string[]): void {
    if (isPrimitive(object)) return
    const isNamed = variable.paths.some(
      (one) =>
        one.path.length === path.length + 1 &&
        one.uses & USE.assigned &&
        path.every((name, index) => one.path[index] === name),
    )
    const isByMethod = uses & USE.mutatingCall && typeof object === 'object' && isChangedByMethods(object as object)
    if (isByMethod || (uses & USE.mutated && !isNamed)) this.#changed.set(object as object, true)
  }

  // ---------------------------------------------------------------- what is said of each

  /** A function's part of the fingerprint: its text, and what each name in it stands for. */
  #node(facts: FunctionFacts): unknown[] {
    const { fn, stamp, reading, text, reflection } = facts
    if (stamp !== undefined) return ['stamp', ...stamp]
    if (reflection?.bound !== undefined) return this.#bound(reflection.bound)
    if (typeof reading === 'string') {
      if (reading === 'native') this.#doubt(`the code of ${fn.name || 'a native function'} cannot be read`)
      else if (this.#options.captures === 'auto')
        this.#doubt(`the text of ${fn.name || 'it'} cannot be parsed, so what it captured is not known`)
      return ['text', text]
    }
    const said: unknown[] = ['text', this.#options.strategy === 'codeHash' ? text : reading.normalForm]
    if (this.#options.captures === 'none') return said
    const captured: unknown[] = []
    for (const variable of variablesOf(facts, this.#options)) {
      try {
        this.#variable(facts, variable, captured)
      } catch (error) {
        // A proxy may throw whatever it is asked.
        this.#unknown(variable.alias, `reading it threw: ${String(error)}`, captured)
      }
    }
    this.#surroundings(facts, captured)
    if (captured.length > 0) said.push(captured)
    return said
  }

  #bound({ target, receiver, args }: { target: Function; receiver: unknown; args: readonly unknown[] }): unknown[] {
    const said: unknown[] = []
    this.#part('target', target, () => target, said)
    this.#part('this', receiver, () => receiver, said)
    for (const [index, value] of args.entries()) this.#part(`argument ${index}`, value, () => value, said)
    return ['bound', said]
  }

  #surroundings({ fn, reading, text, home }: FunctionFacts, said: unknown[]): void {
    if (typeof reading === 'string') return
    const about = fn.name === '' || fn === this.#root ? '' : ` of ${fn.name}`
    const { features } = reading
    if (features.includes('Unknowable')) this.#doubt(`what eval${about} uses is not known`)
    if (features.includes('CapturedThis') || features.includes('CapturedSuper')) {
      this.#doubt(`the \`this\` that the arrow function${about} captured cannot be read`)
    }
    if (features.includes('Super') && !isClass(text)) this.#doubt(`what \`super\`${about} reaches cannot be read`)
    if (features.includes('UnnamedModule')) this.#doubt(`a module that the text${about} does not name is imported`)
    if (features.includes('WholeEnvironment')) this.#doubt(`which environment variables${about} are read is not known`)
    for (const name of reading.environment) this.#datum(`process.env.${name}`, () => process.env[name], said)
    for (const specifier of [...reading.imports, ...reading.requires]) this.#module(specifier, home.file, said)
    const parent: unknown = Object.getPrototypeOf(fn)
    if (isClass(text) && typeof parent === 'function' && parent !== Function.prototype) {
      this.#part('extends', parent, () => parent, said)
    }
  }

  /** A module that the function loads when it runs. */
  #module(specifier: string, file: string | undefined, said: unknown[]): void {
    if (specifier.startsWith('node:')) return
    const isFile = /^\.{0,2}\//.test(specifier)
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
    const target = file === undefined || !isFile ? undefined : moduleAt(file, specifier)
    const label =
      target === undefined
        ? file && !isFile
          ? packageFrom(name, file)
          : undefined
        : (attempt(() => digestOfFile(target)) as string | undefined)
    if (label === undefined && !/^[a-z_]+$/.test(specifier)) this.#doubt(`the module ${specifier} cannot be found`)
    said.push(['module', specifier, label])
  }

  #variable(facts: FunctionFacts, variable: FreeVariable, said: unknown[]): void {
    const { name, alias } = variable
    if (HELPERS.has(name) || WRAPPER.has(name)) return
    const sight = facts.reflection && sightOf(facts.reflection, name)
    if (sight === undefined) return this.#global(variable, said)
    if (this.#assigned.has(keyOf(facts, name))) return void said.push([alias, 'state'])
    if (!sight.isReadable) {
      this.#found.isComplete = false
      return void said.push([alias, 'unset'])
    }
    const { value } = sight
    const isSettled = typeof value === 'function' && facts.home.file === undefined
    if (this.#isEmitting && !isSettled && (value === undefined || !isConstant(facts.home, name))) {
      this.#found.watched.push({ fn: facts.fn, name, value })
    }
    this.#uses(variable, value, () => value, said, true)
  }

  #global(variable: FreeVariable, said: unknown[]): void {
    const { name } = variable
    if (isStandardGlobal(name) || !(name in globalThis)) return
    const read = (): unknown => globalOf(name)
    if (variable.paths.some(({ path, uses }) => path.length === 0 && uses & USE.assigned))
      return void said.push([name, 'state'])
    this.#uses(variable, read(), read, said, false)
  }

  #uses(
    { alias, paths }: FreeVariable,
    value: unknown,
    read: () => unknown,
    said: unknown[],
    isVariable: boolean,
  ): void {
    if (paths.some(({ path, uses }) => path.length === 0 && uses & VALUE))
      return this.#part(alias, value, read, said, isVariable)
    for (const one of paths) {
      if (one.path.length > 0 && one.uses & VALUE) this.#member(alias, one, value, read, said, isVariable)
      else if (one.path.length === 0 && one.uses & USE.typeOf) said.push([alias, 'typeof', typeof value])
    }
  }

  /** The value at a path, as far as its content can be told from the rest of what it lies in. */
  #member(
    alias: string,
    { path, uses }: PathUse,
    from: unknown,
    readFrom: () => unknown,
    said: unknown[],
    isVariable: boolean,
  ): void {
    let label = alias
    let value = from
    let read = readFrom
    let isOwn = isVariable
    for (const [index, name] of path.entries()) {
      const isLast = index === path.length - 1
      if (isPrimitive(value) || isFamiliar(value as object)) break
      const holder = value as Record<string, unknown>
      const state = this.#changed.get(holder)
      if (state === true || state?.has(name)) return void said.push([`${label}.${name}`, 'state'])
      if (typeof value === 'function') {
        this.#part(label, value, read, said, isOwn)
        if (!Object.hasOwn(value, name) || isNamedByText(name)) return
      } else if (isContainer(holder)) break
      let next: unknown
      try {
        next = holder[name]
      } catch (error) {
        return this.#unknown(`${label}.${name}`, `reading it threw: ${String(error)}`, said)
      }
      if (isLast && uses & USE.called && typeof next === 'function' && this.#readsReceiver(holder, next)) {
        this.#part(label, value, read, said, isOwn)
      }
      const readHolder = read
      read = () => (readHolder() as Record<string, unknown>)[name]
      label = `${label}.${name}`
      value = next
      isOwn = false
    }
    this.#part(label, value, read, said, isOwn)
  }

  /** Whether a method may look at all of the object that it is called on. */
  #readsReceiver(receiver: object, method: Function): boolean {
    if (typeof receiver === 'function' || isExports(receiver)) return false
    const facts = this.#facts.get(method)
    if (facts === undefined) return false
    if (facts.stamp !== undefined) return !Object.hasOwn(receiver, method.name)
    return typeof facts.reading === 'string' || facts.reading.this.length > 0
  }

  /** One value: `isVariable` if only another variable could change it, else it may be replaced where it lies. */
  #part(label: string, value: unknown, read: () => unknown, said: unknown[], isVariable = true): void {
    if (typeof value === 'symbol') return void said.push([label, 'symbol', value.description])
    if (isPrimitive(value)) {
      if (isVariable) said.push([label, 'value', value])
      else this.#datum(label, read, said)
      return
    }
    if (value === process || value === globalThis || isFamiliar(value as object))
      return void said.push([label, 'known'])
    if (typeof value === 'function') return this.#function(label, value, read, said, isVariable)
    const state = this.#changed.get(value as object)
    if (state === true) return void said.push([label, 'state'])
    if (value instanceof StandIn) return this.#datum(label, read, said)
    const stand = standIn(value as object)
    if (stand !== undefined) return void said.push([label, 'made of', stand])
    if (isDeepFrozen(value)) return void said.push([label, 'value', value])
    if (state === undefined) this.#datum(label, read, said)
    else this.#datum(label, () => withoutMembers(read() as object, state), said)
  }

  #function(label: string, fn: Function, read: () => unknown, said: unknown[], isVariable: boolean): void {
    said.push([label, 'function', this.#numberOf(fn) ?? 'unknown'])
    if (isVariable || !this.#isEmitting) return
    this.#found.members.push({ read, value: fn })
  }

  /** A value that may be another one, or have other content, at the next call. */
  #datum(label: string, read: () => unknown, said: unknown[]): void {
    if (!this.#isEmitting) return
    const measured = measure(label, read, this.#options.types)
    if (typeof measured === 'string') return this.#unknown(label, measured, said)
    if (measured.size <= MOST_COMPARED) {
      said.push([label, 'data', this.#found.data.length])
      this.#found.data.push({ label, read })
      return
    }
    this.#doubt(
      `${label} is too large to be compared at every call, so its value at the first call counts`,
      'freeze it, or ',
    )
    said.push([label, 'value', measured.digest])
  }

  #unknown(label: string, why: string, said: unknown[]): void {
    this.#doubt(`${label} cannot be hashed: ${why}`)
    said.push([label, 'unknown'])
  }

  #dependency(dep: unknown, index: number): unknown {
    const said: unknown[] = []
    this.#part(`deps[${index}]`, dep, () => dep, said)
    return said
  }

  #doubt(what: string, fix = ''): void {
    if (!this.#isEmitting || this.#said.has(what)) return
    this.#said.add(what)
    const message = `${what}; ${fix}pass it as an argument, name it in \`deps\` or \`version\`, or set \`captures: 'none'\`.`
    this.#found.doubts.push(new EngramError('ERR_UNHASHABLE', message))
  }
}

function variablesOf({ reading }: FunctionFacts, { captures }: FingerprintOptions): FreeVariable[] {
  if (typeof reading === 'string' || captures === 'none') return []
  return reading.ownName === undefined ? reading.freeVariables : [...reading.freeVariables, reading.ownName]
}

/** A variable, whoever sees it: by its script and by what is declared beside it. */
function keyOf({ reflection }: FunctionFacts, name: string): string {
  const scope = reflection && sightOf(reflection, name)?.scope
  return scope === undefined ? '' : JSON.stringify([reflection?.scriptId, scope.type, Object.keys(scope.values), name])
}

function globalOf(name: string): unknown {
  return isStandardGlobal(name) ? undefined : attempt(() => (globalThis as Record<string, unknown>)[name])
}

function at(value: unknown, path: readonly string[]): unknown {
  let found = value
  for (const name of path) {
    if (isPrimitive(found)) return undefined
    found = attempt(() => (found as Record<string, unknown>)[name])
  }
  return found
}

/** Properties of functions that come from their text. */
function isNamedByText(name: string): boolean {
  return name === 'prototype' || name === 'name' || name === 'length'
}
