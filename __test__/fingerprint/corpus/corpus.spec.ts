// Every pair of programs goes through plain ES modules, and through each other loader in turn: a tenth of the pairs in one run
// of it. `npm test -- --whole` runs all through all.
import test, { type ExecutionContext } from 'ava'
import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDirectory } from '../../kit/temporary-store.ts'
import { isWhole } from '../../kit/whole.ts'
import { type Said, run, write } from './corpus.ts'
import { type Loader, type LoaderName, loaders } from './loader.ts'
import { pairs } from './pairs/index.ts'
import type { Pair } from './pairs/pair.ts'

/** How many other loaders there are to each that runs a pair. */
const TURNS = 10

/** Each of these runs one loader at a time, so that two cores are busy and no process waits long enough to be ended. */
const lanes: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()]

for (const [index, [name, loader]] of (Object.entries(loaders) as [LoaderName, Loader][]).entries()) {
  const lane = index % lanes.length
  test(`every pair of the corpus has the keys that it should: ${name}`, (t) => {
    const told = pairs.filter((pair, place) => pair.except?.includes(name) !== true && isInTurn(name, place + index))
    const done = lanes[lane]!.then(() => everyPair(t, name, loader, told))
    lanes[lane] = done.catch(() => undefined)
    return done
  })
}

function isInTurn(name: LoaderName, place: number): boolean {
  return isWhole || name === 'esm' || place % TURNS === 0
}

async function everyPair(
  t: ExecutionContext,
  name: LoaderName,
  { missing, names }: Loader,
  told: readonly Pair[],
): Promise<void> {
  const why = missing?.()
  if (why !== undefined) {
    t.log(`Not tested, as ${why} for ${process.platform} on ${process.arch}.`)
    t.pass()
    return
  }
  const startedAt = performance.now()
  const directory = temporaryDirectory(t)
  const [here, elsewhere, store] = ['before', 'elsewhere/moved', 'store'].map((folder) => join(directory, folder))
  const programs = write(here!, name, told, 'before')
  const before = await run(name, programs, store!, 'before')
  mkdirSync(join(directory, 'elsewhere'))
  renameSync(here!, elsewhere!)
  const [moved, after] = await Promise.all([
    run(name, { ...programs, directory: elsewhere! }, join(directory, 'other-store')),
    run(name, write(here!, name, told, 'after'), store!, 'after'),
  ])
  const troubles = told.flatMap((pair, index) => [
    ...troublesOf(pair, before[index]!, moved[index]!, after[index]!),
    ...troublesOfExplanation(pair, names, after[index]!, index),
  ])
  const explained = told.filter(({ changed }) => changed !== undefined).length
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  t.log(`${told.length} of ${pairs.length} pairs, ${explained} of them explained, in ${seconds} s`)
  t.deepEqual(troubles, [])
}

function troublesOf({ about, verdict, isDoubtful = false }: Pair, before: Said, moved: Said, after: Said): string[] {
  const found: string[] = []
  const unkeyed = [before, after].filter(({ key }) => !/^[0-9a-f]{64}$/.test(key))
  // What cannot be seen has no key. Where a part of it can be seen after all, that may count.
  if (isDoubtful && (unkeyed.length > 0 || before.key === moved.key)) return []
  for (const { key } of unkeyed) found.push(`no key: ${key}`)
  if (found.length === 0 && before.key !== moved.key) found.push('another key in another process and another folder')
  if (found.length === 0 && (before.key === after.key ? 'same' : 'different') !== verdict)
    found.push(verdict === 'same' ? 'a needless miss' : 'a WRONG HIT')
  if ((before.isDoubtful || after.isDoubtful) !== isDoubtful)
    found.push(isDoubtful ? 'nothing is said' : 'something is said that cannot be covered')
  return found.map((what) => `${about}: ${what}`)
}

function troublesOfExplanation(pair: Pair, names: Loader['names'], { changed }: Said, index: number): string[] {
  if (pair.verdict === 'same' || pair.isDoubtful === true) return []
  const wanted = pair.changed ?? []
  const isSaid = (what: string): boolean => {
    const [part] = what.split(' ', 1)
    return (
      Array.isArray(changed) &&
      changed.some((one) => {
        if (names === 'lost') return one.part === part || (part === 'capture' && /^(?:code|helper)$/.test(one.part))
        // In a script the names of its programs end in their numbers.
        return what === part ? one.part === what : `${one.part} ${one.name.replaceAll(`_${index}`, '')}` === what
      })
    )
  }
  const isRight = names === 'kept' ? wanted.slice(0, 1).some(isSaid) : wanted.some(isSaid)
  return isRight ? [] : [`${pair.about}: explained as ${JSON.stringify(changed)}, not as ${wanted.join(' or ')}`]
}
