import { NAMELESS } from './exceptions.ts'
// Arguments of calls: equal and different ones.
import { type Pair, cached, different, same, sides } from './pair.ts'

/** A call with the given arguments; `f` takes any. */
const call = (args: string, options = ''): string =>
  `export const arg = [${args}]\n${cached(`(a, b, c) => [a, b, c].length${options}`)}`
const SPREAD = { args: '...arg' }

/** Options that call a parameter by its name need it. */
const more = (options: string) => ({ ...SPREAD, ...(/(?:ignore: \['|hash:)/.test(options) && { except: NAMELESS }) })

const like = (about: string, one: string, other: string, options = ''): Pair =>
  same(about, call(one, options), call(other, options), more(options))
const unlike = (about: string, named: string, one: string, other: string, options = ''): Pair =>
  different(about, `argument ${named}`, call(one, options), call(other, options), more(options))

export const calls: readonly Pair[] = [
  like('no argument and undefined', '', 'undefined, undefined'),
  like('an argument after which undefined stands', '1', '1, undefined'),
  unlike('undefined before another argument', 'a', '1', 'undefined, 1'),
  unlike('null and undefined in a call', 'a', 'null', 'undefined'),
  unlike('the order of arguments', 'a', '1, 2', '2, 1'),
  unlike('a list and its elements', 'a', '[1, 2]', '1, 2'),
  unlike('a number and its text', 'a', '1', `'1'`),
  like('a whole number and a float', '1', '1.0'),
  like('names in another order', `{ a: 1, b: { c: 2, d: 3 } }`, `{ b: { d: 3, c: 2 }, a: 1 }`),
  unlike('a property of a property', 'a.b.c', '{ b: { c: 1 } }', '{ b: { c: 2 } }'),
  unlike('how many elements there are', 'a.length', '[1, 2, 3]', '[1, 2, 3, 4]'),
  unlike('an element', 'a[1]', '[1, 2, 3]', '[1, 5, 3]'),
  like('entries of a map in another order', 'new Map([[1, { a: 1 }], [2, 3]])', 'new Map([[2, 3], [1, { a: 1 }]])'),
  like('elements of sets within sets', 'new Set([new Set([1, 2]), 3])', 'new Set([3, new Set([2, 1])])'),
  unlike('how often an element stands there', 'a[1]', '[1, 1, 2]', '[1, 2, 2]'),
  like('bytes at another place of a buffer', 'new Uint8Array([1, 2])', 'new Uint8Array([9, 1, 2, 9]).subarray(1, 3)'),
  unlike(
    'large bytes that differ in one',
    'a',
    'new Uint8Array(100000)',
    'new Uint8Array(100000).fill(1, 50000, 50001)',
  ),
  like('an ignored argument', `1, 'x'`, `1, 'y'`, `, { ignore: ['b'] }`),
  unlike('an argument beside an ignored one', 'a', `1, 'x'`, `2, 'x'`, `, { ignore: ['b'] }`),
  like('an ignored path', `{ k: 1, verbose: true }`, `{ k: 1 }`, `, { ignore: ['a.verbose'] }`),
  unlike(
    'a property beside an ignored path',
    'a.k',
    `{ k: 1, verbose: true }`,
    `{ k: 2, verbose: true }`,
    `, { ignore: ['a.verbose'] }`,
  ),
  like('an ignored position', '1, 2, 3', '1, 5, 3', ', { ignore: [1] }'),
  like(
    'what a key function leaves out',
    '{ id: 1, at: 1 }',
    '{ id: 1, at: 2 }',
    ', { strategy: ({ args }) => String(args[0].id) }',
  ),
  unlike(
    'what a key function takes',
    'key',
    '{ id: 1, at: 1 }',
    '{ id: 2, at: 1 }',
    ', { strategy: ({ args }) => String(args[0].id) }',
  ),
  unlike('a text that a hash gives', 'a', '{ id: 1 }', '{ id: 2 }', ', { hash: { a: (a) => String(a.id) } }'),
  like('a class as an argument', 'class { m() { return 1 } }', 'class { m() { return  1 } }'),
  unlike('another class as an argument', 'a', 'class { m() { return 1 } }', 'class { m() { return 2 } }'),
  unlike('a builtin as an argument', 'a', 'Math.min', 'Math.max'),
  unlike('a bound function as an argument', 'a', '((k, n) => k * n).bind(null, 1)', '((k, n) => k * n).bind(null, 2)'),
  unlike('a function in a list of options', 'a.map[0]', '{ map: [(n) => n] }', '{ map: [(n) => -n] }'),
  different(
    'an instance as an argument',
    'argument a',
    ...sides(
      (k) =>
        `class Box { constructor(k) { this.k = k } }\nmemory.register(Box, { name: 'Box', encode: ({ k }) => k, decode: (k) => new Box(k) })\n${call(`new Box(${k})`)}`,
      '1',
      '2',
    ),
    SPREAD,
  ),
  unlike('a cycle and what it repeats', 'a.self', '((a) => ((a.self = a), a))({})', '{ self: { self: {} } }'),
]
