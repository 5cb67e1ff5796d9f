import type { CallIdentity } from '../entry/call-identity.ts'
import type { CodeEntries } from '../entry/code-entries.ts'
import { looksSince, looksSoFar } from '../fingerprint/file-looks.ts'
import { builtin } from '../platform/builtin.ts'
import { EngramError } from '../words/error.ts'
import { wordsOf } from '../words/phrase.ts'
import type { CalledFunction } from './context.ts'
import type { KeyInputs } from './inputs.ts'
import type { CallRuns } from './runs.ts'
import { beginCall } from './state.ts'

/** A call that was served a stale result. */
interface Served {
  readonly self: unknown
  readonly args: unknown[]
  /** Its key counts: that of a hit has no digest of the arguments. */
  readonly identity: Pick<CallIdentity, 'mapKey'>
}

/** Runs one function anew in the background, where a stale result was served: once, over all processes. */
export class Revalidation {
  readonly #called: CalledFunction
  readonly #runs: CallRuns
  readonly #entries: CodeEntries
  readonly #keyInputs: KeyInputs
  /** Call keys. */
  readonly #begun = new Set<string>()

  constructor(called: CalledFunction, runs: CallRuns, entries: CodeEntries, keyInputs: KeyInputs) {
    this.#called = called
    this.#runs = runs
    this.#entries = entries
    this.#keyInputs = keyInputs
  }

  /** The caller gets its result first. A process that has nothing else to do ends before. */
  begin(served: Served): void {
    const { mapKey } = served.identity
    const { mode, running } = this.#called.context
    if (mode === 'readOnly' || this.#begun.has(mapKey) || running.has(mapKey)) return
    this.#begun.add(mapKey)
    const { setImmediate } = builtin('node:timers')
    setImmediate(() => void this.#run(served)).unref()
  }

  async #run(served: Served): Promise<void> {
    const { id, context } = this.#called
    try {
      await this.#runOnce(served)
    } catch (error) {
      context.trouble.say(failed(error), id)
    } finally {
      this.#begun.delete(served.identity.mapKey)
    }
  }

  async #runOnce({ self, args, identity: served }: Served): Promise<void> {
    if (this.#called.context.isClosed) return
    const looks = looksSoFar()
    const inputs = this.#keyInputs(args, self)
    if (inputs === undefined) return
    const entries = this.#entries.current()
    // The caller may have changed its arguments meanwhile, and the code may be another.
    const identity = entries.identify(inputs)
    if (identity.mapKey !== served.mapKey) return
    const lease = entries.leases.acquire(identity)
    if (lease === undefined) return
    const files = looksSince(looks)
    await this.#runs.run(beginCall({ self, args, status: 'stale', reason: 'expired', identity, entries, lease, files }))
  }
}

function failed(error: unknown): EngramError {
  const message = `A stale result was served, and running the function anew failed: ${wordsOf(error)}`
  return new EngramError(
    'ERR_REFRESH',
    `${message}. The next call tries again; once the result is too old, calls throw.`,
    {
      cause: error,
    },
  )
}
