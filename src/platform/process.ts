import { builtin } from './builtin.ts'

/** A process, so that it can be asked later whether it lives. */
export interface ProcessMark {
  readonly pid: number
  readonly host: string
  /** Tells it from a later one of its number; absent where the system does not say. */
  readonly startedAt?: string
}

/** This process. */
export function ownMark(): ProcessMark {
  const startedAt = startOf('self')
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
  const now = startOf(String(pid))
  return startedAt === undefined || now === undefined || now === startedAt
}

/** When a process was started, in ticks since the boot of the machine: Linux says so, others do not. */
function startOf(pid: string): string | undefined {
  try {
    const stat = builtin('node:fs').readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name in parentheses may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
