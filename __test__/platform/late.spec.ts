// What stands for functions and classes that are loaded when they are first used is told from them by identity alone.
import test from 'ava'
import { fileURLToPath } from 'node:url'
import { types, inspect } from 'node:util'
import { callingFile } from '../../src/platform/caller.ts'
import { late } from '../../src/platform/late.ts'

const here = fileURLToPath(import.meta.url)

function makePart() {
  class Shape {
    static readonly #made: string[] = []
    static sides = 0
    readonly name: string
    readonly made: Function

    constructor(name: string) {
      this.name = name
      this.made = new.target
      Shape.#made.push(name)
    }

    static last(): string | undefined {
      return this.#made.at(-1)
    }

    static named(name: string): Shape {
      return new this(name)
    }

    static get twice(): number {
      return this.sides * 2
    }

    area(): number {
      return this.name.length
    }
  }
  const add = (a: number, b: number): number => a + b
  function receiver(this: unknown): unknown {
    return this
  }
  function caller(): string | undefined {
    return callingFile(caller)
  }
  class Caller {
    readonly file = callingFile(Caller as unknown as () => unknown)
  }
  class Failure extends RangeError {}
  return { Shape, add, receiver, caller, Caller, Failure }
}

type Part = ReturnType<typeof makePart>

function lateOnes() {
  const counted = { loads: 0 }
  const part = makePart()
  const load = (): Part => {
    counted.loads += 1
    return part
  }
  const stands = Object.fromEntries(Object.keys(part).map((name) => [name, late(load, name)])) as unknown as Part
  return { part, stands, counted }
}

test('a part is loaded when one of its names is used, and not before', (t) => {
  const { stands, counted } = lateOnes()
  const kept = { ...stands }
  t.is(typeof kept.Shape, 'function')
  t.is(inspect(kept.Shape), '[Function: Shape]')
  t.is(counted.loads, 0)
  t.is(stands.add(1, 2), 3)
  t.is(counted.loads, 1)
  t.is(stands.add(1, 2), 3)
  t.is(counted.loads, 1)
})

test('what cannot be loaded is asked for again', (t) => {
  let isThere = false
  const stand = late<() => number>(() => {
    if (!isThere) throw new Error('not there')
    return { one: () => 1 }
  }, 'one')
  t.throws(() => stand(), { message: 'not there' })
  isThere = true
  t.is(stand(), 1)
})

test('functions are called with what they were called with', (t) => {
  const { stands } = lateOnes()
  const self = {}
  const { receiver } = stands
  t.is(receiver(), undefined)
  t.is(receiver.call(self), self)
  t.is(receiver.bind(self)(), self)
  t.is(stands.receiver(), stands)
  t.is(stands.add.apply(undefined, [1, 2]), 3)
  t.throws(() => new (stands.add as unknown as new () => unknown)(), { instanceOf: TypeError })
})

test('classes are constructed, extended and tested for', (t) => {
  const { stands, part } = lateOnes()
  class Mine extends stands.Shape {
    override area(): number {
      return super.area() + 1
    }
  }
  const [plain, mine] = [new stands.Shape('ab'), new Mine('ab')]
  t.deepEqual([plain.area(), mine.area()], [2, 3])
  t.is(plain.made, part.Shape)
  t.is(mine.made, Mine)
  for (const one of [plain, mine]) {
    t.true(one instanceof stands.Shape)
    t.true(one instanceof part.Shape)
  }
  t.true(mine instanceof Mine)
  t.false(plain instanceof Mine)
  t.false({} instanceof stands.Shape)
  t.true(new part.Shape('a') instanceof stands.Shape)
  t.is(Object.getPrototypeOf(plain), part.Shape.prototype)
  t.is(stands.Shape.prototype, part.Shape.prototype)
  t.true(Mine.prototype instanceof stands.Shape)
  t.true(new stands.Failure('x') instanceof RangeError)
  t.is(Object.getPrototypeOf(stands.Failure), RangeError)
  t.throws(() => (stands.Shape as unknown as () => void)(), { instanceOf: TypeError })
})

