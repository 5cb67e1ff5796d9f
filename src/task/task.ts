import type { AnyFunction } from '../function/wrapped.ts'
import { callingFile } from '../platform/caller.ts'
import { defineTask } from './definition.ts'
import { makeNode } from './node.ts'
import type { InferInterface, Interface, ResultsIn, TaskNode, TaskOptions } from './task-types.ts'

/**
 * Makes a task of a function that takes its inputs as one object. It is not cached unless it says so.
 *
 * @throws EngramError ERR_TASK for options that contradict each other; ERR_INVALID_OPTION; ERR_UNNAMED_FUNCTION for a function
 *   without a name that is cached by a version.
 *
 * @example
 * ```ts
 * const square = task(({ n }: { n: number }) => n * n, { name: 'square', cache: true, cacheVersion: '1.0' })
 * await square({ n: 12 }) // runs
 * await square({ n: 12 }) // does not, nor in the next run of the program
 * ```
 */
export function task<const S extends Interface, O>(
  fn: (inputs: InferInterface<S>) => O | Promise<O>,
  options: TaskOptions<S> & { inputs: S },
): TaskNode<InferInterface<S>, ResultsIn<O>>
export function task<I extends Record<string, any>, O>(
  fn: (inputs: I) => O | Promise<O>,
  options?: TaskOptions<undefined>,
): TaskNode<I, ResultsIn<O>>
export function task(fn: AnyFunction, options: TaskOptions<any> = {}): TaskNode<any, any> {
  return makeNode(defineTask(fn, options, callingFile(task)))
}
