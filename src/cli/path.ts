import type { Command } from 'commander'
import { type Call, acting, commandOf } from './command.ts'
import { isStore } from './store.ts'

export function pathCommand(): Command {
  return acting(commandOf('path', 'Print where the store is'), path, ['path', 'path --json'])
}

async function path({ location, output }: Call): Promise<void> {
  if (output.isJson) output.json({ location, exists: isStore(location) })
  else output.whole(location)
}
