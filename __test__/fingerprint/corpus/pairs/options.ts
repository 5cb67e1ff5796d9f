import { COMMENTLESS, COUNTING, NAMELESS } from './exceptions.ts'
// What options say of keys.
import { type Pair, cached, different, same } from './pair.ts'

export const options: readonly Pair[] = [
  same(
    'captures none',
    `const k = 1\n${cached(`(n) => n * k, { captures: 'none' }`)}`,
    `const k = 2\n${cached(`(n) => n * k, { captures: 'none' }`)}`,
  ),
  different(
    'a comment under codeHash',
    'code',
    cached(`(n) => n, { strategy: 'codeHash' }`),
    cached(`(n) => /* so */ n, { strategy: 'codeHash' }`),
    { except: [...COMMENTLESS, ...COUNTING] },
  ),
  different(
    'a capture under codeHash',
    'capture k',
    `const k = 1\n${cached(`(n) => n * k, { strategy: 'codeHash' }`)}`,
    `const k = 2\n${cached(`(n) => n * k, { strategy: 'codeHash' }`)}`,
    { except: COUNTING },
  ),
  same(
    'a capture under a version',
    `const k = 1\n${cached(`(n) => n * k, { name: 'v', version: '1' }`)}`,
    `const k = 2\n${cached(`(n) => n * k, { name: 'v', version: '1' }`)}`,
    // What a program without a module declares is seen as a factory's.
    { except: ['function'] },
  ),
  different(
    'a dependency under a version',
    'dependency',
    cached(`(n) => n, { name: 'v', version: '1', deps: [1] }`),
    cached(`(n) => n, { name: 'v', version: '1', deps: [2] }`),
  ),
  different(
    'a function as a dependency',
    'helper deps[0]',
    cached(`(n) => n, { deps: [(x) => x] }`),
    cached(`(n) => n, { deps: [(x) => -x] }`),
  ),
  different(
    'a file as a dependency',
    'dependency',
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
    'dependency',
    `import { env } from 'engram'\nprocess.env.PAIR_SIX = '1'\n${cached(`(n) => n, { deps: [env('PAIR_SIX')] }`)}`,
    `import { env } from 'engram'\nprocess.env.PAIR_SIX = '2'\n${cached(`(n) => n, { deps: [env('PAIR_SIX')] }`)}`,
  ),
  same(
    'arguments that one text stands for',
    cached('(n) => n, { hash: { n: (n) => n.id } }'),
    cached('(n) => n, { hash: { n: (n) => n.id } }'),
    { args: `{ id: 'a', at: Math.random() }`, except: NAMELESS },
  ),
  same(
    'a value with a hash',
    `import { withHash } from 'engram'\nexport const arg = withHash({ a: 1 }, 'x')\n${cached('(n) => n')}`,
    `import { withHash } from 'engram'\nexport const arg = withHash({ a: 2 }, 'x')\n${cached('(n) => n')}`,
    { args: 'arg' },
  ),
  different(
    'a function as an argument',
    'argument n',
    `export const arg = (x) => x\n${cached('(n) => n(1)')}`,
    `export const arg = (x) => -x\n${cached('(n) => n(1)')}`,
    { args: 'arg' },
  ),
  different(
    'what an argument captured',
    'argument n',
    `const k = 1\nexport const arg = (x) => x * k\n${cached('(n) => n(1)')}`,
    `const k = 2\nexport const arg = (x) => x * k\n${cached('(n) => n(1)')}`,
    { args: 'arg' },
  ),
]
