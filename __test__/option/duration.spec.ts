import test from 'ava'
import { parseDuration } from '../../src/option/duration.ts'
import { EngramError } from '../../src/words/error.ts'

const READ: readonly (readonly [number | string, number])[] = [
  [0, 0],
  [1.5, 1.5],
  ['0', 0],
  ['250', 250],
  ['250ms', 250],
  ['30s', 30_000],
  ['15m', 900_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
  ['2w', 1_209_600_000],
  ['1.5h', 5_400_000],
  ['2 days', 172_800_000],
  [' 10 S ', 10_000],
]

const REFUSED: readonly unknown[] = [
  -1,
  NaN,
  Infinity,
  -Infinity,
  '',
  ' ',
  'soon',
  '-1s',
  '-0.5h',
  '3 fortnights',
  '1h 30m',
  'NaN',
  'Infinity',
  '1e3',
  '9'.repeat(101),
  `${'9'.repeat(90)}${'0'.repeat(9)}y`.repeat(5),
  null,
  undefined,
  true,
  {},
  5n,
]

for (const [value, expected] of READ) {
  test(`${JSON.stringify(value)} is ${expected} ms`, (t) => {
    t.is(parseDuration(value, 'maxAge'), expected)
  })
}

test('what is negative, not finite or unreadable is an invalid option, which the error names', (t) => {
  for (const value of REFUSED) {
    const error = t.throws(() => parseDuration(value as string, 'maxAge'), { instanceOf: EngramError }, String(value))
    t.is(error.code, 'ERR_INVALID_OPTION')
    t.true(error.message.startsWith('maxAge'))
  }
})
