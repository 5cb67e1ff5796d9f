import { definitionOf } from './definition.ts'
import type { Arguments, NodeCall, TaskNode } from './task-types.ts'

/**
 * Calls a node, as Flyte's `create_node` does.
 *
 * @throws EngramError ERR_INVALID_OPTION for what is no node.
 *
 * @example
 * ```ts
 * const first = createNode(process, { rows })
 * first.runsBefore(createNode(process, { rows }))
 * ```
 */
export function createNode<I, O>(node: TaskNode<I, O>, ...inputs: Arguments<I>): NodeCall<O> {
  definitionOf(node, 'createNode')
  return node(...inputs)
}
