import test from 'ava'
import fc from 'fast-check'
import { RunningCalls } from '../../src/call/running-calls.ts'
import type { Run } from '../../src/call/state.ts'

/** A run that is told from others. */
function run(): Run {
  return { call: {} as Run['call'], result: Promise.resolve(), isTracked: true }
}

const act = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), isEnd: fc.boolean() })

test('whatever begins and ends, in whatever order: each run is found by its key until it ends, as in a Map', (t) => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      const calls = new RunningCalls()
      const model = new Map<string, Run>()
      for (const { key, isEnd } of acts) {
        const one = run()
        if (isEnd) {
          calls.delete(key)
          model.delete(key)
        } else {
          calls.set(key, one)
          model.set(key, one)
        }
        for (const asked of 'abcd')
          if (calls.get(asked) !== model.get(asked) || calls.has(asked) !== model.has(asked)) return false
      }
      const [found, wanted] = [new Set(calls.values()), new Set(model.values())]
      return found.size === wanted.size && [...found].every((one) => wanted.has(one))
    }),
  )
  t.pass()
})
