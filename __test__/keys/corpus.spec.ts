import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { temporaryDirectory } from '../temporary-store.ts'
import { run, write } from './corpus.ts'
import { type Loader, type LoaderName, loaders } from './loader.ts'
import { pairs } from './pairs.ts'

for (const [name, { missing }] of Object.entries(loaders) as [LoaderName, Loader][]) {
  test.serial(`every pair of the corpus has the keys that it should: ${name}`, async (t) => {
    const why = missing?.()
    if (why !== undefined) {
      t.log(`Not tested, as ${why} for ${process.platform} on ${process.arch}.`)
      t.pass()
      return
    }
    const directory = temporaryDirectory(t)
    const [here, elsewhere, store] = ['before', 'elsewhere/moved', 'store'].map((folder) => join(directory, folder))
    const told = pairs.filter(({ except }) => except?.includes(name) !== true)
    const programs = write(here!, name, told, 'before')
    const before = await run(name, programs, store!)
    mkdirSync(join(directory, 'elsewhere'))
    renameSync(here!, elsewhere!)
    const [moved, after] = await Promise.all([
      run(name, { ...programs, directory: elsewhere! }, join(directory, 'other-store')),
      run(name, write(here!, name, told, 'after'), store!),
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
