import { attempt, isExports } from '../code/captured-value.ts'
import { type FunctionFacts, type Sight, sightOf } from '../code/facts.ts'
import { isStandardGlobal } from '../code/intrinsic.ts'
import { ownGlobal } from '../code/reach.ts'
import { isConstant } from '../code/script-names.ts'
import { CHANGED, VALUED } from '../code/use.ts'
import { type FreeVariable, USE } from '../native/binding.ts'
import { globalOf } from '../value/realm.ts'
import { isGivenToModule, isRequire } from './common-js.ts'
import type { DescriptionContext } from './context.ts'
import { lateCodeIn } from './late-code.ts'
import { describeMember, describeUses } from './path-description.ts'
import type { Sentence } from './sentence.ts'
import { shownAs } from './shown-name.ts'
import { describeStandard } from './standard-global.ts'
import { ValueDescription } from './value-description.ts'

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

/** What is said of the variables that a function captured, and of the globals that it uses. */
export class CapturedVariables {
  readonly #context: DescriptionContext
  readonly #facts: FunctionFacts

  constructor(context: DescriptionContext, facts: FunctionFacts) {
    this.#context = context
    this.#facts = facts
  }

  sentences(): Sentence[] {
    return this.#context.reach.variablesOf(this.#facts).flatMap((variable) => this.sentencesOf(variable))
  }

  sentencesOf(variable: FreeVariable): Sentence[] {
    const values = new ValueDescription(this.#context, variable)
    try {
      this.#describe(variable, values)
    } catch (error) {
      // A proxy may throw whatever it is asked.
      values.unreadable(variable.alias, error)
    }
    const { said } = values
    if (variable.alias !== variable.name) this.#noteNames(said, variable)
    if (said.some(({ what }) => what === 'unknown')) said.push(...nameOfVariable(variable))
    return said
  }

  /** What a compiler made a member of a module is called by the member's name, as in the import. */
  #noteNames(said: readonly Sentence[], variable: FreeVariable): void {
    const value = this.#sightOf(variable.name)?.value
    const isModule =
      MODULE.test(variable.name) ||
      (typeof value === 'object' && value !== null && attempt(() => isExports(value)) === true)
    for (const one of said) one.shown = shownAs(one.label, variable, isModule)
  }

