import {
  MOST_COMPARED,
  attempt,
  isClass,
  isContainer,
  isDefault,
  isPutOn,
  isDeepFrozen,
  isExports,
  isPrimitive,
  isStandardGlobal,
  standIn,
  withoutMembers,
} from './captured-value.ts'
import { EngramError } from './error.ts'
import { type FunctionFacts, sightOf } from './function-facts.ts'
import { nameOf } from './function-text.ts'
import type { Findings } from './findings.ts'
import type { FingerprintOptions } from './fingerprint-options.ts'
import { givenTo } from './given.ts'
import { measure } from './key-digest.ts'
import { membersOfClass } from './class-members.ts'
import { isConstant, moduleAt, packageFrom } from './module-home.ts'
import { type FreeVariable, type PathUse, type Reading, USE, digestOfFile } from './native.ts'
import { type Reach, globalOf } from './reach.ts'
import type { Scope } from './reflection.ts'
import { StandIn } from './stand-in.ts'
import { shortened, wordsOf } from './words.ts'
import { isFamiliar } from './wrapped.ts'

/** Bytes of a form from which on a constant value stands in the fingerprint by its digest. */
const LARGE = 2 ** 20
const LONGEST_DOUBT = 1000
const VALUE = USE.read | USE.called | USE.escapes
const CHANGED = USE.assigned | USE.mutated | USE.mutatingCall
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

/** Why the core could not read a text. */
const UNREAD: Readonly<Record<string, string>> = {
  long: 'is longer than 256 KiB',
  deep: 'nests more than 2,048 brackets',
}

/** What is said of each function that one leads to, and of the values that they captured. */
export class Description {
  readonly found: Findings = { data: [], members: [], watched: [], doubts: [], isComplete: true }
  readonly #root: Function
  readonly #options: FingerprintOptions
  readonly #reach: Reach
  /** False while it is only to be known which functions are reached. */
  readonly #isFinal: boolean
  readonly #said = new Set<string>()
  /** Functions that look at the variables of modules, by script. */
  readonly #viewers = new Map<string, Function>()
  /** The variable that is described. */
  #current: FreeVariable | undefined

  constructor(root: Function, options: FingerprintOptions, reach: Reach, isFinal: boolean) {
    this.#root = root
    this.#options = options
    this.#reach = reach
    this.#isFinal = isFinal
  }

