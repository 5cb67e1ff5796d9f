import type { CallResult } from '../function/signatures.ts'
import { nameOf } from '../function/text.ts'
import { type AnyFunction, noteWrapper } from '../function/wrapped.ts'
import { invalid } from '../option/check.ts'
import { callingFile } from '../platform/caller.ts'
import { type StepDefinition, defineStep } from './step-definition.ts'
import type { AnyStep, OutputSpec, Published, Step, StepOptions } from './step-types.ts'

const definitions = new WeakMap<object, StepDefinition>()

/**
 * Makes a step of a function. It remains a function that can be called; in a pipeline its result is stored, and found again as
 * long as its code and its inputs are the same.
 *
 * @throws EngramError ERR_INVALID_OPTION, ERR_UNKNOWN_PARAMETER; ERR_UNNAMED_FUNCTION for a function without a name; ERR_PIPELINE for
 *   names that cannot be used.
 *
 * @example
 * ```ts
 * const clean = step(
 *   function clean(raw: Row[]) {
 *     return raw.filter((row) => row.price > 0)
 *   },
 *   { inputs: ['raw'], outputs: ['clean'], cache: 'inputHash' },
 * )
 * ```
 */
export function step<
  F extends AnyFunction,
  const N extends string = string,
  const O extends readonly OutputSpec[] = [],
>(fn: F, options: StepOptions<F, N, O> = {}): Step<F, N, Published<N, O, Awaited<CallResult<F>>>> {
  return makeStep(fn, options, callingFile(step)) as any
}

function makeStep(fn: AnyFunction, options: StepOptions<any>, file: string | undefined): AnyStep {
  const definition = defineStep(fn, options, file)
  const called = function (this: unknown, ...args: unknown[]): unknown {
    return definition.fn.apply(this, args)
  }
  const further = (other: StepOptions<any>): AnyStep => makeStep(definition.fn, merged(options, other), file)
  Object.defineProperties(called, {
    name: { value: definition.name, configurable: true },
    stepName: { value: definition.name, enumerable: true },
    fn: { value: definition.fn },
    with: { value: further },
  })
  noteWrapper(called, { fn: definition.fn, stamp: undefined })
  definitions.set(called, definition)
  return called as unknown as AnyStep
}

function merged(options: StepOptions<any>, other: StepOptions<any>): StepOptions<any> {
  if (typeof other !== 'object' || other === null) throw invalid('step.with(options) needs an object.')
  return { ...options, ...Object.fromEntries(Object.entries(other).filter(([, value]) => value !== undefined)) }
}

/**
 * What a step is; a function that is none is taken for one. `file` is where it was given.
 *
 * @param unnamed - What a function without a name is called, where that is allowed.
 */
export function definitionOf(given: AnyFunction, file: string | undefined, unnamed?: string): StepDefinition {
  const known = definitions.get(given)
  if (known !== undefined) return known
  const isUnnamed = typeof given === 'function' && nameOf(given) === '' && unnamed !== undefined
  const definition = defineStep(given, isUnnamed ? { name: unnamed } : {}, file)
  // Given again, it is the same step.
  definitions.set(given, definition)
  return definition
}

/** What a step is; undefined for a function that is none. */
export function knownDefinition(given: AnyFunction): StepDefinition | undefined {
  return definitions.get(given)
}

/** A step that is not a function of the user's: a pipeline. */
export function stepOf(definition: StepDefinition, call: (...args: any[]) => unknown): AnyStep {
  const called = (...args: unknown[]): unknown => call(...args)
  Object.defineProperties(called, {
    name: { value: definition.name, configurable: true },
    stepName: { value: definition.name, enumerable: true },
    fn: { value: definition.fn },
    with: {
      value: (other: StepOptions<any>) =>
        stepOf({ ...definition, ...(other.name !== undefined && { name: other.name }) }, call),
    },
  })
  definitions.set(called, definition)
  return called as unknown as AnyStep
}
