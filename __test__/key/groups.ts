import vm from 'node:vm'
import { Point } from './key-of.ts'

const shared = { deep: [1, { two: 2 }] }
const copy = (): typeof shared => structuredClone(shared)

/** Groups of argument lists: equal keys within a group, different keys across groups. */
export const GROUPS: Record<string, (() => unknown[])[]> = {
  'no arguments, trailing undefined': [() => [], () => [undefined], () => [undefined, undefined]],
  'undefined before another argument': [() => [undefined, 1]],
  null: [() => [null]],
  true: [() => [true]],
  false: [() => [false]],
  zero: [() => [0]],
  'minus zero': [() => [-0]],
  'one, in one argument': [() => [1], () => [1.0], () => [1, undefined]],
  'one, twice': [() => [1, 1]],
  'NaN of any bits': [() => [NaN], () => [new Float64Array(new BigUint64Array([0xfff8000000000123n]).buffer)[0]]],
  infinity: [() => [Infinity]],
  'bigint one': [() => [1n]],
  'bigint minus one': [() => [-1n]],
  'a large bigint': [() => [2n ** 200n], () => [BigInt(`0x1${'0'.repeat(50)}`)]],
  'text 1': [() => ['1']],
  'empty text': [() => ['']],
  'a rope and a flat text': [
    () => ['a'.repeat(40)],
    () => [['a'.repeat(39), 'a'].join('')],
    () => [Buffer.alloc(40, 'a').toString()],
  ],
  'latin1 text stored in one and two bytes': [() => ['é'.repeat(30)], () => [`${'é'.repeat(30)}語`.slice(0, 30)]],
  'composed é': [() => ['\u00e9']],
  'decomposed é': [() => ['e\u0301']],
  'a pair of surrogates': [() => ['\u{1f600}'], () => ['\ud83d\ude00']],
  'a pair the wrong way round': [() => ['\ude00\ud83d']],
  'a lone surrogate': [() => ['\ud83d']],
  'another lone surrogate': [() => ['\ud83e']],
  'the replacement character': [() => ['\ufffd']],
  'a lone surrogate in long text': [() => [`${'x'.repeat(50)}\ud83d`]],
  'the replacement character in long text': [() => [`${'x'.repeat(50)}\ufffd`]],
  'empty array': [() => [[]]],
  'a hole': [() => [Object.assign([], { length: 1 })]],
  'an array with undefined': [() => [[undefined]]],
  'hole before': [() => [[, 1]]], // oxlint-disable-line no-sparse-arrays
  'hole after': [() => [[1, ,]]], // oxlint-disable-line no-sparse-arrays
  'a very sparse array': [
    () => [Object.assign([], { 4_000_000_000: 1 })],
    () => [Object.assign([], { 4_000_000_000: 1 })],
  ],
  'nested to the left': [() => [[[1], 2]]],
  'nested to the right': [() => [[1, [2]]]],
  'arguments as an array': [() => [[1, 2]]],
  'arguments one by one': [() => [1, 2]],
  'in the other order': [() => [2, 1]],
  'named elements': [
    () => [Object.assign(['a'], { total: 1 })],
    () => [Object.defineProperty(Object.assign(['a'], { total: 1 }), 'hidden', { value: 2 })],
    () => [Object.assign(vm.runInNewContext('["a"]') as object, { total: 1 })],
  ],
  'named elements in any order': [
    () => [Object.assign(['a'], { total: 1, columns: ['b'] })],
    () => [Object.assign(['a'], { columns: ['b'], total: 1 })],
  ],
  'another name': [() => [Object.assign(['a'], { sum: 1 })]],
  'another value under a name': [() => [Object.assign(['a'], { total: 2 })]],
  'the same elements without a name': [() => [['a']]],
  'a name on an empty array': [() => [Object.assign([], { total: 1 })]],
  'a name after holes': [() => [Object.assign([], { 5: 1, total: 1 })]],
  'a match': [() => ['xa'.match(/a/)], () => ['xa'.match(/(?:a)/)]],
  'a match elsewhere': [() => ['xxa'.match(/a/)]],
  'a match with groups': [() => ['xa'.match(/(?<n>a)/)]],
  'the strings of a template': [() => [strings`a`], () => [strings`a`]],
  'strings that were written in another way': [() => [strings`\u0061`]],
  'a long array with a name': [
    () => [Object.assign(Array.from({ length: 5000 }, String), { total: 1 })],
    () => [Object.assign(Array.from({ length: 5000 }, String), { total: 1 })],
  ],
  'a long array with another name': [() => [Object.assign(Array.from({ length: 5000 }, String), { sum: 1 })]],
  'a long array without': [() => [Array.from({ length: 5000 }, String)]],
  'frozen or not': [
    () => [{ frozen: [1] }],
    () => [Object.freeze({ frozen: Object.freeze([1]) })],
    () => [Object.seal({ frozen: Object.seal([1]) })],
  ],
  'Headers in any order and case': [() => [new Headers({ a: '1', b: '2' })], () => [new Headers({ B: '2', A: '1' })]],
  'other Headers': [() => [new Headers({ a: '1', b: '3' })]],
  'a cookie set twice': [() => [cookies('a=1', 'b=2')]],
  'cookies in the other order': [() => [cookies('b=2', 'a=1')]],
  'a form': [() => [form('a', '1')], () => [form('a', '1')]],
  'a form with another value': [() => [form('a', '2')]],
  'a form with a file': [() => [form('a', new File(['x'], 'x', { lastModified: 1 }))]],
  'a form with another file': [() => [form('a', new File(['y'], 'x', { lastModified: 1 }))]],
  'a Blob, however it was put together': [
    () => [new Blob(['hello'], { type: 'text/plain' })],
    () => [new Blob(['he', Buffer.from('llo')], { type: 'text/plain' })],
    () => [new Blob(['..hello'], { type: 'text/plain' }).slice(2, 7, 'text/plain')],
  ],
  'a Blob of another type': [() => [new Blob(['hello'])]],
  'a Blob of other bytes': [() => [new Blob(['hallo'], { type: 'text/plain' })]],
  'an empty Blob': [() => [new Blob([])]],
  'a large Blob': [() => [new Blob(['x'.repeat(100_000)])], () => [new Blob(['x', 'x'.repeat(99_999)])]],
  'a File': [() => [new File(['hello'], 'a', { lastModified: 1 })]],
  'a File of another name': [() => [new File(['hello'], 'b', { lastModified: 1 })]],
  'a File of another time': [() => [new File(['hello'], 'a', { lastModified: 2 })]],
  'search parameters': [() => [new URLSearchParams('a=1&b=2')], () => [new URLSearchParams({ a: '1', b: '2' })]],
  'search parameters in another order': [() => [new URLSearchParams('b=2&a=1')]],
  'a DOMException': [
    () => [new DOMException('no', 'AbortError')],
    () => [new DOMException('no', { name: 'AbortError' })],
  ],
  'a DOMException of another name': [() => [new DOMException('no', 'DataError')]],
  'an error of a class': [() => [new Refused('no')], () => [new Refused('no')]],
  'an error of another class': [() => [new Denied('no')]],
  'an error of a class, with another property': [() => [Object.assign(new Refused('no'), { status: 2 })]],
  'empty object': [() => [{}], () => [Object.create(null)], () => [vm.runInNewContext('({})')]],
  'an object in any order': [
    () => [{ a: 1, b: 2 }],
    () => [{ b: 2, a: 1 }],
    () => [Object.assign(Object.create(null), { b: 2, a: 1 })],
  ],
  'values exchanged': [() => [{ a: 2, b: 1 }]],
  'property that is undefined': [() => [{ a: undefined }]],
  'a property read through an accessor': [
    () => [{ a: 5 }],
    () => [
      {
        get a() {
          return 5
        },
      },
    ],
  ],
  'keys like numbers': [() => [{ 1: 'x', 10: 'y', 9: 'z' }], () => [{ 9: 'z', 10: 'y', 1: 'x' }]],
  'own __proto__': [() => [JSON.parse('{"__proto__":1}')], () => [{ ['__proto__']: 1 }]],
  'what is not enumerable or not own': [
    () => [{ q: 1 }],
    () => [Object.defineProperty({ q: 1 }, 'hidden', { value: 2 })],
  ],
  'many properties': [
    () => [Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${i}`, i]))],
    () => [Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${199 - i}`, 199 - i]))],
  ],
  'empty Map': [() => [new Map()], () => [vm.runInNewContext('new Map')]],
  'a Map in any order': [
    () => [
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    ],
    () => [
      new Map([
        ['b', 2],
        ['a', 1],
      ]),
    ],
  ],
  'a Map, values exchanged': [
    () => [
      new Map([
        ['a', 2],
        ['b', 1],
      ]),
    ],
  ],
  'an object as Map': [() => [new Map(Object.entries({ q: 1 }))]],
  'a Map of equal keys': [
    () => [
      new Map([
        [[1], 1],
        [[1], 2],
      ]),
    ],
    () => [
      new Map([
        [[1], 2],
        [[1], 1],
      ]),
    ],
  ],
  'empty Set': [() => [new Set()]],
  'a Set in any order': [() => [new Set([1, 'a', 2])], () => [new Set(['a', 2, 1])]],
  'Sets in Sets': [() => [new Set([new Set([1, 2]), new Set([3])])], () => [new Set([new Set([3]), new Set([2, 1])])]],
  'a Set that repeats equal items': [() => [new Set([[1], [1]])]],
  'a Set of one such item': [() => [new Set([[1]])]],
  'a date': [() => [new Date(5)], () => [vm.runInNewContext('new Date(5)')]],
  'its time': [() => [5]],
  'an invalid date': [() => [new Date(NaN)], () => [new Date('no')]],
  'a regular expression': [() => [/a/g], () => [new RegExp('a', 'g')]],
  'other flags': [() => [/a/]],
  'further on': [() => [Object.assign(/a/g, { lastIndex: 2 })]],
  'a URL': [() => [new URL('http://a/')], () => [new URL('http://A:80')]],
  'its text': [() => ['http://a/']],
  'an error, wherever it was made': [
    () => [new Error('no')],
    () => [(() => new Error('no'))()],
    () => [Object.defineProperty(new Error('no'), 'stack', { value: 'elsewhere', enumerable: true })],
  ],
  'an error of another type': [() => [new TypeError('no')]],
  'an error with a cause': [() => [new Error('no', { cause: undefined })]],
  'an error with a code': [() => [Object.assign(new Error('no'), { code: 'E' })]],
  'an error renamed': [() => [Object.assign(new Error('no'), { name: 'E' })]],
  'an aggregate of errors': [() => [new AggregateError([new Error('no')], 'no')]],
  'boxed number': [() => [Object(1)]],
  'boxed text': [() => [Object('1')]],
  'boxed true': [() => [Object(true)]],
  'boxed bigint': [() => [Object(1n)]],
  'an ArrayBuffer': [() => [new ArrayBuffer(8)]],
  'a SharedArrayBuffer': [() => [new SharedArrayBuffer(8)]],
  'a DataView': [() => [new DataView(new ArrayBuffer(8))], () => [new DataView(new ArrayBuffer(20), 5, 8)]],
  'a Buffer': [() => [Buffer.alloc(8)]],
  'a Uint8Array': [
    () => [new Uint8Array(8)],
    () => [new Uint8Array(new SharedArrayBuffer(8))],
    () => [new Uint8Array(99).subarray(3, 11)],
  ],
  'an Int8Array': [() => [new Int8Array(8)]],
  'a Uint8ClampedArray': [() => [new Uint8ClampedArray(8)]],
  'a Float64Array': [() => [new Float64Array(1)], () => [vm.runInNewContext('new Float64Array(1)')]],
  'a Float32Array': [() => [new Float32Array(2)]],
  'a BigInt64Array': [() => [new BigInt64Array(1)]],
  'an empty typed array': [() => [new Float64Array(0)]],
  'part of a Float64Array': [() => [Float64Array.of(2)], () => [Float64Array.of(1, 2, 3).subarray(1, 2)]],
  'a large Set in any order': [
    () => [new Set(Array.from({ length: 300 }, (_, i) => i))],
    () => [new Set(Array.from({ length: 300 }, (_, i) => 299 - i))],
    () => [new Set(Array.from({ length: 300 }, (_, i) => (i * 7) % 300))],
  ],
  'a large Map of long keys in any order': [
    () => [new Map(Array.from({ length: 300 }, (_, i) => [`${'key'.repeat(20)}${i}`, { i }]))],
    () => [new Map(Array.from({ length: 300 }, (_, i) => [`${'key'.repeat(20)}${299 - i}`, { i: 299 - i }]))],
  ],
  'a large array': [
    () => [new Float64Array(600)],
    () => [new Float64Array(1000).subarray(300, 900)],
    () => [new Float64Array(new SharedArrayBuffer(4800))],
  ],
  'a large array, one element changed': [() => [new Float64Array(600).fill(1, 599)]],
  'a large array of another type': [() => [new BigInt64Array(600)]],
  'a registered class': [() => [new Point(1, 2)], () => [Object.assign(new Point(1, 2))]],
  'another instance': [() => [new Point(2, 1)]],
  'its content': [() => [{ x: 1, y: 2 }]],
  'parts shared or copied': [() => [[shared, shared]], () => [[shared, copy()]], () => [[copy(), copy()]]],
  'a cycle of one': [() => [cycle(1)], () => [cycle(1)]],
  'a cycle of two': [() => [cycle(2)]],
}

class Refused extends TypeError {
  status = 1
}
class Denied extends TypeError {
  status = 1
}

function strings(parts: TemplateStringsArray): TemplateStringsArray {
  return parts
}

function cookies(...values: string[]): Headers {
  const headers = new Headers()
  for (const value of values) headers.append('Set-Cookie', value)
  return headers
}

function form(name: string, value: string | Blob): FormData {
  const data = new FormData()
  data.append(name, value as string)
  return data
}

function cycle(length: number): object {
  const first: Record<string, unknown> = {}
  let last = first
  for (let index = 1; index < length; index++) last = (last['next'] = {}) as typeof first
  last['next'] = first
  return first
}
