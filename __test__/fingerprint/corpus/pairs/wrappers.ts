// Functions that a package or Node made of the program's own.
import { type Files, type Pair, cached, different, same, sides } from './pair.ts'

/** `dep` is a package with functions that wrap others. */
const withPackage = (main: string): Files => ({
  main: `import { memoize, partial, flip, retry, limit } from 'dep'\n${main}\nvoid [memoize, partial, flip, retry, limit]`,
  'node_modules/dep/package.json': '{"name":"dep","version":"1.0.0","main":"index.cjs"}',
  'node_modules/dep/index.cjs': `;(function () {
    const kept = new Map()
    function apply(fn, args) { return fn(...args) }
    exports.memoize = (fn) => { const memo = new Map(); return (n) => { if (!memo.has(n)) memo.set(n, apply(fn, [n])); return memo.get(n) } }
    exports.partial = (fn, ...first) => (...rest) => apply(fn, [...first, ...rest])
    exports.flip = (fn) => (a, b) => apply(fn, [b, a])
    exports.retry = (fn, { times }) => async (n) => { for (let i = 0; i < times; i++) try { return await fn(n) } catch {} }
    let calls = 0
    exports.limit = (fn) => (n) => { calls++; kept.set(n, calls); return fn(n) }
  })()`,
})

