import test from 'ava'
import { spawnSync } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import vm from 'node:vm'
import { plainCodecOf } from '../../src/code/plain-class.ts'
import { TypeRegistry } from '../../src/value/type-registry.ts'
import { EngramError } from '../../src/words/error.ts'
import { bundledProgram } from '../kit/bundle.ts'
import { environment } from '../kit/environment.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { difference, encode, roundTrip } from '../value/round-trip.ts'

class Size {
  readonly width: number
  readonly tags: string[] | undefined
  constructor(width: number, tags?: string[]) {
    if (width === undefined) throw new TypeError('not to be called without arguments')
    this.width = width
    this.tags = tags
  }
  area(): number {
    return this.width ** 2
  }
}
class Box extends Size {
  depth = 1
  color = '#fff' // no #private
}
class Node_ {
  next: Node_ | undefined
  all: Node_[] = []
}

const types = new TypeRegistry()
for (const type of [Size, Box, Node_]) types.register(type, plainCodecOf(type))

test('an instance of a plain class is stored as its own properties', (t) => {
  const value = { size: new Size(2, ['a']), boxes: [new Box(3), Object.freeze(new Box(4))] }
  const back = roundTrip(value, types)
  t.is(difference(back, value), undefined)
  t.is(back.size.area(), 4)
})

test('instances that lead back to themselves come back so', (t) => {
  const [first, second] = [new Node_(), new Node_()]
  first.next = second
  second.next = first
  first.all = second.all = [first, second]
  const value = { second, of: new Map([[first, new Set([second])]]) }
  t.is(difference(roundTrip(value, types), value), undefined)
})

test('a ring of thousands of instances comes back', (t) => {
  const ring = Array.from({ length: 3000 }, () => new Node_())
  for (const [index, node] of ring.entries()) node.next = ring[(index + 1) % ring.length]
  const first = roundTrip(ring[0]!, types)
  let [node, length] = [first.next!, 1]
  for (; node !== first; length++) node = node.next!
  t.is(length, ring.length)
})

test('an own property named __proto__ stays one', (t) => {
  const size = Object.defineProperty(new Size(1), '__proto__', { value: { bad: 1 }, enumerable: true, writable: true })
  const back = roundTrip(size, types)
  t.is(Object.getPrototypeOf(back), Size.prototype)
  t.true(Object.hasOwn(back, '__proto__'))
})

test('what would be lost of an instance of a plain class is refused when it is met', (t) => {
  const odd: PropertyDescriptorMap[] = [
    { x: { get: () => 1, enumerable: true } },
    { hidden: { value: 1 } },
    { [Symbol('s')]: { value: 1, enumerable: true } },
    { f: { value: () => 1, enumerable: true } },
  ]
  const instances = odd.map((properties) => Object.defineProperties(new Size(1), properties))
  for (const instance of [...instances, new Proxy(new Size(1), {})]) {
    const error = t.throws(() => encode({ instance }, types), { instanceOf: EngramError })
    t.is(error.code, 'ERR_UNSERIALIZABLE')
    t.regex(error.path!, /^result\.instance/)
  }
})

const kept = new WeakMap<object, number>()
const compiled = `(() => {
  const _x = new WeakMap(), set = (map, object, value) => map.set(object, value)
  return class Compiled { constructor() { set(_x, this, 1) } }
})()`

