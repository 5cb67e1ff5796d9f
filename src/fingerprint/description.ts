import { attempt, isClass, isExports } from '../code/captured-value.ts'
import { membersOfClass } from '../code/class-members.ts'
import { type FunctionFacts, sightOf } from '../code/facts.ts'
import { givenTo } from '../code/given.ts'
import { isConstant, moduleAt, packageFrom } from '../code/home.ts'
import { isStandardGlobal } from '../code/intrinsic.ts'
import { type Reach, globalOf } from '../code/reach.ts'
import type { Scope } from '../code/reflection.ts'
import { nameOf } from '../function/text.ts'
import { type FreeVariable, type Reading, USE, digestOfFile } from '../native/binding.ts'
import { wordsOf } from '../words/phrase.ts'
import type { Findings } from './findings.ts'
import { MOST_COMPARED, measure } from './measure.ts'
import type { FingerprintOptions } from './options.ts'
import { shownAs } from './shown-name.ts'
import { VALUE, ValueDescription, programArguments } from './value-description.ts'

const CHANGED = USE.assigned | USE.mutated | USE.mutatingCall
/** Given to every CommonJS module; paths must not be in a key, and the rest shows where it is used. */
const WRAPPER = new Set(['__filename', '__dirname', 'require', 'module'])
/** esbuild's helpers, and vite's for `import()`: what they do is the same everywhere. */
const HELPERS = new Set([
  '__name',
  '__toESM',
  '__toCommonJS',
  '__export',
  '__copyProps',
  '__defProp',
  '__require',
  '__commonJS',
  '__vite_ssr_dynamic_import__',
  '__vi_import__',
])

/** Names that only loaders give, to modules. */
const MODULE = /^(?:import_|__vi_import_|__vite_ssr_import_)/

/** Why the core could not read a text. */
const UNREAD: Readonly<Record<string, string>> = {
  long: 'is longer than 256 KiB',
  deep: 'nests more than 2,048 brackets',
}

/** What is said of each function that one leads to, and of the values that they captured. */
export class Description {
  readonly #values: ValueDescription
  readonly #root: Function
  readonly #options: FingerprintOptions
  readonly #reach: Reach
  /** False while it is only to be known which functions are reached. */
  readonly #isFinal: boolean
  /** Functions that look at the variables of modules, by script. */
  readonly #viewers = new Map<string, Function>()

  constructor(root: Function, options: FingerprintOptions, reach: Reach, isFinal: boolean) {
    this.#root = root
    this.#options = options
    this.#reach = reach
    this.#isFinal = isFinal
    this.#values = new ValueDescription(options, reach, isFinal)
  }

  get found(): Findings {
    return this.#values.found
  }

  /** Notes what could not be covered. */
  doubt(what: string): void {
    this.#values.doubt(what)
  }

  /** A function's part of the fingerprint: its text, and what each name in it stands for. */
  functionPart(facts: FunctionFacts): unknown[] {
    const { fn, stamp, reading, text, reflection } = facts
    if (stamp !== undefined) return ['stamp', ...stamp, ...this.#givenTo(facts)]
    if (reflection?.bound !== undefined) return this.#bound(reflection.bound)
    if (typeof reading === 'string') {
      if (reading === 'native') this.#values.doubt(`the code of ${nameOf(fn) || 'a native function'} cannot be read`)
      else if (this.#options.captures === 'auto')
        this.#values.doubt(
          `the source of ${nameOf(fn) || 'the function'} ${UNREAD[reading] ?? 'cannot be parsed'}, so what it captured is not known`,
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
        this.#values.function(name, value, () => value, said, true)
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
      this.#values.current = variable
      try {
        this.#variable(facts, variable, said)
      } catch (error) {
        // A proxy may throw whatever it is asked.
        this.#values.unknown(variable.alias, `reading it threw: ${wordsOf(error)}`, said)
      }
      const parts = said.slice(from) as unknown[][]
      if (variable.alias !== variable.name) this.#noteNames(parts, variable, facts)
      if (parts.some(([, what]) => what === 'unknown')) sayName(variable, said)
    }
    this.#values.current = undefined
    this.#surroundings(facts, said)
    this.#receiver(facts, said)
  }

  /** What a compiler made a member of a module is called by the member's name, as in the import. */
  #noteNames(parts: readonly unknown[][], variable: FreeVariable, { reflection }: FunctionFacts): void {
    const value = reflection && sightOf(reflection, variable.name)?.value
    const isModule =
      MODULE.test(variable.name) ||
      (typeof value === 'object' && value !== null && attempt(() => isExports(value)) === true)
    for (const part of parts) this.found.shown.set(part, shownAs(String(part[0]), variable, isModule))
  }

  #bound({ target, receiver, args }: { target: Function; receiver: unknown; args: readonly unknown[] }): unknown[] {
    const said: unknown[] = []
    this.#values.given('target', target, said)
    this.#values.given('this', receiver, said)
    for (const [index, value] of args.entries()) this.#values.given(`argument ${index}`, value, said)
    return ['bound', said]
  }

