import type { Command } from 'commander'
import type { PipelineRunOptions } from '../pipeline/options.ts'
import { collected, valuesOf } from './values.ts'

/** What the options of `run` and `plan` say. */
export interface AskedRun {
  readonly export?: string
  readonly input: readonly string[]
  readonly context: readonly string[]
  readonly only: readonly string[]
  readonly from: readonly string[]
  readonly refresh?: readonly string[] | true
}

/** Has a command take what a run can be asked. */
export function askingRun(command: Command): Command {
  return command
    .argument('<file>', 'a module that exports a pipeline or a workflow')
    .option('--export <name>', 'which of them, where it exports several')
    .option('--input <name=value>', 'an input; a value that is JSON counts as that, else it is a text', collected, [])
    .option('--context <name=value>', "a parameter of the pipeline's context", collected, [])
    .option('--only <step>', 'only this step, or the one that gives this output, and what it needs', collected, [])
    .option('--from <step>', 'only this step and what needs it; what comes before must be stored', collected, [])
    .option('--refresh [steps...]', 'run these steps again, or all of them')
}

/** What is asked of a pipeline. */
export function pipelineOptions({ input, context, only, from, refresh }: AskedRun): PipelineRunOptions {
  return {
    inputs: valuesOf(input, '--input'),
    context: valuesOf(context, '--context'),
    ...(only.length > 0 && { only }),
    ...(from.length > 0 && { from }),
    ...(refresh !== undefined && { refresh }),
  }
}
