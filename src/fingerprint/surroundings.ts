/**
 * What is said of a function beside its text and its variables: of what it uses without naming it.
 */
import { isClass } from '../code/captured-value.ts'
import { membersOfClass } from '../code/class-members.ts'
import type { FunctionFacts } from '../code/facts.ts'
import { propertiesOf } from '../code/function-properties.ts'
import { isDropped, isTold } from '../code/telling.ts'
import { VALUED } from '../code/use.ts'
import { nameOf } from '../function/text.ts'
import type { Reading } from '../native/binding.ts'
import { globalOf } from '../value/realm.ts'
import type { DescriptionContext } from './context.ts'
import { describeLateModules, hasOwnRequire } from './late-module.ts'
import { isIgnored } from './options.ts'
import { describeMember } from './path-description.ts'
import type { Sentence } from './sentence.ts'
import { describePrototypes } from './standard-global.ts'
import { ValueDescription, programArguments } from './value-description.ts'

export function surroundingsOf(context: DescriptionContext, facts: FunctionFacts, reading: Reading): Sentence[] {
  const values = new ValueDescription(context)
  refuseUnseen(context, facts, reading)
  refuseUnnamed(context, facts, reading)
  describeProcess(values, reading)
  describeLateModules(values, facts, reading)
  describeClass(values, facts, reading)
  describeProperties(values, facts)
  describeReceiver(values, facts)
  describePrototypes(values, reading, globalOf(facts.fn))
  return values.said
}

/** What the text uses of its surroundings that nobody can see. */
export function refuseUnseen(context: DescriptionContext, { fn }: FunctionFacts, { features }: Reading): void {
  const about = ownerOf(context, fn)
  const has = (feature: string): boolean => features.includes(feature)
  const refuse = (what: string, label: string): void => refuseUnlessIgnored(context, what, label)
  if (has('Unknowable')) refuse(`what eval${about} uses is not known`, 'eval')
  if ((has('CapturedThis') && !context.reach.isMade(fn)) || has('CapturedSuper'))
    refuse(
      `the \`this\` of the arrow function${about} cannot be read; a method, with \`function\`, has a \`this\` that counts`,
      'this',
    )
  if (has('CapturedArguments')) refuse(`the \`arguments\` of the arrow function${about} cannot be read`, 'arguments')
}

/** What the text uses otherwise that nobody can see. */
function refuseUnnamed(context: DescriptionContext, facts: FunctionFacts, { features }: Reading): void {
  const { fn, text } = facts
  const about = ownerOf(context, fn)
  const has = (feature: string): boolean => features.includes(feature)
  const refuse = (what: string, label: string): void => refuseUnlessIgnored(context, what, label)
  const isClassKnown = isClass(text) || context.options.receiver?.of(fn) !== undefined
  if (has('Super') && !isClassKnown) refuse(`what \`super\`${about} reaches cannot be read`, 'super')
  if (has('UnnamedModule') || (has('UnnamedRequire') && !hasOwnRequire(facts)))
    refuse(`the name of a module that is imported${about} is computed, so the module is not known`, 'import')
  if (has('WholeEnvironment')) refuse(`which environment variables${about} are read is not known`, 'process.env')
}

function refuseUnlessIgnored({ options, findings }: DescriptionContext, what: string, label: string): void {
  if (!isIgnored(options, label)) findings.refuse(what, label)
}

function ownerOf({ root }: DescriptionContext, fn: Function): string {
  const owner = fn === root ? '' : nameOf(fn)
  return owner === '' ? '' : ` of ${owner}`
}

function describeProcess(values: ValueDescription, reading: Reading): void {
  if (readsArguments(reading)) values.datum('process.argv', programArguments)
  for (const name of reading.environment) values.datum(`process.env.${name}`, () => process.env[name])
}

function readsArguments({ freeVariables }: Reading): boolean {
  const paths = freeVariables.find(({ name }) => name === 'process')?.paths ?? []
  return paths.some(({ path, uses }) => path[0] === 'argv' && uses & VALUED)
}

/** What a class has beside its text, and the class that it extends. */
function describeClass(values: ValueDescription, { fn, text }: FunctionFacts, reading: Reading): void {
  const { names, others } = membersOfClass(fn, reading)
  if (names !== undefined) values.say({ what: 'value', label: 'members', value: names })
  for (const { label, value, read } of others)
    values.value({ label, value, read, isVariable: typeof value === 'function' })
  const parent: unknown = Object.getPrototypeOf(fn)
  if (isClass(text) && typeof parent === 'function' && parent !== Function.prototype) values.fixed('extends', parent)
}

/** What somebody put on a function, which its text need not name: whoever gets the function may read it. */
function describeProperties(values: ValueDescription, { fn, text }: FunctionFacts): void {
  const { reach, root, options } = values.context
  if (isClass(text) || !(reach.isExposed(fn) || (options.isPassed && fn === root))) return
  const changed = reach.changesOf(fn)
  if (changed === true) return
  for (const { name, value, get, read } of propertiesOf(fn)) {
    if (changed?.has(name) === true) continue
    if (get !== undefined) values.fixed(`.${name}`, get)
    else values.value({ label: `.${name}`, value, read, isVariable: false })
  }
}

/** What a method finds on its `this`: methods and getters count as helpers do. */
function describeReceiver(values: ValueDescription, { fn }: FunctionFacts): void {
  for (const { label, use, value, read, isFixed } of values.context.options.receiver?.of(fn) ?? []) {
    const isOnlyTold = use.path.length > 0 && isDropped(use, true) && isTold(label, use.path)
    describeMember(values, { label, value, read, isVariable: isFixed }, use, isOnlyTold ? 'told' : 'used')
  }
}
