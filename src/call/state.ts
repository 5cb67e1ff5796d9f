import type { CallIdentity } from '../entry/function-entries.ts'
import type { CallEvent } from '../report/call-event.ts'
import type { MissReason } from '../report/entry-info.ts'
import type { KeyChange } from '../report/explanation.ts'

/** One call, from its lookup to its event. */
export interface Call {
  readonly self: unknown
  readonly args: unknown[]
  readonly startedAt: number
  status: CallEvent['status']
  reason?: MissReason
  cacheStatus: CallEvent['cacheStatus']
  /** Absent where the call has no key. */
  identity?: CallIdentity
  /** Whether it has the lease on its key, which its end must end. */
  isLeading: boolean
  /** Whether others could be computing the same. */
  isShared: boolean
  /** How long the function ran; 0 until it is over. */
  ranMs: number
  savedMs: number
}

/** A run under way, and what its call knows of it once it is over. */
export interface Run {
  readonly call: Call
  readonly result: Promise<unknown>
  /** Whether calls in it know that they are. */
  readonly isTracked: boolean
}

export function beginCall(self: unknown, args: unknown[], status: Call['status']): Call {
  const startedAt = performance.now()
  return { self, args, startedAt, status, cacheStatus: 'miss', isLeading: false, isShared: false, ranMs: 0, savedMs: 0 }
}

/** What a call that is over tells those who listen. `name` is the function id. */
export function eventOf(call: Omit<Call, 'isLeading' | 'isShared'>, name: string): CallEvent {
  const { status, cacheStatus, savedMs, reason, startedAt, identity } = call
  const event: CallEvent = {
    status,
    ...(reason !== undefined && { reason }),
    name,
    key: identity?.key ?? '',
    durationMs: performance.now() - startedAt,
    savedMs,
    cacheStatus,
  }
  if (status === 'miss' && reason === 'absent' && identity !== undefined) explainWhenRead(event, identity)
  return event
}

/** Searching costs what few listeners want. */
function explainWhenRead(event: CallEvent, identity: CallIdentity): void {
  let changed: KeyChange[] | undefined
  const get = (): KeyChange[] => (changed ??= changesOf(identity))
  Object.defineProperty(event, 'changed', { get, configurable: true })
}

/** What a report cannot find out must not end the program. */
function changesOf(identity: CallIdentity): KeyChange[] {
  try {
    return identity.store.explain(identity) ?? []
  } catch {
    return []
  }
}
