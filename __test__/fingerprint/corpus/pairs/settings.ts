import { REQUIRING, UNWAITING } from './exceptions.ts'
// Settings, constants and packages that come from other modules.
import { type Files, type Pair, cached, different, same, sides, withHelper } from './pair.ts'

const withConfig = (config: string, use = 'config.k'): Files => ({
  main: `import { config } from './settings'\n${cached(`(n) => n * ${use}`)}`,
  settings: `export const config = ${config}`,
})

const withPackage = (version: string, text: string, use: string, imported = '{ g }'): Files => ({
  main: `import ${imported} from 'dep'\n${cached(use)}`,
  'node_modules/dep/package.json': `{"name":"dep","version":"${version}","main":"index.cjs"}`,
  'node_modules/dep/index.cjs': text,
})

export const settings: readonly Pair[] = [
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
    'capture K of helper',
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
  ),
  different(
    'JSON that is imported',
    'capture config.k | capture config_default.k | capture default.k | capture config_json_1.default.k | capture _configjson.default.k',
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
    'dependency | helper fn of init_late of load',
    ...sides(
      (k) => ({
        main: `import { load } from './loader'\n${cached('async (n) => (await load()).g(n)')}`,
        loader: `export const load = () => import('./late.mjs')`,
        'late.mjs': `export const g = (n) => n * ${k}`,
      }),
      '1',
      '2',
    ),
  ),
  different(
    // Where ts-node compiles to CommonJS, a module has a `require` and cannot declare one.
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
    { except: [...REQUIRING, 'ts-node'] },
  ),
  same(
    'what a `require` of another name loads, which is not known',
    ...sides(
      (k) => ({
        main: `import { createRequire } from 'node:module'\nconst load = createRequire(base)\n${cached(`(n) => n * load('./config.json').k`)}`,
        'config.json': `{ "k": ${k} }`,
      }),
      '1',
      '1',
    ),
    { isDoubtful: true },
  ),
  same(
    'a module that is imported when it runs, before and after it ran',
    ...sides(
      (call) => ({
        main: `import { load } from './loader'\n${cached('async (n) => (await load()).g(n)')}\n${call}`,
        loader: `export const load = () => import('./late.mjs')`,
        'late.mjs': `export const g = (n) => n * 2`,
      }),
      '',
      'await f(1)',
    ),
    { except: UNWAITING },
  ),
  different(
    'a package that is a function',
    'dependency dep',
    ...sides((version) => withPackage(version, 'module.exports = (n) => n', '(n) => dep(n)', 'dep'), '1.0.0', '1.1.0'),
  ),
  different(
    'a class of a package',
    'dependency dep',
    ...sides(
      (version) => withPackage(version, 'exports.G = class G { m(n) { return n } }', '(n) => new G().m(n)', '{ G }'),
      '1.0.0',
      '2.0.0',
    ),
  ),
  different(
    'what a helper takes from a package',
    'dependency dep',
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
    'capture K | capture dep_1.K | capture _dep.K',
    ...sides((k) => withPackage('1.0.0', `exports.K = ${k}`, '(n) => n * K', '{ K }'), '1', '2'),
  ),
  same(
    'the name of a builtin',
    { main: `import { join } from 'node:path'\n${cached('(n) => join(n)')}` },
    { main: `import { join } from 'path'\n${cached('(n) => join(n)')}` },
  ),
]
