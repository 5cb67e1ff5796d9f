import type { Command } from 'commander'
import type { EntryFilter } from '../option/entry-filter.ts'
import { type Call, acting, commandOf } from './command.ts'
import { confirmed } from './confirm.ts'
import { type FilterOptions, filterOf, isFiltering, withFilter } from './filter.ts'
import { entryOf } from './key.ts'
import { withStore } from './store.ts'

interface Options extends FilterOptions {
  readonly key?: string
  readonly yes?: boolean
}

export function clearCommand(): Command {
  const command = withFilter(commandOf('clear', 'Drop entries, all or those of a filter; asks first'))
    .option('--key <key>', 'only the entry with this key, or the only one that begins so')
    .option('--yes', 'do not ask')
  return acting(command, clear, [
    'clear',
    'clear load --yes',
    'clear --key 3f9a --yes',
    'clear --older-than 90d --yes',
    'clear --superseded --yes',
  ])
}

async function clear({ args, options, location, output }: Call<Options>): Promise<void> {
  const { key, yes = false, ...wanted } = options
  const dropped = await withStore(
    location,
    async ({ memory, inspection }) => {
      const entry = key === undefined ? undefined : entryOf(inspection, key)
      const filter: EntryFilter = { ...filterOf(args[0], wanted), key: entry?.key }
      const what = isFiltering(filter) ? 'these entries' : 'all entries'
      if (!(await confirmed(`Drop ${what} of ${location}?`, yes))) return undefined
      return isFiltering(filter) ? memory.clear(filter) : memory.clear()
    },
    { writes: true },
  )
  if (output.isJson) output.json({ location, entries: dropped ?? 0 })
  else output.line(dropped === undefined ? 'Nothing is dropped.' : `Dropped: ${dropped} entries.`)
}
