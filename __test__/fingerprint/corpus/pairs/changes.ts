import { COPYING } from './exceptions.ts'
// What other code changes between two calls.
import { type Pair, cached, different, same } from './pair.ts'

export const changes: readonly Pair[] = [
  different(
    'a variable set after a call',
    'capture k',
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
    'capture k.a',
    `const k = { a: 1 }\n${cached('(n) => n * k.a')}\nf(1)`,
    `const k = { a: 1 }\n${cached('(n) => n * k.a')}\nf(1)\nk.a = 2`,
  ),
  different(
    'a list that grew after a call',
    'capture k',
    `const k = [1]\n${cached('(n) => n + k.length')}\nf(1)`,
    `const k = [1]\n${cached('(n) => n + k.length')}\nf(1)\nk.push(2)`,
  ),
  different(
    'a method replaced after a call',
    'helper ops.add',
    `const ops = { add: (n) => n + 1 }\n${cached('(n) => ops.add(n)')}\nf(1)`,
    `const ops = { add: (n) => n + 1 }\n${cached('(n) => ops.add(n)')}\nf(1)\nops.add = (n) => n + 2`,
  ),
  different(
    'an exported variable of another module',
    'capture K',
    {
      main: `import { K, set } from './state'\n${cached('(n) => n * K')}\nf(1)\nexport { set }`,
      state: 'export let K = 1\nexport const set = (k) => { K = k }',
    },
    {
      main: `import { K, set } from './state'\n${cached('(n) => n * K')}\nf(1)\nset(2)\nexport { set }`,
      state: 'export let K = 1\nexport const set = (k) => { K = k }',
    },
    { except: COPYING },
  ),
  different(
    'an environment variable',
    'capture process.env.PAIR',
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
    'capture pairFive',
    `globalThis.pairFive = 1\n${cached('(n) => n * pairFive')}`,
    `globalThis.pairFive = 2\n${cached('(n) => n * pairFive')}`,
  ),
  different(
    'a constant declared further down',
    'capture k',
    `${cached('(n) => n * k')}\nconst k = 1`,
    `${cached('(n) => n * k')}\nconst k = 2`,
  ),
]
