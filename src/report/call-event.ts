import { builtin } from '../platform/builtin.ts'
import type { MissReason } from './entry-info.ts'
import type { KeyChange } from './explanation.ts'
import { tell } from './tell.ts'

const { channel } = builtin('node:diagnostics_channel')

/** What became of one call. Also published on the diagnostics channel `engram:call` when someone listens there. */
export interface CallEvent {
  /**
   * - `hit`: a usable entry was found, the function did not run.
   * - `miss`: there was none, the function ran.
   * - `stale`: there was one, but past its age or refused by `validate`; the function ran.
   * - `refresh`: run and overwritten on request.
   * - `bypass`: caching is off for this call.
   * - `joined`: this caller shared another caller's run.
   */
  status: 'hit' | 'miss' | 'stale' | 'refresh' | 'bypass' | 'joined'
  /** Why the function ran; absent for hits, joined and uncached calls. */
  reason?: MissReason
  /** Function id. */
  name: string
  /** Hexadecimal call key; empty where none was made. */
  key: string
  /**
   * Of a miss with the reason 'absent': the parts of the key that differ from the nearest entry's, as `explain` finds them.
   * The store is asked when this is first read; it is not enumerable, so that printing an event does not ask.
   */
  readonly changed?: readonly KeyChange[]
  /** How long this call took, in milliseconds. */
  durationMs: number
  /** How long the run took that this call was spared, in milliseconds; 0 if it ran. */
  savedMs: number
  /** Bytes of the value that a hit brought or that was stored, before compression; 0 where there is none. */
  byteLength: number
  /**
   * The same in Flyte's words.
   *
   * - `hit`: nothing ran for this call.
   * - `populated`: the function ran, and its result was stored.
   * - `miss`: the function ran, and nothing was stored: it threw, `storeIf` or `mode` said no, or an entry appeared.
   * - `lookupFailure`: no key could be made, or the store could not be read.
   * - `putFailure`: the result could not be stored.
   * - `skipped`: a refresh that stored nothing.
   * - `disabled`: caching is off.
   */
  cacheStatus: 'disabled' | 'miss' | 'hit' | 'populated' | 'lookupFailure' | 'putFailure' | 'skipped'
}

/** Is told of a call when it is over. What it throws becomes an uncaught exception. */
export type CallListener = (event: CallEvent) => void

/** One of engram's own is told the arguments too. */
type Listener = (event: CallEvent, args: readonly unknown[]) => void

const calls = channel('engram:call')

/** Those who want to hear of a memory's calls. */
export class CallObservers {
  readonly #listeners = new Set<Listener>()
  /** A field, as every call asks. */
  #count = 0

  /** Whether anyone listens: if not, no event needs to be made. */
  get areListening(): boolean {
    return this.#count > 0 || calls.hasSubscribers
  }

  add(listener: Listener): void {
    this.#listeners.add(listener)
    this.#count = this.#listeners.size
  }

  remove(listener: Listener): void {
    this.#listeners.delete(listener)
    this.#count = this.#listeners.size
  }

  publish(event: CallEvent, args: readonly unknown[]): void {
    for (const listener of this.#listeners) tell(listener, event, args)
    calls.publish(event)
  }
}