  /** A function's part of the fingerprint: its text, and what each name in it stands for. */
  functionPart(facts: FunctionFacts): unknown[] {
    const { fn, stamp, reading, text, reflection } = facts
    if (stamp !== undefined) return ['stamp', ...stamp, ...this.#givenTo(facts)]
    if (reflection?.bound !== undefined) return this.#bound(reflection.bound)
    if (typeof reading === 'string') {
      if (reading === 'native') this.doubt(`the code of ${nameOf(fn) || 'a native function'} cannot be read`)
      else if (this.#options.captures === 'auto')
        this.doubt(
          `the text of ${nameOf(fn) || 'it'} ${UNREAD[reading] ?? 'cannot be parsed'}, so what it captured is not known`,
        )
      return ['text', text]
    }
    const said: unknown[] = ['text', this.#options.strategy === 'codeHash' ? text : reading.normalForm]
    const captured: unknown[] = []
    if (this.#options.captures === 'none') for (const variable of reading.freeVariables) sayName(variable, captured)
    else this.#captured(facts, captured)
    if (captured.length > 0) said.push(captured)
    return said
  }

  /** What a wrapper of a package, or of Node, was given. */
  #givenTo(facts: FunctionFacts): unknown[] {
    const said: unknown[] = []
    for (const { name, value } of givenTo(facts)) {
      if (typeof value === 'function') {
        this.#function(name, value, () => value, said, true)
        continue
      }
      const measured = measure(name, () => value, this.#options.types)
      if (typeof measured === 'object')
        said.push([name, 'value', measured.size > MOST_COMPARED ? measured.digest : value])
    }
    return said.length === 0 ? [] : [said]
  }

  #captured(facts: FunctionFacts, said: unknown[]): void {
    for (const variable of this.#reach.variablesOf(facts)) {
      const from = said.length
      this.#current = variable
      try {
        this.#variable(facts, variable, said)
      } catch (error) {
        // A proxy may throw whatever it is asked.
        this.#unknown(variable.alias, `reading it threw: ${wordsOf(error)}`, said)
      }
      if (said.slice(from).some((part) => (part as unknown[])[1] === 'unknown')) sayName(variable, said)
    }
    this.#current = undefined
    this.#surroundings(facts, said)
    this.#receiver(facts, said)
  }

  #bound({ target, receiver, args }: { target: Function; receiver: unknown; args: readonly unknown[] }): unknown[] {
    const said: unknown[] = []
    this.#given('target', target, said)
    this.#given('this', receiver, said)
    for (const [index, value] of args.entries()) this.#given(`argument ${index}`, value, said)
    return ['bound', said]
  }

  #surroundings({ fn, reading, text, home }: FunctionFacts, said: unknown[]): void {
    if (typeof reading === 'string') return
    const owner = fn === this.#root ? '' : nameOf(fn)
    const about = owner === '' ? '' : ` of ${owner}`
    const { features } = reading
    if (features.includes('Unknowable')) this.doubt(`what eval${about} uses is not known`)
    if (features.includes('CapturedThis') || features.includes('CapturedSuper')) {
      this.doubt(`the \`this\` that the arrow function${about} captured cannot be read`)
    }
    if (features.includes('CapturedArguments')) {
      this.doubt(`the \`arguments\` that the arrow function${about} captured cannot be read`)
    }
    const isKnown = isClass(text) || this.#options.receiver?.of(fn) !== undefined
    if (features.includes('Super') && !isKnown) this.doubt(`what \`super\`${about} reaches cannot be read`)
    if (features.includes('UnnamedModule')) this.doubt(`a module that the text${about} does not name is imported`)
    if (features.includes('WholeEnvironment')) this.doubt(`which environment variables${about} are read is not known`)
    if (readsArguments(reading)) this.#datum('process.argv', programArguments, said)
    for (const name of reading.environment) this.#datum(`process.env.${name}`, () => process.env[name], said)
    for (const specifier of [...reading.imports, ...reading.requires]) this.#module(specifier, home.file, said)
    const onClass = membersOfClass(fn, reading)
    if (onClass.names !== undefined) said.push(['members', 'value', onClass.names])
    for (const { label, value, read } of onClass.others)
      this.#part(label, value, read, said, typeof value === 'function')
    const parent: unknown = Object.getPrototypeOf(fn)
    if (isClass(text) && typeof parent === 'function' && parent !== Function.prototype) {
      this.#given('extends', parent, said)
    }
  }

  /** What a method finds on its `this`: methods and getters count as helpers do. */
  #receiver({ fn }: FunctionFacts, said: unknown[]): void {
    for (const { label, use, value, read, isFixed } of this.#options.receiver?.of(fn) ?? []) {
      this.#member(label, use, value, read, said, isFixed)
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
    if (label === undefined && !/^[a-z_]+$/.test(specifier)) this.doubt(`the module ${specifier} cannot be found`)
    said.push(['module', specifier, label])
  }

  #variable(facts: FunctionFacts, variable: FreeVariable, said: unknown[]): void {
    const { name, alias } = variable
    if (HELPERS.has(name) || WRAPPER.has(name)) return sayName(variable, said)
    const sight = facts.reflection && sightOf(facts.reflection, name)
    if (sight === undefined) return this.#global(facts, variable, said)
    if (this.#reach.isAssigned(facts, name)) return void said.push([alias, 'state'])
    if (!sight.isReadable) {
      this.found.isComplete = false
      return void said.push([alias, 'unset'])
    }
    const { value } = sight
    const isSettled = typeof value === 'function' && facts.home.file === undefined
    if (this.#isFinal && !isSettled && (value === undefined || !isConstant(facts.home, name))) {
      this.found.watched.push({ fn: this.#viewer(facts, sight.scope), name, value })
    }
    this.#uses(variable, value, () => value, said, true)
  }

  /** A function that sees the scope: of a module, one for all, since a look through its eyes shows the whole scope. */
  #viewer({ fn, reflection }: FunctionFacts, { type }: Scope): Function {
    const scriptId = reflection?.scriptId
    if (type !== 'Module' || scriptId === undefined) return fn
    const known = this.#viewers.get(scriptId)
    if (known === undefined) this.#viewers.set(scriptId, fn)
    return known ?? fn
  }

  #global({ reflection }: FunctionFacts, variable: FreeVariable, said: unknown[]): void {
    const { name, paths } = variable
    const isGlobal = name in globalThis
    const isState = paths.some(({ path, uses }) => path.length === 0 && uses & USE.assigned)
    if (name === 'globalThis' || name === 'global') this.#programGlobals(variable, said)
    // A function that captured nothing but state is not reflected.
    if (isGlobal || (reflection === undefined && !isState)) sayName(variable, said)
    if (isStandardGlobal(name) || !isGlobal) return
    const read = (): unknown => globalOf(name)
    if (isState) return void said.push([name, 'state'])
    this.#uses(variable, read(), read, said, false)
  }

  /** Globals of the program's own, named by what holds them. */
  #programGlobals({ name, paths }: FreeVariable, said: unknown[]): void {
    const changed = paths.filter(({ uses }) => uses & CHANGED).map(({ path }) => path[0])
    for (const one of paths) {
      const [first] = one.path
      if (first === undefined || isStandardGlobal(first) || (one.uses & VALUE) === 0) continue
      if (changed.includes(first)) said.push([`${name}.${first}`, 'state'])
      else this.#member(name, one, globalThis, () => globalThis, said, false)
    }
  }

