// Helpers that come through other modules.
import { type Files, type Pair, cached, different, same, sides, withHelper } from './pair.ts'

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

export const modules: readonly Pair[] = [
  different('a helper through a barrel', 'helper helper', ...sides(through(`export * from './deep'`), plain, changed)),
  same(
    'another export of a barrel',
    ...sides(through(`export * from './deep'`), plain, `${plain}\nexport const other = 1`),
  ),
  different(
    'a helper that is renamed on its way',
    'helper helper | helper deep',
    ...sides(
      through(`export { deep as helper } from './deep'`),
      'export const deep = (n) => n',
      'export const deep = (n) => -n',
    ),
  ),
  different(
    'a default export that gets a name',
    'helper helper | helper deep_default',
    ...sides(
      through(`export { default as helper } from './deep'`),
      'export default (n) => n',
      'export default (n) => -n',
    ),
  ),
  different(
    'a namespace that is exported',
    'helper all.helper | helper deep_exports.helper | helper helper',
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
    'helper h | helper helper',
    ...sides(
      (helper) => ({ main: `import { helper as h } from './helper'\n${cached('(n) => h(n)')}`, helper }),
      plain,
      changed,
    ),
  ),
  different(
    'a default export without a name',
    'helper helper | helper helper_default | helper default',
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
    'helper ops.add | helper ops_default.add | helper default.add',
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
    'helper Base of Shop | helper extends of Shop',
    ...sides(
      (k) => ({
        main: `import { Base } from './base'\nclass Shop extends Base {}\n${cached('(n) => new Shop().m(n)')}`,
        base: `export class Base { m(n) { return n * ${k} } }`,
      }),
      '1',
      '2',
    ),
  ),
  different('modules that import each other', 'helper odd of even', ...sides(circular, '1', '2')),
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
]
