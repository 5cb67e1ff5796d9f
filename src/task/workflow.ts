import type { AnyFunction } from '../function/wrapped.ts'
import { callingFile } from '../platform/caller.ts'
import { type WorkflowOptions, defineWorkflow } from './definition.ts'
import { makeNode } from './node.ts'
import type { ResultsIn, TaskNode } from './task-types.ts'

/**
 * Makes a workflow of a function that calls nodes. Called by itself it always runs, as a run that is recorded; called in another
 * one it is a node, which `withOverrides` can have cached.
 *
 * A call that nobody awaits is part of it all the same: the workflow ends when it has ended, and fails where it failed.
 *
 * @throws EngramError ERR_INVALID_OPTION
 *
 * @example
 * ```ts
 * const report = workflow(async ({ day }: { day: string }) => {
 *   const rows = load({ day })
 *   return { total: await sum({ rows }), picture: await draw({ rows }) }
 * }, { name: 'report' })
 * ```
 */
export function workflow<I extends Record<string, any>, O>(
  fn: (inputs: I) => O | Promise<O>,
  options: WorkflowOptions = {},
): TaskNode<I, ResultsIn<O>> {
  return makeNode(defineWorkflow(fn as AnyFunction, options, callingFile(workflow))) as TaskNode<I, ResultsIn<O>>
}
