import { NAMELESS } from './exceptions.ts'
// Decorated methods, and what of their `this` counts.
import { type Files, type Pair, different, same, sides } from './pair.ts'

/**
 * `f.key` and `f.explain` tell of a call of the method `load`, which is decorated as older TypeScript does it, so that every
 * loader takes it.
 */
const method = (classes: string, made = 'new Shop()', options = '', holder = 'Shop.prototype'): Files => `${classes}
{
  const decorate = memory.cached(${options})
  const descriptor = Object.getOwnPropertyDescriptor(${holder}, 'load')
  Object.defineProperty(${holder}, 'load', decorate(${holder}, 'load', descriptor))
}
const called = (n, read) => {
  let found
  const listener = (event) => { found = read(event) }
  memory.on('call', listener)
  const self = ${made}
  self.load(n)
  memory.off('call', listener)
  return found
}
const keyOf = (n) => called(n, (event) => event.key)
const explained = (n) => called(n, ({ status, changed = [] }) => ({ status, changed }))
export const f = Object.assign((n) => called(n, () => undefined), { key: keyOf, explain: explained })`

const IGNORED = '{ ignoreThis: true }'

export const methods: readonly Pair[] = [
  different(
    'the text of a method',
    'code',
    ...sides((op) => method(`class Shop { load(n) { return ${op}n } }`), '', '-'),
  ),
  same(
    'a comment in a method',
    ...sides((comment) => method(`class Shop { load(n) { ${comment} return n } }`), '', '/* so */'),
  ),
  same(
    'another method of the class',
    ...sides((op) => method(`class Shop { load(n) { return n } other(n) { return ${op}n } }`), '', '-'),
  ),
  different(
    'the class of a method',
    'name',
    ...sides((name) => method(`class ${name} { load(n) { return n } }\nconst Shop = ${name}`), 'Bank', 'Store'),
    { except: NAMELESS },
  ),
  different(
    'the state of a receiver',
    'argument this.k',
    ...sides(
      (k) => method(`class Shop { constructor(k) { this.k = k } load(n) { return n * this.k } }`, `new Shop(${k})`),
      '1',
      '2',
    ),
  ),
  same(
    'the state of a receiver, ignored',
    ...sides(
      (k) =>
        method(`class Shop { constructor(k) { this.k = k } load(n) { return n * this.k } }`, `new Shop(${k})`, IGNORED),
      '1',
      '2',
    ),
  ),
  same(
    'the order of the properties of a receiver',
    ...sides(
      (content) => method(`class Shop { constructor() { Object.assign(this, ${content}) } load(n) { return n } }`),
      '{ a: 1, b: 2 }',
      '{ b: 2, a: 1 }',
    ),
  ),
  different(
    'a receiver of a subclass',
    'argument this',
    ...sides(
      (name) => method('class Shop { load(n) { return n } }\nclass Branch extends Shop {}', `new ${name}()`),
      'Shop',
      'Branch',
    ),
  ),
  different(
    'a method that a method calls',
    'helper this.scale',
    ...sides((k) => method(`class Shop { load(n) { return this.scale(n) } scale(n) { return n * ${k} } }`), '1', '2'),
  ),
  different(
    'a method that a method calls, with ignoreThis',
    'helper this.scale',
    ...sides(
      (k) =>
        method(`class Shop { load(n) { return this.scale(n) } scale(n) { return n * ${k} } }`, 'new Shop()', IGNORED),
      '1',
      '2',
    ),
  ),
  different(
    'a method that an arrow function of a method calls',
    'helper this.scale',
    ...sides(
      (k) => method(`class Shop { load(n) { return [n].map((one) => this.scale(one)) } scale(n) { return n * ${k} } }`),
      '1',
      '2',
    ),
  ),
  different(
    'an inherited method that a method calls',
    'helper this.scale',
    ...sides(
      (k) =>
        method(
          `class Base { scale(n) { return n * ${k} } }\nclass Shop extends Base { load(n) { return this.scale(n) } }`,
        ),
      '1',
      '2',
    ),
  ),
  different(
    'an overridden method that a method calls',
    'helper this.scale',
    ...sides(
      (k) =>
        method(
          `class Shop { load(n) { return this.scale(n) } scale(n) { return n } }\nclass Branch extends Shop { scale(n) { return n * ${k} } }`,
          'new Branch()',
        ),
      '1',
      '2',
    ),
  ),
  different(
    'a private method that a method calls',
    'helper this.constructor',
    ...sides((k) => method(`class Shop { load(n) { return this.#scale(n) } #scale(n) { return n * ${k} } }`), '1', '2'),
  ),
  different(
    'a getter that a method reads',
    'helper this.k get',
    ...sides((k) => method(`class Shop { get k() { return ${k} } load(n) { return n * this.k } }`), '1', '2'),
  ),
  different(
    'what `super` reaches',
    'helper super.load',
    ...sides(
      (k) =>
        method(
          `class Base { load(n) { return n * ${k} } }\nclass Shop extends Base { load(n) { return super.load(n) } }`,
        ),
      '1',
      '2',
    ),
  ),
  different(
    'a constant of a method that a method calls',
    'capture k of this.scale',
    ...sides(
      (k) => method(`const k = ${k}\nclass Shop { load(n) { return this.scale(n) } scale(n) { return n * k } }`),
      '1',
      '2',
    ),
  ),
  different(
    'a method of a class that `this` is handed to',
    'helper this.constructor',
    ...sides(
      (k) =>
        method(
          `const scaled = (shop, n) => shop.scale(n)\nclass Shop { load(n) { return scaled(this, n) } scale(n) { return n * ${k} } }`,
        ),
      '1',
      '2',
    ),
  ),
  different(
    'a method that is named when it runs',
    'helper this.constructor | helper this.scale',
    ...sides(
      (k) => method(`class Shop { load(n) { return this['sca' + 'le'](n) } scale(n) { return n * ${k} } }`),
      '1',
      '2',
    ),
  ),
  different(
    'a static member that a method reads',
    'helper this.constructor',
    ...sides(
      (k) => method(`class Shop { load(n) { return this.constructor.scale(n) } static scale(n) { return n * ${k} } }`),
      '1',
      '2',
    ),
  ),
  different(
    'a method that a static method calls',
    'helper this.scale',
    ...sides(
      (k) =>
        method(
          `class Shop { static load(n) { return this.scale(n) } static scale(n) { return n * ${k} } }`,
          'Shop',
          '',
          'Shop',
        ),
      '1',
      '2',
    ),
  ),
  different(
    'a static field that a static method reads',
    'argument this.k',
    ...sides(
      (k) => method(`class Shop { static k = ${k}; static load(n) { return n * this.k } }`, 'Shop', '', 'Shop'),
      '1',
      '2',
    ),
  ),
  different(
    'a function among the properties of a receiver',
    'argument this.scale',
    ...sides(
      (k) => method(`class Shop { constructor() { this.scale = (n) => n * ${k} } load(n) { return this.scale(n) } }`),
      '1',
      '2',
    ),
  ),
  same(
    'what a method counts',
    ...sides((runs) => method(`class Shop { runs = ${runs}; load(n) { this.runs++; return n } }`), '0', '5'),
  ),
  same(
    'what a method remembers',
    ...sides(
      (memo) => method(`class Shop { memo = new Map(${memo}); load(n) { this.memo.set(n, n); return n } }`),
      '',
      '[[1, 1]]',
    ),
  ),
]
