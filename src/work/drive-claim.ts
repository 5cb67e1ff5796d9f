import type { Records } from '../memory/records.ts'
import { builtin } from '../platform/builtin.ts'
import { type ProcessMark, isAlive, ownMark } from '../platform/process.ts'
import { EngramError } from '../words/error.ts'

/** A claim so old is nobody's: what is done under one takes milliseconds, and not every process can be asked whether it lives. */
const OLDEST_MS = 60_000
const LONGEST_PAUSE_MS = 20
const ALL = 0xffff_ffff

let own: ProcessMark | undefined

/**
 * Runs `change` while nobody else of all processes changes the same drive. It must be done when it returns.
 *
 * Who wants to change something writes a claim, and then looks for others': it goes on only where its own is the only one, so of
 * two the later sees the earlier. Of several that wait the first stays, and the others try again. A claim of a process that died
 * does not count.
 */
export async function alone<T>(records: Records, drive: string, change: () => T): Promise<T> {
  const claim = newClaim(drive)
  try {
    // oxlint-disable-next-line no-await-in-loop -- until nobody else is there
    while (!isAlone(records, claim)) await pause()
    return change()
  } finally {
    drop(records, claim)
  }
}

interface Claim {
  readonly kind: string
  readonly name: string
  readonly id: string
}

function newClaim(name: string): Claim {
  return { kind: 'drive-claim', name, id: builtin('node:crypto').randomUUID() }
}

function isAlone(records: Records, claim: Claim): boolean {
  const now = Date.now()
  if (!claimsIn(records, claim).some(({ record }) => record.id === claim.id)) {
    const value = (own ??= ownMark())
    if (!records.write([{ record: { ...claim, beganAt: now }, value }], ALL))
      throw new EngramError('ERR_STORE_UNAVAILABLE', `The drive '${claim.name}' cannot be written.`)
  }
  const claims = claimsIn(records, claim)
  const living = claims.filter(({ record, value }) => {
    const lives = record.id === claim.id || isHeld(record.beganAt, value as ProcessMark, now)
    if (!lives) drop(records, { ...claim, id: record.id })
    return lives
  })
  if (living.length === 1) return true
  if (firstOf(living.map(({ record }) => record)) !== claim.id) drop(records, claim)
  return false
}

function claimsIn(records: Records, { kind, name }: Claim): ReturnType<Records['list']> {
  return records.list({ kind, name })
}

function isHeld(beganAt: number, mark: ProcessMark, now: number): boolean {
  return Math.abs(now - beganAt) < OLDEST_MS && isAlive(mark)
}

function firstOf(claims: readonly { beganAt: number; id: string }[]): string {
  const [first] = claims.toSorted((one, other) => one.beganAt - other.beganAt || (one.id < other.id ? -1 : 1))
  return first!.id
}

function drop(records: Records, { kind, name, id }: Claim): void {
  records.drop({ kind, name, id })
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * LONGEST_PAUSE_MS))
}
