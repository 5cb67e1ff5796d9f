import type { Abortion } from '../run/abortion.ts'
import type { Places } from '../run/slots.ts'
import type { CallPlace } from './place.ts'

const none = (): void => {}

/**
 * Takes a place in each, so that what is returned leaves them. A result that is there needs none. The lease on a call comes after
 * its place: who has a place may make the same call, and would wait for who waits for that place.
 */
export function entered(
  slots: readonly Places[],
  place: CallPlace | undefined,
  abortion: Abortion,
): (() => void) | Promise<() => void> {
  if (slots.length === 0) return none
  const leaves: (() => void)[] = []
  for (const one of slots) {
    const leave = one.take()
    if (leave === undefined) return waited(slots, leaves, place, abortion)
    leaves.push(leave)
  }
  return leaves.length === 1 ? leaves[0]! : () => leaveAll(leaves)
}

async function waited(
  slots: readonly Places[],
  leaves: (() => void)[],
  place: CallPlace | undefined,
  abortion: Abortion,
): Promise<() => void> {
  if (isThere(place)) {
    leaveAll(leaves)
    return none
  }
  try {
    for (const one of slots.slice(leaves.length))
      // oxlint-disable-next-line no-await-in-loop -- all take them in this order, so that nobody waits in a circle
      leaves.push(await one.enter(abortion))
  } catch (error) {
    leaveAll(leaves)
    throw error
  }
  return () => leaveAll(leaves)
}

function isThere(place: CallPlace | undefined): boolean {
  try {
    return place?.calls.lookup(place.keyInputs).status === 'hit'
  } catch {
    return false
  }
}

function leaveAll(leaves: readonly (() => void)[]): void {
  for (const leave of leaves) leave()
}
