import type { Graph, GraphStep } from './graph.ts'

/** A pipeline as JSON: its steps, what they take and give by name, and which give to which. */
export interface PipelineJson {
  /** Of the pipeline. */
  name: string
  /** In the order in which they run: names, what they take, what they give. */
  steps: {
    /** Of the step. */
    name: string
    /** Names of what it takes. */
    inputs: string[]
    /** Names of what it gives. */
    outputs: string[]
    /** As its option has them. */
    tags: string[]
  }[]
  /** Which step gives something to which, by name. */
  edges: [from: string, to: string][]
}

export function jsonOf(name: string, { steps }: Graph): PipelineJson {
  return {
    name,
    steps: steps.map((step) => ({
      name: step.name,
      inputs: inputsOf(step),
      outputs: [...step.outputs],
      tags: [...step.definition.tags],
    })),
    edges: steps.flatMap((step) => step.needs.map((need): [string, string] => [steps[need]!.name, step.name])),
  }
}

/** What they are bound to by name, where they have names. */
function inputsOf({ parameters, definition }: GraphStep): string[] {
  if (definition.parameters.length === 0) return [...parameters]
  return definition.parameters.map(({ asset, ownName, name }) => (asset === ownName ? name : (asset ?? name)))
}
