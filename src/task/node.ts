import { type Wrapped, noteWrapper } from '../function/wrapped.ts'
import { invalid } from '../option/check.ts'
import { type NodeDefinition, noteDefinition, nounOf, overridden, toldName } from './definition.ts'
import { taskError } from './error.ts'
import { mapNode } from './map.ts'
import { nodeCall } from './node-call.ts'
import { currentScope } from './scope.ts'
import { TaskCall } from './task-call.ts'
import type { MapTaskOptions, NodeCall, Overrides, TaskNode } from './task-types.ts'

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
    nodeKind: { value: definition.kind },
    withOverrides: { value: other },
    override: { value: other },
    partial: { value: (inputs: Record<string, unknown>) => makeNode(withInputs(definition, inputs)) },
    map: { value: map },
  })
  noteWrapper(node, wrappedOf(definition))
  noteDefinition(node, definition)
  return node as unknown as TaskNode<any, any>
}

/** What counts of it for who calls it: a version where that stands for the code, and inputs that are there. */
function wrappedOf({ fn, fixed, name, cache, project, domain }: NodeDefinition): Wrapped {
  if (fixed !== undefined) return { fn: fn.bind(undefined, fixed), stamp: undefined }
  const isVersioned = cache.isCached && cache.version !== undefined
  return { fn, stamp: isVersioned ? JSON.stringify([name, cache.version, project, domain]) : undefined }
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
