import test from 'ava'
import { parseByteSize } from '../../src/option/byte-size.ts'
import { EngramError } from '../../src/words/error.ts'

const READ: readonly (readonly [number | string, number])[] = [
  [0, 0],
  [1024.9, 1024],
  ['0', 0],
  ['500', 500],
  ['500B', 500],
  ['500MB', 500_000_000],
  ['10GiB', 10 * 2 ** 30],
  ['1kB', 1000],
  ['1 KiB', 1024],
  ['.5GiB', 2 ** 29],
  ['2tb', 2e12],
  // joblib's own vectors
  ['2K', 2048],
  ['80G', 80 * 2 ** 30],
  ['1.4M', Math.floor(1.4 * 2 ** 20)],
  ['120M', 120 * 2 ** 20],
  ['53K', 53 * 1024],
]

const REFUSED: readonly unknown[] = [
  -1,
  NaN,
  Infinity,
  '',
  ' ',
  'fooG',
  '1.4N',
  '-1K',
  '5iB',
  'K',
  '.',
  '1e3',
  '1_000',
  '0x10',
  '10 GB GB',
  '9999999PB',
  null,
  undefined,
  true,
  {},
  5n,
]

for (const [value, expected] of READ) {
  test(`${JSON.stringify(value)} is ${expected} bytes`, (t) => {
    t.is(parseByteSize(value, 'limits.maxBytes'), expected)
  })
}

test('what is negative, not finite or unreadable is an invalid option, which the error names', (t) => {
  for (const value of REFUSED) {
    const error = t.throws(
      () => parseByteSize(value as string, 'limits.maxBytes'),
      { instanceOf: EngramError },
      String(value),
    )
    t.is(error.code, 'ERR_INVALID_OPTION')
    t.true(error.message.startsWith('limits.maxBytes'))
  }
})
