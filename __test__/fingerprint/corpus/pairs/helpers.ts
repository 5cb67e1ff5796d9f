// Functions that it calls.
import { type Pair, cached, different, same, withHelper } from './pair.ts'

export const helpers: readonly Pair[] = [
  different(
    'a helper',
    'helper helper',
    withHelper('export const helper = (n) => n'),
    withHelper('export const helper = (n) => -n'),
  ),
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
    'capture k of helper',
    withHelper('const k = 1\nexport const helper = (n) => n * k'),
    withHelper('const k = 2\nexport const helper = (n) => n * k'),
  ),
  different(
    'a helper two modules away',
    'helper deep of helper',
    withHelper(`import { deep } from './deep'\nexport const helper = (n) => deep(n)`, {
      deep: 'export const deep = (n) => n',
    }),
    withHelper(`import { deep } from './deep'\nexport const helper = (n) => deep(n)`, {
      deep: 'export const deep = (n) => n * 2',
    }),
  ),
  different(
    'a constant two modules away',
    'capture K of helper',
    withHelper(`import { K } from './deep'\nexport const helper = (n) => n * K`, { deep: 'export const K = 1' }),
    withHelper(`import { K } from './deep'\nexport const helper = (n) => n * K`, { deep: 'export const K = 2' }),
  ),
  different(
    'a re-exported helper',
    'helper helper',
    withHelper(`export { helper } from './deep'`, { deep: 'export const helper = (n) => n' }),
    withHelper(`export { helper } from './deep'`, { deep: 'export const helper = (n) => n * 2' }),
  ),
  different(
    'a default export',
    'helper helper | helper default',
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
    'helper all.a | helper a',
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
    'helper ops.add',
    `const ops = { add: (n) => n + 1 }\n${cached('(n) => ops.add(n)')}`,
    `const ops = { add: (n) => n + 2 }\n${cached('(n) => ops.add(n)')}`,
  ),
  different(
    'what a method reads of its object',
    'capture ops',
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
    'capture ops',
    `const ops = { add: (n) => n + 1 }\n${cached('(n) => ops[n](n)')}`,
    `const ops = { add: (n) => n + 2 }\n${cached('(n) => ops[n](n)')}`,
    { args: `'add'` },
  ),
  different(
    'recursion',
    'code',
    cached('function again(n) { return n > 0 ? again(n - 1) : 0 }'),
    cached('function again(n) { return n > 0 ? again(n - 1) : 1 }'),
  ),
  different(
    'mutual recursion',
    'helper b',
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
    'capture argument 0 of helper',
    `const helper = ((k, n) => k * n).bind(null, 1)\n${cached('(n) => helper(n)')}`,
    `const helper = ((k, n) => k * n).bind(null, 2)\n${cached('(n) => helper(n)')}`,
  ),
  different(
    'a native helper',
    'helper round',
    `const { floor: round } = Math\n${cached('(n) => round(n)')}`,
    `const { ceil: round } = Math\n${cached('(n) => round(n)')}`,
  ),
  different(
    'a method of a prototype',
    'helper has',
    `const has = Map.prototype.has\n${cached('(n) => has.call(n, 1)')}`,
    `const has = Set.prototype.has\n${cached('(n) => has.call(n, 1)')}`,
    { args: 'new Map()' },
  ),
  different(
    'a builtin',
    'helper part | helper basename | helper node_path_1.basename | helper _nodepath.basename',
    `import { dirname as part } from 'node:path'\n${cached('(n) => part(n)')}`,
    `import { basename as part } from 'node:path'\n${cached('(n) => part(n)')}`,
    { args: `'a/b'` },
  ),
  different(
    'a cached helper',
    'helper helper',
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
    'helper helper',
    `const helper = memory.cache((n) => n, { name: 'h', version: '1' })\n${cached('(n) => helper(n)')}`,
    `const helper = memory.cache((n) => n, { name: 'h', version: '2' })\n${cached('(n) => helper(n)')}`,
  ),
  different(
    'a package upgraded',
    'dependency dep',
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
]
