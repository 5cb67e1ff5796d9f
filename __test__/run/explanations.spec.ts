import test from 'ava'
import { Explanations } from '../../src/run/explanations.ts'

const CHANGE = { part: 'argument', name: 'x' } as const

/** Asks for as many explanations as are told, each of which takes this long. */
function told(explanations: Explanations, clock: { now: number }, eachMs: number): number {
  for (let count = 0; count < 10_000; count++) {
    const found = explanations.of(() => {
      clock.now += eachMs
      return [CHANGE]
    })
    if (found.length === 0) return count
  }
  return Infinity
}

test('a plan tells why calls would run for a quarter of a second', (t) => {
  const clock = { now: 1000 }
  const explanations = Explanations.ofPlan(() => clock.now)
  t.deepEqual(
    explanations.of(() => undefined),
    [],
  )
  t.is(told(explanations, clock, 10), 25)
})

// Ten thousand quick steps spent a third of their run on why they ran: a quarter of a second.
test('a run tells it at first, then as long as telling takes a twentieth of the run', (t) => {
  const clock = { now: 1000 }
  const explanations = Explanations.ofRun(() => clock.now)
  t.is(told(explanations, clock, 5), 5)
  clock.now += 400
  t.is(told(explanations, clock, 5), 4)
  // However long the run is.
  clock.now += 100_000
  t.is(told(explanations, clock, 5), 41)
})

test('the first call of a run says why it ran, however long the search for it takes', (t) => {
  const clock = { now: 1000 }
  t.is(
    told(
      Explanations.ofRun(() => clock.now),
      clock,
      10_000,
    ),
    1,
  )
})
