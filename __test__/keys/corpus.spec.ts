import { join } from 'node:path'
import test from 'ava'
import { temporaryDirectory } from '../temporary-store.ts'
import { sideOf } from './corpus.ts'
import { type Loader, pairs } from './pairs.ts'

const loaders: readonly Loader[] = ['esm', 'cjs', 'tsx', 'esbuild']

for (const loader of loaders) {
  test.serial(`every pair of the corpus has the keys that it should: ${loader}`, async (t) => {
    const directory = temporaryDirectory(t)
    const told = pairs.filter(({ except }) => except?.includes(loader) !== true)
    const before = await sideOf(join(directory, 'before'), loader, told, 'before')
    const [moved, after] = await Promise.all([
      sideOf(join(directory, 'elsewhere/moved'), loader, told, 'before'),
      sideOf(join(directory, 'after'), loader, told, 'after'),
    ])
    for (const [index, { about, verdict, isDoubtful = false }] of told.entries()) {
      const [one, other] = [before[index]!, after[index]!]
      t.regex(one.key, /^[0-9a-f]{64}$/, about)
      t.regex(other.key, /^[0-9a-f]{64}$/, about)
      t.is(one.key, moved[index]!.key, `${about}: in another process and another folder`)
      t.is(one.key === other.key ? 'same' : 'different', verdict, about)
      t.is(one.isDoubtful || other.isDoubtful, isDoubtful, `${about}: whether something is said`)
    }
  })
}
