import type { Command } from 'commander'
import { matcherOf } from '../option/entry-filter.ts'
import type { EntryInfo } from '../report/entry-info.ts'
import { sizeText, timeText } from '../words/quantity.ts'
import { type Call, acting, commandOf } from './command.ts'
import { Misuse } from './exit-code.ts'
import { type FilterOptions, filterOf, withFilter } from './filter.ts'
import { shortKey } from './key.ts'
import { wholeNumber } from './number.ts'
import { ageText } from './quantity.ts'
import { type OpenStore, withStore } from './store.ts'
import type { Column } from './table.ts'

interface Options extends FilterOptions {
  readonly sort?: string
  readonly reverse?: boolean
  readonly limit?: number
}

/** The first is what comes first: the newest, the largest. */
const ORDERS: Readonly<Record<string, (a: EntryInfo, b: EntryInfo) => number>> = {
  created: (a, b) => b.createdAt - a.createdAt,
  used: (a, b) => b.accessedAt - a.accessedAt,
  size: (a, b) => b.byteLength - a.byteLength,
  time: (a, b) => b.durationMs - a.durationMs,
  hits: (a, b) => b.hits - a.hits,
  function: (a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)),
}

/** Rows that a table shows together. */
const TOGETHER = 256

export function lsCommand(): Command {
  const command = withFilter(commandOf('ls', 'List entries, grouped by function'))
    .option('--sort <what>', `by ${Object.keys(ORDERS).join(', ')}: reads all of them first`)
    .option('--reverse', 'the last of --sort first')
    .option('--limit <count>', 'so many at most', wholeNumber)
  return acting(command, list, ['ls', 'ls load --sort size --limit 10', 'ls --older-than 30d --json'])
}

async function list({ args, options, location, output }: Call<Options>): Promise<void> {
  const order = orderOf(options)
  await withStore(location, async (store) => {
    const show = output.isJson
      ? (infos: readonly EntryInfo[]) => infos.forEach((info) => output.json(info))
      : output.table(columns(Date.now()))
    const { limit = Infinity } = options
    let count = 0
    for (const page of order === undefined
      ? matching(store, args[0], options)
      : sorted(store, args[0], options, order)) {
      const shown = page.slice(0, limit - count)
      count += shown.length
      if (shown.length > 0) show(shown)
      if (count === limit) return
      // oxlint-disable-next-line no-await-in-loop -- a reader takes one page after the other
      await output.pause()
    }
    if (count === 0 && !output.isJson) output.note('No entries.')
  })
}

/** A few entries at a time, in the order of the store: the first are shown before the last are read. */
function* matching(store: OpenStore, name: string | undefined, options: FilterOptions): Generator<EntryInfo[]> {
  const filter = filterOf(name, options)
  const matches = matcherOf(filter, Date.now)
  if (filter.superseded === undefined) {
    for (const page of store.inspection.pages(name)) yield page.filter(matches)
    return
  }
  for (const info of store.memory.entries(filter)) yield [info]
}

/** The same in another order. Where a few are asked for, only these are kept. */
function* sorted(
  store: OpenStore,
  name: string | undefined,
  options: Options,
  order: (a: EntryInfo, b: EntryInfo) => number,
): Generator<EntryInfo[]> {
  const { limit = Infinity } = options
  let kept: EntryInfo[] = []
  for (const page of matching(store, name, options)) {
    kept.push(...page)
    if (kept.length > 2 * limit + TOGETHER) kept = kept.toSorted(order).slice(0, limit)
  }
  const all = kept.toSorted(order)
  for (let at = 0; at < all.length; at += TOGETHER) yield all.slice(at, at + TOGETHER)
}

function orderOf({ sort, reverse = false }: Options): ((a: EntryInfo, b: EntryInfo) => number) | undefined {
  if (sort === undefined) {
    if (reverse) throw new Misuse('--reverse needs --sort.')
    return undefined
  }
  const order = Object.hasOwn(ORDERS, sort) ? ORDERS[sort] : undefined
  if (order === undefined) throw new Misuse(`--sort takes ${Object.keys(ORDERS).join(', ')}, not '${sort}'.`)
  return reverse ? (a, b) => order(b, a) : order
}

function columns(now: number): Column<EntryInfo>[] {
  return [
    { head: 'KEY', text: ({ key }) => shortKey(key) },
    {
      head: 'FUNCTION',
      text: ({ name, version }) => (version === undefined ? name : `${name} ${version}`),
      isFlexible: true,
    },
    { head: 'SIZE', text: ({ byteLength }) => sizeText(byteLength), isNumber: true },
    { head: 'TOOK', text: ({ durationMs }) => timeText(durationMs), isNumber: true },
    { head: 'HITS', text: ({ hits }) => String(hits), isNumber: true },
    { head: 'MADE', text: ({ createdAt }) => ageText(createdAt, now), isNumber: true },
    { head: 'USED', text: ({ accessedAt }) => ageText(accessedAt, now), isNumber: true },
  ]
}
