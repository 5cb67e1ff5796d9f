import type { Command } from 'commander'
import type { PipelineResult } from '../pipeline/result.ts'
import { timeText } from '../words/quantity.ts'
import { type AskedRun, askingRun, pipelineOptions } from './asked-run.ts'
import { styleOf, tellCalls } from './call-table.ts'
import { type Call, acting, commandOf } from './command.ts'
import { EXIT, type ExitCode, Misuse, exitCodeOf } from './exit-code.ts'
import { loadModule, tellThrown } from './module.ts'
import type { Output } from './output.ts'
import { type Runnable, runnableOf } from './program.ts'
import { valuesOf } from './values.ts'

export function runCommand(): Command {
  const command = askingRun(
    commandOf('run', 'Run a pipeline or workflow that a module exports; exit with 1 where it fails'),
  )
  return acting(command, run, [
    'run etl.ts',
    'run etl.ts --input file=a.csv --context learningRate=0.1 --only clean',
    'run flows.ts --export report --input day=2024-05-01 --json',
  ])
}

async function run({ args: [file], options, location, isNamed, output }: Call<AskedRun>): Promise<ExitCode> {
  const asked = { ...pipelineOptions(options), ...(output.isJson && { progress: 'none' as const }) }
  const module = await loadModule(file!, isNamed ? location : undefined)
  const runnable = runnableOf(module, file!, options.export)
  if (runnable.kind !== 'pipeline') return runNode(output, runnable, options)
  // Ctrl-C ends the run, which is written down as cancelled; once more, the process.
  const interruption = new AbortController()
  const { signal } = interruption
  const interrupt = (): void => interruption.abort()
  process.once('SIGINT', interrupt)
  const result = await runnable.pipeline.run({ ...asked, signal }).finally(() => process.off('SIGINT', interrupt))
  if (output.isJson) output.json(result)
  else tell(output, result)
  // Who ended it does not wait for what a step has left behind.
  if (signal.aborted) process.exit(EXIT.failed)
  return result.success ? EXIT.done : EXIT.failed
}

function tell(output: Output, result: PipelineResult): void {
  const { runId, state, durationMs, savedMs } = result
  tellCalls(output, Object.values(result.stepResults))
  output.line(`${state} in ${timeText(durationMs)}, saved ${timeText(savedMs)}  (run ${runId})`, styleOf({ state }))
}

async function runNode(
  output: Output,
  { kind, name, call }: Exclude<Runnable, { kind: 'pipeline' }>,
  { input, context, only, from, refresh }: AskedRun,
): Promise<ExitCode> {
  if (context.length + only.length + from.length > 0 || refresh !== undefined)
    throw new Misuse(`'${name}' is a ${kind}: --context, --only, --from and --refresh are for pipelines.`)
  const begun = performance.now()
  try {
    await call(valuesOf(input, '--input'))
  } catch (error) {
    if (exitCodeOf(error) === EXIT.misused) throw error
    tellNode(output, kind, name, 'failed', begun, error)
    return EXIT.failed
  }
  tellNode(output, kind, name, 'completed', begun)
  return EXIT.done
}

function tellNode(output: Output, kind: string, name: string, state: string, begun: number, error?: unknown): void {
  const durationMs = performance.now() - begun
  if (error !== undefined) tellThrown(output, error)
  if (output.isJson)
    output.json({ kind, name, state, durationMs, ...(error !== undefined && { error: String(error) }) })
  else output.line(`${name} ${state} in ${timeText(durationMs)}`, styleOf({ state }))
}
