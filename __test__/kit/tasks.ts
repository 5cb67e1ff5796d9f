import type { ExecutionContext } from 'ava'
import { join } from 'node:path'
import { EngramError, type Memory, type RunRecord } from '../../index.ts'
import { localMemory } from '../../src/task/local-cache.ts'
import { temporaryDirectory } from './temporary-store.ts'

/**
 * Has tasks without a memory keep their results in a directory of this test. A process has one such place at a time: tests that
 * ask for it run one after the other.
 */
export function ownLocalCache(t: ExecutionContext): Memory {
  process.env['ENGRAM_LOCAL_CACHE'] = join(temporaryDirectory(t), 'local-cache')
  const memory = localMemory()
  t.teardown(async () => {
    delete process.env['ENGRAM_LOCAL_CACHE']
    await memory.close()
  })
  return memory
}

/** The run that began last. */
export function lastRun(memory: Memory, name?: string): RunRecord {
  const [run] = memory.runs(name === undefined ? {} : { name })
  if (run === undefined) throw new Error('there is no run')
  return run
}

/** How the calls of the last run ended: 'sum ran', in the order in which they did. */
export function statesOfLastRun(memory: Memory, name?: string): string[] {
  return lastRun(memory, name).calls.map((call) => `${call.name} ${call.state}`)
}

/** Asserts that something is refused, thrown or rejected with ERR_TASK, and that the message names these. */
export async function refusedTask(
  t: ExecutionContext,
  action: () => unknown,
  ...names: readonly string[]
): Promise<EngramError> {
  const error = await t.throwsAsync(async () => action(), { instanceOf: EngramError })
  t.is(error.code, 'ERR_TASK')
  for (const name of names) t.true(error.message.includes(name), `'${name}' is not in: ${error.message}`)
  return error
}

/** The keys of the calls of tasks that a memory sees from now on. */
export function keysSeen(t: ExecutionContext, memory: Memory): string[] {
  const keys: string[] = []
  const listener = ({ key }: { readonly key: string }): number => keys.push(key)
  memory.on('call', listener)
  t.teardown(() => memory.off('call', listener))
  return keys
}
