import test from 'ava'
import { type CallContext, CallRuns } from '../../src/call/runs.ts'
import { type Call, beginCall } from '../../src/call/state.ts'
import { Missing } from '../../src/entry/found.ts'
import type { CallIdentity, FunctionStore } from '../../src/entry/function-entries.ts'
import { TURN } from '../../src/native/binding.ts'
import { resolveCacheOptions } from '../../src/option/cache-options.ts'
import { CallObservers } from '../../src/report/call-event.ts'
import { CallCounts } from '../../src/report/function-stats.ts'
import { Trouble } from '../../src/report/trouble.ts'
import { EngramError } from '../../src/words/error.ts'

/** A store that grants what is waited for, and cannot be read then. */
function sickStore(released: boolean[]): FunctionStore {
  const store: Partial<FunctionStore> = {
    waitHere: () => TURN.granted,
    wait: async () => TURN.granted,
    again: (identity) => new Missing('absent', identity, new EngramError('ERR_STORE_UNAVAILABLE', 'sick')),
    release: (_identity, isInVain) => void released.push(isInVain),
  }
  return store as FunctionStore
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
      running: new Map(),
      warn: () => {},
      isCaching: true,
      isClosed: false,
    }
    const options = resolveCacheOptions({}, { strategy: 'inputHash', project: undefined, domain: undefined })
    const runs = new CallRuns(fn, 'f', options, context, new CallCounts())
    const released: boolean[] = []
    const identity = { store: sickStore(released), mapKey: 'key' } as CallIdentity
    const call: Call = { ...beginCall(undefined, [], 'miss'), identity }
    await t.throwsAsync(async () => runs.follow(call), { code: 'ERR_STORE_UNAVAILABLE' })
    t.deepEqual(released, [false])
    t.is(context.running.size, 0)
  })
}
