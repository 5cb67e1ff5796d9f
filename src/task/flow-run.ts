import { doorOf } from '../memory/memory.ts'
import type { RunState } from '../report/run-record.ts'
import { Attempts } from '../run/attempts.ts'
import { Execution } from '../run/execution.ts'
import type { RunSettings } from '../run/settings.ts'
import { runInScope } from './body.ts'
import { type CallParts, afterOthers } from './call-parts.ts'
import { type NodeDefinition, toldName } from './definition.ts'
import { localMemory } from './local-cache.ts'
import { Flow, Scope } from './scope.ts'

/** How a run is made. */
export interface FlowOptions {
  readonly settings: RunSettings
  /** Of the run: they win over those of its tasks. */
  readonly project: string | undefined
  readonly domain: string | undefined
  readonly name: string | undefined
}

/** Runs that are kept of each name. */
const KEPT = 100

/** Makes a run of a node, of which `body` is told; gives what that gives. */
async function run<T>(
  definition: NodeDefinition,
  { settings, name = toldName(definition), project, domain }: FlowOptions,
  body: (flow: Flow) => Promise<T>,
): Promise<T> {
  const door = doorOf(definition.memory ?? localMemory())
  door.refuseClosed()
  const listeners = settings.onCall === undefined ? [] : [settings.onCall]
  const execution = new Execution({ door, kind: 'workflow', name, keep: KEPT, isLogged: false, settings, listeners })
  const flow = new Flow(execution, door, { project, domain }, definition)
  execution.begin()
  let state: RunState = 'failed'
  try {
    const result = await body(flow)
    state = 'completed'
    return result
  } catch (error) {
    if (settings.signal?.aborted === true) state = 'cancelled'
    throw error
  } finally {
    flow.isOver = true
    execution.end(state)
  }
}

/** Runs a workflow by itself: it is looked for nowhere, and its calls are. */
export function runWorkflow(call: CallParts, options: FlowOptions): Promise<unknown> {
  const { definition } = call
  return run(definition, options, async (flow) => {
    const { execution, door } = flow
    await afterOthers(call)
    const inputs = await call.inputs.resolved(door)
    const body = { definition, inputs, door, place: undefined }
    const scope = new Scope(flow, body, undefined)
    const attempts = new Attempts(
      (attempt) => runInScope(body, attempt, scope),
      { retry: definition.retry, timeout: definition.timeout, abortion: execution.abortion },
      { runId: execution.runId, name: toldName(definition), progress: ignored, report: ignored },
    )
    return endingIn(scope, attempts.run())
  })
}

/** The calls of a scope are over before its failure is told. */
async function endingIn<T>(scope: Scope, made: PromiseLike<T>): Promise<T> {
  try {
    return await made
  } catch (error) {
    await scope.fail()
    throw error
  }
}

/** Makes a call of a task as a run of its own. */
export function runTask<T>(
  definition: NodeDefinition,
  options: FlowOptions,
  make: (scope: Scope) => PromiseLike<T>,
): Promise<T> {
  return run(definition, options, async (flow) => {
    const scope = new Scope(flow, undefined, undefined)
    const made = await endingIn(scope, make(scope))
    await scope.close()
    return made
  })
}

function ignored(): void {}
