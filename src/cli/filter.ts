import type { Command } from 'commander'
import type { EntryFilter } from '../option/entry-filter.ts'

/** What the options of a command say of entries. */
export interface FilterOptions {
  readonly project?: string
  readonly domain?: string
  readonly olderThan?: string
  readonly superseded?: boolean
}

/** Has a command take entries of some kind only. */
export function withFilter(command: Command): Command {
  return command
    .argument('[function]', "only entries of this function: its id, or the name after the '#' in it")
    .option('--project <name>', 'only entries of this project')
    .option('--domain <name>', 'only entries of this domain')
    .option('--older-than <age>', "only entries that were made longer ago than this: '12h', '30d'")
    .option('--superseded', 'only entries of code that has been replaced since')
}

export function filterOf(name: string | undefined, options: FilterOptions): EntryFilter {
  const { project, domain, olderThan, superseded } = options
  return { name, project, domain, olderThan, superseded }
}

/** Whether a filter leaves anything out. */
export function isFiltering(filter: EntryFilter): boolean {
  return Object.values(filter).some((value) => value !== undefined)
}
