// How the function is written, in all of the language.
import { withoutTypes } from '../loader.ts'
import { type Pair, cached, different, same, sides } from './pair.ts'

export const syntax: readonly Pair[] = [
  // -------------------------------------------------------------- what cannot matter
  same('a trailing comma', cached('(n) => [n, n]'), cached('(n) => [\n  n,\n  n,\n]')),
  same('parentheses', cached('(n) => n + 1 * 2'), cached('(n) => (n + (1 * 2))')),
  same('the spelling of a number', cached('(n) => n + 1000'), cached('(n) => n + 1_000.0')),
  same('the spelling of a text', cached(`(n) => n + 'ab'`), cached(`(n) => n + '\\x61b'`)),
  same('a comment that ends the text', cached('(n) => n'), cached('(n) => n // so\n')),
  same('a comment between parameters', cached('(n, m) => n + m'), cached('(n /* rows */, m) => n + m')),
  // ------------------------------------------------------------------ what can matter
  different('white space in a template', 'code', cached('(n) => `a ${n}`'), cached('(n) => `a  ${n}`')),
  different(
    'what looks like a comment in a text',
    'code',
    cached(`(n) => n + '/* a */'`),
    cached(`(n) => n + '/* b */'`),
  ),
  different('strict equality', 'code', cached('(n) => n == 1'), cached('(n) => n === 1')),
  different('optional chaining', 'code', cached('(n) => n.a'), cached('(n) => n?.a')),
  different('a nullish default', 'code', cached('(n) => n || 1'), cached('(n) => n ?? 1')),
  different('the flags of a regular expression', 'code', cached('(n) => /a/.test(n)'), cached('(n) => /a/i.test(n)')),
  different('a bigint literal', 'code', cached('(n) => [n, 1n]'), cached('(n) => [n, 2n]')),
  different('a sign before zero', 'code', cached('(n) => n * 0'), cached('(n) => n * -0')),
  different(
    'where a labelled loop goes on',
    'code',
    ...sides(
      (word) => cached(`(n) => { rows: for (const a of n) { for (const b of a) { if (b) ${word} rows } } return n }`),
      'continue',
      'break',
    ),
    { args: '[[1], [0]]' },
  ),
  different('a tagged template', 'code', ...sides((text) => cached(`(n) => String.raw\`${text} \${n}\``), 'a', 'b')),
  different('which property a pattern takes', 'code', cached('({ a }) => a'), cached('({ b: a }) => a')),
  different('a default within a pattern', 'code', cached('({ a = 1 }) => a'), cached('({ a = 2 }) => a')),
  different('a rest parameter', 'code', cached('(n) => n'), cached('(...n) => n')),
  different(
    'the order of statements',
    'code',
    ...sides((text) => cached(`(n) => { ${text}; return n }`), 'n++; n *= 2', 'n *= 2; n++'),
  ),
  different(
    'a yield of an async generator',
    'code',
    ...sides(
      (word) =>
        cached(
          `async (n) => { const all = []; for await (const x of (async function* () { yield${word} n })()) all.push(x); return all }`,
        ),
      '',
      '*',
    ),
  ),
  different('await', 'code', cached('async (n) => [n]'), cached('async (n) => [await n]')),
  different(
    'what is caught',
    'code',
    ...sides((value) => cached(`(n) => { try { return n.a.b } catch { return ${value} } }`), '0', '1'),
  ),
  different(
    'what is done finally',
    'code',
    ...sides((value) => cached(`(n) => { try { return n } finally { ${value} } }`), '', 'return 1'),
  ),
  different(
    'a switch that falls through',
    'code',
    ...sides((word) => cached(`(n) => { switch (n) { case 1: n++; ${word} case 2: n *= 2 } return n }`), '', 'break;'),
  ),
  different(
    'a getter of a result',
    'code',
    ...sides((value) => cached(`(n) => ({ get a() { return ${value} }, n })`), '1', '2'),
  ),
  different('a computed name', 'code', ...sides((name) => cached(`(n) => ({ ['${name}' + n]: 1 })`), 'a', 'b')),
  different('the order of spreads', 'code', cached('(n) => ({ ...n, a: 1 })'), cached('(n) => ({ a: 1, ...n })')),
  different(
    'a class within',
    'code',
    ...sides((value) => cached(`(n) => new (class { v = ${value} })().v + n`), '1', '2'),
  ),
  different('a sparse array', 'code', cached('(n) => [n, , 1]'), cached('(n) => [n, undefined, 1]')),
  different('an arrow for a function', 'code', cached('(n) => n'), cached('(function (n) { return n })')),
]

/** Written in TypeScript: for loaders that take it. */
export const types: readonly Pair[] = [
  same('the type of a parameter', cached('(n: number) => n'), cached('(n: string | number) => n'), {
    except: withoutTypes,
  }),
  same('types where there were none', cached('(n) => n'), cached('(n: any): any => n as any'), {
    except: withoutTypes,
  }),
  same(
    'an interface that is used',
    `interface Row { a: number }\n${cached('(n: Row) => n')}`,
    `interface Row { a: string; b?: number }\n${cached('(n: Row) => n')}`,
    { except: withoutTypes },
  ),
  same('a type parameter', cached('(n: number) => n'), cached('<T,>(n: T): T => n'), { except: withoutTypes }),
  same('satisfies and non-null', cached('(n) => ({ a: n.b })'), cached('(n) => ({ a: n!.b } satisfies object)'), {
    except: withoutTypes,
  }),
  same(
    'the type of a captured constant',
    `const k = [1, 2]\n${cached('(n) => k[n]')}`,
    `const k: readonly number[] = [1, 2] as const\n${cached('(n: number) => k[n]!')}`,
    { except: withoutTypes },
  ),
  same(
    'a type of a helper that is imported',
    {
      main: `import { helper } from './helper'\n${cached('(n) => helper(n)')}`,
      helper: 'export const helper = (n) => n',
    },
    {
      main: `import { helper } from './helper'\n${cached('(n) => helper(n)')}`,
      helper: 'export type Row = number\nexport const helper = (n: Row): Row => n',
    },
    { except: withoutTypes },
  ),
]
