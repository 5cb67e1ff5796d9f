// Functions that one text makes.
import { type Pair, cached, different, same } from './pair.ts'

export const closures: readonly Pair[] = [
  different(
    'two closures of one factory',
    'capture k',
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
    'code',
    `const all = [(n) => n + 1, (n) => n + 2]\n${cached('all[0]')}`,
    `const all = [(n) => n + 1, (n) => n + 2]\n${cached('all[1]')}`,
  ),
  different(
    'a loop variable',
    'capture i',
    `const all = []\nfor (let i = 0; i < 3; i++) all.push((n) => n + i)\n${cached('all[0]')}`,
    `const all = []\nfor (let i = 0; i < 3; i++) all.push((n) => n + i)\n${cached('all[1]')}`,
  ),
  different(
    'a function in a closure',
    'helper g',
    `const make = (g) => (n) => g(n)\n${cached('make((n) => n)')}`,
    `const make = (g) => (n) => g(n)\n${cached('make((n) => -n)')}`,
  ),
  different(
    'a name that hides another',
    'capture k | capture k2',
    `const k = 1\nconst make = (k) => (n) => n * k\nexport { k }\n${cached('make(1)')}`,
    `const k = 1\nconst make = (k) => (n) => n * k\nexport { k }\n${cached('make(2)')}`,
  ),
]
