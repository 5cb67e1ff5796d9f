// Classes, their parents, and what lies on them.
import { type Pair, cached, different, same, sides } from './pair.ts'

/** A class `A` whose methods the function calls on a new instance. */
const using = (classes: string, call = 'new A().m(n)'): string => `${classes}\n${cached(`(n) => ${call}`)}`

export const families: readonly Pair[] = [
  different(
    'a parent of a parent',
    'helper extends of extends of A | helper C of B of A',
    ...sides(
      (k) => using(`class C { m(n) { return n * ${k} } }\nclass B extends C {}\nclass A extends B {}`),
      '1',
      '2',
    ),
  ),
  different(
    'a mixin',
    'helper extends of A',
    ...sides(
      (k) =>
        using(
          `const Mixed = (Base) => class extends Base { m(n) { return n * ${k} } }\nclass Plain {}\nclass A extends Mixed(Plain) {}`,
        ),
      '1',
      '2',
    ),
  ),
  different(
    'what a mixin is applied to',
    'helper extends of extends of A | helper Plain of A',
    ...sides(
      (k) =>
        using(
          `const Mixed = (Base) => class extends Base {}\nclass Plain { m(n) { return n * ${k} } }\nclass A extends Mixed(Plain) {}`,
        ),
      '1',
      '2',
    ),
  ),
  different('a static field', 'helper A', ...sides((k) => using(`class A { static k = ${k} }`, 'n * A.k'), '1', '2')),
  different(
    'a static method',
    'helper A',
    ...sides((k) => using(`class A { static of(n) { return n * ${k} } }`, 'A.of(n)'), '1', '2'),
  ),
  different(
    'a static block',
    'helper A',
    ...sides((k) => using(`class A { static k; static { A.k = ${k} } }`, 'n * A.k'), '1', '2'),
  ),
  different(
    'a private static method',
    'helper A',
    ...sides(
      (k) => using(`class A { static #of(n) { return n * ${k} } static m(n) { return A.#of(n) } }`, 'A.m(n)'),
      '1',
      '2',
    ),
  ),
  different(
    'a private field',
    'helper A',
    ...sides((k) => using(`class A { #k = ${k}; m(n) { return n * this.#k } }`), '1', '2'),
  ),
  different(
    'a setter',
    'helper A',
    ...sides((k) => using(`class A { set v(n) { this.w = n * ${k} } m(n) { this.v = n; return this.w } }`), '1', '2'),
  ),
  different(
    'a constructor',
    'helper A',
    ...sides((k) => using(`class A { constructor() { this.k = ${k} } m(n) { return n * this.k } }`), '1', '2'),
  ),
  different(
    'what a constructor is given',
    'code',
    ...sides(
      (k) => using(`class A { constructor(k) { this.k = k } m(n) { return n * this.k } }`, `new A(${k}).m(n)`),
      '1',
      '2',
    ),
  ),
  different(
    'a constant of a field',
    'capture k of A',
    ...sides((k) => using(`const k = ${k}\nclass A { v = k; m(n) { return n * this.v } }`), '1', '2'),
  ),
  different(
    'the name of a computed method',
    'capture members of A',
    ...sides(
      (name) => using(`const name = '${name}'\nclass A { [name](n) { return n } m(n) { return 'one' in this } }`),
      'one',
      'two',
    ),
  ),
  different(
    'a method named by a symbol',
    'helper A',
    ...sides((k) => using(`class A { *[Symbol.iterator]() { yield ${k} } }`, '[n, ...new A()]'), '1', '2'),
  ),
  different(
    'a method that calls that of its parent',
    'helper extends of A | helper B of A',
    ...sides(
      (k) => using(`class B { m(n) { return n * ${k} } }\nclass A extends B { m(n) { return super.m(n) + 1 } }`),
      '1',
      '2',
    ),
  ),
  same(
    'a comment in a class',
    using('class A { m(n) { return n } }'),
    using('class A {\n  // so\n  m(n) { return n; }\n}'),
  ),
  different(
    'an expression that is a class',
    'helper A',
    ...sides((k) => using(`const A = class { m(n) { return n * ${k} } }`), '1', '2'),
  ),
  different(
    'a class of a factory',
    'capture k of A',
    ...sides((k) => using(`const make = (k) => class { m(n) { return n * k } }\nconst A = make(${k})`), '1', '2'),
  ),
  different(
    'methods on a prototype',
    'helper prototype.m of A',
    ...sides((k) => using(`function A() {}\nA.prototype.m = function (n) { return n * ${k} }`), '1', '2'),
  ),
  different(
    'an inherited method on a prototype',
    'helper prototype.m of A',
    ...sides(
      (k) =>
        using(
          `function B() {}\nB.prototype.m = function (n) { return n * ${k} }\nfunction A() {}\nA.prototype = Object.create(B.prototype)`,
        ),
      '1',
      '2',
    ),
  ),
  different(
    'a method that is put on a class',
    'helper prototype.m of A',
    ...sides((k) => using(`class A {}\nA.prototype.m = (n) => n * ${k}`), '1', '2'),
  ),
  different(
    'a static member that is put on a class',
    'capture A.k',
    ...sides((k) => using(`class A {}\nA.k = ${k}`, 'n * A.k'), '1', '2'),
  ),
  different(
    'a static member that is put on a class which is also made',
    'capture A.k',
    ...sides((k) => using(`class A { m(n) { return n } }\nA.k = ${k}`, 'new A().m(n) * A.k'), '1', '2'),
  ),
  different(
    'an object that inherits',
    'capture k.a',
    ...sides((k) => `const k = Object.create({ a: ${k} })\n${cached('(n) => n * k.a')}`, '1', '2'),
  ),
  different(
    'a method of a registered instance',
    'helper box.m',
    ...sides(
      (k) =>
        `class Box { m(n) { return n * ${k} } }\nmemory.register(Box, { name: 'Box', encode: () => 1, decode: () => new Box() })\nconst box = new Box()\n${cached('(n) => box.m(n)')}`,
      '1',
      '2',
    ),
  ),
  different(
    'a strategy object',
    'helper strategy.run',
    ...sides(
      (k) =>
        `const strategies = { fast: { run: (n) => n }, exact: { run: (n) => n * 2 } }\nconst strategy = strategies.${k}\n${cached('(n) => strategy.run(n)')}`,
      'fast',
      'exact',
    ),
  ),
  different(
    'a table of handlers',
    'capture handlers',
    ...sides(
      (k) => `const handlers = new Map([['add', (n) => n + ${k}]])\n${cached(`(n) => handlers.get('add')(n)`)}`,
      '1',
      '2',
    ),
  ),
  different(
    'a list of steps',
    'capture steps',
    ...sides(
      (k) =>
        `const steps = [(n) => n + 1, (n) => n * ${k}]\n${cached('(n) => steps.reduce((value, step) => step(value), n)')}`,
      '1',
      '2',
    ),
  ),
  different(
    'what a step captured',
    'capture steps',
    ...sides(
      (k) =>
        `const k = ${k}\nconst steps = [(n) => n + 1, (n) => n * k]\n${cached('(n) => steps.reduce((value, step) => step(value), n)')}`,
      '1',
      '2',
    ),
  ),
  different(
    'a getter of an object',
    'capture table.k',
    ...sides((k) => `const table = { get k() { return ${k} } }\n${cached('(n) => n * table.k')}`, '1', '2'),
  ),
  different(
    'a method that calls another of its object',
    'capture ops',
    ...sides(
      (k) => `const ops = { a(n) { return this.b(n) }, b(n) { return n * ${k} } }\n${cached('(n) => ops.a(n)')}`,
      '1',
      '2',
    ),
  ),
  different(
    'a helper that is a generator',
    'helper rows',
    ...sides((k) => `function* rows() { yield ${k} }\n${cached('(n) => [n, ...rows()]')}`, '1', '2'),
  ),
  different(
    'a helper that is asynchronous',
    'helper rows',
    ...sides(
      (k) =>
        `async function* rows() { yield ${k} }\n${cached('async (n) => { for await (const row of rows()) n += row; return n }')}`,
      '1',
      '2',
    ),
  ),
  different(
    'a tag',
    'helper tag',
    ...sides(
      (k) => `const tag = (parts, value) => parts.join('${k}') + value\n${cached('(n) => tag`a${n}b`')}`,
      '-',
      '+',
    ),
  ),
  different(
    'a default that calls a helper',
    'helper helper',
    ...sides((k) => `const helper = (n) => n * ${k}\n${cached('(n, m = helper(n)) => m')}`, '1', '2'),
  ),
  different(
    'a function that was declared and then replaced',
    'helper helper',
    ...sides(
      (k) => `function helper(n) { return n }\nhelper = (n) => n * ${k}\n${cached('(n) => helper(n)')}`,
      '1',
      '2',
    ),
  ),
  same(
    'a proxy of a function, which cannot be read',
    ...sides(() => `const helper = new Proxy((n) => n, {})\n${cached('(n) => helper(n)')}`, '', ''),
    { isDoubtful: true },
  ),
]
