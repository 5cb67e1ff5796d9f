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
  if (status === 'miss' && reason === 'absent') {
    Unexplained.keep(event, call)
    Object.defineProperty(event, 'changed', EXPLAINED_WHEN_READ)
  }
  return event
}

/** What extends it adds its private fields to an object that is there. */
const Given = function (object: object) {
  return object
} as unknown as new (object: object) => object

/** An event, and in private fields of it what its call has to be searched for by. Searching costs what few listeners want. */
class Unexplained extends Given {
  // Events are kept: no more of the call than this.
  readonly #identity: ToldCall['identity']
  readonly #entries: ToldCall['entries']
  #changed: KeyChange[] | undefined

  private constructor(event: CallEvent, { identity, entries }: ToldCall) {
    super(event)
    this.#identity = identity
    this.#entries = entries
  }

  static keep(event: CallEvent, call: ToldCall): object {
    return new Unexplained(event, call)
  }

  static changed(event: Unexplained): KeyChange[] | undefined {
    if (!(#changed in event)) return undefined
    return (event.#changed ??= changesOf(event.#identity, event.#entries))
  }
}

/** The same for all events: V8 makes a hidden class for each getter, half a kilobyte that only a full collection takes back. */
const EXPLAINED_WHEN_READ: PropertyDescriptor = {
  get(this: Unexplained) {
    return Unexplained.changed(this)
  },
  configurable: true,
}

/** What a report cannot find out must not end the program. */
function changesOf(identity: ToldCall['identity'], entries: ToldCall['entries']): KeyChange[] {
  try {
    return (identity && entries?.explain(identity)) ?? []
  } catch {
    return []
  }
}
