import { Command } from 'commander'
import { type Call, acting, commandOf } from './command.ts'
import { confirmed } from './confirm.ts'
import { isStore, withStore } from './store.ts'

interface Options {
  readonly yes?: boolean
}

export function localCacheCommand(): Command {
  const command = commandOf('clear', 'Drop all results of tasks that have no memory; asks first').option(
    '--yes',
    'do not ask',
  )
  // Options are those of `clear`: taken here too, they would never get there.
  return new Command('local-cache')
    .description('The store of tasks that have no memory: ENGRAM_LOCAL_CACHE, or ~/.engram/local-cache')
    .addCommand(acting(command, clear, ['local-cache clear', 'local-cache clear --yes']))
}

async function clear({ options, location: given, isNamed, output }: Call<Options>): Promise<void> {
  const { localCacheLocation } = await import('../task/local-cache-location.ts')
  const location = isNamed ? given : localCacheLocation()
  const drop = async (): Promise<number | undefined> => {
    if (!(await confirmed(`Drop all entries of ${location}?`, options.yes ?? false))) return undefined
    return withStore(location, ({ memory }) => memory.clear(), { writes: true })
  }
  // Who has no such tasks has no such store.
  const dropped = isNamed || isStore(location) ? await drop() : 0
  if (output.isJson) output.json({ location, entries: dropped ?? 0 })
  else output.line(dropped === undefined ? 'Nothing is dropped.' : `Dropped: ${dropped} entries.`)
}
