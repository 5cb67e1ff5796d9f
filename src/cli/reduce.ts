import type { Command } from 'commander'
import type { Limits } from '../option/limits.ts'
import { sizeText } from '../words/quantity.ts'
import { type Call, acting, commandOf } from './command.ts'
import { Misuse } from './exit-code.ts'
import { countNumber } from './number.ts'
import { withStore } from './store.ts'

export function reduceCommand(): Command {
  const command = commandOf('reduce', 'Drop what exceeds limits, least recently used first')
    .option('--max-bytes <size>', "of values before compression: '500MB', '10GiB'")
    .option('--max-entries <count>', 'so many stay at most', countNumber)
    .option('--max-age <age>', "what was not used for so long leaves: '12h', '30d'")
  return acting(command, reduce, ['reduce --max-bytes 2GiB', 'reduce --max-age 90d --json'])
}

async function reduce({ options, location, output }: Call<Limits>): Promise<void> {
  if (Object.keys(options).length === 0) throw new Misuse('Say a limit: --max-bytes, --max-entries or --max-age.')
  const { entries, byteLength } = await withStore(location, ({ memory }) => memory.reduce(options), { writes: true })
  if (output.isJson) output.json({ location, entries, byteLength })
  else output.line(`Dropped: ${entries} entries, ${sizeText(byteLength)}.`)
}
