import type { ExecutionContext } from 'ava'
import { join } from 'node:path'
import { type CallState, EngramError, Pipeline, type PipelineOptions, type PipelineResult } from '../../index.ts'
import { temporaryDirectory } from './temporary-store.ts'

/** A pipeline with a store of its own unless `options` name one; closed after the test. */
export function openPipeline(t: ExecutionContext, options: PipelineOptions = {}, name = 'tested'): Pipeline {
  const hasPlace = options.memory !== undefined || options.cacheDir !== undefined
  const place = hasPlace ? {} : { cacheDir: join(temporaryDirectory(t), 'store') }
  const pipeline = new Pipeline(name, { ...place, ...options })
  t.teardown(() => pipeline.close())
  return pipeline
}

/** What became of each step. */
export function statesOf({ stepResults }: PipelineResult<any>): Record<string, CallState> {
  return Object.fromEntries(Object.entries(stepResults).map(([name, { state }]) => [name, state]))
}

/** Runs a pipeline whose steps must all give something, and says what became of each. */
export async function statesOfRun(pipeline: Pipeline<any>, options = {}): Promise<Record<string, CallState>> {
  return statesOf((await pipeline.run(options)).orThrow())
}

/** Asserts that a pipeline is refused, and that the message names these. */
export async function refused(
  t: ExecutionContext,
  action: () => unknown,
  ...names: readonly string[]
): Promise<EngramError | undefined> {
  const error = await t.throwsAsync(async () => action(), { instanceOf: EngramError })
  t.is(error?.code, 'ERR_PIPELINE')
  for (const name of names) t.true(error?.message.includes(name), `'${name}' is not in: ${error?.message}`)
  return error
}