test('static members are those of the class', (t) => {
  const { stands, part } = lateOnes()
  class Mine extends stands.Shape {}
  void new stands.Shape('first')
  t.is(stands.Shape.last(), 'first', 'with private ones')
  t.is(stands.Shape.last, stands.Shape.last)
  t.true(stands.Shape.named('x') instanceof part.Shape)
  t.true(Mine.named('x') instanceof Mine)
  stands.Shape.sides = 3
  t.deepEqual([part.Shape.sides, part.Shape.twice, stands.Shape.twice, Mine.twice], [3, 6, 6, 6])
  Mine.sides = 4
  t.deepEqual([stands.Shape.sides, Mine.twice], [3, 8])
  t.is(stands.Shape.constructor, Function)
})

test('its properties are shown as they are', (t) => {
  const { stands, part } = lateOnes()
  for (const name of Object.keys(part) as (keyof Part)[]) {
    const [stand, real] = [stands[name], part[name]]
    t.is(stand.name, real.name)
    t.is(stand.length, real.length)
    t.deepEqual(Reflect.ownKeys(stand), Reflect.ownKeys(real))
    t.deepEqual(Object.keys(stand), Object.keys(real))
    t.deepEqual(Object.entries(stand), Object.entries(real))
    t.deepEqual(Object.getOwnPropertyDescriptors(stand), Object.getOwnPropertyDescriptors(real))
    t.is('prototype' in stand, 'prototype' in real)
    t.is(Object.hasOwn(stand, 'prototype'), Object.hasOwn(real, 'prototype'))
    t.is(JSON.stringify({ stand }), '{}')
    t.is(inspect(stand), `[Function: ${name}]`)
    t.true(inspect(stand, { showProxy: true, showHidden: true }).length > 0)
    t.false(types.isAsyncFunction(stand))
  }
})

test('its properties can be changed as those of a function', (t) => {
  const { stands, part } = lateOnes()
  const stand = stands.Shape as unknown as Record<string, unknown>
  const real = part.Shape as unknown as Record<string, unknown>
  Object.defineProperty(stand, 'fixed', { value: 1 })
  Object.defineProperty(stand, 'soft', { value: 2, configurable: true, writable: true })
  t.deepEqual([stand['fixed'], real['fixed'], real['soft']], [1, 1, 2])
  stand['soft'] = 3
  t.is(real['soft'], 3)
  t.true(delete stand['soft'])
  t.false('soft' in real)
  t.false(Reflect.deleteProperty(stand, 'fixed'))
  t.false(Reflect.set(stand, 'fixed', 2))
  t.false(Reflect.defineProperty(stand, 'fixed', { value: 2 }))
  const parent = () => undefined
  t.true(Reflect.setPrototypeOf(stand, parent))
  t.is(Object.getPrototypeOf(real), parent)
  t.true(Object.isExtensible(stand))
  Object.freeze(stand)
  t.true(Object.isFrozen(real))
  t.true(Object.isFrozen(stand))
  t.is(Object.getPrototypeOf(stand), parent)
  t.deepEqual(Object.getOwnPropertyDescriptors(stand), Object.getOwnPropertyDescriptors(real))
  t.is(stands.Shape.last, part.Shape.last)
})

for (const fix of [Object.preventExtensions, Object.seal, Object.freeze]) {
  test(`what somebody else fixed is shown as it is: ${fix.name}`, (t) => {
    const { stands, part } = lateOnes()
    for (const name of Object.keys(part) as (keyof Part)[]) {
      fix(part[name])
      t.deepEqual(Object.getOwnPropertyDescriptors(stands[name]), Object.getOwnPropertyDescriptors(part[name]))
      t.false(Object.isExtensible(stands[name]))
      if (fix === Object.freeze) t.true(Object.isFrozen(stands[name]))
      t.deepEqual(Reflect.ownKeys(stands[name]), Reflect.ownKeys(part[name]))
      t.is(Object.getPrototypeOf(stands[name]), Object.getPrototypeOf(part[name]))
      t.is(stands[name].name, name)
    }
    t.is(new stands.Shape('ab').area(), 2)
    if (fix === Object.preventExtensions) t.true(delete (stands.Shape as { sides?: number }).sides)
    t.deepEqual(Reflect.ownKeys(stands.Shape), Reflect.ownKeys(part.Shape))
  })
}

test('who calls it is the caller', (t) => {
  const { stands } = lateOnes()
  t.is(stands.caller(), here)
  t.is(new stands.Caller().file, here)
  t.is([0].map(stands.caller)[0], undefined, 'which is V8 itself')
})
