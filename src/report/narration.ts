import { showProgress } from '../native/binding.ts'
import { builtin } from '../platform/builtin.ts'
import { sizeText as size, timeText as time } from '../words/quantity.ts'
import { shown as safe } from '../words/shown.ts'
import type { CallEvent } from './call-event.ts'
import type { MemoryStats } from './memory-stats.ts'

const { inspect } = builtin('node:util')

/** Characters of a call's arguments that are shown. */
const LONGEST = 80
/** Enough of each to know it again. */
const SHOWN = {
  depth: 2,
  maxArrayLength: 3,
  maxStringLength: 40,
  breakLength: Infinity,
  compact: true,
  customInspect: false,
}

const ROLES: Readonly<Record<MemoryStats['role'], string | undefined>> = {
  owner: 'this process owns it, and serves it to others',
  client: 'another process owns it, and this one asks it',
  none: undefined,
}

/** What is told on stderr. */
export interface Telling {
  /** 1: runs; 2: hits too. */
  readonly verbose: 1 | 2
  readonly location: string | null
  readonly roleNow: () => MemoryStats['role']
  /** Whether arguments may be shown. */
  readonly showsValues: boolean
}

/**
 * Tells of calls on stderr: what ran or was loaded, how large it is, how long it took, what that saved, and of what arguments; and
 * where the cache is, with who owns it, at first and when that changes. On a terminal, what takes over a second says how far it is.
 */
export function narrator(telling: Telling): (event: CallEvent, args: readonly unknown[]) => void {
  const { verbose, location, roleNow, showsValues } = telling
  let told: MemoryStats['role'] = 'none'
  if (process.stderr.isTTY) showProgress()
  return (event, args) => {
    const role = roleNow()
    if (role !== told && ROLES[role] !== undefined) say(`the cache is in ${location}; ${ROLES[role]}`)
    told = role
    const isSpared = event.status === 'hit' || event.status === 'joined'
    if (isSpared && verbose < 2) return
    const line = isSpared ? spared(event) : ran(event)
    say(showsValues && args.length > 0 ? `${line}: ${shown(args)}` : line)
  }
}

function say(line: string): void {
  process.stderr.write(`engram: ${safe(line)}\n`)
}

function ran({ name, status, reason, durationMs, byteLength, cacheStatus }: CallEvent): string {
  const why = status === 'bypass' ? 'not cached' : (reason ?? status)
  const stored = cacheStatus === 'populated' ? `, stored ${size(byteLength)}` : ''
  const outcome = cacheStatus === 'putFailure' ? ', not stored' : stored
  return `${name} ran ${time(durationMs)} (${why})${outcome}`
}

function spared({ name, status, durationMs, byteLength, savedMs }: CallEvent): string {
  const brought = byteLength > 0 ? ` with ${size(byteLength)}` : ''
  return `${name} ${status} in ${time(durationMs)}${brought}, saved ${time(savedMs)}`
}

/** Arguments on one line. A proxy may throw whatever it is asked. */
function shown(args: readonly unknown[]): string {
  try {
    const all = args
      .map((arg) => inspect(arg, SHOWN))
      .join(', ')
      .replaceAll(/\s+/g, ' ')
    return `(${all.length > LONGEST ? `${all.slice(0, LONGEST)}…` : all})`
  } catch {
    return '(…)'
  }
}
