// What is in a captured value: equal and different content.
import { type Pair, cached, different, same, sides } from './pair.ts'

/** Captures a value, whole. */
const holding = (value: string): string => `const k = ${value}\n${cached('(n) => [n, k].length')}`
const like = (about: string, one: string, other: string): Pair => same(about, holding(one), holding(other))
const unlike = (about: string, one: string, other: string): Pair =>
  different(about, 'capture k', holding(one), holding(other))

export const content: readonly Pair[] = [
  unlike('a hole and undefined', '[, 1]', '[undefined, 1]'),
  unlike('the length of a sparse array', 'new Array(2)', 'new Array(3)'),
  like('NaN however it came about', '[NaN]', '[0 / 0]'),
  unlike('minus zero in a list', '[0]', '[-0]'),
  unlike('a list in a list', '[1, 2]', '[[1, 2]]'),
  unlike('the order of a list of objects', '[{ a: 1 }, { b: 2 }]', '[{ b: 2 }, { a: 1 }]'),
  like('the order of names further in', '[{ a: { x: 1, y: 2 } }]', '[{ a: { y: 2, x: 1 } }]'),
  unlike('undefined and no property', '{ a: undefined }', '{}'),
  like('a null prototype', '{ a: 1 }', 'Object.assign(Object.create(null), { a: 1 })'),
  unlike('the types of names in a map', 'new Map([[1, 2]])', `new Map([['1', 2]])`),
  like('the order of a map', 'new Map([[1, 2], [3, 4]])', 'new Map([[3, 4], [1, 2]])'),
  like('the order of a set of objects', 'new Set([{ a: 1 }, { b: 2 }])', 'new Set([{ b: 2 }, { a: 1 }])'),
  unlike('a map and an object', `new Map([['a', 1]])`, '{ a: 1 }'),
  unlike('a set and a list', 'new Set([1])', '[1]'),
  like('an invalid date', 'new Date(NaN)', `new Date('none')`),
  unlike('a date and its number', 'new Date(1)', '1'),
  unlike('an address', `new URL('https://a.example/rows')`, `new URL('https://a.example/lines')`),
  like('an address written otherwise', `new URL('https://a.example')`, `new URL('https://A.EXAMPLE:443/')`),
  unlike('search parameters', `new URLSearchParams('a=1')`, `new URLSearchParams('a=2')`),
  unlike('the message of an error', `new Error('a')`, `new Error('b')`),
  unlike('the cause of an error', `new Error('a', { cause: 1 })`, `new Error('a', { cause: 2 })`),
  unlike('the width of floats', 'new Float32Array([1])', 'new Float64Array([1])'),
  unlike('a buffer and bytes', 'Buffer.from([1])', 'new Uint8Array([1])'),
  unlike(
    'the bytes of a view',
    'new DataView(new Uint8Array([1, 2]).buffer)',
    'new DataView(new Uint8Array([2, 1]).buffer)',
  ),
  unlike('the bytes of a large array', 'new Float64Array(1000)', 'new Float64Array(1000).fill(1, 999)'),
  like('whose buffer is shared', 'new Uint8Array(new SharedArrayBuffer(2))', 'new Uint8Array(2)'),
  unlike('texts that look alike', `'\\u00e9'`, `'e\\u0301'`),
  unlike('surrogates without a partner', `['\\ud800']`, `['\\ud801']`),
  unlike('a text and a boxed one', `['a']`, `[new String('a')]`),
  unlike('what a bigint is', '[1n]', '[1]'),
  unlike('the flags of an expression', '/a/g', '/a/gi'),
  unlike('a symbol', `Symbol('a')`, `Symbol('b')`),
  unlike(
    'the zone of a formatter',
    `new Intl.DateTimeFormat('en', { timeZone: 'UTC' })`,
    `new Intl.DateTimeFormat('en', { timeZone: 'Asia/Tokyo' })`,
  ),
  unlike('how a collator compares', `new Intl.Collator('en')`, `new Intl.Collator('en', { numeric: true })`),
  like('parts shared or copied', '((a) => [a, a])({ b: 1 })', '[{ b: 1 }, { b: 1 }]'),
  unlike(
    'what a cycle goes through',
    '((a) => ((a.self = a), a))({ b: 1 })',
    '((a) => ((a.self = { b: 1, self: a }), a))({ b: 1 })',
  ),
  unlike('the value of a getter', '{ get a() { return 1 } }', '{ get a() { return 2 } }'),
  unlike('what a proxy gives', 'new Proxy({ a: 1 }, {})', 'new Proxy({ a: 2 }, {})'),
  unlike(
    'what is frozen further in',
    'Object.freeze({ a: Object.freeze([1]) })',
    'Object.freeze({ a: Object.freeze([2]) })',
  ),
  unlike('what is frozen only outside', 'Object.freeze({ a: [1] })', 'Object.freeze({ a: [2] })'),
  unlike('a property named __proto__', `JSON.parse('{"__proto__":1}')`, `JSON.parse('{"__proto__":2}')`),
  unlike('a value parsed from JSON', `JSON.parse('[1]')`, `JSON.parse('["1"]')`),
  same('a weak map', ...sides(holding, 'new WeakMap()', 'new WeakMap()'), { isDoubtful: true }),
  different(
    'a value too large to be compared at each call',
    'capture k',
    holding('new Float64Array(4000)'),
    holding('new Float64Array(4000).fill(1)'),
    { isDoubtful: true },
  ),
  different(
    'an instance of a registered class',
    'capture k',
    ...sides(
      (size) =>
        `class Box { constructor(size) { this.size = size } }\n` +
        `memory.register(Box, { name: 'Box', encode: ({ size }) => size, decode: (size) => new Box(size) })\n` +
        holding(`new Box(${size})`),
      '1',
      '2',
    ),
  ),
]
