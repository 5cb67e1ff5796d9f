import test from 'ava'
import { FrontWorth } from '../../src/entry/front-worth.ts'

const TRIAL = 4096

/** A trial with so many hits. */
function trial(worth: FrontWorth, hits: number): void {
  worth.hits += hits
  for (let call = 0; call < TRIAL; call++) worth.noteAsked()
}

/** For how many calls nothing is kept. */
function rest(worth: FrontWorth): number {
  let calls = 0
  for (; worth.isResting; calls++) worth.noteRest()
  return calls
}

test('where calls repeat, entries go on being kept', (t) => {
  const worth = new FrontWorth()
  for (let round = 0; round < 3; round++) trial(worth, TRIAL / 4)
  t.false(worth.isResting)
})

test('where calls hardly repeat, nothing is kept for a while, and longer each time', (t) => {
  const worth = new FrontWorth()
  const rests = Array.from({ length: 8 }, () => {
    trial(worth, TRIAL / 4 - 1)
    return rest(worth)
  })
  t.deepEqual(rests, [16_384, 32_768, 65_536, 131_072, 262_144, 524_288, 1_048_576, 1_048_576])
  trial(worth, TRIAL)
  trial(worth, 0)
  t.is(rest(worth), 16_384)
})

test('an entry gives way once for so many hits', (t) => {
  const worth = new FrontWorth()
  t.false(worth.mayEvict)
  worth.hits = 17
  t.true(worth.mayEvict)
  worth.noteEviction()
  t.true(worth.mayEvict)
  worth.noteEviction()
  t.false(worth.mayEvict)
})
