import test from 'ava'
import vm from 'node:vm'
import { encodeArguments } from '../../src/key/encoder.ts'
import { HeapSink } from '../../src/platform/byte-sink.ts'
import { TypeRegistry } from '../../src/value/type-registry.ts'
import { EngramError } from '../../src/words/error.ts'
import { contextOf } from '../key/key-of.ts'
import { difference, encode, roundTrip } from './round-trip.ts'

const codec = { name: 'x', encode: () => null, decode: () => null }

// A codec of Object was taken and never asked; one of Map stood in the way of what engram stores by itself.
test('a class that is built in cannot be registered, of whatever realm', (t) => {
  const types = new TypeRegistry()
  const names =
    'Object Array Map Set Date RegExp Error TypeError AggregateError Promise Function Symbol BigInt Number String Boolean ArrayBuffer SharedArrayBuffer DataView Uint8Array BigInt64Array WeakMap WeakSet WeakRef Proxy'
  const own = [URL, URLSearchParams, Buffer, Headers, FormData, Blob, File, DOMException]
  const typed = Object.getPrototypeOf(Uint8Array) as typeof Uint8Array
  for (const name of names.split(' ')) {
    for (const type of [vm.runInThisContext(name), vm.runInNewContext(name)] as (typeof Map)[]) {
      t.throws(() => types.register(type, codec), { code: 'ERR_INVALID_OPTION' }, name)
    }
  }
  for (const type of [...own, typed]) {
    t.throws(
      () => types.register<unknown>(type as unknown as typeof Map, codec),
      { code: 'ERR_INVALID_OPTION' },
      type.name,
    )
  }
  t.true(types.isEmpty)
})

test('classes that extend a built-in one, or bear its name, can be registered', (t) => {
  const types = new TypeRegistry()
  const named = { Map: class Map {}, Headers: class Headers {}, Error: class Error {} }
  const derived = [class Names extends Map {}, class Rows extends Array {}, class Refused extends TypeError {}]
  for (const [index, type] of [...Object.values(named), ...derived, Intl.NumberFormat].entries()) {
    t.notThrows(() => types.register(type, { ...codec, name: `codec ${index}` }), type.name)
  }
})

class Size {
  readonly width: number
  readonly tags: string[] | undefined
  constructor(width: number, tags?: string[]) {
    if (width === undefined) throw new TypeError('not to be called without arguments')
    this.width = width
    this.tags = tags
  }
  get area(): number {
    return this.width ** 2
  }
}
class Box extends Size {
  depth = 1
}

test('an instance of a plain class is its own properties, in values and keys', (t) => {
  const types = new TypeRegistry()
  types.register(Size)
  types.register(Box)
  const value = { size: new Size(2, ['a']), boxes: [new Box(3), Object.freeze(new Box(4))] }
  t.is(difference(roundTrip(value, types), value), undefined)
  t.is(roundTrip(value, types).size.area, 4)
  const keyOf = (...args: unknown[]): string => {
    const sink = new HeapSink()
    return sink.bytes.toString('hex', 0, encodeArguments(sink, 0, args, contextOf(types)))
  }
  t.is(keyOf(new Size(2)), keyOf(new Size(2)))
  t.is(new Set([new Size(2), new Size(3), new Size(2, []), new Box(2)].map((one) => keyOf(one))).size, 4)
})

test('an own property named __proto__ stays one', (t) => {
  const types = new TypeRegistry()
  types.register(Size)
  const size = Object.defineProperty(new Size(1), '__proto__', { value: { bad: 1 }, enumerable: true, writable: true })
  const back = roundTrip(size, types)
  t.is(Object.getPrototypeOf(back), Size.prototype)
  t.true(Object.hasOwn(back, '__proto__'))
})

test('a class that is more than its properties needs a codec', (t) => {
  class Secret {
    readonly #hidden = 1
    get hidden(): number {
      return this.#hidden
    }
  }
  class BelowSecret extends Secret {}
  // As TypeScript and Babel compile private fields.
  const compiled = [
    vm.runInThisContext('(class Compiled { constructor() { _Compiled_x.set(this, 1) } })'),
    vm.runInThisContext('(class Compiled { constructor() { _classPrivateFieldInitSpec(this, _x, 1) } })'),
  ] as (typeof Secret)[]
  class Names extends Map {}
  class Rows extends Array {}
  class Refused extends RangeError {}
  const types = new TypeRegistry()
  for (const type of [Secret, BelowSecret, ...compiled, Names, Rows, Refused, class {}]) {
    t.throws(() => types.register<unknown>(type), { code: 'ERR_INVALID_OPTION' }, String(type))
  }
  t.true(types.isEmpty)
})

test('what would be lost of an instance of a plain class is refused when it is met', (t) => {
  const types = new TypeRegistry()
  types.register(Size)
  const odd: PropertyDescriptorMap[] = [
    { x: { get: () => 1, enumerable: true } },
    { hidden: { value: 1 } },
    { [Symbol('s')]: { value: 1, enumerable: true } },
    { f: { value: () => 1, enumerable: true } },
  ]
  for (const properties of odd) {
    const instance = Object.defineProperties(new Size(1), properties)
    t.throws(() => encode({ instance }, types), { instanceOf: EngramError, code: 'ERR_UNSERIALIZABLE' })
  }
})
