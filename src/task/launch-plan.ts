import { checkString } from '../option/check.ts'
import { builtin } from '../platform/builtin.ts'
import { definitionOf } from './definition.ts'
import { taskError } from './error.ts'
import { makeNode, withInputs } from './node.ts'
import type { TaskNode, WithDefaults } from './task-types.ts'

/** By their names. */
const plans = new Map<string, KnownPlan>()

interface KnownPlan {
  /** The workflow's function. */
  readonly of: unknown
  readonly defaults: object
  readonly plan: TaskNode<any, any>
}

/**
 * Launch plans: a workflow with inputs that need not be given.
 *
 * @example
 * ```ts
 * const nightly = launchPlan.getOrCreate(report, 'nightly', { rate: 0.92 })
 * await nightly({ path: 'rows.json' })
 * ```
 */
// oxlint-disable-next-line typescript/no-extraneous-class -- what is loaded late has to be a function or a class
export class launchPlan {
  /**
   * The launch plan of a workflow. Its own name is in no key: it finds what the workflow stored.
   *
   * @param name - Under which it is found again. Default: each call makes one.
   * @param defaults - Inputs that a call may leave out, or give otherwise.
   * @throws EngramError ERR_TASK where another workflow has a plan of that name, or this one has one with other defaults, or an
   *   input is none of the workflow's.
   */
  static getOrCreate<I, O, D extends Partial<I> = {}>(
    workflow: TaskNode<I, O>,
    name?: string,
    defaults?: D,
  ): TaskNode<WithDefaults<I, D>, O> {
    checkString(name, 'name')
    const definition = definitionOf(workflow, 'launchPlan.getOrCreate')
    const known = name === undefined ? undefined : plans.get(name)
    if (known !== undefined) {
      refuseOther(known, definition.fn, name!, defaults)
      return known.plan as TaskNode<WithDefaults<I, D>, O>
    }
    const plan = makeNode(withInputs(definition, (defaults ?? {}) as Record<string, unknown>))
    if (name !== undefined) plans.set(name, { of: definition.fn, defaults: { ...defaults }, plan })
    return plan as TaskNode<WithDefaults<I, D>, O>
  }
}

/** What is asked for has to be what is there: else a call would get other inputs than the program says. */
function refuseOther({ of, defaults }: KnownPlan, fn: unknown, name: string, asked: object | undefined): void {
  if (of !== fn) throw taskError(`Another workflow has a launch plan of the name '${name}'. Choose another one.`)
  if (asked === undefined || builtin('node:util').isDeepStrictEqual(asked, defaults)) return
  throw taskError(`There is a launch plan of the name '${name}' with other defaults. Choose another name.`)
}
