import type { LoaderName } from './loader.ts'

/** A tiny program before and after an edit, and whether its call keeps its key. */
export interface Pair {
  readonly about: string
  readonly verdict: 'same' | 'different'
  /** Files by name; `main` defines `f`. */
  readonly before: Files
  readonly after: Files
  /** Arguments of the call, as text. Default `1`. */
  readonly args?: string
  /** Whether something is said that it cannot be covered. Default false. */
  readonly isDoubtful?: boolean
  /** Loaders through which it cannot be told, with the reason in docs/keys.md, or makes no sense. */
  readonly except?: readonly LoaderName[]
}

export type Files = string | Readonly<Record<string, string>>

const pair =
  (verdict: Pair['verdict']) =>
  (
    about: string,
    before: Files,
    after: Files,
    more: Omit<Pair, 'about' | 'verdict' | 'before' | 'after'> = {},
  ): Pair => ({
    about,
    verdict,
    before,
    after,
    ...more,
  })

/** They drop comments. */
const WITHOUT_COMMENTS = ['tsx', 'minified', 'vitest'] as const
/** There, what a module exports is copied to a variable, which the module does not change. */
const WITHOUT_IMPORTS = ['repl', 'eval', 'function'] as const
/** It renames parameters, so the option `params` has to name them. */
const WITHOUT_PARAMETERS = ['minified'] as const

const same = pair('same')
const different = pair('different')
const cached = (text: string): string => `export const f = memory.cache(${text})`
const withHelper = (helper: string, more: Record<string, string> = {}): Files => ({
  main: `import { helper } from './helper'\n${cached('(n) => helper(n)')}`,
  helper,
  ...more,
})

