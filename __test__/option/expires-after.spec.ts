import test from 'ava'
import { type Age, expiresAfter } from '../../src/option/expires-after.ts'
import { EngramError } from '../../src/words/error.ts'

const DAY = 86_400_000

test('an entry as old as the age is taken, an older one is not', (t) => {
  let now = 0
  const validate = expiresAfter({ days: 1 }, () => now)
  now = DAY
  t.true(validate({ createdAt: 0 }))
  now = DAY + 1
  t.false(validate({ createdAt: 0 }))
})

test('the parts of an age add up', (t) => {
  const age = { weeks: 1, days: 1, hours: 1, minutes: 1, seconds: 1, milliseconds: 1 }
  const total = 7 * DAY + DAY + 3_600_000 + 60_000 + 1000 + 1
  t.true(expiresAfter(age, () => total)({ createdAt: 0 }))
  t.false(expiresAfter(age, () => total + 1)({ createdAt: 0 }))
})

test('time is read from the system unless a clock is given', (t) => {
  const validate = expiresAfter({ minutes: 5 })
  t.true(validate({ createdAt: Date.now() }))
  t.false(validate({ createdAt: Date.now() - 600_000 }))
})

test('an entry from the future is taken', (t) => {
  t.true(expiresAfter({ seconds: 0 }, () => 0)({ createdAt: 10 }))
})

test('a negative, non-finite, unknown or missing part is an invalid option', (t) => {
  const ages: unknown[] = [
    { days: -1 },
    { days: NaN },
    { days: Infinity },
    { days: '1' },
    { fortnights: 3 },
    { toString: 1 },
    {},
    null,
  ]
  for (const age of ages) {
    const error = t.throws(() => expiresAfter(age as Age), { instanceOf: EngramError }, JSON.stringify(age))
    t.is(error.code, 'ERR_INVALID_OPTION')
  }
})
