import test from 'ava'
import { join } from 'node:path'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'
import { isWhole } from '../kit/whole.ts'
import { run, write } from './corpus/corpus.ts'
import { loaders } from './corpus/loader.ts'
import { pairs } from './corpus/pairs/index.ts'

// Under a coverage tool, every function has counters in it, `cov_1f3k().s[0]++`, and each edit of a file gives them other
// numbers. A test suite that measured its coverage ran everything anew, and what it stored served nobody else.
test('code that istanbul put counters into has the keys that it has without them', async (t) => {
  const why = loaders.istanbul.missing()
  if (why !== undefined) {
    t.log(`Not tested, as ${why}.`)
    t.pass()
    return
  }
  const told = pairs
    .filter(({ except = [] }) => !['esm', 'istanbul'].some((name) => except.includes(name as 'esm')))
    .filter((_, place) => isWhole || place % 4 === 0)
  const [plain, instrumented] = await Promise.all(
    (['esm', 'istanbul'] as const).map((name) => {
      const folder = join(temporaryDirectory(t), 'programs')
      return run(name, write(folder, name, told, 'before'), join(folder, 'store'))
    }),
  )
  const others = told.filter(
    (pair, index) => pair.isDoubtful !== true && plain![index]!.key !== instrumented![index]!.key,
  )
  t.deepEqual(
    others.map(({ about }) => about),
    [],
  )
})

/** What istanbul makes of `(n) => n + step`, with what its function gives. */
function counted(coverage: object): (n: number) => number {
  const text = `let cov_1f3k = () => coverage
return (n) => { cov_1f3k().f[0]++; cov_1f3k().s[0]++; return n + step }`
  return new Function('coverage', 'step', text)(coverage, 2) as (n: number) => number
}

const place = { start: { line: 1, column: 7 }, end: { line: 1, column: 15 } }
const counts = { s: { 0: 0 }, f: { 0: 0 }, b: {} }
const known = { statementMap: { 0: place }, fnMap: { 0: { loc: place } }, branchMap: {}, ...counts }

test.serial('what is counted is in no key, and nothing is said of it', (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  const plain = new Function('step', 'return (n) => n + step')(2) as (n: number) => number
  const one = memory.cache(counted(known), { name: 'f' })
  t.is(one.key(1), memory.cache(plain, { name: 'f' }).key(1))
  t.is(one(1), 3)
  t.true(memory.cache(counted({ ...known, s: { 0: 7 } }), { name: 'f' }).has(1))
  t.deepEqual(warnings.codes(), [])
})

test.serial('counters of which nothing is known count, as is said once', (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  const one = memory.cache(counted(counts), { name: 'f' })
  t.is(one(1), 3)
  one(2)
  t.deepEqual(warnings.messages().filter((message) => message.includes('coverage')).length, 1)
  t.deepEqual(warnings.codes().slice(0, 1), ['ERR_UNHASHABLE'])
})

test.serial('under codeHash counters count, as is said once', (t) => {
  const warnings = collectWarnings()
  const one = openMemory(t).cache(counted(known), { name: 'f', strategy: 'codeHash' })
  one(1)
  one(1)
  t.deepEqual(warnings.codes(), ['ERR_UNHASHABLE'])
})
