import type { Command } from 'commander'
import type { RunFilter, RunRecord } from '../report/run-record.ts'
import { timeText } from '../words/quantity.ts'
import { styleOf, tellRun } from './call-table.ts'
import { type Call, acting, commandOf } from './command.ts'
import { wholeNumber } from './number.ts'
import { ageText } from './quantity.ts'
import { runOf } from './run-id.ts'
import { withStore } from './store.ts'
import type { Column } from './table.ts'

const DEFAULT_LIMIT = 20

export function runsCommand(): Command {
  const command = commandOf('runs', 'List runs of pipelines, workflows and apps, newest first; or show one')
    .argument('[run]', "the id of a run, or the beginning of it; 'last' for the newest")
    .option('--name <name>', 'only runs of this pipeline, workflow or app')
    .option('--kind <kind>', 'pipeline, workflow or app')
    .option('--state <state>', 'running, completed, failed or cancelled')
    .option('--limit <count>', 'so many at most', wholeNumber, DEFAULT_LIMIT)
  return acting(command, runs, ['runs', 'runs last', 'runs --name etl --state failed', 'runs --json'])
}

async function runs({ args: [id], options, location, output }: Call<RunFilter>): Promise<void> {
  await withStore(location, ({ memory }) => {
    if (id !== undefined) {
      const run = runOf(memory, id)
      if (output.isJson) output.json(run)
      else tellRun(output, run)
      return
    }
    const found = [...memory.runs(options)]
    if (output.isJson) for (const run of found) output.json(withoutCalls(run))
    else if (found.length === 0) output.note('No runs.')
    else output.table(columns(Date.now()), styleOf)(found)
  })
}

/** They are read when a run is looked at: a list does not need them. */
function withoutCalls(run: RunRecord): object {
  const { runId, kind, name, state, startedAt } = run
  return { runId, kind, name, state, startedAt, durationMs: run.durationMs }
}

function columns(now: number): Column<RunRecord>[] {
  return [
    { head: 'RUN', text: ({ runId }) => runId },
    { head: 'NAME', text: ({ name }) => name, isFlexible: true },
    { head: 'KIND', text: ({ kind }) => kind },
    { head: 'STATE', text: ({ state }) => state },
    { head: 'TOOK', text: ({ durationMs }) => timeText(durationMs), isNumber: true },
    { head: 'BEGAN', text: ({ startedAt }) => ageText(startedAt, now), isNumber: true },
  ]
}
