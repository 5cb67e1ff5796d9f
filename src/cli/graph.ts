import type { Command } from 'commander'
import { existsSync } from 'node:fs'
import { mermaidOf } from '../pipeline/mermaid.ts'
import type { RunRecord } from '../report/run-record.ts'
import { type Call, acting, commandOf } from './command.ts'
import { Misuse } from './exit-code.ts'
import { loadModule } from './module.ts'
import { runnableOf } from './program.ts'
import { runOf } from './run-id.ts'
import { withStore } from './store.ts'

interface Options {
  readonly export?: string
}

export function graphCommand(): Command {
  const command = commandOf('graph', 'Print a pipeline, or what a run did, as a flowchart for Mermaid')
    .argument('<what>', "a module that exports a pipeline, or the id of a run ('last': the newest)")
    .option('--export <name>', 'which pipeline, where it exports several')
  return acting(command, graph, ['graph etl.ts', 'graph last > run.mmd', 'graph etl.ts --json'])
}

async function graph({ args: [what], options, location, isNamed, output }: Call<Options>): Promise<void> {
  const mermaid = existsSync(what!)
    ? await pipelineGraph(what!, options.export, isNamed ? location : undefined)
    : await withStore(location, ({ memory }) => runGraph(runOf(memory, what!)))
  if (output.isJson) output.json({ mermaid })
  else output.text(mermaid)
}

async function pipelineGraph(file: string, wanted: string | undefined, location: string | undefined): Promise<string> {
  const runnable = runnableOf(await loadModule(file, location), file, wanted)
  if (runnable.kind === 'pipeline') return runnable.pipeline.toMermaid()
  throw new Misuse(`'${runnable.name}' is a ${runnable.kind}: run it, and see \`engram graph last\`.`)
}

/** Its calls, and what went from one to another. */
function runGraph({ calls }: RunRecord): string {
  const places = new Map(calls.map(({ name }, index) => [name, index]))
  const steps = calls.map(({ name, inputs }, index) => {
    const needs = inputs.flatMap(({ from }) => (from === undefined ? [] : (places.get(from) ?? [])))
    return { index, name, needs: [...new Set(needs)] }
  })
  return mermaidOf({ steps }, new Map(calls.map(({ name, state }) => [name, state])))
}
