// What the function itself changes.
import { type Pair, cached, different, same, sides } from './pair.ts'

export const state: readonly Pair[] = [
  different(
    'a function that replaces itself',
    'helper load',
    ...sides(
      (k) =>
        `let load = () => { const table = [${k}]; load = () => table; return table }\n${cached('(n) => load()[n]')}`,
      '1',
      '2',
    ),
  ),
  same(
    'a function that replaces itself, before and after it ran',
    ...sides(
      (call) =>
        `let load = () => { const table = [1]; load = () => table; return table }\n${cached('(n) => load()[n]')}\n${call}`,
      '',
      'f(0)',
    ),
  ),
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
    'capture state.k',
    `const state = { runs: 0, k: 1 }\n${cached('(n) => (state.runs++, n * state.k)')}`,
    `const state = { runs: 0, k: 2 }\n${cached('(n) => (state.runs++, n * state.k)')}`,
  ),
]
