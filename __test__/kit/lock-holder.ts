import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Which of these processes holds the lock on a store's `owner.lock`: who owns the store, as the kernel sees it. Linux
 * tells for each open file which locks it holds; elsewhere, and where nobody holds it, the answer is undefined.
 */
export function ownerAmong(pids: readonly number[], location: string): number | undefined {
  const lock = join(location, 'owner.lock')
  return pids.find((pid) => filesOf(pid).some((file) => isHeld(pid, file, lock)))
}

function filesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`)
  } catch {
    return []
  }
}

function isHeld(pid: number, file: string, lock: string): boolean {
  try {
    if (readlinkSync(`/proc/${pid}/fd/${file}`) !== lock) return false
    return /^lock:.*WRITE/m.test(readFileSync(`/proc/${pid}/fdinfo/${file}`, 'utf8'))
  } catch {
    return false
  }
}