const MORE: Record<string, () => abstract new (...args: never[]) => unknown> = {
  'a private field': () =>
    class Secret {
      readonly #hidden = 1
      shown(): number {
        return this.#hidden
      }
    },
  'a parent with a private field': () => class Below extends (MORE['a private field']!() as typeof Size) {},
  'a private method': () => vm.runInThisContext('(class Sly { #m() { return 1 } m() { return this.#m() } })'),
  'private fields as compilers write them': () => vm.runInThisContext(compiled),
  'a weak map of its instances': () =>
    class Kept {
      constructor() {
        kept.set(this, 1)
      }
    },
  'an accessor': () =>
    class Round {
      radius = 1
      get area(): number {
        return this.radius ** 2
      }
    },
  'an accessor of its parent': () => class Below extends (MORE['an accessor']!() as typeof Size) {},
  'a Map for a parent': () => class Names extends Map {},
  'an Array for a parent': () => class Rows extends Array {},
  'an Error for a parent': () => class Refused extends RangeError {},
  'a class of Node for a parent': () => class Feed extends EventEmitter {},
  'no name': () => class {},
}

for (const [what, make] of Object.entries(MORE)) {
  test(`a class with ${what} needs a codec`, (t) => {
    const memory = openMemory(t)
    throwsCode(t, 'ERR_INVALID_OPTION', () => memory.register(make()))
  })
}

test('what is no class is an invalid option, and so is a name that another class has', (t) => {
  const memory = openMemory(t)
  for (const wrong of [{}, 1, null, () => 1, Map]) {
    throwsCode(t, 'ERR_INVALID_OPTION', () => memory.register(wrong as typeof Size))
  }
  memory.register(Size)
  memory.register(Size)
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.register(Object.defineProperty(class {}, 'name', { value: 'Size' })))
})

test('equal instances of a plain class make one key, others another, as arguments, captured and as `this`', (t) => {
  const memory = openMemory(t)
  memory.register(Size)
  memory.register(Box)
  const area = memory.cache((size: Size) => size.area(), { name: 'area' })
  const sizes = [new Size(2), new Size(3), new Size(2, []), new Box(2)]
  t.is(new Set(sizes.map((size) => area.key(size))).size, sizes.length)
  t.is(area.key(new Size(2)), area.key(new Size(2)))
  const capturing = (size: Size): string => memory.cache(() => size.area(), { name: 'captured' }).key()
  t.is(new Set(sizes.map(capturing)).size, sizes.length)
  t.is(capturing(new Size(2)), capturing(new Size(2)))
  const method = memory.cache(Size.prototype.area, { name: 'area of this' })
  t.is(new Set(sizes.map((size) => memory.of(method, size).key())).size, sizes.length)
  t.is(memory.of(method, new Size(2)).key(), memory.of(method, new Size(2)).key())
})

test('registering a class in one word changes no key', (t) => {
  const [plain, registered] = [openMemory(t), openMemory(t)]
  registered.register(Size)
  const keys = [plain, registered].map((memory) =>
    memory.cache((size: Size) => size.width, { name: 'f' }).key(new Size(1)),
  )
  t.is(keys[0], keys[1])
})

// ---------------------------------------------------------------------- processes

const subject = (body: string): string => `let count = 0
export class Point { constructor(x) { this.x = x } ${body} }
export const make = (x) => { count++; return new Point(x) }
export const runs = () => count
`

test('instances are found in another process, until the code of their class is another one', (t) => {
  const directory = temporaryDirectory(t)
  const versions = {
    'first.mjs': subject('twice() { return 2 * this.x }'),
    'commented.mjs': subject('twice() { return 2 * this.x } /* as before */'),
    'other.mjs': subject('twice() { return 2 * this.x + 1 }'),
  }
  for (const [module, text] of Object.entries(versions)) writeFileSync(join(directory, module), text)
  const said = (module: string): unknown => {
    const args = [bundledProgram('plain-class'), join(directory, 'store'), join(directory, module)]
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: environment() })
    t.is(stderr, '')
    return JSON.parse(stdout)
  }
  t.deepEqual(said('first.mjs'), { runs: 1, isPoint: true, twice: 4, isKnown: false })
  t.deepEqual(said('commented.mjs'), { runs: 0, isPoint: true, twice: 4, isKnown: true })
  t.deepEqual(said('other.mjs'), { runs: 1, isPoint: true, twice: 5, isKnown: false })
})
