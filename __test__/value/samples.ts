import { PlainCodec } from '../../src/value/plain-codec.ts'
import type { TypeRegistry } from '../../src/value/type-registry.ts'

/** A class for the samples. */
export class Point {
  x: number
  y: number

  constructor(x: number, y: number) {
    this.x = x
    this.y = y
  }
}

/** A class without a codec. */
export class Link {
  next: Link = this
}

/** An error of a class of one's own. */
export class Unreachable extends TypeError {
  readonly host: string
  override name = 'Unreachable'

  constructor(message: string, host: string) {
    super(message)
    this.host = host
    this.stack = 'Unreachable'
  }
}

export function registerPoint(types: TypeRegistry): void {
  types.register(Point, {
    name: 'Point',
    encode: ({ x, y }) => [x, y],
    decode: ([x, y]: [number, number]) => new Point(x, y),
  })
  types.register<object>(Link, new PlainCodec('Link', Link.prototype))
}

/** Values by name, whose bytes are in vectors/values.json. */
export function samples(): Record<string, unknown> {
  return { ...primitives(), ...containers(), ...builtins(), ...memory(), ...guarded(), ...ofTheWeb() }
}

function primitives(): Record<string, unknown> {
  return {
    undefined: undefined,
    null: null,
    false: false,
    true: true,
    zero: 0,
    'negative zero': -0,
    63: 63,
    64: 64,
    255: 255,
    256: 256,
    '-1': -1,
    '-128': -128,
    '-129': -129,
    '-32768': -32768,
    32768: 32768,
    'largest int32': 2147483647,
    'beyond int32': 2147483648,
    fraction: 0.5,
    NaN: Number.NaN,
    Infinity: Number.POSITIVE_INFINITY,
    'bigint zero': 0n,
    bigint: 0x0123456789abcdef0123n,
    'negative bigint': -256n,
    'empty text': '',
    text: 'hello',
    'Latin-1 text': 'caf\u00e9',
    'wide text': '\u0436\u{1f600}',
    'lone surrogate': 'a\ud800b',
    'text of 63': 'x'.repeat(63),
    'text of 64': 'x'.repeat(64),
  }
}

function containers(): Record<string, unknown> {
  const cycle: unknown[] = []
  cycle.push(cycle, { cycle })
  const shared = { a: 1 }
  const sparse: unknown[] = []
  sparse[2000] = 'end'
  return {
    'empty array': [],
    array: [1, 'two', null],
    'array of 16': new Array(16).fill(0),
    'array of fractions': [0.5, 1, 2.5],
    'array with a hole': Object.assign(new Array(3), { 0: 1, 2: 3 }),
    'array with undefined': [undefined],
    'sparse array': sparse,
    'named elements': Object.assign(['b'], { index: 1, input: 'abc' }),
    'empty object': {},
    object: { b: 1, a: { c: true } },
    'records of a shape': [
      { id: 1, name: 'x' },
      { id: 2, name: 'y' },
      { name: 'z', id: 3 },
    ],
    'wide key': { '\u0436': 1 },
    '__proto__ key': JSON.parse('{"__proto__": 1, "a": 2}') as unknown,
    'many keys': Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`k${i}`, i])),
    'null prototype': Object.assign(Object.create(null), { a: 1 }) as unknown,
    cycle,
    'shared object': [shared, shared],
    Map: new Map<unknown, unknown>([
      ['a', 1],
      [{ k: 1 }, new Map()],
    ]),
    Set: new Set([1, 'a', Number.NaN]),
  }
}

function builtins(): Record<string, unknown> {
  const error = new TypeError('wrong', { cause: { why: 1 } })
  error.stack = 'TypeError: wrong'
  const aggregate = new AggregateError(['first'], 'many')
  aggregate.stack = 'stack'
  return {
    Date: new Date(86400000),
    'invalid Date': new Date(Number.NaN),
    RegExp: /a+b/giu,
    'boxed number': Object(7),
    'boxed text': Object('s'),
    error: Object.assign(error, { code: 'E_WRONG' }),
    AggregateError: aggregate,
    URL: new URL('https://example.com/a?b=c'),
    URLSearchParams: new URLSearchParams('a=1&b=2'),
    instance: [new Point(1, 2)],
    'instance in itself': new Link(),
  }
}

function memory(): Record<string, unknown> {
  const buffer = Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7]).buffer
  const large = new Uint8Array(65536)
  return {
    ArrayBuffer: buffer,
    Float64Array: Float64Array.of(1, 2.5),
    DataView: new DataView(buffer, 2, 3),
    Buffer: Buffer.from('hello'),
    'views of one buffer': [new Uint16Array(buffer, 2, 2), new Uint8Array(buffer), buffer],
    SharedArrayBuffer: new SharedArrayBuffer(3),
    'large buffer': [large, large.subarray(65000)],
  }
}

function guarded(): Record<string, unknown> {
  const cycle: Record<string, unknown> = { a: 1 }
  cycle['self'] = [cycle]
  const strings = (parts: TemplateStringsArray, ..._values: unknown[]): TemplateStringsArray => parts
  return {
    'sealed array': Object.seal([1, [2]]),
    'frozen object': Object.freeze({ a: Object.freeze(['x']), b: new Map() }),
    'frozen cycle': Object.freeze(cycle),
    'frozen instance': Object.freeze(new Point(1, 2)),
    template: strings`a${1}b`,
  }
}

function ofTheWeb(): Record<string, unknown> {
  const headers = new Headers({ Accept: 'text/plain' })
  headers.append('Set-Cookie', 'a=1')
  headers.append('Set-Cookie', 'b=2')
  const file = new File(['hello'], 'a.txt', { type: 'text/plain', lastModified: 5 })
  const form = new FormData()
  form.append('name', 'x')
  form.append('upload', file)
  const exception = new DOMException('too late', 'AbortError')
  Object.defineProperty(exception, 'stack', { value: 'stack' })
  return {
    Headers: headers,
    FormData: form,
    Blob: new Blob(['hello'], { type: 'text/plain' }),
    File: file,
    'large Blob': new Blob([new Uint8Array(65536)]),
    DOMException: exception,
  }
}
