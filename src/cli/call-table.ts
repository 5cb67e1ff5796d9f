import type { CallRecord, RunRecord } from '../report/run-record.ts'
import { changeText } from '../run/progress.ts'
import { timeText } from '../words/quantity.ts'
import type { Output, Style } from './output.ts'
import { momentText } from './quantity.ts'
import type { Column } from './table.ts'

type Shown = Pick<CallRecord, 'name' | 'state' | 'durationMs' | 'savedMs' | 'changed'> & {
  readonly error?: { readonly message: string }
}

const STYLES: Partial<Record<string, Style>> = {
  hit: 'green',
  completed: 'green',
  failed: 'red',
  cancelled: 'yellow',
  skipped: 'dim',
}

const COLUMNS: readonly Column<Shown>[] = [
  { head: 'CALL', text: ({ name }) => name, isFlexible: true },
  { head: 'STATE', text: ({ state }) => state },
  { head: 'TOOK', text: ({ durationMs }) => timeText(durationMs), isNumber: true },
  { head: 'SAVED', text: ({ savedMs }) => (savedMs > 0 ? timeText(savedMs) : ''), isNumber: true },
  { head: 'WHY', text: (call) => call.error?.message ?? changesText(call.changed), isFlexible: true },
]

/** What a state is coloured by. */
export function styleOf({ state }: { readonly state: string }): Style | undefined {
  return STYLES[state]
}

/** What of a key differs, in short: the three most telling parts. */
export function changesText(changed: CallRecord['changed']): string {
  return changed.slice(0, 3).map(changeText).join(', ')
}

/** What became of each call of a run. */
export function tellCalls(output: Output, calls: readonly Shown[]): void {
  if (calls.length > 0) output.table(COLUMNS, styleOf)(calls)
}

/** A run, and its calls. */
export function tellRun(output: Output, run: RunRecord): void {
  output.facts([
    ['run', run.runId],
    [run.kind, run.name],
    ['state', run.reason === undefined ? run.state : `${run.state}: ${run.reason}`],
    ['began', momentText(run.startedAt)],
    ['took', timeText(run.durationMs)],
  ])
  output.line()
  tellCalls(output, run.calls)
}
