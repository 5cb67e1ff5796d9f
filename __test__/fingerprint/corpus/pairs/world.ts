// What the surroundings of a process say: its environment, its arguments; and what changes between calls.
import { type Pair, cached, different, same, sides } from './pair.ts'

export const world: readonly Pair[] = [
  different(
    'an environment variable that a pattern takes',
    'capture process.env.PAIR_A',
    ...sides(
      (value) =>
        `process.env.PAIR_A = '${value}'\n${cached('(n) => { const { PAIR_A } = process.env; return n + PAIR_A }')}`,
      '1',
      '2',
    ),
  ),
  different(
    'an environment variable read when the module loads',
    'capture PAIR_B',
    ...sides(
      (value) => `process.env.PAIR_B = '${value}'\nconst { PAIR_B } = process.env\n${cached('(n) => n + PAIR_B')}`,
      '1',
      '2',
    ),
  ),
  different(
    'an environment variable with a default',
    'capture limit',
    ...sides(
      (value) =>
        `process.env.PAIR_C = '${value}'\nconst limit = Number(process.env.PAIR_C ?? 3)\n${cached('(n) => n + limit')}`,
      '1',
      '2',
    ),
  ),
  different(
    'an environment variable that is not there',
    'capture process.env.PAIR_D',
    ...sides(
      (text) => `${text}\n${cached('(n) => n + process.env.PAIR_D')}`,
      'delete process.env.PAIR_D',
      `process.env.PAIR_D = 'undefined'`,
    ),
  ),
  different(
    'an environment variable of a helper',
    'capture process.env.PAIR_E of helper',
    ...sides(
      (value) =>
        `process.env.PAIR_E = '${value}'\nconst helper = (n) => n + process.env.PAIR_E\n${cached('(n) => helper(n)')}`,
      '1',
      '2',
    ),
  ),
  different(
    'an environment variable that is set between calls',
    'capture process.env.PAIR_F',
    ...sides(
      (value) =>
        `process.env.PAIR_F = '1'\n${cached('(n) => n + process.env.PAIR_F')}\nf(1)\nprocess.env.PAIR_F = '${value}'`,
      '1',
      '2',
    ),
  ),
  different(
    'an environment that is imported',
    'capture env.PAIR_G | capture node_process_1.env.PAIR_G | capture _nodeprocess.env.PAIR_G',
    ...sides(
      (value) => ({
        main: `import { env } from 'node:process'\nenv.PAIR_G = '${value}'\n${cached('(n) => n + env.PAIR_G')}`,
      }),
      '1',
      '2',
    ),
  ),
  same(
    'an environment variable that nobody can name',
    ...sides(() => `const name = 'PAIR_H'\n${cached('(n) => n + process.env[name]')}`, '', ''),
    { isDoubtful: true },
  ),
  different(
    'arguments of the program',
    'capture process.argv',
    ...sides((value) => `process.argv[2] = '${value}'\n${cached('(n) => n + process.argv[2]')}`, 'a', 'b'),
  ),
  different(
    'arguments of the program that a pattern takes',
    'capture process.argv',
    ...sides(
      (value) =>
        `process.argv[2] = '${value}'\n${cached('(n) => { const [, , mode] = process.argv; return n + mode }')}`,
      'a',
      'b',
    ),
  ),
  different(
    'arguments of the program, read when the module loads',
    'capture mode',
    ...sides(
      (value) => `process.argv[2] = '${value}'\nconst [, , mode] = process.argv\n${cached('(n) => n + mode')}`,
      'a',
      'b',
    ),
  ),
  different(
    'a file by its content',
    'capture rows',
    ...sides(
      (text) => ({
        main: `import { fileOf } from 'engram'\nconst rows = fileOf(new URL('./rows.csv', base))\n${cached('(n) => [n, rows].length')}`,
        'rows.csv': text,
      }),
      'a',
      'b',
    ),
  ),
  different(
    'a file as an argument',
    'argument n',
    ...sides(
      (text) => ({
        main: `import { fileOf } from 'engram'\nexport const arg = fileOf(new URL('./rows.csv', base))\n${cached('(n) => n.byteLength')}`,
        'rows.csv': text,
      }),
      'a',
      'b',
    ),
    { args: 'arg' },
  ),
  same(
    'a file of another name',
    {
      main: `import { fileOf } from 'engram'\n${cached(`(n) => n, { deps: [fileOf(new URL('./a.csv', base))] }`)}`,
      'a.csv': 'x',
    },
    {
      main: `import { fileOf } from 'engram'\n${cached(`(n) => n, { deps: [fileOf(new URL('./b.csv', base))] }`)}`,
      'b.csv': 'x',
    },
  ),
  // ------------------------------------------------------------ between two calls
  different(
    'a map that grew after a call',
    'capture k',
    ...sides((text) => `const k = new Map()\n${cached('(n) => k.get(n)')}\nf(1)\n${text}`, '', 'k.set(1, 2)'),
  ),
  different(
    'a date that was set after a call',
    'capture k',
    ...sides((text) => `const k = new Date(0)\n${cached('(n) => n + k.getTime()')}\nf(1)\n${text}`, '', 'k.setTime(1)'),
  ),
  different(
    'bytes that were written after a call',
    'capture k',
    ...sides((text) => `const k = new Uint8Array(2)\n${cached('(n) => n + k[0]')}\nf(1)\n${text}`, '', 'k[0] = 1'),
  ),
  different(
    'an object further in that was changed after a call',
    'capture k.a.b',
    ...sides((text) => `const k = { a: { b: 1 } }\n${cached('(n) => n * k.a.b')}\nf(1)\n${text}`, '', 'k.a.b = 2'),
  ),
  different(
    'an object that was replaced after a call',
    'capture k.a',
    ...sides((text) => `let k = { a: 1 }\n${cached('(n) => n * k.a')}\nf(1)\n${text}`, '', 'k = { a: 2 }'),
  ),
  different(
    'a helper that was replaced after a call',
    'helper helper',
    ...sides((text) => `let helper = (n) => n\n${cached('(n) => helper(n)')}\nf(1)\n${text}`, '', 'helper = (n) => -n'),
  ),
  different(
    'what a replaced helper captured',
    'capture k of helper',
    ...sides(
      (k) =>
        `const make = (k) => (n) => n * k\nlet helper = make(1)\n${cached('(n) => helper(n)')}\nf(1)\nhelper = make(${k})`,
      '1',
      '2',
    ),
  ),
  different(
    'a setting that a function of the module changes',
    'capture limit',
    ...sides(
      (k) =>
        `let limit = 1\nexport const setLimit = (n) => { limit = n }\n${cached('(n) => n + limit')}\nf(1)\nsetLimit(${k})`,
      '1',
      '2',
    ),
  ),
  different(
    'a list whose order was changed after a call',
    'capture k',
    ...sides((text) => `const k = [2, 1]\n${cached('(n) => k[n]')}\nf(1)\n${text}`, '', 'k.sort()'),
  ),
  different(
    'a property that was removed after a call',
    'capture k',
    ...sides(
      (text) => `const k = { a: 1, b: 2 }\n${cached('(n) => Object.keys(k).length + n')}\nf(1)\n${text}`,
      '',
      'delete k.b',
    ),
  ),
  same(
    'an object that was changed and changed back',
    ...sides((text) => `const k = { a: 1 }\n${cached('(n) => n * k.a')}\nf(1)\n${text}`, '', 'k.a = 2\nf(1)\nk.a = 1'),
  ),
  // ----------------------------------------------------------------------- state
  same(
    'a memo table of a helper',
    ...sides(
      (text) => `const memo = {}\nconst helper = (n) => (memo[n] ??= n * 2)\n${cached('(n) => helper(n)')}\n${text}`,
      '',
      'f(1), f(2)',
    ),
  ),
  same(
    'a cache that an object holds',
    ...sides(
      (text) =>
        `const service = { memo: new Map(), k: 2 }\n${cached('(n) => { service.memo.set(n, n); return n * service.k }')}\n${text}`,
      '',
      'f(1), f(2)',
    ),
  ),
  different(
    'a setting beside a cache that an object holds',
    'capture service.k',
    ...sides(
      (k) =>
        `const service = { memo: new Map(), k: ${k} }\n${cached('(n) => { service.memo.set(n, n); return n * service.k }')}`,
      '1',
      '2',
    ),
  ),
  same(
    'what is read once',
    ...sides(
      (text) => `let table\nconst load = () => (table ??= [1, 2, 3])\n${cached('(n) => load()[n]')}\n${text}`,
      '',
      'f(1)',
    ),
  ),
  different(
    'how what is read once is read',
    'helper load',
    ...sides(
      (last) => `let table\nconst load = () => (table ??= [1, 2, ${last}])\n${cached('(n) => load()[n]')}`,
      '3',
      '4',
    ),
  ),
  same(
    'a counter of a class',
    ...sides(
      (text) =>
        `class A { static made = 0; constructor() { A.made++ } m(n) { return n } }\n${cached('(n) => new A().m(n)')}\n${text}`,
      '',
      'f(1), f(2)',
    ),
  ),
  same(
    'a set of what was seen',
    ...sides(
      (text) =>
        `const seen = new Set()\n${cached('(n) => { if (seen.has(n)) return n; seen.add(n); return n }')}\n${text}`,
      '',
      'f(1), f(2)',
    ),
  ),
  same(
    'a list of times',
    ...sides(
      (text) =>
        `const times = []\nconst timed = (run) => { const from = Date.now(); const value = run(); times.push(Date.now() - from); return value }\n${cached('(n) => timed(() => n)')}\n${text}`,
      '',
      'f(1), f(2)',
    ),
  ),
  same(
    'a log of a helper of another module',
    ...sides(
      (text) => ({
        main: `import { note } from './log'\n${cached('(n) => (note(n), n)')}\n${text}`,
        log: `const lines = []\nexport const note = (line) => { lines.push(line) }`,
      }),
      '',
      'f(1), f(2)',
    ),
  ),
]
