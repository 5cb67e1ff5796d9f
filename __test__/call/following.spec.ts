import test from 'ava'
import type { CallContext } from '../../src/call/context.ts'
import { Following } from '../../src/call/following.ts'
import { Freshness } from '../../src/call/freshness.ts'
import { RunningCalls } from '../../src/call/running-calls.ts'
import { CallRuns } from '../../src/call/runs.ts'
import { beginCall } from '../../src/call/state.ts'
import { CallIdentity } from '../../src/entry/call-identity.ts'
import { FunctionEntries } from '../../src/entry/function-entries.ts'
import { ANSWER, type NativeEntries, TURN } from '../../src/native/binding.ts'
import { resolveCacheOptions } from '../../src/option/cache-options.ts'
import { CallObservers } from '../../src/report/call-event.ts'
import { CallCounts } from '../../src/report/function-stats.ts'
import { Trouble } from '../../src/report/trouble.ts'
import { plainKeyContext } from '../kit/key-context.ts'

/** Entries of a store that grants what is waited for, and cannot be read then. `released` hears of leases. */
function sickEntries(released: boolean[]): FunctionEntries {
  const native: Partial<NativeEntries> = {
    waitHere: () => TURN.granted,
    wait: () => ({ id: 1, turn: Promise.resolve(TURN.granted) }),
    recallAgain: () => ANSWER.failed,
    takeFailure: () => ({ code: 'ERR_STORE_UNAVAILABLE', message: 'sick' }),
    release: (isStoredNowhere) => void released.push(isStoredNowhere),
  }
  return new FunctionEntries({
    native: native as NativeEntries,
    identity: { name: 'sick', kind: 'memory', strategy: 'custom' },
    keys: plainKeyContext(),
    explaining: { keepsValues: false, parameters: () => undefined },
    front: undefined,
    code: undefined,
    held: undefined,
  })
}

const functions = { sync: (): number => 1, async: async (): Promise<number> => 1 }

// The holder of a lease died, and the next call that waited for its key was granted it. Its second look met an error of
// the store, which was thrown as the user had asked. The lease stayed with that call for ever, and others went on waiting.
for (const [kind, fn] of Object.entries(functions)) {
  test(`a granted call that throws the store's error gives its lease up: ${kind}`, async (t) => {
    const context: CallContext = {
      mode: 'readWrite',
      clock: Date.now,
      trouble: new Trouble('throw'),
      observers: new CallObservers(),
      running: new RunningCalls(),
      statistics: undefined,
      warn: () => {},
      isCaching: true,
      isClosed: false,
    }
    const options = resolveCacheOptions({}, { strategy: 'inputHash', project: undefined, domain: undefined })
    const called = {
      fn,
      id: 'f',
      options,
      context,
      counts: new CallCounts('f', undefined),
      observers: context.observers,
    }
    const following = new Following(called, new CallRuns(called), new Freshness(options))
    const released: boolean[] = []
    const identity = new CallIdentity(Buffer.alloc(64))
    const entries = sickEntries(released)
    const call = beginCall({ self: undefined, args: [], status: 'miss', reason: 'absent', identity, entries })
    await t.throwsAsync(async () => following.follow(call), { code: 'ERR_STORE_UNAVAILABLE' })
    t.deepEqual(released, [false])
    t.deepEqual([...context.running.values()], [])
  })
}
