import type { Command } from 'commander'
import type { KeyChange } from '../report/explanation.ts'
import { type Call, acting, commandOf } from './command.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { entryOf, shortKey } from './key.ts'
import { withStore } from './store.ts'
import type { Column } from './table.ts'

const COLUMNS: readonly Column<KeyChange>[] = [
  { head: 'PART', text: ({ part }) => part },
  { head: 'NAME', text: ({ name }) => name, isFlexible: true },
  { head: 'BEFORE', text: ({ before }) => before ?? '-', isFlexible: true },
  { head: 'NOW', text: ({ now }) => now ?? '-', isFlexible: true },
]

export function explainCommand(): Command {
  const command = commandOf('explain', 'Say why two entries are not one: the parts of their keys that differ')
    .argument('<key>', 'the key of an entry, or the beginning of it')
    .argument('[before]', 'that of an earlier one; default: the nearest entry')
  return acting(command, explain, ['explain 3f9a', 'explain 3f9a 07c1', 'explain 3f9a --json'])
}

async function explain({ args, location, output }: Call): Promise<ExitCode> {
  return withStore(location, ({ inspection }) => {
    const entry = entryOf(inspection, args[0]!)
    const other = args[1] === undefined ? undefined : entryOf(inspection, args[1])
    const compared = entry.compared(other)
    if (output.isJson) output.json({ key: entry.key, with: compared?.with ?? null, changes: compared?.changes ?? [] })
    else if (compared === undefined)
      output.line(
        other === undefined ? 'No other entry is near: it is the first of its function.' : 'An entry is damaged.',
      )
    else {
      output.line(`${shortKey(entry.key)} differs from ${shortKey(compared.with)} in:`)
      if (compared.changes.length > 0) output.table(COLUMNS)(compared.changes)
      else output.line('nothing that was kept')
    }
    return compared === undefined && other !== undefined ? EXIT.failed : EXIT.done
  })
}
