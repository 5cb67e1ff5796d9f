import type { Command } from 'commander'
import type { FunctionStats } from '../report/function-stats.ts'
import type { MemoryStats } from '../report/memory-stats.ts'
import { sizeText, timeText } from '../words/quantity.ts'
import { type Call, acting, commandOf } from './command.ts'
import type { Output } from './output.ts'
import { momentText, shareText } from './quantity.ts'
import { withStore } from './store.ts'
import type { Column } from './table.ts'

type Named = readonly [name: string, stats: FunctionStats]

const COLUMNS: readonly Column<Named>[] = [
  { head: 'FUNCTION', text: ([name]) => name, isFlexible: true },
  { head: 'HITS', text: ([, { total }]) => String(total.hits + total.joined), isNumber: true },
  { head: 'MISSES', text: ([, { total }]) => String(total.misses), isNumber: true },
  { head: 'HIT RATE', text: ([, { total }]) => shareText(total.hitRate), isNumber: true },
  { head: 'SAVED', text: ([, { total }]) => timeText(total.savedMs), isNumber: true },
  { head: 'ENTRIES', text: ([, { entries }]) => String(entries), isNumber: true },
  { head: 'SIZE', text: ([, { byteLength }]) => sizeText(byteLength), isNumber: true },
]

export function statsCommand(): Command {
  const command = commandOf('stats', 'Say what the cache saved: hits, misses, time, by function')
  return acting(command, stats, ['stats', 'stats --json'])
}

async function stats({ location, output }: Call): Promise<void> {
  const found = await withStore(location, ({ memory }) => memory.stats())
  if (output.isJson) output.json({ location, ...jsonOf(found) })
  else tell(output, location, found)
}

/** Of all processes: this one called nothing. */
function jsonOf({ total, entries, byteLength, blobs, blobBytes, byFunction }: MemoryStats): object {
  const functions = Object.entries(byFunction).map(([name, one]) => [
    name,
    { ...one.total, entries: one.entries, byteLength: one.byteLength },
  ])
  return { ...total, entries, byteLength, blobs, blobBytes, byFunction: Object.fromEntries(functions) as object }
}

function tell(output: Output, location: string, found: MemoryStats): void {
  const { total, entries, byteLength, blobs, blobBytes, byFunction } = found
  output.facts([
    ['store', location],
    ['since', total.since === undefined ? undefined : momentText(total.since)],
    ['calls', `${total.hits + total.joined} hits, ${total.misses} misses (${shareText(total.hitRate)})`],
    ['saved', timeText(total.savedMs)],
    ['entries', `${entries}, ${sizeText(byteLength)}`],
    ['files', `${blobs}, ${sizeText(blobBytes)}`],
  ])
  const functions = Object.entries(byFunction).toSorted(([, a], [, b]) => b.total.savedMs - a.total.savedMs)
  if (functions.length === 0) return
  output.line()
  output.table(COLUMNS)(functions)
}