  #surroundings(facts: FunctionFacts, said: unknown[]): void {
    const { fn, reading, text, home } = facts
    if (typeof reading === 'string') return
    const owner = fn === this.#root ? '' : nameOf(fn)
    const about = owner === '' ? '' : ` of ${owner}`
    const { features } = reading
    if (features.includes('Unknowable')) this.#values.doubt(`what eval${about} uses is not known`)
    if (features.includes('CapturedThis') || features.includes('CapturedSuper')) {
      this.#values.doubt(`the \`this\` of the arrow function${about} cannot be read`)
    }
    if (features.includes('CapturedArguments')) {
      this.#values.doubt(`the \`arguments\` of the arrow function${about} cannot be read`)
    }
    const isKnown = isClass(text) || this.#options.receiver?.of(fn) !== undefined
    if (features.includes('Super') && !isKnown) this.#values.doubt(`what \`super\`${about} reaches cannot be read`)
    if (features.includes('UnnamedModule'))
      this.#values.doubt(`the name of a module that is imported${about} is computed, so the module is not known`)
    if (features.includes('WholeEnvironment'))
      this.#values.doubt(`which environment variables${about} are read is not known`)
    if (readsArguments(reading)) this.#values.datum('process.argv', programArguments, said)
    for (const name of reading.environment) this.#values.datum(`process.env.${name}`, () => process.env[name], said)
    for (const specifier of reading.imports) this.#module(specifier, home.file, said)
    for (const specifier of reading.requires) this.#module(specifier, home.file, said, requireOf(facts))
    const onClass = membersOfClass(fn, reading)
    if (onClass.names !== undefined) said.push(['members', 'value', onClass.names])
    for (const { label, value, read } of onClass.others)
      this.#values.part(label, value, read, said, typeof value === 'function')
    const parent: unknown = Object.getPrototypeOf(fn)
    if (isClass(text) && typeof parent === 'function' && parent !== Function.prototype) {
      this.#values.given('extends', parent, said)
    }
  }

  /** What a method finds on its `this`: methods and getters count as helpers do. */
  #receiver({ fn }: FunctionFacts, said: unknown[]): void {
    for (const { label, use, value, read, isFixed } of this.#options.receiver?.of(fn) ?? []) {
      this.#values.member(label, use, value, read, said, isFixed)
    }
  }

  /** A module that the function loads when it runs. */
  #module(specifier: string, file: string | undefined, said: unknown[], require?: NodeJS.Require): void {
    if (specifier.startsWith('node:')) return
    const isFile = /^\.{0,2}\//.test(specifier)
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
    const target = isFile ? moduleOf(specifier, file, require) : undefined
    const label =
      target === undefined
        ? file && !isFile
          ? packageFrom(name, file)
          : undefined
        : (attempt(() => digestOfFile(target)) as string | undefined)
    if (label === undefined && !/^[a-z_]+$/.test(specifier))
      this.#values.doubt(`the module ${specifier} cannot be found`)
    said.push(['module', specifier, label])
  }

  #variable(facts: FunctionFacts, variable: FreeVariable, said: unknown[]): void {
    const { name, alias } = variable
    if (HELPERS.has(name) || WRAPPER.has(name)) return sayName(variable, said)
    const sight = facts.reflection && sightOf(facts.reflection, name)
    if (sight === undefined) return this.#global(facts, variable, said)
    if (this.#reach.isAssigned(facts, name)) {
      said.push([alias, 'state'])
      return this.#values.replaced(variable, sight.value, said)
    }
    if (!sight.isReadable) {
      this.#values.found.isComplete = false
      return void said.push([alias, 'unset'])
    }
    const { value } = sight
    if (isRequire(value) && !/^require\d*$/.test(name)) this.#values.doubt(`what ${name} loads is not known`)
    if (this.#isFinal && (value === undefined || !isConstant(facts.home, name))) {
      this.#values.found.watched.push({ fn: this.#viewer(facts, sight.scope), name, value })
    }
    this.#values.uses(variable, value, () => value, said, true)
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
    this.#values.uses(variable, read(), read, said, false)
  }

  /** Globals of the program's own, named by what holds them. */
  #programGlobals({ name, paths }: FreeVariable, said: unknown[]): void {
    const changed = paths.filter(({ uses }) => uses & CHANGED).map(({ path }) => path[0])
    for (const one of paths) {
      const [first] = one.path
      if (first === undefined || isStandardGlobal(first) || (one.uses & VALUE) === 0) continue
      if (changed.includes(first)) said.push([`${name}.${first}`, 'state'])
      else this.#values.member(name, one, globalThis, () => globalThis, said, false)
    }
  }

  /** A declared dependency. */
  dependency(dep: unknown, index: number): unknown {
    const said: unknown[] = []
    this.#values.given(`deps[${index}]`, dep, said)
    return said
  }
}

/** The name of a variable whose value does not say what it is, where the normal form leaves the name out. */
function sayName({ alias, name }: FreeVariable, said: unknown[]): void {
  if (alias !== name) said.push([alias, 'named', name])
}

/** What `createRequire` makes. */
function isRequire(value: unknown): value is NodeJS.Require {
  return typeof value === 'function' && attempt(() => 'resolve' in value && 'extensions' in value) === true
}

/** The `require` that a function captured: it need not be that of the function's own module. */
function requireOf({ reflection }: FunctionFacts): NodeJS.Require | undefined {
  const value = reflection && sightOf(reflection, 'require')?.value
  return isRequire(value) ? value : undefined
}

function moduleOf(
  specifier: string,
  file: string | undefined,
  require: NodeJS.Require | undefined,
): string | undefined {
  const resolved = require && (attempt(() => require.resolve(specifier)) as string | undefined)
  return resolved ?? (file === undefined ? undefined : moduleAt(file, specifier))
}

function readsArguments({ freeVariables }: Reading): boolean {
  const paths = freeVariables.find(({ name }) => name === 'process')?.paths ?? []
  return paths.some(({ path, uses }) => path[0] === 'argv' && uses & VALUE)
}
