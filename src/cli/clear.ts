import type { Command } from 'commander'
import { type Call, acting, commandOf } from './command.ts'
import { confirmed } from './confirm.ts'
import { type FilterOptions, filterOf, isFiltering, withFilter } from './filter.ts'
import { withStore } from './store.ts'

interface Options extends FilterOptions {
  readonly yes?: boolean
}

export function clearCommand(): Command {
  const command = withFilter(commandOf('clear', 'Drop entries, all or those of a filter; asks first')).option(
    '--yes',
    'do not ask',
  )
  return acting(command, clear, [
    'clear',
    'clear load --yes',
    'clear --older-than 90d --yes',
    'clear --superseded --yes',
  ])
}

async function clear({ args, options, location, output }: Call<Options>): Promise<void> {
  const { yes = false } = options
  const filter = filterOf(args[0], options)
  const question = isFiltering(filter) ? `Drop these entries of ${location}?` : `Drop all entries of ${location}?`
  const dropped = await withStore(
    location,
    async ({ memory }) => {
      if (!(await confirmed(question, yes))) return undefined
      return isFiltering(filter) ? memory.clear(filter) : memory.clear()
    },
    { writes: true },
  )
  if (output.isJson) output.json({ location, entries: dropped ?? 0 })
  else output.line(dropped === undefined ? 'Nothing is dropped.' : `Dropped: ${dropped} entries.`)
}
