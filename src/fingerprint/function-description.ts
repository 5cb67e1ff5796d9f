import type { FunctionFacts } from '../code/facts.ts'
import { givenTo } from '../code/given.ts'
import type { Bound } from '../code/reflection.ts'
import { nameOf } from '../function/text.ts'
import { CapturedVariables, nameOfVariable } from './captured-variables.ts'
import type { DescriptionContext } from './context.ts'
import { MOST_COMPARED, measure } from './measure.ts'
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
  const { stamp, reading, text, reflection } = facts
  if (stamp !== undefined) return { what: 'stamp', stamp, said: saidOfGiven(context, facts) }
  if (reflection?.bound !== undefined) return { what: 'bound', said: saidOfBound(context, reflection.bound) }
  if (typeof reading === 'string') {
    doubtUnread(context, facts, reading)
    return { what: 'text', text, said: [] }
  }
  const { strategy, captures } = context.options
  const said =
    captures === 'none'
      ? reading.freeVariables.flatMap(nameOfVariable)
      : [...new CapturedVariables(context, facts).sentences(), ...surroundingsOf(context, facts, reading)]
  return { what: 'text', text: strategy === 'codeHash' ? text : reading.normalForm, said }
}

/** A declared dependency. */
export function describeDependency(context: DescriptionContext, dep: unknown, index: number): readonly Sentence[] {
  const values = new ValueDescription(context)
  values.fixed(`deps[${index}]`, dep)
  return values.said
}

/** What a wrapper of a package, or of Node, was given. */
function saidOfGiven(context: DescriptionContext, facts: FunctionFacts): Sentence[] {
  const values = new ValueDescription(context)
  for (const { name: label, value } of givenTo(facts)) {
    const read = (): unknown => value
    if (typeof value === 'function') {
      values.function({ label, value, read, isVariable: true })
      continue
    }
    const measured = measure(label, read, context.options.keys)
    if (typeof measured === 'object')
      values.say({ what: 'value', label, value: measured.size > MOST_COMPARED ? measured.digest : value })
  }
  return values.said
}

function saidOfBound(context: DescriptionContext, { target, receiver, args }: Bound): Sentence[] {
  const values = new ValueDescription(context)
  values.fixed('target', target)
  values.fixed('this', receiver)
  for (const [index, value] of args.entries()) values.fixed(`argument ${index}`, value)
  return values.said
}

function doubtUnread({ options, findings }: DescriptionContext, { fn }: FunctionFacts, why: string): void {
  if (why === 'native') return findings.doubt(`the code of ${nameOf(fn) || 'a native function'} cannot be read`)
  if (options.captures === 'auto')
    findings.doubt(
      `the source of ${nameOf(fn) || 'the function'} ${UNREAD[why] ?? 'cannot be parsed'}, so what it captured is not known`,
    )
}
