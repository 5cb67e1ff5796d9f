import { type AnyFunction, noteWrapper } from '../function/wrapped.ts'
import { invalid } from '../option/check.ts'
import { type NodeDefinition, nounOf, overridden, toldName } from './definition.ts'
import { taskError } from './error.ts'
import { mapNode } from './map.ts'
import { nodeCall } from './node-call.ts'
import { currentScope } from './scope.ts'
import { TaskCall } from './task-call.ts'
import type { MapTaskOptions, NodeCall, Overrides, TaskNode } from './task-types.ts'

const definitions = new WeakMap<object, NodeDefinition>()

/** The function by which the program calls a node. */
export function makeNode(definition: NodeDefinition): TaskNode<any, any> {
  const node = (inputs: unknown = {}): NodeCall<unknown> => nodeCall(new TaskCall(definition, inputs, currentScope()))
  const other = (overrides: Overrides): TaskNode<any, any> => makeNode(overridden(definition, overrides))
  const map = (items: readonly unknown[], options: MapTaskOptions & { returnExceptions?: boolean } = {}): unknown =>
    mapNode(definition, items, options)
  const name = toldName(definition)
  Object.defineProperties(node, {
    name: { value: name, configurable: true },
    nodeName: { value: name, enumerable: true },
    withOverrides: { value: other },
    override: { value: other },
    partial: { value: (inputs: Record<string, unknown>) => makeNode(withInputs(definition, inputs)) },
    map: { value: map },
  })
  noteWrapper(node, { fn: definition.fn, stamp: stampOf(definition) })
  definitions.set(node, definition)
  return node as unknown as TaskNode<any, any>
}

/** What a node is. @throws EngramError ERR_INVALID_OPTION for what is none. */
export function definitionOf(node: unknown, what: string): NodeDefinition {
  const definition = typeof node === 'function' ? definitions.get(node) : undefined
  if (definition === undefined) throw invalid(`${what} needs a task, a workflow or a launch plan.`)
  return definition
}

/** Where a version stands for the code, it does so for who calls it too. */
function stampOf({ name, cache, project, domain }: NodeDefinition): string | undefined {
  return cache.isCached && cache.version !== undefined
    ? JSON.stringify([name, cache.version, project, domain])
    : undefined
}

/** A node of which some inputs are there. @throws EngramError ERR_TASK */
export function withInputs(definition: NodeDefinition, inputs: Record<string, unknown>): NodeDefinition {
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs))
    throw invalid('partial(inputs) needs an object of inputs.')
  const { names, required } = definition.inputs
  const unknown = Object.keys(inputs).find((name) => names?.has(name) === false)
  if (unknown !== undefined) throw taskError(`${nounOf(definition)} has no input '${unknown}'.`, { path: unknown })
  return {
    ...definition,
    fixed: { ...definition.fixed, ...inputs },
    inputs: { ...definition.inputs, required: required.filter((name) => inputs[name] === undefined) },
  }
}

/** A function that was given again is not wrapped twice. */
export function isNode(given: AnyFunction): boolean {
  return definitions.has(given)
}
