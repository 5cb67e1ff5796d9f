import test from 'ava'
import vm from 'node:vm'
import { TypeRegistry } from '../../src/value/type-registry.ts'

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
