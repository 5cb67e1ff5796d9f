import { givesCounters, hasCounters } from '../code/coverage.ts'
import type { FunctionFacts } from '../code/facts.ts'
import { propertiesOf } from '../code/function-properties.ts'
import { type Given, givenTo } from '../code/given.ts'
import { type MockBehaviour, type MockPart, mockBehaviour } from '../code/mock.ts'
import type { Bound } from '../code/reflection.ts'
import { nameOf } from '../function/text.ts'
import type { Reading } from '../native/binding.ts'
import { CapturedVariables, nameOfVariable } from './captured-variables.ts'
import { describeClosure } from './closure-description.ts'
import type { DescriptionContext } from './context.ts'
import type { FunctionSentence, Sentence } from './sentence.ts'
import { surroundingsOf } from './surroundings.ts'
import { ValueDescription } from './value-description.ts'

/** Why the core could not read a text. */
const UNREAD: Readonly<Record<string, string>> = {
  long: 'is longer than 256 KiB',
  deep: 'nests more than 2,048 brackets',
}

/** A function's part of the fingerprint: its text, and what each name in it stands for. */
export function describeFunction(context: DescriptionContext, facts: FunctionFacts): FunctionSentence {
  const { fn, stamp, reading, text, reflection } = facts
  if (context.ownCode.has(fn)) return describeClosure(context, facts)
  if (stamp !== undefined)
    return { what: 'stamp', stamp, said: saidOfMock(context, facts) ?? saidBeside(context, facts, stamp) }
  if (reflection?.bound !== undefined) return { what: 'bound', said: saidOfBound(context, reflection.bound) }
  if (reflection?.isProxy === true)
    return { what: 'bound', said: saidOfMock(context, facts) ?? saidOfProxy(context, fn) }
  if (typeof reading === 'string') {
    refuseUnread(context, facts, reading)
    return { what: 'text', text, said: [] }
  }
  const { strategy, captures } = context.options
  noteCounters(context, facts, reading)
  const said =
    captures === 'none'
      ? reading.freeVariables.flatMap(nameOfVariable)
      : [...new CapturedVariables(context, facts).sentences(), ...surroundingsOf(context, facts, reading)]
  return { what: 'text', text: strategy === 'codeHash' ? text : reading.normalForm, said }
}

/** The counters of a coverage tool are no part of a key, unless nothing tells what was there without them. */
function noteCounters(
  { options, findings }: DescriptionContext,
  { fn, text }: FunctionFacts,
  { freeVariables }: Reading,
): void {
  const isCounted = freeVariables.some(({ name }) => givesCounters(name))
  if (!isCounted && (options.strategy !== 'codeHash' || !hasCounters(text))) return
  findings.doubt(
    `a coverage tool put counters into the code of ${nameOf(fn) || 'a function'}, and they count`,
    'leave its file out of coverage, or say with `version` which code this is',
  )
}

/** A declared dependency. */
export function describeDependency(context: DescriptionContext, dep: unknown, index: number): readonly Sentence[] {
  const values = new ValueDescription(context)
  values.fixed(`deps[${index}]`, dep)
  return values.said
}

function saidBeside(context: DescriptionContext, facts: FunctionFacts, [kind]: readonly string[]): Sentence[] {
  const { closure } = facts
  if (kind !== 'cached') return saidOfMade(context, facts)
  return closure === undefined ? [] : saidOfCached(context, closure)
}

/** Of a function that is cached under a version: what it sees beside its module. */
function saidOfCached(context: DescriptionContext, closure: () => string | undefined): Sentence[] {
  const values = new ValueDescription(context)
  try {
    if (closure() !== undefined) values.datum('closure', closure)
  } catch (error) {
    values.unreadable('closure', error)
  }
  return values.said
}

/** What a function that a package or Node made was given, and what was put on it. */
function saidOfMade(context: DescriptionContext, facts: FunctionFacts): Sentence[] {
  const given = givenTo(facts).flatMap((one) => saidOfGiven(context, facts, one))
  return [...given, ...saidOfProperties(context, facts)]
}

function saidOfGiven(context: DescriptionContext, { fn }: FunctionFacts, given: Given): Sentence[] {
  const { variable, sight, isState } = given
  const { name } = variable
  const values = new ValueDescription(context, variable, true)
  const { value } = sight
  const { findings, isFinal } = context
  try {
    if (isState) values.firstLook(name, value)
    else values.value({ label: name, value, read: () => value, isVariable: true })
  } catch (error) {
    values.unreadable(name, error)
  }
  if (isFinal && given.isAssigned && !isState) findings.watched.push({ fn, name, value })
  return values.said
}

/** Of a function that was made, all that it owns; of one that its package declares, what is data. */
function saidOfProperties(context: DescriptionContext, { fn, stamp, reflection }: FunctionFacts): Sentence[] {
  if (stamp?.[0] !== 'package') return []
  const values = new ValueDescription(context, undefined, true)
  const isMade = (reflection?.scopes.length ?? 0) > 1
  for (const { name, value, get, read } of propertiesOf(fn)) {
    if (get !== undefined || (!isMade && typeof value === 'function')) continue
    values.value({ label: `.${name}`, value, read, isVariable: false })
  }
  return values.said
}

/** What a mock does when it is called; what it keeps of its calls does not count. Undefined for what is none. */
function saidOfMock(context: DescriptionContext, { fn }: FunctionFacts): Sentence[] | undefined {
  const read = mockBehaviour(fn)
  if (read === undefined) return undefined
  const { parts, isWhole } = read()
  const { findings, isFinal } = context
  if (!isWhole) findings.refuse(`${nameOf(fn) || 'a mock'} does something else at some of its calls`, undefined)
  const values = new ValueDescription(context)
  for (const { name, value } of parts) values.fixed(name, value)
  if (isFinal) findings.members.push({ read: () => isSameBehaviour(read(), parts, isWhole), value: true })
  return values.said
}

function isSameBehaviour(now: MockBehaviour, parts: readonly MockPart[], isWhole: boolean): boolean {
  return (
    now.isWhole === isWhole &&
    now.parts.length === parts.length &&
    now.parts.every(({ name, value }, index) => name === parts[index]!.name && Object.is(value, parts[index]!.value))
  )
}

function saidOfBound(context: DescriptionContext, { target, receiver, args }: Bound): Sentence[] {
  const values = new ValueDescription(context)
  values.fixed('target', target)
  values.fixed('this', receiver)
  for (const [index, value] of args.entries()) values.fixed(`argument ${index}`, value)
  return values.said
}

function saidOfProxy(context: DescriptionContext, fn: Function): Sentence[] {
  const values = new ValueDescription(context)
  values.proxy('proxy', fn)
  return values.said
}

function refuseUnread({ options, findings }: DescriptionContext, { fn }: FunctionFacts, why: string): void {
  if (why === 'native' && /^\d+$/.test(nameOf(fn)))
    return findings.refuse('the code of a function of WebAssembly cannot be read', undefined)
  if (why === 'native')
    return findings.refuse(`the code of ${nameOf(fn) || 'a native function'} cannot be read`, nameOf(fn) || undefined)
  if (options.captures === 'auto')
    findings.refuse(
      `the source of ${nameOf(fn) || 'the function'} ${UNREAD[why] ?? 'cannot be parsed'}, so what it captured is not known`,
      undefined,
    )
}
