import { checkBoolean, checkKnown, checkString } from '../option/check.ts'
import { RUN_OPTIONS, type RunOptions, resolveRunOptions } from '../run/settings.ts'
import { toldName } from './definition.ts'
import { definitionOf } from './definition.ts'
import { type FlowOptions, runTask, runWorkflow } from './flow-run.ts'
import { GivenInputs } from './inputs.ts'
import { TaskCall } from './task-call.ts'
import type { Arguments, TaskNode } from './task-types.ts'

/** How one run goes, whatever its tasks say. */
export interface RunContextOptions extends RunOptions {
  /** All cached calls run, and replace what is stored: as `cache: 'overwrite'`. Default false. */
  overwriteCache?: boolean
  /** Nothing is looked for nor kept: as `cache: false`. Default false. */
  disableRunCache?: boolean
  /** Part of the keys of all its calls. Default: as the tasks say. */
  project?: string
  /** Part of the keys of all its calls. Default: as the tasks say. */
  domain?: string
  /** Of the run. Default: that of the node. */
  name?: string
}

/** Runs nodes. */
export interface RunContext {
  /**
   * Runs a node with these options, and gives its result. Rejects with what it failed with.
   *
   * @throws EngramError ERR_TASK for inputs that it does not take, or lacks.
   */
  run<I, O>(node: TaskNode<I, O>, ...inputs: Arguments<I>): Promise<O>
}

const OWN = ['overwriteCache', 'disableRunCache', 'project', 'domain', 'name']

/**
 * Runs nodes with these options. Each `run` is recorded as a run of its own.
 *
 * @throws EngramError ERR_INVALID_OPTION
 *
 * @example
 * ```ts
 * await withRunContext({ overwriteCache: true, signal: AbortSignal.timeout(60_000) }).run(train, { epochs: 10 })
 * ```
 */
export function withRunContext(options: RunContextOptions): RunContext {
  checkKnown(options, [...RUN_OPTIONS, ...OWN])
  const { overwriteCache = false, disableRunCache = false, project, domain, name, ...run } = options
  checkBoolean(overwriteCache, 'overwriteCache')
  checkBoolean(disableRunCache, 'disableRunCache')
  checkString(project, 'project')
  checkString(domain, 'domain')
  checkString(name, 'name')
  const cache = disableRunCache ? false : overwriteCache ? 'overwrite' : undefined
  resolveRunOptions(run)
  return {
    run: async (node, ...[inputs]) => {
      const definition = definitionOf(node, 'withRunContext(…).run')
      const settings = resolveRunOptions({ ...definition.run, ...run, ...(cache !== undefined && { cache }) })
      const flow: FlowOptions = { settings, project, domain, name }
      if (definition.kind === 'task')
        return runTask(definition, flow, async (scope) =>
          new TaskCall(definition, inputs ?? {}, scope).value(),
        ) as Promise<any>
      const given = new GivenInputs(definition, inputs ?? {}, undefined)
      const call = { definition, toldName: toldName(definition), inputs: given, before: [] }
      return runWorkflow(call, flow) as Promise<any>
    },
  }
}