  #describe(variable: FreeVariable, values: ValueDescription): void {
    const { name, alias } = variable
    const sight = this.#sightOf(name)
    if (isHelper(name, sight) || isGivenToModule(name, sight, this.#facts.home)) {
      if (name === 'module' && sight !== undefined) describeExports(variable, sight.value, values)
      return void values.said.push(...nameOfVariable(variable))
    }
    if (sight === undefined) return this.#describeGlobal(variable, values)
    const { reach, findings, isFinal } = this.#context
    if (reach.isAssigned(this.#facts, name) && !this.#isGiven(sight, name)) {
      if (this.#isOwnState(sight, name)) this.#describeOwnState(variable, sight, values)
      else values.say({ what: 'state', label: alias })
      return this.#describeReplaced(variable, sight.value, values)
    }
    if (!sight.isReadable) {
      findings.isComplete = false
      return values.say({ what: 'unset', label: alias })
    }
    const { value } = sight
    if (isRequire(value) && !/^require\d*$/.test(name)) findings.refuse(`what ${name} loads is not known`, name)
    if (isFinal && (value === undefined || !isConstant(this.#facts.home, name)))
      findings.watched.push({ fn: this.#viewerOf(sight), name, value })
    describeUses(values, variable, { label: alias, value, read: () => value, isVariable: true }, this.#facts.fn)
  }

  /** Whether somebody else handed over, before the first look, what the variable keeps: no call of the function's shows it. */
  #isGiven({ value }: Sight, name: string): boolean {
    return value !== undefined && value !== null && this.#context.reach.isHanded(this.#facts, name)
  }

  /** Whether a helper that was made has the variable for itself: two may have begun with different values. */
  #isOwnState({ scope }: Sight, name: string): boolean {
    const { reach, root, options } = this.#context
    if (scope.type === 'Module' || scope.type === 'Script') return false
    if (options.isPassed) return true
    return this.#facts.fn !== root && !reach.isShared(this.#facts, root, name)
  }

  /** As it is at the first look; of what is passed, as it is at each call. */
  #describeOwnState({ name, alias }: FreeVariable, { value }: Sight, values: ValueDescription): void {
    values.firstLook(alias, value)
    const { findings, isFinal, options } = this.#context
    if (isFinal && options.isPassed) findings.watched.push({ fn: this.#facts.fn, name, value })
  }

  #describeReplaced(variable: FreeVariable, value: unknown, values: ValueDescription): void {
    const functions = lateCodeIn(variable, value)
    for (const fn of functions) values.function({ label: variable.alias, value: fn, read: () => fn, isVariable: true })
    if (functions.length > 0) this.#context.reach.noteReplaced()
  }

  #describeGlobal(variable: FreeVariable, values: ValueDescription): void {
    const { name, paths } = variable
    const { fn } = this.#facts
    const scope = globalOf(fn)
    const isGlobal = name in scope
    const isState = paths.some(({ path, uses }) => path.length === 0 && uses & USE.assigned)
    if (name === 'globalThis' || name === 'global') describeGlobals(variable, values, scope)
    // A function that captured nothing but state is not reflected.
    if (isGlobal || (this.#facts.reflection === undefined && !isState)) values.said.push(...nameOfVariable(variable))
    if (!isGlobal) return
    if (isStandardGlobal(name)) return describeStandard(values, name, paths, scope)
    if (isState) return values.say({ what: 'state', label: name })
    const read = (): unknown => ownGlobal(fn, name)
    describeUses(values, variable, { label: variable.alias, value: read(), read, isVariable: false }, fn)
  }

  #sightOf(name: string): Sight | undefined {
    const { reflection } = this.#facts
    return reflection && sightOf(reflection, name)
  }

  /** A function that sees a scope: of a module, one for all, since a look through its eyes shows the whole scope. */
  #viewerOf({ scope }: Sight): Function {
    const { fn, reflection } = this.#facts
    const scriptId = reflection?.scriptId
    if (scope.type !== 'Module' || scriptId === undefined) return fn
    const { viewers } = this.#context
    const known = viewers.get(scriptId)
    if (known === undefined) viewers.set(scriptId, fn)
    return known ?? fn
  }
}

/** The name of a variable whose value does not say what it is, where the normal form leaves the name out. */
export function nameOfVariable({ alias, name }: FreeVariable): Sentence[] {
  return alias === name ? [] : [{ what: 'named', label: alias, name }]
}

function isHelper(name: string, sight: Sight | undefined): boolean {
  return HELPERS.has(name) && (sight?.value === undefined || typeof sight.value === 'function')
}

/** What a CommonJS module reads of its own exports: `module.exports.rate`. */
function describeExports({ alias, paths }: FreeVariable, module: unknown, values: ValueDescription): void {
  const read = (): unknown => module
  for (const one of paths) {
    if (one.path[0] !== 'exports' || (one.uses & VALUED) === 0) continue
    describeMember(values, { label: alias, value: module, read, isVariable: false }, one)
  }
}

/** Globals of the program's own, named by what holds them. */
function describeGlobals({ name, paths }: FreeVariable, values: ValueDescription, scope: object): void {
  const changed = paths.filter(({ uses }) => uses & CHANGED).map(({ path }) => path[0])
  for (const one of paths) {
    const [first] = one.path
    if (first === undefined || (one.uses & VALUED) === 0) continue
    if (isStandardGlobal(first)) describeStandard(values, first, [{ path: one.path.slice(1), uses: one.uses }], scope)
    else if (changed.includes(first)) values.say({ what: 'state', label: `${name}.${first}` })
    else describeMember(values, { label: name, value: scope, read: () => scope, isVariable: false }, one)
  }
}
