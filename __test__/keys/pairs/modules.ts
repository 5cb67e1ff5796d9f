// Helpers that come through other modules.
import type { Files, Pair } from '../pairs.ts'
import { cached, different, same, sides, withHelper } from './pair.ts'

/** `helper` comes through another module, which exports it as `way` says. */
const through =
  (way: string) =>
  (deep: string): Files =>
    withHelper(way, { deep })
const plain = 'export const helper = (n) => n'
const changed = 'export const helper = (n) => -n'

/** Modules of this text import each other. */
const circular = (last: string): Files => ({
  main: `import { even } from './even'\n${cached('(n) => even(n)')}`,
  even: `import { odd } from './odd'\nexport const even = (n) => n === 0 || odd(n - 1)`,
  odd: `import { even } from './even'\nexport const odd = (n) => n !== 0 && even(n - ${last})`,
})

const withConfig = (config: string, use = 'config.k'): Files => ({
  main: `import { config } from './settings'\n${cached(`(n) => n * ${use}`)}`,
  settings: `export const config = ${config}`,
})

const withPackage = (version: string, text: string, use: string, imported = '{ g }'): Files => ({
  main: `import ${imported} from 'dep'\n${cached(use)}`,
  'node_modules/dep/package.json': `{"name":"dep","version":"${version}","main":"index.cjs"}`,
  'node_modules/dep/index.cjs': text,
})

