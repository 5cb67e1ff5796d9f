import type { Memory } from '../memory/memory.ts'
import type { RunRecord } from '../report/run-record.ts'
import { Misuse } from './exit-code.ts'

/** The run of an id, or the only one whose id begins so. 'last' is the newest one. */
export function runOf(memory: Memory, id: string): RunRecord {
  const exact = id === '' ? undefined : memory.run(id)
  if (exact !== undefined) return exact
  const found: RunRecord[] = []
  for (const run of memory.runs()) {
    if (id === 'last') return run
    if (id !== '' && run.runId.startsWith(id)) found.push(run)
  }
  if (found.length === 1) return found[0]!
  if (found.length === 0) throw new Misuse(`There is no run '${id}'. \`engram runs\` lists those that are kept.`)
  const named = found.slice(0, 5).map(({ runId }) => runId)
  throw new Misuse(`Several runs begin with '${id}': ${named.join(', ')}. Give more of the id.`)
}
