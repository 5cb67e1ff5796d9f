// Values that it captured.
import { type Pair, cached, different, same } from './pair.ts'

export const values: readonly Pair[] = [
  different(
    'a constant',
    'capture k',
    `const k = 1\n${cached('(n) => n * k')}`,
    `const k = 2\n${cached('(n) => n * k')}`,
  ),
  same(
    'a constant that is not used',
    `const k = 1\nexport { k }\n${cached('(n) => n')}`,
    `const k = 2\nexport { k }\n${cached('(n) => n')}`,
  ),
  different(
    '1 and "1"',
    'capture k',
    `const k = 1\n${cached('(n) => n + k')}`,
    `const k = '1'\n${cached('(n) => n + k')}`,
  ),
  different(
    '0 and -0',
    'capture k',
    `const k = 0\n${cached('(n) => n / k')}`,
    `const k = -0\n${cached('(n) => n / k')}`,
  ),
  different(
    'null and undefined',
    'capture k',
    `const k = null\n${cached('(n) => [n, k]')}`,
    `const k = undefined\n${cached('(n) => [n, k]')}`,
  ),
  different(
    'a bigint',
    'capture k',
    `const k = 1n\n${cached('(n) => [n, k]')}`,
    `const k = 2n\n${cached('(n) => [n, k]')}`,
  ),
  different(
    'a regular expression',
    'capture k',
    `const k = /a/\n${cached('(n) => k.test(n)')}`,
    `const k = /b/\n${cached('(n) => k.test(n)')}`,
  ),
  same(
    'where a regular expression goes on',
    `const k = /a/g\n${cached('(n) => k.test(n)')}`,
    `const k = /a/g\nk.test('a')\n${cached('(n) => k.test(n)')}`,
  ),
  different(
    'an array',
    'capture k',
    `const k = [1, 2]\n${cached('(n) => k[n]')}`,
    `const k = [2, 1]\n${cached('(n) => k[n]')}`,
  ),
  same(
    'the order of properties',
    `const k = { a: 1, b: 2 }\n${cached('(n) => k[n]')}`,
    `const k = { b: 2, a: 1 }\n${cached('(n) => k[n]')}`,
  ),
  different(
    'a property that is used',
    'capture k.a',
    `const k = { a: 1, b: 2 }\n${cached('(n) => n * k.a')}`,
    `const k = { a: 5, b: 2 }\n${cached('(n) => n * k.a')}`,
  ),
  same(
    'a property that is not used',
    `const k = { a: 1, b: 2 }\n${cached('(n) => n * k.a')}`,
    `const k = { a: 1, b: 5 }\n${cached('(n) => n * k.a')}`,
  ),
  different(
    'a property further in',
    'capture k.a.b',
    `const k = { a: { b: 1 } }\n${cached('(n) => n * k.a.b')}`,
    `const k = { a: { b: 2 } }\n${cached('(n) => n * k.a.b')}`,
  ),
  different(
    'a map',
    'capture k',
    `const k = new Map([[1, 2]])\n${cached('(n) => k.get(n)')}`,
    `const k = new Map([[1, 3]])\n${cached('(n) => k.get(n)')}`,
  ),
  same(
    'the order of a set',
    `const k = new Set([1, 2])\n${cached('(n) => k.has(n)')}`,
    `const k = new Set([2, 1])\n${cached('(n) => k.has(n)')}`,
  ),
  different(
    'a date',
    'capture k',
    `const k = new Date(0)\n${cached('(n) => k.getTime() + n')}`,
    `const k = new Date(1)\n${cached('(n) => k.getTime() + n')}`,
  ),
  different(
    'a typed array',
    'capture k',
    `const k = new Float64Array([1])\n${cached('(n) => k[n]')}`,
    `const k = new Float64Array([2])\n${cached('(n) => k[n]')}`,
  ),
  same(
    'a view elsewhere in its buffer',
    `const k = new Uint8Array([1, 2])\n${cached('(n) => k[n]')}`,
    `const k = new Uint8Array([0, 1, 2]).subarray(1)\n${cached('(n) => k[n]')}`,
  ),
  different(
    'a frozen object',
    'capture k',
    `const k = Object.freeze({ a: 1 })\n${cached('(n) => [n, k]')}`,
    `const k = Object.freeze({ a: 2 })\n${cached('(n) => [n, k]')}`,
  ),
  different(
    'a formatter',
    'capture k',
    `const k = new Intl.NumberFormat('en')\n${cached('(n) => k.format(n)')}`,
    `const k = new Intl.NumberFormat('de')\n${cached('(n) => k.format(n)')}`,
  ),
  different(
    'a decoder',
    'capture k',
    `const k = new TextDecoder('utf-8')\n${cached('(n) => k.decode(n)')}`,
    `const k = new TextDecoder('latin1')\n${cached('(n) => k.decode(n)')}`,
    { args: 'new Uint8Array([104])' },
  ),
  same(
    'what typeof alone asks',
    `const k = 1\n${cached('(n) => [n, typeof k]')}`,
    `const k = 2\n${cached('(n) => [n, typeof k]')}`,
  ),
  different(
    'what typeof tells',
    'capture typeof k',
    `const k = 1\n${cached('(n) => [n, typeof k]')}`,
    `const k = 'a'\n${cached('(n) => [n, typeof k]')}`,
  ),
]
