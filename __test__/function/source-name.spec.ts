// Under tsx a parameter is called `rows2` where a variable of the module is called `rows`: `ignore: ['rows']` was refused, and what
// was bound by that name was not found.
import test from 'ava'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sourceName } from '../../src/function/source-name.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

test('a name that its file does not have is told without the digits that a compiler put after it', (t) => {
  const file = join(temporaryDirectory(t), 'clean.ts')
  writeFileSync(file, 'function clean(rows: Row[], page2: number, $a: string, step2: unknown) {} // prerows3 rows3post')
  const named = (name: string): string => sourceName(name, file)
  t.is(named('rows2'), 'rows')
  t.is(named('rows3'), 'rows')
  t.is(named('rows'), 'rows')
  t.is(named('page2'), 'page2')
  t.is(named('step22'), 'step2')
  t.is(named('a2'), 'a2')
  t.is(named('other2'), 'other2')
  t.is(named('$a2'), '$a')
  t.is(sourceName('rows2', undefined), 'rows2')
})

test('a file that runs as it is has the names that run', (t) => {
  const file = join(temporaryDirectory(t), 'clean.mjs')
  writeFileSync(file, 'function clean(rows) {}')
  t.is(sourceName('rows2', file), 'rows2')
})
