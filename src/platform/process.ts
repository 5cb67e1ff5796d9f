import { builtin } from './builtin.ts'

/** By how many ticks of a hundredth of a second a process may be told another start than others are: an emulator's are late. */
const LATE = 100

/** A process, so that it can be asked later whether it lives. */
export interface ProcessMark {
  readonly pid: number
  readonly host: string
  /** Tells it from a later one of its number; absent where the system does not say. */
  readonly startedAt?: string
}

/** This process. */
export function ownMark(): ProcessMark {
  const [, startedAt] = statOf('self')
  const host = builtin('node:os').hostname()
  return { pid: process.pid, host, ...(startedAt !== undefined && { startedAt }) }
}

/** Whether a process lives. Of another machine that cannot be known: it may. */
export function isAlive({ pid, host, startedAt }: ProcessMark): boolean {
  if (host !== builtin('node:os').hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    // Somebody else's cannot be signalled, and lives.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const [state, now] = statOf(String(pid))
  // One that ended stays in the list until its parent has asked what became of it: in a container that may be never.
  if (state === 'Z') return false
  return startedAt === undefined || now === undefined || Math.abs(Number(now) - Number(startedAt)) <= LATE
}

/** What a process does, as a letter, and when it was started, in ticks since the boot: Linux says so, others do not. */
function statOf(pid: string): readonly [state?: string, startedAt?: string] {
  try {
    const stat = builtin('node:fs').readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name in parentheses may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return [fields[0]!, fields[19]!]
  } catch {
    return []
  }
}
