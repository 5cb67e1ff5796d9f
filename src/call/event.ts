import type { CallEvent } from '../report/call-event.ts'
import type { KeyChange } from '../report/explanation.ts'
import type { Call, KeyedCall } from './state.ts'

/** What is told of a call. */
export type ToldCall = Pick<
  Call,
  'args' | 'status' | 'reason' | 'cacheStatus' | 'startedAt' | 'savedMs' | 'byteLength'
> &
  Partial<Pick<KeyedCall, 'identity' | 'entries'>>

/** Who is told of a function's calls: those who listen to its memory, or its family. */
export interface Observers {
  /** Whether anyone listens: if not, no event needs to be made. */
  readonly areListening: boolean
  /** `args` are those of the call. */
  publish(event: CallEvent, args: readonly unknown[]): void
}

/** Tells those who listen of a call that is over. `name` is the function id. */
export function publishCall(observers: Observers, call: ToldCall, name: string): void {
  if (observers.areListening) observers.publish(eventOf(call, name), call.args)
}

function eventOf(call: ToldCall, name: string): CallEvent {
  const { status, cacheStatus, savedMs, byteLength, reason, startedAt } = call
  const event: CallEvent = {
    status,
    ...(reason !== undefined && { reason }),
    name,
    key: call.identity?.key ?? '',
    durationMs: performance.now() - startedAt,
    savedMs,
    byteLength,
    cacheStatus,
  }
  if (status === 'miss' && reason === 'absent') explainWhenRead(event, call)
  return event
}

/** Searching costs what few listeners want. */
function explainWhenRead(event: CallEvent, { identity, entries }: ToldCall): void {
  let changed: KeyChange[] | undefined
  // Events are kept: no more of the call than this.
  const get = (): KeyChange[] => (changed ??= changesOf(identity, entries))
  Object.defineProperty(event, 'changed', { get, configurable: true })
}

/** What a report cannot find out must not end the program. */
function changesOf(identity: ToldCall['identity'], entries: ToldCall['entries']): KeyChange[] {
  try {
    return (identity && entries?.explain(identity)) ?? []
  } catch {
    return []
  }
}
