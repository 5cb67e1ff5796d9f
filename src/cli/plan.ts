import type { Command } from 'commander'
import type { PlannedStep } from '../pipeline/plan.ts'
import { timeText } from '../words/quantity.ts'
import { type AskedRun, askingRun, pipelineOptions } from './asked-run.ts'
import { changesText, styleOf } from './call-table.ts'
import { type Call, acting, commandOf } from './command.ts'
import { Misuse } from './exit-code.ts'
import { loadModule } from './module.ts'
import { runnableOf } from './program.ts'
import type { Column } from './table.ts'

const COLUMNS: readonly Column<PlannedStep>[] = [
  { head: 'STEP', text: ({ name }) => name, isFlexible: true },
  { head: 'STATE', text: ({ status }) => status },
  {
    head: 'LAST TOOK',
    text: ({ expectedMs }) => (expectedMs === undefined ? '' : timeText(expectedMs)),
    isNumber: true,
  },
  { head: 'WHY', text: whyOf, isFlexible: true },
]

export function planCommand(): Command {
  const command = askingRun(commandOf('plan', 'Say what a run of a pipeline would do, and why; runs no step'))
  return acting(command, plan, ['plan etl.ts', 'plan etl.ts --input file=a.csv --json'])
}

async function plan({ args: [file], options, location, isNamed, output }: Call<AskedRun>): Promise<void> {
  const asked = pipelineOptions(options)
  const module = await loadModule(file!, isNamed ? location : undefined)
  const runnable = runnableOf(module, file!, options.export)
  if (runnable.kind !== 'pipeline')
    throw new Misuse(
      `'${runnable.name}' is a ${runnable.kind}: what it calls shows when it runs. A pipeline has a plan.`,
    )
  const steps = Object.values(await runnable.pipeline.plan(asked))
  if (output.isJson) return output.json({ pipeline: runnable.name, steps })
  if (steps.length === 0) output.note('No steps.')
  else output.table(COLUMNS, ({ status }) => styleOf({ state: status }))(steps)
}

function whyOf({ changed, waitsFor, status, ...step }: PlannedStep): string {
  if (waitsFor.length > 0) return `after ${waitsFor.join(', ')}`
  if (changed.length > 0) return changesText(changed)
  return status !== 'hit' && 'reason' in step ? String(step.reason) : ''
}
