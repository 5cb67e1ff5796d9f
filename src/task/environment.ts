import type { AnyFunction } from '../function/wrapped.ts'
import { checkKnown, checkString, invalid } from '../option/check.ts'
import { callingFile } from '../platform/caller.ts'
import { TASK_OPTIONS, defineTask } from './definition.ts'
import { makeNode } from './node.ts'
import type { TaskNode, TaskOptions } from './task-types.ts'
import type { task } from './task.ts'

/** Makes tasks that have its defaults. */
export interface TaskEnvironment {
  /** As given: what the names of its tasks begin with. */
  readonly name: string
  /** As `task`. */
  readonly task: typeof task
}

const DEFAULTS = TASK_OPTIONS.filter((option) => option !== 'inputs' && option !== 'outputs')

/**
 * Defaults for a set of tasks. What a task says itself wins; the name of a task is `environment.task`.
 *
 * @throws EngramError ERR_INVALID_OPTION
 *
 * @example
 * ```ts
 * const env = taskEnvironment({ name: 'etl', cache: 'auto', retries: 2 })
 * const load = env.task(async function load({ day }: { day: string }) { … }) // etl.load
 * ```
 */
export function taskEnvironment(
  defaults: Omit<TaskOptions, 'inputs' | 'outputs' | 'name'> & { name: string },
): TaskEnvironment {
  checkKnown(defaults, DEFAULTS)
  const { name, ...others } = defaults
  if (name === undefined) throw invalid('taskEnvironment needs a name.')
  checkString(name, 'name')
  const make = (fn: AnyFunction, options: TaskOptions<any> = {}): TaskNode<any, any> => {
    const definition = defineTask(fn, { ...inheriting(others, options), ...options }, callingFile(make))
    const isNamed = options.name !== undefined || definition.name === ''
    return makeNode(isNamed ? definition : { ...definition, name: `${name}.${definition.name}` })
  }
  return { name, task: make as unknown as typeof task }
}

/** Who says how it is cached says all of it: old words and new ones would contradict each other. */
function inheriting(defaults: Omit<TaskOptions, 'name'>, { cache }: TaskOptions<any>): Omit<TaskOptions, 'name'> {
  if (cache === undefined) return defaults
  const { cache: _, cacheVersion, cacheSerialize, cacheIgnoreInputVars, ...others } = defaults
  return cache === true
    ? {
        ...others,
        ...(cacheVersion !== undefined && { cacheVersion }),
        ...(cacheSerialize !== undefined && { cacheSerialize }),
        ...(cacheIgnoreInputVars !== undefined && { cacheIgnoreInputVars }),
      }
    : others
}
