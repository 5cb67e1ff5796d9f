import { isCalled } from '../function/id.ts'
import type { EntryInfo } from '../report/entry-info.ts'
import { checkBoolean, checkFunction, checkKnown } from './check.ts'
import { type Duration, parseDuration } from './duration.ts'

/**
 * Which entries `Memory.entries` lists and `Memory.clear` drops: those that match every field given. An unknown field
 * is ERR_INVALID_OPTION.
 */
export interface EntryFilter {
  /** The whole function id, or the function's name after the `#` in it. Default: any. */
  name?: string | undefined
  /** Entries of this project. Default: any. */
  project?: string | undefined
  /** Entries of this domain. Default: any. */
  domain?: string | undefined
  /** Entries whose age is greater than this: milliseconds, or a string such as '7d'. Default: of any age. */
  olderThan?: Duration | undefined
  /** Hexadecimal call key, all 64 digits. Default: any. */
  key?: string | undefined
  /**
   * Entries of an earlier version or code of a function, whose place another one has taken; false: all others. They were last used
   * before the first entry of the later one was made. Closures of one code with other captured values are none.
   */
  superseded?: boolean | undefined
  /** Entries for which it returns true; what it throws is thrown. Default: all. */
  where?: ((info: EntryInfo) => boolean) | undefined
}

const KNOWN = ['name', 'project', 'domain', 'olderThan', 'key', 'superseded', 'where']

/** Tells whether an entry matches a filter now; that it is superseded, the store knows. @throws EngramError ERR_INVALID_OPTION */
export function matcherOf(filter: EntryFilter, clock: () => number): (info: EntryInfo) => boolean {
  checkKnown(filter, KNOWN)
  checkFunction(filter.where, 'where')
  const { name, project, domain, key, olderThan, superseded, where } = filter
  if (superseded !== undefined) checkBoolean(superseded, 'superseded')
  const oldest = olderThan === undefined ? 0 : clock() - parseDuration(olderThan, 'olderThan')
  return (info) =>
    (name === undefined || isCalled(info.name, name)) &&
    (project === undefined || info.project === project) &&
    (domain === undefined || info.domain === domain) &&
    (key === undefined || info.key === key) &&
    (olderThan === undefined || info.createdAt < oldest) &&
    (where === undefined || where(info))
}
