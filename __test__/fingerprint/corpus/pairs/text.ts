// The text of the function itself.
import { type Pair, cached, different, same } from './pair.ts'

export const text: readonly Pair[] = [
  same('a comment', cached('(n) => n + 1'), cached('(n) => /* one more */ n + 1')),
  same('white space', cached('(n) => { return n + 1 }'), cached('(n) => {\n\n  return   n + 1\n}')),
  same('quotes', cached(`(n) => n + 'a'`), cached('(n) => n + "a"')),
  same('semicolons', cached('(n) => { return n }'), cached('(n) => { return n; }')),
  same('lines above', cached('(n) => n'), `\n\n\n${cached('(n) => n')}`),
  same('other code in the module', cached('(n) => n'), `const other = 5\nexport { other }\n${cached('(n) => n')}`),
  different('an operator', 'code', cached('(n) => n + 1'), cached('(n) => n - 1')),
  different('a literal', 'code', cached('(n) => n + 1'), cached('(n) => n + 2')),
  different('a default parameter', 'code', cached('(n, k = 1) => n * k'), cached('(n, k = 2) => n * k')),
  different('async', 'code', cached('(n) => n'), cached('async (n) => n')),
  different(
    'a generator inside',
    'code',
    cached('(n) => [...(function* () { yield n })()]'),
    cached('(n) => [...(function* () { yield n + 1 })()]'),
  ),
]