export const pairs: readonly Pair[] = [
  // ------------------------------------------------------------------- the text
  same('a comment', cached('(n) => n + 1'), cached('(n) => /* one more */ n + 1')),
  same('white space', cached('(n) => { return n + 1 }'), cached('(n) => {\n\n  return   n + 1\n}')),
  same('quotes', cached(`(n) => n + 'a'`), cached('(n) => n + "a"')),
  same('semicolons', cached('(n) => { return n }'), cached('(n) => { return n; }')),
  same('lines above', cached('(n) => n'), `\n\n\n${cached('(n) => n')}`),
  same('other code in the module', cached('(n) => n'), `const other = 5\nexport { other }\n${cached('(n) => n')}`),
  different('an operator', cached('(n) => n + 1'), cached('(n) => n - 1')),
  different('a literal', cached('(n) => n + 1'), cached('(n) => n + 2')),
  different('a default parameter', cached('(n, k = 1) => n * k'), cached('(n, k = 2) => n * k')),
  different('async', cached('(n) => n'), cached('async (n) => n')),
  different(
    'a generator inside',
    cached('(n) => [...(function* () { yield n })()]'),
    cached('(n) => [...(function* () { yield n + 1 })()]'),
  ),

  // ---------------------------------------------------------------- captured values
  different('a constant', `const k = 1\n${cached('(n) => n * k')}`, `const k = 2\n${cached('(n) => n * k')}`),
  same(
    'a constant that is not used',
    `const k = 1\nexport { k }\n${cached('(n) => n')}`,
    `const k = 2\nexport { k }\n${cached('(n) => n')}`,
  ),
  different('1 and "1"', `const k = 1\n${cached('(n) => n + k')}`, `const k = '1'\n${cached('(n) => n + k')}`),
  different('0 and -0', `const k = 0\n${cached('(n) => n / k')}`, `const k = -0\n${cached('(n) => n / k')}`),
  different(
    'null and undefined',
    `const k = null\n${cached('(n) => [n, k]')}`,
    `const k = undefined\n${cached('(n) => [n, k]')}`,
  ),
  different('a bigint', `const k = 1n\n${cached('(n) => [n, k]')}`, `const k = 2n\n${cached('(n) => [n, k]')}`),
  different(
    'a regular expression',
    `const k = /a/\n${cached('(n) => k.test(n)')}`,
    `const k = /b/\n${cached('(n) => k.test(n)')}`,
  ),
  same(
    'where a regular expression goes on',
    `const k = /a/g\n${cached('(n) => k.test(n)')}`,
    `const k = /a/g\nk.test('a')\n${cached('(n) => k.test(n)')}`,
  ),
  different('an array', `const k = [1, 2]\n${cached('(n) => k[n]')}`, `const k = [2, 1]\n${cached('(n) => k[n]')}`),
  same(
    'the order of properties',
    `const k = { a: 1, b: 2 }\n${cached('(n) => k[n]')}`,
    `const k = { b: 2, a: 1 }\n${cached('(n) => k[n]')}`,
  ),
  different(
    'a property that is used',
    `const k = { a: 1, b: 2 }\n${cached('(n) => n * k.a')}`,
    `const k = { a: 5, b: 2 }\n${cached('(n) => n * k.a')}`,
  ),
  same(
    'a property that is not used',
    `const k = { a: 1, b: 2 }\n${cached('(n) => n * k.a')}`,
    `const k = { a: 1, b: 5 }\n${cached('(n) => n * k.a')}`,
  ),
  different(
    'a property further in',
    `const k = { a: { b: 1 } }\n${cached('(n) => n * k.a.b')}`,
    `const k = { a: { b: 2 } }\n${cached('(n) => n * k.a.b')}`,
  ),
  different(
    'a map',
    `const k = new Map([[1, 2]])\n${cached('(n) => k.get(n)')}`,
    `const k = new Map([[1, 3]])\n${cached('(n) => k.get(n)')}`,
  ),
  same(
    'the order of a set',
    `const k = new Set([1, 2])\n${cached('(n) => k.has(n)')}`,
    `const k = new Set([2, 1])\n${cached('(n) => k.has(n)')}`,
  ),
  different(
    'a date',
    `const k = new Date(0)\n${cached('(n) => k.getTime() + n')}`,
    `const k = new Date(1)\n${cached('(n) => k.getTime() + n')}`,
  ),
  different(
    'a typed array',
    `const k = new Float64Array([1])\n${cached('(n) => k[n]')}`,
    `const k = new Float64Array([2])\n${cached('(n) => k[n]')}`,
  ),
  same(
    'a view elsewhere in its buffer',
    `const k = new Uint8Array([1, 2])\n${cached('(n) => k[n]')}`,
    `const k = new Uint8Array([0, 1, 2]).subarray(1)\n${cached('(n) => k[n]')}`,
  ),
  different(
    'a frozen object',
    `const k = Object.freeze({ a: 1 })\n${cached('(n) => [n, k]')}`,
    `const k = Object.freeze({ a: 2 })\n${cached('(n) => [n, k]')}`,
  ),
  different(
    'a formatter',
    `const k = new Intl.NumberFormat('en')\n${cached('(n) => k.format(n)')}`,
    `const k = new Intl.NumberFormat('de')\n${cached('(n) => k.format(n)')}`,
  ),
  different(
    'a decoder',
    `const k = new TextDecoder('utf-8')\n${cached('(n) => k.decode(n)')}`,
    `const k = new TextDecoder('latin1')\n${cached('(n) => k.decode(n)')}`,
  ),
  same(
    'what typeof alone asks',
    `const k = 1\n${cached('(n) => [n, typeof k]')}`,
    `const k = 2\n${cached('(n) => [n, typeof k]')}`,
  ),
  different(
    'what typeof tells',
    `const k = 1\n${cached('(n) => [n, typeof k]')}`,
    `const k = 'a'\n${cached('(n) => [n, typeof k]')}`,
  ),

  // ----------------------------------------------------------------------- closures
  different(
    'two closures of one factory',
    `const make = (k) => (n) => n * k\n${cached('make(2)')}`,
    `const make = (k) => (n) => n * k\n${cached('make(3)')}`,
  ),
  same(
    'the same closure made twice',
    `const make = (k) => (n) => n * k\n${cached('make(2)')}`,
    `const make = (k) => (n) => n * k\nmake(3)\n${cached('make(2)')}`,
  ),
  different(
    'lambdas of one line',
    `const all = [(n) => n + 1, (n) => n + 2]\n${cached('all[0]')}`,
    `const all = [(n) => n + 1, (n) => n + 2]\n${cached('all[1]')}`,
  ),
  different(
    'a loop variable',
    `const all = []\nfor (let i = 0; i < 3; i++) all.push((n) => n + i)\n${cached('all[0]')}`,
    `const all = []\nfor (let i = 0; i < 3; i++) all.push((n) => n + i)\n${cached('all[1]')}`,
  ),
  different(
    'a function in a closure',
    `const make = (g) => (n) => g(n)\n${cached('make((n) => n)')}`,
    `const make = (g) => (n) => g(n)\n${cached('make((n) => -n)')}`,
  ),
  different(
    'a name that hides another',
    `const k = 1\nconst make = (k) => (n) => n * k\nexport { k }\n${cached('make(1)')}`,
    `const k = 1\nconst make = (k) => (n) => n * k\nexport { k }\n${cached('make(2)')}`,
  ),

  // ------------------------------------------------------------------------ helpers
  different('a helper', withHelper('export const helper = (n) => n'), withHelper('export const helper = (n) => -n')),
  same(
    'a comment in a helper',
    withHelper('export const helper = (n) => n'),
    withHelper('export const helper = (n) => /* so */ n'),
  ),
  same(
    'another function in the module of a helper',
    withHelper('export const helper = (n) => n'),
    withHelper('export const other = 1\nexport const helper = (n) => n'),
  ),
  different(
    'a constant of a helper',
    withHelper('const k = 1\nexport const helper = (n) => n * k'),
    withHelper('const k = 2\nexport const helper = (n) => n * k'),
  ),
  different(
    'a helper two modules away',
    withHelper(`import { deep } from './deep'\nexport const helper = (n) => deep(n)`, {
      deep: 'export const deep = (n) => n',
    }),
    withHelper(`import { deep } from './deep'\nexport const helper = (n) => deep(n)`, {
      deep: 'export const deep = (n) => n * 2',
    }),
  ),
  different(
    'a constant two modules away',
    withHelper(`import { K } from './deep'\nexport const helper = (n) => n * K`, { deep: 'export const K = 1' }),
    withHelper(`import { K } from './deep'\nexport const helper = (n) => n * K`, { deep: 'export const K = 2' }),
  ),
  different(
    'a re-exported helper',
    withHelper(`export { helper } from './deep'`, { deep: 'export const helper = (n) => n' }),
    withHelper(`export { helper } from './deep'`, { deep: 'export const helper = (n) => n * 2' }),
  ),
  different(
    'a default export',
    {
      main: `import helper from './helper'\n${cached('(n) => helper(n)')}`,
      helper: 'export default function helper(n) { return n }',
    },
    {
      main: `import helper from './helper'\n${cached('(n) => helper(n)')}`,
      helper: 'export default function helper(n) { return -n }',
    },
  ),
  different(
    'a used member of a namespace',
    {
      main: `import * as all from './helper'\n${cached('(n) => all.a(n)')}`,
      helper: 'export const a = (n) => n\nexport const b = (n) => n',
    },
    {
      main: `import * as all from './helper'\n${cached('(n) => all.a(n)')}`,
      helper: 'export const a = (n) => -n\nexport const b = (n) => n',
    },
  ),
  same(
    'an unused member of a namespace',
    {
      main: `import * as all from './helper'\n${cached('(n) => all.a(n)')}`,
      helper: 'export const a = (n) => n\nexport const b = (n) => n',
    },
    {
      main: `import * as all from './helper'\n${cached('(n) => all.a(n)')}`,
      helper: 'export const a = (n) => n\nexport const b = (n) => -n',
    },
  ),
  different(
    'a method of an object',
    `const ops = { add: (n) => n + 1 }\n${cached('(n) => ops.add(n)')}`,
    `const ops = { add: (n) => n + 2 }\n${cached('(n) => ops.add(n)')}`,
  ),
  different(
    'what a method reads of its object',
    `const ops = { k: 1, add(n) { return n + this.k } }\n${cached('(n) => ops.add(n)')}`,
    `const ops = { k: 2, add(n) { return n + this.k } }\n${cached('(n) => ops.add(n)')}`,
  ),
  same(
    'what a method does not read',
    `const ops = { k: 1, add(n) { return n + 1 } }\n${cached('(n) => ops.add(n)')}`,
    `const ops = { k: 2, add(n) { return n + 1 } }\n${cached('(n) => ops.add(n)')}`,
  ),
  different(
    'a function in a table',
    `const ops = { add: (n) => n + 1 }\n${cached('(n) => ops[n](n)')}`,
    `const ops = { add: (n) => n + 2 }\n${cached('(n) => ops[n](n)')}`,
  ),
  different(
    'recursion',
    cached('function again(n) { return n > 0 ? again(n - 1) : 0 }'),
    cached('function again(n) { return n > 0 ? again(n - 1) : 1 }'),
  ),
  different(
    'mutual recursion',
    `const a = (n) => (n > 0 ? b(n - 1) : 0)\nconst b = (n) => a(n)\n${cached('a')}`,
    `const a = (n) => (n > 0 ? b(n - 1) : 0)\nconst b = (n) => a(n - 1)\n${cached('a')}`,
  ),
  same(
    'mutual recursion, nothing changed',
    `const a = (n) => (n > 0 ? b(n - 1) : 0)\nconst b = (n) => a(n)\n${cached('a')}`,
    `const b = (n) => a(n)\nconst a = (n) => (n > 0 ? b(n - 1) : 0)\n${cached('a')}`,
  ),
  different(
    'a bound helper',
    `const helper = ((k, n) => k * n).bind(null, 1)\n${cached('(n) => helper(n)')}`,
    `const helper = ((k, n) => k * n).bind(null, 2)\n${cached('(n) => helper(n)')}`,
  ),
  different(
    'a native helper',
    `const { floor: round } = Math\n${cached('(n) => round(n)')}`,
    `const { ceil: round } = Math\n${cached('(n) => round(n)')}`,
  ),
  different(
    'a method of a prototype',
    `const has = Map.prototype.has\n${cached('(n) => has.call(n, 1)')}`,
    `const has = Set.prototype.has\n${cached('(n) => has.call(n, 1)')}`,
  ),
  different(
    'a builtin',
    `import { dirname as part } from 'node:path'\n${cached('(n) => part(n)')}`,
    `import { basename as part } from 'node:path'\n${cached('(n) => part(n)')}`,
  ),
  different(
    'a cached helper',
    `const helper = memory.cache((n) => n)\n${cached('(n) => helper(n)')}`,
    `const helper = memory.cache((n) => -n)\n${cached('(n) => helper(n)')}`,
  ),
  same(
    'a cached helper with a version',
    `const helper = memory.cache((n) => n, { name: 'h', version: '1' })\n${cached('(n) => helper(n)')}`,
    `const helper = memory.cache((n) => -n, { name: 'h', version: '1' })\n${cached('(n) => helper(n)')}`,
  ),
  different(
    'the version of a cached helper',
    `const helper = memory.cache((n) => n, { name: 'h', version: '1' })\n${cached('(n) => helper(n)')}`,
    `const helper = memory.cache((n) => n, { name: 'h', version: '2' })\n${cached('(n) => helper(n)')}`,
  ),
  different(
    'a package upgraded',
    {
      main: `import { g } from 'dep'\n${cached('(n) => g(n)')}`,
      'node_modules/dep/package.json': '{"name":"dep","version":"1.0.0","main":"index.cjs"}',
      'node_modules/dep/index.cjs': 'exports.g = (n) => n',
    },
    {
      main: `import { g } from 'dep'\n${cached('(n) => g(n)')}`,
      'node_modules/dep/package.json': '{"name":"dep","version":"1.0.1","main":"index.cjs"}',
      'node_modules/dep/index.cjs': 'exports.g = (n) => n',
    },
  ),
  same(
    'inner workings of a package',
    {
      main: `import { g } from 'dep'\n${cached('(n) => g(n)')}`,
      'node_modules/dep/package.json': '{"name":"dep","version":"1.0.0","main":"index.cjs"}',
      'node_modules/dep/index.cjs': 'const k = 1; exports.g = (n) => n * k',
    },
    {
      main: `import { g } from 'dep'\n${cached('(n) => g(n)')}`,
      'node_modules/dep/package.json': '{"name":"dep","version":"1.0.0","main":"index.cjs"}',
      'node_modules/dep/index.cjs': 'const k = 2; exports.g = (n) => n * k',
    },
  ),
  same(
    'imports in another order',
    {
      main: `import { a } from './a'\nimport { b } from './b'\n${cached('(n) => a(n) + b(n)')}`,
      a: 'export const a = (n) => n',
      b: 'export const b = (n) => n',
    },
    {
      main: `import { b } from './b'\nimport { a } from './a'\n${cached('(n) => a(n) + b(n)')}`,
      a: 'export const a = (n) => n',
      b: 'export const b = (n) => n',
    },
  ),
  same('a helper moved to another file', withHelper('export const helper = (n) => n * 2'), {
    main: `import { helper } from './moved'\n${cached('(n) => helper(n)')}`,
    moved: 'export const helper = (n) => n * 2',
  }),

  // ------------------------------------------------------------------------ classes
  different(
    'a method of a class',
    `class A { m(n) { return n } }\n${cached('(n) => new A().m(n)')}`,
    `class A { m(n) { return -n } }\n${cached('(n) => new A().m(n)')}`,
  ),
  different(
    'a method of a parent',
    `class A { m(n) { return n } }\nclass B extends A {}\n${cached('(n) => new B().m(n)')}`,
    `class A { m(n) { return -n } }\nclass B extends A {}\n${cached('(n) => new B().m(n)')}`,
  ),
  different(
    'a constant that a method reads',
    `const k = 1\nclass A { m(n) { return n * k } }\n${cached('(n) => new A().m(n)')}`,
    `const k = 2\nclass A { m(n) { return n * k } }\n${cached('(n) => new A().m(n)')}`,
  ),
  different(
    'a getter of a class',
    `class A { get v() { return 1 } }\n${cached('(n) => new A().v + n')}`,
    `class A { get v() { return 2 } }\n${cached('(n) => new A().v + n')}`,
  ),
  different(
    'a field of a class',
    `class A { v = 1 }\n${cached('(n) => new A().v + n')}`,
    `class A { v = 2 }\n${cached('(n) => new A().v + n')}`,
  ),
  different(
    'a private method',
    `class A { #p(n) { return n } m(n) { return this.#p(n) } }\n${cached('(n) => new A().m(n)')}`,
    `class A { #p(n) { return -n } m(n) { return this.#p(n) } }\n${cached('(n) => new A().m(n)')}`,
  ),
  same(
    'an instance that cannot be hashed',
    `class A {}\nconst a = new A()\n${cached('(n) => [n, a]')}`,
    `class A {}\nconst a = new A()\n${cached('(n) => [n, a]')}`,
    { isDoubtful: true },
  ),

  // -------------------------------------------------------------------------- state
  same(
    'a counter',
    `let runs = 0\n${cached('(n) => (runs++, n)')}`,
    `let runs = 0\n${cached('(n) => (runs++, n)')}\nf(1), f(2)`,
  ),
  same(
    'a log',
    `const log = []\n${cached('(n) => (log.push(n), n)')}`,
    `const log = []\n${cached('(n) => (log.push(n), n)')}\nf(1), f(2)`,
  ),
  same(
    'a memo table',
    `const memo = new Map()\n${cached('(n) => memo.get(n) ?? (memo.set(n, n), n)')}`,
    `const memo = new Map()\n${cached('(n) => memo.get(n) ?? (memo.set(n, n), n)')}\nf(1), f(2)`,
  ),
  same(
    'a connection opened on first use',
    `let db\n${cached('(n) => (db ??= { open: true }, n)')}`,
    `let db\n${cached('(n) => (db ??= { open: true }, n)')}\nf(1)`,
  ),
  same(
    'a counter of a helper',
    `let runs = 0\nconst helper = (n) => (runs++, n)\n${cached('(n) => helper(n) + runs * 0')}`,
    `let runs = 0\nconst helper = (n) => (runs++, n)\n${cached('(n) => helper(n) + runs * 0')}\nf(1)`,
  ),
  same(
    'a counter in an object',
    `const state = { runs: 0, k: 1 }\n${cached('(n) => (state.runs++, n * state.k)')}`,
    `const state = { runs: 0, k: 1 }\n${cached('(n) => (state.runs++, n * state.k)')}\nf(1)`,
  ),
  different(
    'a constant beside a counter',
    `const state = { runs: 0, k: 1 }\n${cached('(n) => (state.runs++, n * state.k)')}`,
    `const state = { runs: 0, k: 2 }\n${cached('(n) => (state.runs++, n * state.k)')}`,
  ),

  // ------------------------------------------------------------ what other code changes
  different(
    'a variable set after a call',
    `let k = 1\n${cached('(n) => n * k')}\nf(1)\nif (n0) k = 2`,
    `let k = 1\n${cached('(n) => n * k')}\nf(1)\nif (n1) k = 2`,
  ),
  same(
    'a variable set and set back',
    `let k = 1\n${cached('(n) => n * k')}\nf(1)`,
    `let k = 1\n${cached('(n) => n * k')}\nf(1)\nk = 2\nf(1)\nk = 1`,
  ),
  different(
    'an object changed after a call',
    `const k = { a: 1 }\n${cached('(n) => n * k.a')}\nf(1)`,
    `const k = { a: 1 }\n${cached('(n) => n * k.a')}\nf(1)\nk.a = 2`,
  ),
  different(
    'a list that grew after a call',
    `const k = [1]\n${cached('(n) => n + k.length')}\nf(1)`,
    `const k = [1]\n${cached('(n) => n + k.length')}\nf(1)\nk.push(2)`,
  ),
  different(
    'a method replaced after a call',
    `const ops = { add: (n) => n + 1 }\n${cached('(n) => ops.add(n)')}\nf(1)`,
    `const ops = { add: (n) => n + 1 }\n${cached('(n) => ops.add(n)')}\nf(1)\nops.add = (n) => n + 2`,
  ),
  different(
    'an exported variable of another module',
    {
      main: `import { K, set } from './state'\n${cached('(n) => n * K')}\nf(1)\nexport { set }`,
      state: 'export let K = 1\nexport const set = (k) => { K = k }',
    },
    {
      main: `import { K, set } from './state'\n${cached('(n) => n * K')}\nf(1)\nset(2)\nexport { set }`,
      state: 'export let K = 1\nexport const set = (k) => { K = k }',
    },
    { except: WITHOUT_IMPORTS },
  ),
  different(
    'an environment variable',
    `process.env.PAIR = 'a'\n${cached('(n) => n + process.env.PAIR')}`,
    `process.env.PAIR = 'b'\n${cached('(n) => n + process.env.PAIR')}`,
  ),
  same(
    'another environment variable',
    `process.env.OTHER_PAIR = 'a'\n${cached('(n) => n + process.env.PAIR_THREE')}`,
    `process.env.OTHER_PAIR = 'b'\n${cached('(n) => n + process.env.PAIR_THREE')}`,
  ),
  different(
    'a global of the program',
    `globalThis.pairFive = 1\n${cached('(n) => n * pairFive')}`,
    `globalThis.pairFive = 2\n${cached('(n) => n * pairFive')}`,
  ),
  different(
    'a constant declared further down',
    `${cached('(n) => n * k')}\nconst k = 1`,
    `${cached('(n) => n * k')}\nconst k = 2`,
  ),

  // ------------------------------------------------------------------------- options
  same(
    'captures none',
    `const k = 1\n${cached(`(n) => n * k, { captures: 'none' }`)}`,
    `const k = 2\n${cached(`(n) => n * k, { captures: 'none' }`)}`,
  ),
  different(
    'a comment under codeHash',
    cached(`(n) => n, { strategy: 'codeHash' }`),
    cached(`(n) => /* so */ n, { strategy: 'codeHash' }`),
    { except: WITHOUT_COMMENTS },
  ),
  different(
    'a capture under codeHash',
    `const k = 1\n${cached(`(n) => n * k, { strategy: 'codeHash' }`)}`,
    `const k = 2\n${cached(`(n) => n * k, { strategy: 'codeHash' }`)}`,
  ),
  same(
    'a capture under a version',
    `const k = 1\n${cached(`(n) => n * k, { name: 'v', version: '1' }`)}`,
    `const k = 2\n${cached(`(n) => n * k, { name: 'v', version: '1' }`)}`,
  ),
  different(
    'a dependency under a version',
    cached(`(n) => n, { name: 'v', version: '1', deps: [1] }`),
    cached(`(n) => n, { name: 'v', version: '1', deps: [2] }`),
  ),
  different(
    'a function as a dependency',
    cached(`(n) => n, { deps: [(x) => x] }`),
    cached(`(n) => n, { deps: [(x) => -x] }`),
  ),
  different(
    'a file as a dependency',
    {
      main: `import { fileOf } from 'engram'\n${cached(`(n) => n, { deps: [fileOf(new URL('./rows.csv', base))] }`)}`,
      'rows.csv': 'a,b\n',
    },
    {
      main: `import { fileOf } from 'engram'\n${cached(`(n) => n, { deps: [fileOf(new URL('./rows.csv', base))] }`)}`,
      'rows.csv': 'a,c\n',
    },
  ),
  different(
    'a variable as a dependency',
    `import { env } from 'engram'\nprocess.env.PAIR_SIX = '1'\n${cached(`(n) => n, { deps: [env('PAIR_SIX')] }`)}`,
    `import { env } from 'engram'\nprocess.env.PAIR_SIX = '2'\n${cached(`(n) => n, { deps: [env('PAIR_SIX')] }`)}`,
  ),
  same(
    'arguments that one text stands for',
    cached('(n) => n, { hash: { n: (n) => n.id } }'),
    cached('(n) => n, { hash: { n: (n) => n.id } }'),
    { args: `{ id: 'a', at: Math.random() }`, except: WITHOUT_PARAMETERS },
  ),
  same(
    'a value with a hash',
    `import { withHash } from 'engram'\nexport const arg = withHash({ a: 1 }, 'x')\n${cached('(n) => n')}`,
    `import { withHash } from 'engram'\nexport const arg = withHash({ a: 2 }, 'x')\n${cached('(n) => n')}`,
    { args: 'arg' },
  ),
  different(
    'a function as an argument',
    `export const arg = (x) => x\n${cached('(n) => n(1)')}`,
    `export const arg = (x) => -x\n${cached('(n) => n(1)')}`,
    { args: 'arg' },
  ),
  different(
    'what an argument captured',
    `const k = 1\nexport const arg = (x) => x * k\n${cached('(n) => n(1)')}`,
    `const k = 2\nexport const arg = (x) => x * k\n${cached('(n) => n(1)')}`,
    { args: 'arg' },
  ),
]
