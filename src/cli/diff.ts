import type { Command } from 'commander'
import type { RunDifference } from '../report/run-record.ts'
import { changesText } from './call-table.ts'
import { type Call, acting, commandOf } from './command.ts'
import { runOf } from './run-id.ts'
import { withStore } from './store.ts'
import type { Column } from './table.ts'

const COLUMNS: readonly Column<RunDifference>[] = [
  { head: 'CALL', text: ({ name }) => name, isFlexible: true },
  { head: 'BEFORE', text: ({ before }) => before ?? '-' },
  { head: 'NOW', text: ({ now }) => now ?? '-' },
  { head: 'WHY', text: ({ changed }) => changesText(changed), isFlexible: true },
]

export function diffCommand(): Command {
  const command = commandOf('diff', 'Say what became of each call in two runs, and why it ran in the later one')
    .argument('<before>', 'the earlier run: its id, or the beginning of it')
    .argument('<now>', "the later one; 'last' for the newest")
  return acting(command, diff, ['diff 01JD last', 'diff 01JD last --json'])
}

async function diff({ args: [before, now], location, output }: Call): Promise<void> {
  await withStore(location, ({ memory }) => {
    const [earlier, later] = [runOf(memory, before!), runOf(memory, now!)]
    const calls = memory.diff(earlier.runId, later.runId)
    if (output.isJson) output.json({ before: earlier.runId, now: later.runId, calls })
    else if (calls.length === 0) output.line('Neither run has a call.')
    else output.table(COLUMNS)(calls)
  })
}
