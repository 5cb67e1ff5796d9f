import test from 'ava'
import fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import { copyOf, sameValue } from '../../src/work/difference.ts'
import { raw, tracked } from '../../src/work/tracked.ts'
import { type Change, changes, makeChange, membersOf, plainData, targetOf } from '../kit/plain-data.ts'

const history = fc.tuple(fc.array(plainData(), { maxLength: 4 }), fc.array(changes(), { maxLength: 12 }))

/** Whether a change changes anything: made to plain data. */
function isChanging(root: object, change: Change): boolean {
  const target = targetOf(root, change)
  const before = membersOf(target)
  const lengthBefore = Array.isArray(target) ? target.length : 0
  makeChange(root, change)
  const now = membersOf(target)
  const isLonger = Array.isArray(target) && target.length !== lengthBefore
  return isLonger || before.length !== now.length || before.some((member, index) => !Object.is(member, now[index]))
}

test('changes through views do what they do to plain data, and are told exactly where something changes', (t) => {
  let told = 0
  let quiet = 0
  fc.assert(
    fc.property(history, ([data, steps]) => {
      const [plain, lying] = [{ data: copyOf(data) }, { data: copyOf(data) }]
      let count = 0
      const view = tracked(lying, () => count++)
      for (const step of steps) {
        count = 0
        makeChange(view, step)
        const isTold = isChanging(plain, step)
        if (count !== Number(isTold)) throw new Error(`${count} changes told, ${Number(isTold)} made`)
        if (!isDeepStrictEqual(lying, plain)) throw new Error('the value is another one')
        if (isTold) told++
        else quiet++
      }
    }),
    { numRuns: 3000 },
  )
  t.true(told > 1000 && quiet > 500)
})

test('what methods return through views is what they return of plain data', (t) => {
  fc.assert(
    fc.property(history, ([data, steps]) => {
      const [plain, lying] = [{ data: copyOf(data) }, { data: copyOf(data) }]
      const view = tracked(lying, () => {})
      for (const step of steps) {
        const [given, expected] = [makeChange(view, step), makeChange(plain, step)]
        if (!isDeepStrictEqual(raw(given), expected)) throw new Error('another result')
      }
    }),
    { numRuns: 1000 },
  )
  t.pass()
})

test('no view gets into what lies under one', (t) => {
  fc.assert(
    fc.property(history, ([data, steps]) => {
      const lying = { data: copyOf(data) }
      const view = tracked(lying, () => {})
      for (const step of steps) makeChange(view, step)
      // A Proxy cannot be cloned.
      return sameValue(structuredClone(lying), view)
    }),
    { numRuns: 1000 },
  )
  t.pass()
})