export const modules: readonly Pair[] = [
  different('a helper through a barrel', 'helper helper', ...sides(through(`export * from './deep'`), plain, changed)),
  same(
    'another export of a barrel',
    ...sides(through(`export * from './deep'`), plain, `${plain}\nexport const other = 1`),
  ),
  different(
    'a helper that is renamed on its way',
    'helper helper',
    ...sides(
      through(`export { deep as helper } from './deep'`),
      'export const deep = (n) => n',
      'export const deep = (n) => -n',
    ),
  ),
  different(
    'a default export that gets a name',
    'helper helper',
    ...sides(
      through(`export { default as helper } from './deep'`),
      'export default (n) => n',
      'export default (n) => -n',
    ),
  ),
  different(
    'a namespace that is exported',
    'helper all.helper',
    ...sides(
      (deep) => ({
        main: `import { all } from './barrel'\n${cached('(n) => all.helper(n)')}`,
        barrel: `export * as all from './deep'`,
        deep,
      }),
      plain,
      changed,
    ),
  ),
  same(
    'a namespace that is exported, another member',
    ...sides(
      (other) => ({
        main: `import { all } from './barrel'\n${cached('(n) => all.helper(n)')}`,
        barrel: `export * as all from './deep'`,
        deep: `${plain}\nexport const other = ${other}`,
      }),
      '1',
      '2',
    ),
  ),
  different(
    'a helper under another name',
    'helper h',
    ...sides(
      (helper) => ({ main: `import { helper as h } from './helper'\n${cached('(n) => h(n)')}`, helper }),
      plain,
      changed,
    ),
  ),
  different(
    'a default export without a name',
    'helper helper',
    ...sides(
      (op) => ({
        main: `import helper from './helper'\n${cached('(n) => helper(n)')}`,
        helper: `export default (n) => ${op}n`,
      }),
      '',
      '-',
    ),
  ),
  different(
    'a default export that is an object',
    'helper ops.add',
    ...sides(
      (k) => ({
        main: `import ops from './ops'\n${cached('(n) => ops.add(n)')}`,
        ops: `export default { add: (n) => n + ${k}, sub: (n) => n }`,
      }),
      '1',
      '2',
    ),
  ),
  same(
    'another method of a default export',
    ...sides(
      (k) => ({
        main: `import ops from './ops'\n${cached('(n) => ops.add(n)')}`,
        ops: `export default { add: (n) => n, sub: (n) => n - ${k} }`,
      }),
      '1',
      '2',
    ),
  ),
  different(
    'a class of another module',
    'helper Base',
    ...sides(
      (k) => ({
        main: `import { Base } from './base'\nclass Shop extends Base {}\n${cached('(n) => new Shop().m(n)')}`,
        base: `export class Base { m(n) { return n * ${k} } }`,
      }),
      '1',
      '2',
    ),
  ),
  different('modules that import each other', 'helper odd', ...sides(circular, '1', '2')),
  same('modules that import each other, nothing changed', ...sides(circular, '1', '/* so */ 1')),
  same(
    'a helper further down in its module',
    ...sides((above) => withHelper(`${above}export const helper = (n) => n`), '', 'export const other = (n) => n\n\n'),
  ),
  same(
    'what a module does when it loads',
    ...sides((k) => withHelper(`globalThis.pairLoaded = ${k}\nexport const helper = (n) => n`), '1', '2'),
  ),
  different(
    'a helper that is chosen when its module loads',
    'helper helper',
    ...sides(
      (k) => withHelper(`const [a, b] = [(n) => n, (n) => -n]\nexport const helper = ${k} ? a : b`),
      'true',
      'false',
    ),
  ),
  different(
    'a helper that is set later',
    'helper helper',
    ...sides((op) => withHelper(`export let helper\nhelper = (n) => ${op}n`), '', '-'),
  ),
  different(
    'a table of another module',
    'capture config.k',
    ...sides((k) => withConfig(`{ k: ${k}, l: 1 }`), '1', '2'),
  ),
  same('a setting that is not used', ...sides((l) => withConfig(`{ k: 1, l: ${l} }`), '1', '2')),
  same(
    'settings in another order',
    withConfig('{ k: 1, l: 2 }', 'Object.keys(config).length'),
    withConfig('{ l: 2, k: 1 }', 'Object.keys(config).length'),
  ),
  different(
    'frozen settings',
    'capture config.a.k',
    ...sides((k) => withConfig(`Object.freeze({ a: Object.freeze({ k: ${k} }) })`, 'config.a.k'), '1', '2'),
  ),
  same('a frozen setting that is not used', ...sides((l) => withConfig(`Object.freeze({ k: 1, l: ${l} })`), '1', '2')),
  different(
    'a member of an enumeration',
    'capture Kind.B',
    ...sides(
      (value) => ({
        main: `import { Kind } from './kind'\n${cached('(n) => n === Kind.B')}`,
        kind: `export var Kind\n;(function (Kind) { Kind[(Kind['A'] = 0)] = 'A'; Kind[(Kind['B'] = ${value})] = 'B' })(Kind || (Kind = {}))`,
      }),
      '1',
      '2',
    ),
  ),
  different(
    'a constant destructured from settings',
    'capture k',
    ...sides(
      (k) => ({
        main: `import { config } from './settings'\nconst { a: { k } } = config\n${cached('(n) => n * k')}`,
        settings: `export const config = { a: { k: ${k} } }`,
      }),
      '1',
      '2',
    ),
  ),
  different(
    'a constant made of others',
    'capture K',
    ...sides(
      (k) =>
        withHelper(`import { A } from './deep'\nconst K = A * 10\nexport const helper = (n) => n * K`, {
          deep: `export const A = ${k}`,
        }),
      '1',
      '2',
    ),
  ),
  same(
    'a constant made otherwise',
    ...sides((k) => withHelper(`const K = ${k}\nexport const helper = (n) => n * K`), '60 * 60', '3600'),
    { except: ['esbuild'] },
  ),
  different(
    'JSON that is imported',
    'capture config.k',
    ...sides(
      (k) => ({
        main: `import config from './config.json' with { type: 'json' }\n${cached('(n) => n * config.k')}`,
        'config.json': `{ "k": ${k}, "l": 1 }`,
      }),
      '1',
      '2',
    ),
  ),
  same(
    'JSON that is imported, another property',
    ...sides(
      (l) => ({
        main: `import config from './config.json' with { type: 'json' }\n${cached('(n) => n * config.k')}`,
        'config.json': `{ "l": ${l}, "k": 1 }`,
      }),
      '1',
      '2',
    ),
  ),
  different(
    'a module that is imported when it runs',
    'dependency',
    ...sides(
      (k) => ({
        main: `import { load } from './loader'\n${cached('async (n) => (await load()).g(n)')}`,
        loader: `export const load = () => import('./late.mjs')`,
        'late.mjs': `export const g = (n) => n * ${k}`,
      }),
      '1',
      '2',
    ),
    { except: ['esbuild'] },
  ),
  different(
    'JSON that is read when it runs',
    'dependency',
    ...sides(
      (k) => ({
        main: `import { createRequire } from 'node:module'\nconst require = createRequire(new URL('main.js', base))\n${cached(`(n) => n * require('./config.json').k`)}`,
        'config.json': `{ "k": ${k} }`,
      }),
      '1',
      '2',
    ),
    { except: ['esbuild'] },
  ),
  different(
    'a package that is a function',
    'helper dep',
    ...sides((version) => withPackage(version, 'module.exports = (n) => n', '(n) => dep(n)', 'dep'), '1.0.0', '1.1.0'),
  ),
  different(
    'a class of a package',
    'helper G',
    ...sides(
      (version) => withPackage(version, 'exports.G = class G { m(n) { return n } }', '(n) => new G().m(n)', '{ G }'),
      '1.0.0',
      '2.0.0',
    ),
  ),
  different(
    'what a helper takes from a package',
    'helper g',
    ...sides(
      (version) => ({
        ...(withPackage(version, 'exports.g = (n) => n', '') as object),
        main: `import { helper } from './helper'\n${cached('(n) => helper(n)')}`,
        helper: `import { g } from 'dep'\nexport const helper = (n) => g(n)`,
      }),
      '1.0.0',
      '1.0.1',
    ),
  ),
  same(
    'a package that is not used',
    ...sides((version) => withPackage(version, 'exports.g = (n) => n', '(n) => n', '{ g }'), '1.0.0', '2.0.0'),
  ),
  different(
    'a constant of a package',
    'capture K',
    ...sides((k) => withPackage('1.0.0', `exports.K = ${k}`, '(n) => n * K', '{ K }'), '1', '2'),
  ),
  same(
    'the name of a builtin',
    { main: `import { join } from 'node:path'\n${cached('(n) => join(n)')}` },
    { main: `import { join } from 'path'\n${cached('(n) => join(n)')}` },
    { except: ['cjs'] },
  ),
]
