import type { CallEvent, CallListener } from './call-event.ts'
import type { MemoryStats } from './memory-stats.ts'

const ROLES: Readonly<Record<MemoryStats['role'], string | undefined>> = {
  owner: 'this process owns it, and serves it to others',
  client: 'another process owns it, and this one asks it',
  none: undefined,
}

/**
 * Tells of calls on stderr: of runs at level 1, of hits too at level 2; and where the cache is, with who owns it, at first and
 * when that changes.
 */
export function narrator(verbose: 1 | 2, location: string | null, roleNow: () => MemoryStats['role']): CallListener {
  let told: MemoryStats['role'] = 'none'
  return (event) => {
    const role = roleNow()
    if (role !== told && ROLES[role] !== undefined) say(`the cache is in ${location}; ${ROLES[role]}`)
    told = role
    const line = event.status === 'hit' || event.status === 'joined' ? verbose === 2 && spared(event) : ran(event)
    if (line !== false) say(line)
  }
}

function say(line: string): void {
  process.stderr.write(`engram: ${line}\n`)
}

function ran({ name, status, reason, durationMs, cacheStatus }: CallEvent): string {
  const why = status === 'bypass' ? 'not cached' : (reason ?? status)
  const outcome = cacheStatus === 'populated' ? ', stored' : cacheStatus === 'putFailure' ? ', not stored' : ''
  return `${name} ran ${time(durationMs)} (${why})${outcome}`
}

function spared({ name, status, durationMs, savedMs }: CallEvent): string {
  return `${name} ${status} in ${time(durationMs)}, saved ${time(savedMs)}`
}

function time(ms: number): string {
  if (ms < 1) return `${(ms * 1000).toFixed(0)} µs`
  return ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(2)} s`
}