export const wrappers: readonly Pair[] = [
  different(
    'what a wrapper of a package wraps',
    'helper fn of helper',
    ...sides((op) => withPackage(`const helper = memoize((n) => n ${op} 1)\n${cached('(n) => helper(n)')}`), '+', '-'),
  ),
  different(
    'what a wrapped function captured',
    'capture k of fn of helper',
    ...sides(
      (k) => withPackage(`const k = ${k}\nconst helper = memoize((n) => n * k)\n${cached('(n) => helper(n)')}`),
      '1',
      '2',
    ),
  ),
  different(
    'a partial application by a package',
    'capture first of helper',
    ...sides(
      (k) => withPackage(`const helper = partial((k, n) => k * n, ${k})\n${cached('(n) => helper(n)')}`),
      '1',
      '2',
    ),
  ),
  different(
    'an option of a wrapper of a package',
    'capture times of helper',
    ...sides(
      (k) => withPackage(`const helper = retry((n) => n, { times: ${k} })\n${cached('async (n) => helper(n)')}`),
      '1',
      '2',
    ),
  ),
  different(
    'a wrapper in a wrapper of a package',
    'helper fn of fn of helper',
    ...sides(
      (op) => withPackage(`const helper = memoize(limit((n) => n ${op} 1))\n${cached('(n) => helper(n)')}`),
      '+',
      '-',
    ),
  ),
  same(
    'what a wrapper of a package counts',
    ...sides(
      (calls) => withPackage(`const helper = limit((n) => n)\n${cached('(n) => helper(n)')}\n${calls}`),
      '',
      'f(1), f(2)',
    ),
  ),
  same(
    'a wrapper of a package, nothing changed',
    ...sides(
      (comment) => withPackage(`const helper = memoize((n) => ${comment} n)\n${cached('(n) => helper(n)')}`),
      '',
      '/* so */',
    ),
  ),
  different(
    'what Node makes a promise of',
    'helper original of helper',
    ...sides(
      (k) => ({
        main: `import { promisify } from 'node:util'\nconst helper = promisify((n, done) => done(null, n * ${k}))\n${cached('async (n) => helper(n)')}`,
      }),
      '1',
      '2',
    ),
  ),
  different(
    'what Node says is deprecated',
    'helper fn of helper',
    ...sides(
      (k) => ({
        main: `import { deprecate } from 'node:util'\nconst helper = deprecate((n) => n * ${k}, 'old')\n${cached('(n) => helper(n)')}`,
      }),
      '1',
      '2',
    ),
  ),
  same(
    'functions of Node through their namespace',
    { main: `import * as path from 'node:path'\n${cached('(n) => path.join(n)')}` },
    { main: `import * as path from 'node:path'\nimport fs from 'node:fs'\nvoid fs\n${cached('(n) => path.join(n)')}` },
  ),
  same(
    'functions of Node further in',
    ...sides(
      (comment) => ({
        main: `import fs from 'node:fs'\nimport path from 'node:path'\n${cached(`async (n) => ${comment} [fs.promises.readFile, path.posix.join(n)].length`)}`,
      }),
      '',
      '/* so */',
    ),
    { args: `'a'` },
  ),
  different(
    'which function of Node is called',
    'code',
    ...sides(
      (name) => ({ main: `import path from 'node:path'\n${cached(`(n) => path.${name}(n)`)}` }),
      'basename',
      'dirname',
    ),
    { args: `'a/b'` },
  ),
  // ------------------------------------------------------- beside containers and globals
  different(
    'a property of a list',
    'capture k.total',
    ...sides((k) => `const k = Object.assign([1], { total: ${k} })\n${cached('(n) => n * k.total')}`, '1', '2'),
  ),
  different(
    'a property of a map',
    'capture k.total',
    ...sides((k) => `const k = Object.assign(new Map(), { total: ${k} })\n${cached('(n) => n * k.total')}`, '1', '2'),
  ),
  different(
    'a global by its holder',
    'capture globalThis.pairSeven',
    ...sides((k) => `globalThis.pairSeven = ${k}\n${cached('(n) => n * globalThis.pairSeven')}`, '1', '2'),
  ),
  different(
    'a function that is a global',
    'helper pairEight',
    ...sides((op) => `globalThis.pairEight = (n) => ${op}n\n${cached('(n) => pairEight(n)')}`, '', '-'),
  ),
  different(
    'a namespace whose members are computed',
    'capture all | capture helper_exports | capture _helper | capture __vite_ssr_import_2__',
    ...sides(
      (op) => ({
        main: `import * as all from './helper'\n${cached('(n) => all[n](n)')}`,
        helper: `export const a = (n) => ${op}n`,
      }),
      '',
      '-',
    ),
    { args: `'a'` },
  ),
  different(
    'a namespace that is handed on',
    'capture all | capture helper_exports | capture _helper | capture __vite_ssr_import_2__',
    ...sides(
      (op) => ({
        main: `import * as all from './helper'\nconst run = (ops, n) => ops.a(n)\n${cached('(n) => run(all, n)')}`,
        helper: `export const a = (n) => ${op}n`,
      }),
      '',
      '-',
    ),
  ),
  different(
    'a class in a list',
    'capture kinds',
    ...sides(
      (k) => `const kinds = [class { m(n) { return n * ${k} } }]\n${cached('(n) => new kinds[0]().m(n)')}`,
      '1',
      '2',
    ),
  ),
  different(
    'a frozen table of functions',
    'capture ops',
    ...sides((k) => `const ops = Object.freeze({ a: (n) => n * ${k} })\n${cached('(n) => ops[n](n)')}`, '1', '2'),
    { args: `'a'` },
  ),
  different(
    'a value that was waited for',
    'capture k',
    ...sides(
      (k) => ({ main: `import { k } from './late'\n${cached('(n) => n * k')}`, late: `export let k\nk = [${k}][0]` }),
      '1',
      '2',
    ),
  ),
  same(
    'a promise, which cannot be read',
    ...sides(() => `const k = Promise.resolve([1])\n${cached('async (n) => (await k)[n]')}`, '', ''),
    { isDoubtful: true },
  ),
  same(
    'an instance of a class of Node, which cannot be read',
    ...sides(
      () => ({
        main: `import { EventEmitter } from 'node:events'\nconst k = new EventEmitter()\n${cached('(n) => [k.listenerCount, k, n].length')}`,
      }),
      '',
      '',
    ),
    { isDoubtful: true },
  ),
  different(
    'an alias of a constant',
    'capture other',
    ...sides((k) => `const k = ${k}\nconst other = k\n${cached('(n) => n * other')}`, '1', '2'),
  ),
  different(
    'a constant that a helper is given',
    'capture k',
    ...sides(
      (k) => `const k = { a: ${k} }\nconst helper = (n, { a }) => n * a\n${cached('(n) => helper(n, k)')}`,
      '1',
      '2',
    ),
  ),
  different(
    'a helper that a helper is given',
    'helper g',
    ...sides(
      (op) => `const g = (n) => ${op}n\nconst each = (n, fn) => [n].map(fn)\n${cached('(n) => each(n, g)')}`,
      '',
      '-',
    ),
  ),
  same(
    'a counter on the global object',
    ...sides(
      (calls) => `globalThis.pairNine = 0\n${cached('(n) => (globalThis.pairNine++, n)')}\n${calls}`,
      '',
      'f(1), f(2)',
    ),
  ),
  same(
    'a table on the global object',
    ...sides(
      (calls) =>
        `globalThis.pairTen = undefined\n${cached('(n) => { globalThis.pairTen ??= new Map(); globalThis.pairTen.set(n, n); return n }')}\n${calls}`,
      '',
      'f(1), f(2)',
    ),
  ),
]
