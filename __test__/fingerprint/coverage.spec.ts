import test from 'ava'
import { join } from 'node:path'
import { temporaryDirectory } from '../kit/temporary-store.ts'
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
  const told = pairs.filter(({ except = [] }) => !['esm', 'istanbul'].some((name) => except.includes(name as 'esm')))
  for (const side of ['before', 'after'] as const) {
    const said = await Promise.all(
      (['esm', 'istanbul'] as const).map((name) => {
        const folder = join(temporaryDirectory(t), 'programs')
        return run(name, write(folder, name, told, side), join(folder, 'store'))
      }),
    )
    const [plain, counted] = said
    const others = told.filter((pair, index) => pair.isDoubtful !== true && plain![index]!.key !== counted![index]!.key)
    t.deepEqual(
      others.map(({ about }) => about),
      [],
    )
  }
})
