// Functions that others make, and how they come by what they captured.
import { type Pair, cached, different, same, sides } from './pair.ts'

export const makers: readonly Pair[] = [
  different(
    'the outer argument of a curried function',
    'capture a',
    ...sides((a) => `const make = (a) => (b) => (n) => n * a + b\n${cached(`make(${a})(3)`)}`, '1', '2'),
  ),
  different(
    'the inner argument of a curried function',
    'capture b',
    ...sides((b) => `const make = (a) => (b) => (n) => n * a + b\n${cached(`make(1)(${b})`)}`, '1', '2'),
  ),
  same(
    'closures of two factories alike',
    `const one = (k) => (n) => n * k\nconst other = (k) => (n) => n + k\n${cached('one(1)')}\nvoid other`,
    `const other = (k) => (n) => n + k\nconst one = (k) => (n) => n * k\n${cached('one(1)')}\nvoid other`,
  ),
  different(
    'a closure of another factory',
    'code',
    ...sides(
      (make) =>
        `const one = (k) => (n) => n * k\nconst other = (k) => (n) => n + k\n${cached(`${make}(1)`)}\nvoid [one, other]`,
      'one',
      'other',
    ),
  ),
  different(
    'what a function that is called at once keeps',
    'capture k of api.run',
    ...sides(
      (k) => `const api = (() => { const k = ${k}; return { run: (n) => n * k } })()\n${cached('(n) => api.run(n)')}`,
      '1',
      '2',
    ),
  ),
  same(
    'arguments of the factory, which cannot be read',
    ...sides((k) => `function make() { return (n) => n * arguments[0] }\n${cached(`make(${k})`)}`, '1', '1'),
    { isDoubtful: true },
  ),
  different(
    'a default of the factory',
    'capture k',
    ...sides((k) => `const make = (k = ${k}) => (n) => n * k\n${cached('make()')}`, '1', '2'),
  ),
  different(
    'what a factory destructures',
    'capture k',
    ...sides((k) => `const make = ({ a: { k } }) => (n) => n * k\n${cached(`make({ a: { k: ${k} } })`)}`, '1', '2'),
  ),
  different(
    'the rest that a factory takes',
    'capture ks',
    ...sides((k) => `const make = (...ks) => (n) => n * ks[1]\n${cached(`make(0, ${k})`)}`, '1', '2'),
  ),
  same(
    'what a factory destructures and the closure does not use',
    ...sides(
      (k) =>
        `const make = ({ a, b }) => (n) => (n * a, void 0 && b, n)\n${cached(`make({ a: 1, b: ${k} })`)}`.replace(
          ', void 0 && b',
          '',
        ),
      '1',
      '2',
    ),
  ),
  different(
    'a caught value',
    'capture k',
    ...sides(
      (k) => `let all = []\ntry { throw ${k} } catch (k) { all.push((n) => n * k) }\n${cached('all[0]')}`,
      '1',
      '2',
    ),
  ),
  different(
    'a block around it',
    'capture k',
    ...sides((k) => `const all = []\n{ const k = ${k}; all.push((n) => n * k) }\n${cached('all[0]')}`, '1', '2'),
  ),
  different(
    'an entry of a loop',
    'capture k',
    ...sides(
      (index) =>
        `const all = []\nfor (const [, k] of Object.entries({ a: 1, b: 2 })) all.push((n) => n * k)\n${cached(`all[${index}]`)}`,
      '0',
      '1',
    ),
  ),
  same(
    'a variable that a loop shares',
    ...sides(
      (index) => `const all = []\nfor (var i = 0; i < 3; i++) all.push((n) => n * i)\n${cached(`all[${index}]`)}`,
      '0',
      '1',
    ),
  ),
  different(
    'a closure of a generator',
    'capture k',
    ...sides(
      (index) =>
        `const all = [...(function* () { for (let k = 0; k < 2; k++) yield (n) => n * k })()]\n${cached(`all[${index}]`)}`,
      '0',
      '1',
    ),
  ),
  same(
    'a variable that got its value in two steps',
    `let k = 2\n${cached('(n) => n * k')}`,
    `let k = 1\nk = 2\n${cached('(n) => n * k')}`,
  ),
  different(
    'the receiver of a bound helper',
    'capture this of helper',
    ...sides(
      (k) => `const helper = function (n) { return n * this.k }.bind({ k: ${k} })\n${cached('(n) => helper(n)')}`,
      '1',
      '2',
    ),
  ),
  different(
    'what is bound twice',
    'capture argument 0 of helper',
    ...sides(
      (k) => `const helper = ((a, b, n) => a * b * n).bind(null, 3).bind(null, ${k})\n${cached('(n) => helper(n)')}`,
      '1',
      '2',
    ),
  ),
  different(
    'a function that is bound',
    'helper target of helper',
    ...sides(
      (op) =>
        `const make = (op) => op.bind(null, 1)\nconst helper = make((k, n) => k ${op} n)\n${cached('(n) => helper(n)')}`,
      '+',
      '-',
    ),
  ),
  different(
    'what is composed',
    'capture steps of run',
    ...sides(
      (last) =>
        `const compose = (...steps) => (n) => steps.reduce((value, step) => step(value), n)\nconst run = compose((n) => n + 1, (n) => n ${last})\n${cached('(n) => run(n)')}`,
      '* 2',
      '* 3',
    ),
  ),
  different(
    'the order of what is composed',
    'capture steps of run',
    ...sides(
      (steps) =>
        `const compose = (...steps) => (n) => steps.reduce((value, step) => step(value), n)\nconst run = compose(${steps})\n${cached('(n) => run(n)')}`,
      '(n) => n + 1, (n) => n * 2',
      '(n) => n * 2, (n) => n + 1',
    ),
  ),
  different(
    'what a memoizing wrapper wraps',
    'helper fn of helper',
    ...sides(
      (op) =>
        `const memoize = (fn, kept = new Map()) => (n) => { if (!kept.has(n)) kept.set(n, fn(n)); return kept.get(n) }\nconst helper = memoize((n) => n ${op} 1)\n${cached('(n) => helper(n)')}`,
      '+',
      '-',
    ),
  ),
  same(
    'what a memoizing wrapper has seen',
    ...sides(
      (calls) =>
        `const memoize = (fn, kept = new Map()) => (n) => { if (!kept.has(n)) kept.set(n, fn(n)); return kept.get(n) }\nconst helper = memoize((n) => n + 1)\n${cached('(n) => helper(n)')}\n${calls}`,
      '',
      'f(1), f(2)',
    ),
  ),
  same(
    'what an arrow captured as `this`',
    ...sides((k) => `function make() { return (n) => n * this.k }\n${cached(`make.call({ k: ${k} })`)}`, '1', '1'),
    { isDoubtful: true },
  ),
  different(
    'a function with a property',
    'capture helper.rate',
    ...sides(
      (k) => `const helper = (n) => n\nhelper.rate = ${k}\n${cached('(n) => helper(n) * helper.rate')}`,
      '1',
      '2',
    ),
  ),
  same(
    'a property of a function that is not used',
    ...sides((k) => `const helper = (n) => n\nhelper.rate = ${k}\n${cached('(n) => helper(n)')}`, '1', '2'),
  ),
  different(
    'a function of a text',
    'helper helper',
    ...sides((op) => `const helper = new Function('n', 'return n ${op} 1')\n${cached('(n) => helper(n)')}`, '+', '-'),
  ),
]
