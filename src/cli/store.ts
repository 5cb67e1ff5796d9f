import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Inspection } from '../memory/inspection.ts'
import type { Memory } from '../memory/memory.ts'
import { Misuse } from './exit-code.ts'

/** A store that is open while a command uses it. */
export interface OpenStore {
  readonly memory: Memory
  readonly inspection: Inspection
}

/**
 * Uses the store of a directory, beside programs that use it too. The addon is loaded here, and no sooner. Without `writes` it is
 * opened as by who may only read: nothing is made or changed.
 */
export async function withStore<T>(
  location: string,
  use: (store: OpenStore) => T | Promise<T>,
  { writes = false } = {},
): Promise<T> {
  refuseWithoutStore(location)
  const { Memory, doorOf } = await import('../memory/memory.ts')
  const memory = new Memory({
    location,
    mode: writes ? 'readWrite' : 'readOnly',
    onError: 'throw',
    verbose: 0,
    // How much it may hold is for its programs to say: nothing leaves because a command looked at it.
    limits: { maxBytes: Infinity },
  })
  try {
    return await use({ memory, inspection: doorOf(memory).inspection })
  } finally {
    await memory.close()
  }
}

/** Whether a store was made there: its lock is the first of its files, and stays. */
export function isStore(location: string): boolean {
  return existsSync(join(location, 'owner.lock'))
}

/** Throws for a directory that is none of engram's, which would be empty for who lists it. */
function refuseWithoutStore(location: string): void {
  if (isStore(location)) return
  throw new Misuse(
    existsSync(location)
      ? `${location} is no store of engram, or may not be read: name one with --location.`
      : `There is no store at ${location}: a program makes it with its first result. Name another one with --location.`,
  )
}
