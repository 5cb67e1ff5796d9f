import type { NativeEntries, Turn } from '../native/binding.ts'
import { withIdentity } from '../native/scratch.ts'
import { builtin } from '../platform/builtin.ts'
import type { CallIdentity } from './call-identity.ts'

/** What `setTimeout` can take, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * How a run ended that stored nothing.
 *
 * - `unstored`: it went well, and another run would store nothing either: nobody need wait for one.
 * - `failed`: the next caller tries.
 */
export type Ending = 'unstored' | 'failed'

/** The right to compute one call. It ends once: with a commit, or by being released. */
export class Lease {
  readonly #native: NativeEntries
  readonly #identity: CallIdentity
  #isEnded = false

  constructor(native: NativeEntries, identity: CallIdentity) {
    this.#native = native
    this.#identity = identity
  }

  /** Says that the run returned a promise, so that no thread stands still for it. */
  promised(): void {
    if (!this.#isEnded) withIdentity(this.#identity.bytes, () => this.#native.promised())
  }

  /** Notes that the core ended it, because the result is stored. */
  committed(): void {
    this.#isEnded = true
  }

  /** Gives it up with nothing stored. Does nothing once it has ended. */
  release(ending: Ending): void {
    if (this.#isEnded) return
    this.#isEnded = true
    withIdentity(this.#identity.bytes, () => this.#native.release(ending === 'unstored'))
  }
}

/** The leases on the calls of one function: taken at once, or waited for. */
export class Leases {
  readonly #native: NativeEntries

  constructor(native: NativeEntries) {
    this.#native = native
  }

  /** Takes the lease on a call; undefined: another caller is computing it. */
  acquire(identity: CallIdentity): Lease | undefined {
    return withIdentity(identity.bytes, () => this.#native.acquire()) ? this.granted(identity) : undefined
  }

  /** The lease that the core has given to this thread. */
  granted(identity: CallIdentity): Lease {
    return new Lease(this.#native, identity)
  }

  /** Stands still until it is this call's turn, or `patienceMs` are over. */
  waitHere(identity: CallIdentity, patienceMs: number): Turn {
    const patience = patienceMs === Number.POSITIVE_INFINITY ? undefined : patienceMs
    const { isMainThread } = builtin('node:worker_threads')
    return withIdentity(identity.bytes, () => this.#native.waitHere(!isMainThread, patience)) as Turn
  }

  /** Waits until it is this call's turn, or `patienceMs` are over. `blocked` are calls that cannot end before this one. */
  async wait(identity: CallIdentity, blocked: readonly CallIdentity[], patienceMs: number): Promise<Turn> {
    const keys = blocked.length === 0 ? undefined : Buffer.concat(blocked.map(({ keyBytes }) => keyBytes))
    const { id, turn } = withIdentity(identity.bytes, () => this.#native.wait(keys))
    if (patienceMs === Number.POSITIVE_INFINITY) return turn as Promise<Turn>
    const { clearTimeout, setTimeout } = builtin('node:timers')
    const timer = setTimeout(() => this.#native.cancelWait(id), Math.min(patienceMs, LONGEST_TIMER))
    try {
      return (await turn) as Turn
    } finally {
      clearTimeout(timer)
    }
  }
}