  #uses(
    { alias, paths }: FreeVariable,
    value: unknown,
    read: () => unknown,
    said: unknown[],
    isVariable: boolean,
  ): void {
    if (paths.some(({ path, uses }) => path.length === 0 && uses & VALUE)) {
      this.#part(alias, value, read, said, isVariable)
      // The text of a function does not show what somebody put on it.
      if (typeof value !== 'function') return
    }
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
      const state = this.#reach.changesOf(holder)
      if (state === true) return void said.push([label, 'state'])
      if (state?.has(name)) return void said.push([`${label}.${name}`, 'state'])
      if (typeof value === 'function') {
        this.#part(label, value, read, said, isOwn)
        if (!Object.hasOwn(value, name) || isNamedByText(name)) return
      } else if (isContainer(holder) && !isPutOn(holder, name)) break
      let next: unknown
      try {
        next = holder[name]
      } catch (error) {
        return this.#unknown(`${label}.${name}`, `reading it threw: ${wordsOf(error)}`, said)
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
    if (typeof receiver === 'function' || isExports(receiver) || isDefault(receiver, method)) return false
    const facts = this.#reach.factsOf(method)
    if (facts === undefined) return false
    // What exports a package's function, whichever way a loader made it, is not read by it.
    if (facts.stamp !== undefined) return !Object.hasOwn(receiver, method.name) && !Object.hasOwn(receiver, 'default')
    return typeof facts.reading === 'string' || facts.reading.this.length > 0
  }

  /** One value: `isVariable` if only another variable could change it, else it may be replaced where it lies. */
  #part(label: string, value: unknown, read: () => unknown, said: unknown[], isVariable = true): void {
    if (typeof value === 'symbol') return void said.push([label, 'symbol', value.description])
    if (isPrimitive(value)) {
      if (isVariable) this.#constant(label, value, said)
      else this.#datum(label, read, said)
      return
    }
    if (value === process.argv) return this.#datum(label, programArguments, said)
    if (value === process) return void said.push([label, 'known', 'process'])
    if (value === globalThis) return void said.push([label, 'known', 'globalThis'])
    if (isFamiliar(value as object)) return void said.push([label, 'known'])
    if (typeof value === 'function') return this.#function(label, value, read, said, isVariable)
    const state = this.#reach.changesOf(value as object)
    if (state === true || this.#options.receiver?.isKeeper(value as object) === true)
      return void said.push([label, 'state'])
    if (value instanceof StandIn) return this.#datum(label, read, said)
    const stand = standIn(value as object)
    if (stand !== undefined) return void said.push([label, 'made of', stand])
    // To look through a large object for what it reaches is in vain: functions in values are told by their own fingerprint.
    if (!this.#isFinal) return
    if (isDeepFrozen(value)) return this.#constant(label, value, said)
    if (state === undefined) this.#datum(label, read, said)
    else this.#datum(label, () => withoutMembers(read() as object, state), said)
  }

  /** A value that stays as it is. A large one stands there by its digest, since the whole has to fit one form. */
  #constant(label: string, value: unknown, said: unknown[]): void {
    if (!mayBeLarge(value)) return void said.push([label, 'value', value])
    if (!this.#isFinal) return
    const measured = measure(label, () => value, this.#options.types)
    if (typeof measured === 'string') this.#unknown(label, measured, said)
    else said.push([label, 'value', measured.size > LARGE ? measured.digest : value])
  }

  #function(label: string, fn: Function, read: () => unknown, said: unknown[], isVariable: boolean): void {
    const number = this.#reach.numberOf(fn)
    if (number === undefined) this.doubt(`it reaches more than the ${this.#reach.size} functions that were looked at`)
    said.push([label, 'function', number ?? 'unknown'])
    if (isVariable || !this.#isFinal) return
    this.found.members.push({ read, value: fn })
  }

  /** A value that may be another one, or have other content, at the next call. */
  #datum(label: string, read: () => unknown, said: unknown[]): void {
    if (!this.#isFinal) return
    const measured = measure(label, read, this.#options.types)
    if (typeof measured === 'string') return this.#unknown(label, measured, said)
    if (measured.size <= MOST_COMPARED) {
      said.push([label, 'data', this.found.data.length])
      this.found.data.push({ label, read })
      return
    }
    this.doubt(
      `${this.#shown(label)} is too large to be compared at every call, so its value at the first call counts`,
      'freeze it, or ',
    )
    said.push([label, 'value', measured.digest])
  }

  #unknown(label: string, why: string, said: unknown[]): void {
    this.doubt(`${this.#shown(label)} cannot be hashed: ${why}`)
    said.push([label, 'unknown'])
  }

  /** A label with the name of its variable as the program has it. */
  #shown(label: string): string {
    const { alias = '', name = '' } = this.#current ?? {}
    return label.startsWith(alias) ? name + label.slice(alias.length) : label
  }

  /** A declared dependency. */
  dependency(dep: unknown, index: number): unknown {
    const said: unknown[] = []
    this.#given(`deps[${index}]`, dep, said)
    return said
  }

  /** A value that nothing can replace. */
  #given(label: string, value: unknown, said: unknown[]): void {
    try {
      this.#part(label, value, () => value, said)
    } catch (error) {
      this.#unknown(label, `reading it threw: ${wordsOf(error)}`, said)
    }
  }

  /** Notes what could not be covered. */
  doubt(what: string, fix = ''): void {
    if (!this.#isFinal || this.#said.has(what)) return
    this.#said.add(what)
    const message = `${shortened(what, LONGEST_DOUBT)}; ${fix}pass it as an argument, name it in \`deps\` or \`version\`, or set \`captures: 'none'\`.`
    this.found.doubts.push(new EngramError('ERR_UNHASHABLE', message))
  }
}

function mayBeLarge(value: unknown): boolean {
  if (typeof value === 'string') return value.length > LARGE / 3
  return typeof value === 'bigint' || !isPrimitive(value)
}

/** The name of a variable whose value does not say what it is, where the normal form leaves the name out. */
function sayName({ alias, name }: FreeVariable, said: unknown[]): void {
  if (alias !== name) said.push([alias, 'named', name])
}

/** What the program was called with; before it stand paths, which must not be in a key. */
function programArguments(): readonly string[] {
  return process.argv.slice(2)
}

function readsArguments({ freeVariables }: Reading): boolean {
  const paths = freeVariables.find(({ name }) => name === 'process')?.paths ?? []
  return paths.some(({ path, uses }) => path[0] === 'argv' && uses & VALUE)
}

/** Properties of functions that come from their text. */
function isNamedByText(name: string): boolean {
  return name === 'prototype' || name === 'name' || name === 'length'
}
