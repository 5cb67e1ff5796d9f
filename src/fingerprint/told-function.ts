/**
 * What is said of functions that are only told something: `log.info(x)`.
 */
import { isUsers } from '../code/telling.ts'
import type { Subject, ValueDescription } from './value-description.ts'

/** The user's own counts by its code, as any helper; that of a package, of Node or of the language does not count. */
export function describeTold(values: ValueDescription, subject: Subject): void {
  const { reach, isFinal } = values.context
  if (typeof subject.value !== 'function') return values.value(subject)
  if (!isFinal) return values.function({ ...subject, isDropped: true })
  const fn = targetOf(values, subject.value)
  const facts = reach.factsOf(fn)
  if (facts !== undefined && isUsers(facts))
    values.function({ ...subject, value: fn, isDropped: true, isVariable: subject.isVariable || fn !== subject.value })
}

/** The function that a bound one leads to. */
function targetOf(values: ValueDescription, fn: Function): Function {
  let target = fn
  const seen = new Set<Function>()
  for (;;) {
    const bound = values.context.reach.factsOf(target)?.reflection?.bound
    if (bound === undefined || seen.has(target)) return target
    seen.add(target)
    target = bound.target
  }
}
