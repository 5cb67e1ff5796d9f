import type { Command } from 'commander'
import { isCalled } from '../function/id.ts'
import { sizeText } from '../words/quantity.ts'
import { type Call, acting, commandOf } from './command.ts'
import { shareText } from './quantity.ts'
import { withStore } from './store.ts'
import type { Column } from './table.ts'

interface Use {
  readonly name: string
  readonly entries: number
  /** Bytes of values, before compression. */
  readonly byteLength: number
  /** Of all, 0 to 1. */
  readonly share: number
}

const COLUMNS: readonly Column<Use>[] = [
  { head: 'FUNCTION', text: ({ name }) => name, isFlexible: true },
  { head: 'SIZE', text: ({ byteLength }) => sizeText(byteLength), isNumber: true },
  { head: 'SHARE', text: ({ share }) => shareText(share), isNumber: true },
  { head: 'ENTRIES', text: ({ entries }) => String(entries), isNumber: true },
]

export function duCommand(): Command {
  const command = commandOf('du', 'Say how much room the results of each function take, the largest first').argument(
    '[function]',
    "only this function: its id, or the name after the '#' in it",
  )
  return acting(command, use, ['du', 'du load', 'du --json'])
}

async function use({ args: [wanted], location, output }: Call): Promise<void> {
  const { byFunction } = await withStore(location, ({ memory }) => memory.stats())
  const all = Object.entries(byFunction).filter(([name]) => wanted === undefined || isCalled(name, wanted))
  const bytes = all.reduce((sum, [, { byteLength }]) => sum + byteLength, 0)
  const uses = all
    .map(([name, { entries, byteLength }]) => ({
      name,
      entries,
      byteLength,
      share: bytes === 0 ? 0 : byteLength / bytes,
    }))
    .filter(({ entries }) => entries > 0)
    .toSorted((a, b) => b.byteLength - a.byteLength)
  const entries = uses.reduce((sum, one) => sum + one.entries, 0)
  if (output.isJson) return output.json({ location, entries, byteLength: bytes, functions: uses })
  if (uses.length > 0) output.table(COLUMNS)(uses)
  output.line(`${sizeText(bytes)} in ${entries} entries, before compression`)
}
